/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-view.h"

#include "kd-fixed-row.h"
#include "kd-widgets.h"

struct _KdListView {
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *view;
  GtkWidget *empty;   /* (nullable) */
  GtkWidget *popover; /* (nullable) of the context menu */
  KdSelection *selection;
  const KdRowFuncs *funcs;
  gpointer funcs_data;
  KdRowHeight *row_height;
  GPtrArray *bound; /* of GtkListItem: those that have an item */
  unsigned wanted_top;
  guint top_tick;
  guint settle_idle;
  gboolean settled; /* what is in view has been drawn once */
  unsigned top_ticks;
  gboolean click_opens;
};

G_DEFINE_FINAL_TYPE (KdListView, kd_list_view, GTK_TYPE_WIDGET)

enum { PROP_CLICK_OPENS = 1 };
enum { ACTIVATE, OPEN_IN_WINDOW, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- rows: GTK keeps two hundred of them, of which a screen shows a tenth; the others are empty until
 * they come near, which is most of what a long list would cost ---- */

#define FIRST_ROWS 10 /* while nothing is known of what is in view */
#define NEAR_ROWS 12  /* above and below what is in view, once that has been drawn */

static GtkAdjustment *
adjustment (KdListView *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
}

static double
height_of_row (KdListView *self)
{
  unsigned n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  return n > 0 ? gtk_adjustment_get_upper (adjustment (self)) / n : 0;
}

static gboolean
is_near (KdListView *self,
         unsigned position)
{
  double height = height_of_row (self), page = gtk_adjustment_get_page_size (adjustment (self));
  double top = height > 0 ? gtk_adjustment_get_value (adjustment (self)) / height : 0;
  unsigned beside = self->settled ? NEAR_ROWS : 1;

  if (!kd_row_height_is_known (self->row_height) || height < 1 || page < 1)
    return position < FIRST_ROWS;
  return position + beside >= top && position <= top + page / height + beside;
}

static void
show_menu (KdListView *self,
           unsigned position,
           int x,
           int y)
{
  g_autoptr (GMenuModel) menu = NULL;

  if (self->funcs->menu == NULL || position == GTK_INVALID_LIST_POSITION)
    return;
  menu = self->funcs->menu (position, self->funcs_data);
  if (menu == NULL)
    return;
  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->popover), menu);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &(GdkRectangle) { x, y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
pressed_cb (GtkGestureClick *click,
            int n_press,
            double x,
            double y,
            GtkListItem *list_item)
{
  KdListView *self = g_object_get_data (G_OBJECT (list_item), "kd-list-view");
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  unsigned position = gtk_list_item_get_position (list_item);
  unsigned button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (click));
  graphene_point_t at;

  if (button == GDK_BUTTON_MIDDLE)
    g_signal_emit (self, signals[OPEN_IN_WINDOW], 0, position);
  if (button != GDK_BUTTON_SECONDARY || self->funcs->menu == NULL)
    return;
  if (!gtk_list_item_get_selected (list_item))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  if (gtk_widget_compute_point (row, GTK_WIDGET (self), &GRAPHENE_POINT_INIT ((float) x, (float) y),
                                &at))
    show_menu (self, position, (int) at.x, (int) at.y);
}

static void
released_cb (GtkGestureClick *click,
             int n_press,
             double x,
             double y,
             GtkListItem *list_item)
{
  KdListView *self = g_object_get_data (G_OBJECT (list_item), "kd-list-view");
  GtkEventController *controller = GTK_EVENT_CONTROLLER (click);
  unsigned position = gtk_list_item_get_position (list_item);

  if (!self->click_opens || n_press != 1 || position == GTK_INVALID_LIST_POSITION
      || gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (click)) != GDK_BUTTON_PRIMARY
      || (gtk_event_controller_get_current_event_state (controller) & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0
      || !gtk_widget_contains (gtk_event_controller_get_widget (controller), x, y))
    return;
  kd_selection_set_current (self->selection, position);
  g_signal_emit (self, signals[ACTIVATE], 0, position);
}

/* What a row that nobody has seen yet does without. */
static void
fill (KdListView *self,
      GtkListItem *list_item,
      KdFixedRow *fixed)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), list_item);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), list_item);
  gtk_widget_add_controller (GTK_WIDGET (fixed), GTK_EVENT_CONTROLLER (click));
  kd_fixed_row_set_child (fixed, self->funcs->create (self->funcs_data));
}

static void
show_item (KdListView *self,
           GtkListItem *list_item)
{
  KdFixedRow *fixed = KD_FIXED_ROW (gtk_list_item_get_child (list_item));
  gpointer item = gtk_list_item_get_item (list_item);
  g_autofree char *name = self->funcs->name (item, self->funcs_data);
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (fixed));

  if (kd_fixed_row_get_child (fixed) == NULL && is_near (self, gtk_list_item_get_position (list_item)))
    fill (self, list_item, fixed);
  if (kd_fixed_row_get_child (fixed) != NULL)
    self->funcs->bind (kd_fixed_row_get_child (fixed), item, self->funcs_data);
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
fill_near (KdListView *self)
{
  for (unsigned i = 0; self->bound != NULL && i < self->bound->len; i++)
    {
      GtkListItem *list_item = self->bound->pdata[i];

      if (kd_fixed_row_get_child (KD_FIXED_ROW (gtk_list_item_get_child (list_item))) == NULL
          && is_near (self, gtk_list_item_get_position (list_item)))
        show_item (self, list_item);
    }
}

static gboolean
settle_cb (gpointer data)
{
  KdListView *self = data;

  self->settle_idle = 0;
  self->settled = TRUE;
  fill_near (self);
  return G_SOURCE_REMOVE;
}

/* Another part of the list came into view. The first time, what lies beside it waits for the frame. */
static void
fill_near_cb (KdListView *self)
{
  fill_near (self);
  if (!self->settled && self->settle_idle == 0 && kd_row_height_is_known (self->row_height))
    self->settle_idle = g_idle_add_full (G_PRIORITY_LOW, settle_cb, self, NULL);
}

static void
item_changed_cb (gpointer item,
                 GtkListItem *list_item)
{
  KdListView *self = g_object_get_data (G_OBJECT (list_item), "kd-list-view");

  if (gtk_list_item_get_item (list_item) == item)
    show_item (self, list_item);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem *list_item,
          KdListView *self)
{
  g_object_set_data (G_OBJECT (list_item), "kd-list-view", self);
  gtk_list_item_set_child (list_item, kd_fixed_row_new (self->row_height));
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem *list_item,
         KdListView *self)
{
  gpointer item = gtk_list_item_get_item (list_item);

  if (g_signal_lookup ("changed", G_OBJECT_TYPE (item)) != 0)
    g_signal_connect (item, "changed", G_CALLBACK (item_changed_cb), list_item);
  g_ptr_array_add (self->bound, list_item);
  show_item (self, list_item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem *list_item,
           KdListView *self)
{
  GtkWidget *fixed = gtk_list_item_get_child (list_item);
  gpointer item = gtk_list_item_get_item (list_item);

  if (item != NULL)
    g_signal_handlers_disconnect_by_func (item, item_changed_cb, list_item);
  g_ptr_array_remove_fast (self->bound, list_item);
  if (self->funcs->unbind != NULL && fixed != NULL && kd_fixed_row_get_child (KD_FIXED_ROW (fixed)) != NULL)
    self->funcs->unbind (kd_fixed_row_get_child (KD_FIXED_ROW (fixed)), self->funcs_data);
}

static void
activate_cb (GtkListView *view,
             guint position,
             KdListView *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0, position);
}

static gboolean
is_empty (KdListView *self)
{
  return self->empty != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;
}

/* A list that isn't drawn gets no key, and would swallow the window's shortcuts with it. */
static void
focus_empty (KdListView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (!gtk_widget_child_focus (self->empty, GTK_DIR_TAB_FORWARD) && root != NULL)
    gtk_root_set_focus (root, NULL);
}

static void
show_empty (KdListView *self)
{
  gboolean empty = is_empty (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean leaves = focus != NULL && gtk_widget_is_ancestor (focus, empty ? self->scrolled : GTK_WIDGET (self));

  gtk_widget_set_child_visible (self->scrolled, !empty);
  if (self->empty != NULL)
    gtk_widget_set_child_visible (self->empty, empty);
  if (leaves && empty)
    focus_empty (self);
  else if (leaves && self->empty != NULL && gtk_widget_is_ancestor (focus, self->empty))
    gtk_widget_grab_focus (self->view);
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant *args,
             gpointer data)
{
  KdListView *self = KD_LIST_VIEW (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  graphene_rect_t place;

  if (self->funcs->menu == NULL || focus == NULL
      || !gtk_widget_compute_bounds (focus, widget, &place))
    return GDK_EVENT_PROPAGATE;
  show_menu (self, kd_selection_get_current (self->selection),
             (int) (place.origin.x + place.size.width / 4),
             (int) (place.origin.y + place.size.height));
  return GDK_EVENT_STOP;
}

static gboolean
window_key_cb (GtkWidget *widget,
               GVariant *args,
               gpointer data)
{
  KdListView *self = KD_LIST_VIEW (widget);
  unsigned position = kd_selection_get_current (self->selection);

  if (position == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (self, signals[OPEN_IN_WINDOW], 0, position);
  return GDK_EVENT_STOP;
}

static gboolean
top_tick_cb (GtkWidget *widget,
             GdkFrameClock *clock,
             gpointer data)
{
  KdListView *self = KD_LIST_VIEW (widget);

  /* Ticks come before the layout of their frame: only the second one knows the rows' height. */
  if (self->top_ticks++ == 0)
    return G_SOURCE_CONTINUE;
  self->top_tick = 0;
  gtk_adjustment_set_value (adjustment (self), self->wanted_top * height_of_row (self));
  return G_SOURCE_REMOVE;
}

static void
kd_list_view_system_setting_changed (GtkWidget *widget,
                                     GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (kd_list_view_parent_class)->system_setting_changed (widget, setting);
  if (setting == GTK_SYSTEM_SETTING_DPI || setting == GTK_SYSTEM_SETTING_FONT_NAME)
    kd_row_height_reset (KD_LIST_VIEW (widget)->row_height);
}

static void
kd_list_view_dispose (GObject *object)
{
  KdListView *self = KD_LIST_VIEW (object);

  if (self->top_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->top_tick);
  self->top_tick = 0;
  g_clear_handle_id (&self->settle_idle, g_source_remove);
  if (self->selection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->selection, self);
      gtk_list_view_set_model (GTK_LIST_VIEW (self->view), NULL);
    }
  kd_widgets_unparent_children (GTK_WIDGET (self));
  self->popover = NULL;
  g_clear_object (&self->selection);
  g_clear_pointer (&self->row_height, kd_row_height_unref);
  g_clear_pointer (&self->bound, g_ptr_array_unref);
  G_OBJECT_CLASS (kd_list_view_parent_class)->dispose (object);
}

static void
kd_list_view_set_property (GObject *object,
                           guint id,
                           const GValue *value,
                           GParamSpec *spec)
{
  if (id == PROP_CLICK_OPENS)
    KD_LIST_VIEW (object)->click_opens = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
kd_list_view_class_init (KdListViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_list_view_dispose;
  G_OBJECT_CLASS (klass)->set_property = kd_list_view_set_property;
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_CLICK_OPENS,
                                   g_param_spec_boolean ("click-opens", NULL, NULL, FALSE,
                                                         G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  widget_class->system_setting_changed = kd_list_view_system_setting_changed;
  signals[ACTIVATE] = g_signal_new ("activate", KD_TYPE_LIST_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[OPEN_IN_WINDOW] = g_signal_new ("open-in-window", KD_TYPE_LIST_VIEW, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, window_key_cb,
                                NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
kd_list_view_init (KdListView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->row_height = kd_row_height_new ();
  self->bound = g_ptr_array_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  self->view = gtk_list_view_new (NULL, factory);
  gtk_widget_add_css_class (self->view, "kd-list");
  g_signal_connect (self->view, "activate", G_CALLBACK (activate_cb), self);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  g_signal_connect_object (adjustment (self), "value-changed", G_CALLBACK (fill_near_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment (self), "changed", G_CALLBACK (fill_near_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->view);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

GtkWidget *
kd_list_view_new (const char *name,
                  KdSelectMode mode,
                  const KdRowFuncs *funcs,
                  gpointer user_data)
{
  KdListView *self = g_object_new (KD_TYPE_LIST_VIEW, NULL);

  self->funcs = funcs;
  self->funcs_data = user_data;
  self->selection = kd_selection_new (mode);
  g_signal_connect_swapped (self->selection, "items-changed", G_CALLBACK (show_empty), self);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), GTK_SELECTION_MODEL (self->selection));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  return GTK_WIDGET (self);
}

void
kd_list_view_set_model (KdListView *self,
                        GListModel *model)
{
  g_return_if_fail (KD_IS_LIST_VIEW (self));
  kd_selection_set_model (self->selection, model);
  show_empty (self);
}

KdSelection *
kd_list_view_get_selection (KdListView *self)
{
  return self->selection;
}

void
kd_list_view_set_empty (KdListView *self,
                        GtkWidget *empty)
{
  g_return_if_fail (KD_IS_LIST_VIEW (self));

  if (self->empty == empty)
    return;
  g_clear_pointer (&self->empty, gtk_widget_unparent);
  self->empty = empty;
  if (empty != NULL)
    gtk_widget_set_parent (empty, GTK_WIDGET (self));
  show_empty (self);
}

void
kd_list_view_scroll_to (KdListView *self,
                        unsigned position)
{
  g_return_if_fail (KD_IS_LIST_VIEW (self));

  if (position < g_list_model_get_n_items (G_LIST_MODEL (self->selection)))
    gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", position);
}

unsigned
kd_list_view_get_top (KdListView *self)
{
  double height = height_of_row (self);

  return height > 0 ? (unsigned) (gtk_adjustment_get_value (adjustment (self)) / height) : 0;
}

void
kd_list_view_set_top (KdListView *self,
                      unsigned position)
{
  g_return_if_fail (KD_IS_LIST_VIEW (self));

  self->wanted_top = position;
  self->top_ticks = 0;
  if (self->top_tick == 0)
    self->top_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), top_tick_cb, NULL, NULL);
}

void
kd_list_view_focus (KdListView *self)
{
  unsigned current = kd_selection_get_current (self->selection);

  g_return_if_fail (KD_IS_LIST_VIEW (self));

  if (current != GTK_INVALID_LIST_POSITION)
    kd_list_view_scroll_to (self, current);
  if (is_empty (self))
    focus_empty (self);
  else
    gtk_widget_grab_focus (self->view);
}
