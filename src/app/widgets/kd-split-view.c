/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-split-view.h"

#include "kd-split-handle.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define COLLAPSE_WIDTH 720
#define LIST_WIDTH 320
#define SIDE_WIDTH 300
#define HANDLE_GRIP 9
#define SLIDE_MS 200

enum { LIST, DETAIL, SIDE, N_COLUMNS };

struct _KdSplitView {
  GtkWidget parent_instance;

  GtkWidget *columns[N_COLUMNS]; /* (nullable), parented to self */
  GtkWidget *focus[N_COLUMNS];   /* (weak): where the focus was, for going back */
  GtkWidget *list_handle;
  GtkWidget *side_handle;
  int collapse_width;
  int widths[N_COLUMNS]; /* wished for; the detail takes what is left */
  int given[N_COLUMNS];  /* at the last allocation */
  gboolean collapsed;
  gboolean side_over;
  gboolean show_detail;
  gboolean show_side;
  guint fold_id;
  double level; /* of the collapsed view: 0 list, 1 detail, 2 side, between them while sliding */
  AdwAnimation *slide;
};

G_DEFINE_FINAL_TYPE (KdSplitView, kd_split_view, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_COLLAPSED,
  PROP_CAN_GO_BACK,
  PROP_COLLAPSE_WIDTH,
  PROP_LIST_WIDTH,
  PROP_SIDE_WIDTH,
  PROP_SHOW_DETAIL,
  PROP_SHOW_SIDE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static int
column_min (KdSplitView *self,
            unsigned column)
{
  int min = 0;

  if (self->columns[column] != NULL && gtk_widget_get_visible (self->columns[column]))
    gtk_widget_measure (self->columns[column], GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL,
                        NULL);
  return min;
}

static unsigned
front_column (KdSplitView *self)
{
  if (self->show_side && self->columns[SIDE] != NULL)
    return SIDE;
  return (self->show_detail && self->columns[DETAIL] != NULL) || self->columns[LIST] == NULL
           ? DETAIL
           : LIST;
}

static gboolean
can_go_back (KdSplitView *self)
{
  unsigned front = front_column (self);

  return self->collapsed && (front == SIDE || (front == DETAIL && self->columns[LIST] != NULL));
}

static void
update_columns (KdSplitView *self)
{
  for (unsigned i = 0; i < N_COLUMNS; i++)
    if (self->columns[i] != NULL)
      gtk_widget_set_child_visible (self->columns[i],
                                    self->collapsed ? ABS (i - self->level) < 1
                                                    : i != SIDE || self->show_side);
  gtk_widget_set_child_visible (self->list_handle, !self->collapsed && self->columns[LIST] != NULL
                                                     && self->columns[DETAIL] != NULL);
  gtk_widget_set_child_visible (self->side_handle, !self->collapsed && self->show_side
                                                     && self->columns[SIDE] != NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
slide_cb (double value,
          gpointer data)
{
  KdSplitView *self = data;

  self->level = value;
  update_columns (self);
}

static void
remember_focus (KdSplitView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (unsigned i = 0; i < N_COLUMNS && focus != NULL; i++)
    if (self->columns[i] != NULL && gtk_widget_is_ancestor (focus, self->columns[i]))
      g_set_weak_pointer (&self->focus[i], focus);
}

/* The focus must not stay in a column that slides away. */
static void
move_focus (KdSplitView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  unsigned front = front_column (self);
  GtkWidget *column = self->columns[front];

  if (focus == NULL || column == NULL || gtk_widget_is_ancestor (focus, column)
      || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    return;
  gtk_widget_set_child_visible (column, TRUE);
  if (self->focus[front] == NULL || !gtk_widget_is_ancestor (self->focus[front], column)
      || !gtk_widget_grab_focus (self->focus[front]))
    gtk_widget_child_focus (column, GTK_DIR_TAB_FORWARD);
}

static void
go (KdSplitView *self,
    gboolean animate)
{
  unsigned front = front_column (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "split.back", can_go_back (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAN_GO_BACK]);
  adw_animation_skip (self->slide);
  if (self->collapsed)
    move_focus (self);
  if (animate && self->collapsed && self->level != front)
    {
      adw_timed_animation_set_value_from (ADW_TIMED_ANIMATION (self->slide), self->level);
      adw_timed_animation_set_value_to (ADW_TIMED_ANIMATION (self->slide), front);
      adw_animation_play (self->slide);
    }
  else
    slide_cb (front, self);
}

static void
wanted_fold (KdSplitView *self,
             int width,
             gboolean *ret_collapsed,
             gboolean *ret_over)
{
  int list_min = column_min (self, LIST);
  int detail_min = column_min (self, DETAIL);

  *ret_collapsed = self->columns[LIST] != NULL || self->columns[SIDE] != NULL
                     ? width < MAX (self->collapse_width, list_min + detail_min)
                     : FALSE;
  *ret_over = MAX (list_min, self->columns[LIST] != NULL ? self->widths[LIST] : 0) + detail_min
                + MAX (column_min (self, SIDE), self->widths[SIDE])
              > width;
}

/* Changing `collapsed` moves focus, visibility and whatever listens: never inside an allocation. */
static gboolean
fold_cb (gpointer data)
{
  KdSplitView *self = data;
  gboolean collapsed, over;

  self->fold_id = 0;
  wanted_fold (self, gtk_widget_get_width (GTK_WIDGET (self)), &collapsed, &over);
  if (over != self->side_over && self->columns[SIDE] != NULL)
    {
      self->side_over = over;
      if (over)
        gtk_widget_add_css_class (self->columns[SIDE], "kd-side-over");
      else
        gtk_widget_remove_css_class (self->columns[SIDE], "kd-side-over");
    }
  if (collapsed != self->collapsed)
    {
      self->collapsed = collapsed;
      remember_focus (self);
      go (self, FALSE);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COLLAPSED]);
    }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static void
place (KdSplitView *self,
       GtkWidget *child,
       int x,
       int width,
       int height)
{
  if (child == NULL || !gtk_widget_get_child_visible (child) || !gtk_widget_should_layout (child))
    return;
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, 0, width, height }, -1);
}

static void
place_handle (KdSplitView *self,
              GtkWidget *handle,
              int edge,
              int height)
{
  int min;

  if (!gtk_widget_get_child_visible (handle))
    return;
  gtk_widget_measure (handle, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  place (self, handle, edge - MAX (min, HANDLE_GRIP) / 2, MAX (min, HANDLE_GRIP), height);
}

static void
kd_split_view_size_allocate (GtkWidget *widget,
                             int width,
                             int height,
                             int baseline)
{
  KdSplitView *self = KD_SPLIT_VIEW (widget);
  int mins[N_COLUMNS], list = 0, side = 0;
  gboolean collapsed, over;

  wanted_fold (self, width, &collapsed, &over);
  if ((collapsed != self->collapsed || over != self->side_over) && self->fold_id == 0)
    self->fold_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, self, NULL);

  for (unsigned i = 0; i < N_COLUMNS; i++)
    mins[i] = column_min (self, i);
  if (self->collapsed)
    {
      for (unsigned i = 0; i < N_COLUMNS; i++)
        place (self, self->columns[i], (int) ((i - self->level) * width), MAX (width, mins[i]),
               height);
      return;
    }
  if (self->columns[LIST] != NULL)
    list = CLAMP (self->widths[LIST], mins[LIST], MAX (mins[LIST], width - mins[DETAIL]));
  if (self->columns[SIDE] != NULL && self->show_side)
    side = CLAMP (self->widths[SIDE], mins[SIDE], MAX (mins[SIDE], width - list));
  self->given[LIST] = list;
  self->given[SIDE] = side;
  place (self, self->columns[LIST], 0, list, height);
  place (self, self->columns[DETAIL], list,
         MAX (mins[DETAIL], width - list - (self->side_over ? 0 : side)), height);
  place (self, self->columns[SIDE], width - side, side, height);
  place_handle (self, self->list_handle, list, height);
  place_handle (self, self->side_handle, width - side, height);
}

static void
kd_split_view_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  KdSplitView *self = KD_SPLIT_VIEW (widget);

  for (unsigned i = 0; i < N_COLUMNS; i++)
    {
      int min, nat;

      if (self->columns[i] == NULL || !gtk_widget_get_visible (self->columns[i]))
        continue;
      gtk_widget_measure (self->columns[i], orientation, -1, &min, &nat, NULL, NULL);
      *minimum = MAX (*minimum, min);
      *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? *natural + nat : MAX (*natural, nat);
    }
  *natural = MAX (*natural, *minimum);
}

static GtkSizeRequestMode
kd_split_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
set_width (KdSplitView *self,
           unsigned column,
           int width)
{
  width = MAX (width, 1);
  if (self->widths[column] == width)
    return;
  self->widths[column] = width;
  g_object_notify_by_pspec (G_OBJECT (self),
                            props[column == LIST ? PROP_LIST_WIDTH : PROP_SIDE_WIDTH]);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
list_moved_cb (KdSplitView *self,
               int pixels)
{
  set_width (self, LIST, MAX (column_min (self, LIST), self->given[LIST] + pixels));
}

static void
side_moved_cb (KdSplitView *self,
               int pixels)
{
  set_width (self, SIDE, MAX (column_min (self, SIDE), self->given[SIDE] - pixels));
}

static GtkWidget *
make_handle (KdSplitView *self,
             const char *name,
             GCallback moved_cb)
{
  GtkWidget *handle = kd_split_handle_new (name);

  g_signal_connect_swapped (handle, "moved", moved_cb, self);
  gtk_widget_set_parent (handle, GTK_WIDGET (self));
  return handle;
}

static void
back_action (GtkWidget *widget,
             const char *name,
             GVariant *parameter)
{
  kd_split_view_back (KD_SPLIT_VIEW (widget));
}

static void
kd_split_view_get_property (GObject *object,
                            guint id,
                            GValue *value,
                            GParamSpec *pspec)
{
  KdSplitView *self = KD_SPLIT_VIEW (object);

  switch (id)
    {
    case PROP_COLLAPSED: g_value_set_boolean (value, self->collapsed); break;
    case PROP_CAN_GO_BACK: g_value_set_boolean (value, can_go_back (self)); break;
    case PROP_COLLAPSE_WIDTH: g_value_set_int (value, self->collapse_width); break;
    case PROP_LIST_WIDTH: g_value_set_int (value, self->widths[LIST]); break;
    case PROP_SIDE_WIDTH: g_value_set_int (value, self->widths[SIDE]); break;
    case PROP_SHOW_DETAIL: g_value_set_boolean (value, self->show_detail); break;
    case PROP_SHOW_SIDE: g_value_set_boolean (value, self->show_side); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_split_view_set_property (GObject *object,
                            guint id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  KdSplitView *self = KD_SPLIT_VIEW (object);

  switch (id)
    {
    case PROP_COLLAPSE_WIDTH:
      self->collapse_width = g_value_get_int (value);
      gtk_widget_queue_allocate (GTK_WIDGET (self));
      break;
    case PROP_LIST_WIDTH: set_width (self, LIST, g_value_get_int (value)); break;
    case PROP_SIDE_WIDTH: set_width (self, SIDE, g_value_get_int (value)); break;
    case PROP_SHOW_DETAIL: kd_split_view_set_show_detail (self, g_value_get_boolean (value)); break;
    case PROP_SHOW_SIDE: kd_split_view_set_show_side (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_split_view_dispose (GObject *object)
{
  KdSplitView *self = KD_SPLIT_VIEW (object);

  g_clear_handle_id (&self->fold_id, g_source_remove);
  g_clear_object (&self->slide);
  for (unsigned i = 0; i < N_COLUMNS; i++)
    {
      g_clear_weak_pointer (&self->focus[i]);
      g_clear_pointer (&self->columns[i], gtk_widget_unparent);
    }
  g_clear_pointer (&self->list_handle, gtk_widget_unparent);
  g_clear_pointer (&self->side_handle, gtk_widget_unparent);
  G_OBJECT_CLASS (kd_split_view_parent_class)->dispose (object);
}

static void
kd_split_view_class_init (KdSplitViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kd_split_view_get_property;
  object_class->set_property = kd_split_view_set_property;
  object_class->dispose = kd_split_view_dispose;
  widget_class->measure = kd_split_view_measure;
  widget_class->size_allocate = kd_split_view_size_allocate;
  widget_class->get_request_mode = kd_split_view_get_request_mode;

  props[PROP_COLLAPSED] = g_param_spec_boolean ("collapsed", NULL, NULL, FALSE, read);
  props[PROP_CAN_GO_BACK] = g_param_spec_boolean ("can-go-back", NULL, NULL, FALSE, read);
  props[PROP_COLLAPSE_WIDTH]
    = g_param_spec_int ("collapse-width", NULL, NULL, 0, G_MAXINT, COLLAPSE_WIDTH, both);
  props[PROP_LIST_WIDTH]
    = g_param_spec_int ("list-width", NULL, NULL, 1, G_MAXINT, LIST_WIDTH, both);
  props[PROP_SIDE_WIDTH]
    = g_param_spec_int ("side-width", NULL, NULL, 1, G_MAXINT, SIDE_WIDTH, both);
  props[PROP_SHOW_DETAIL] = g_param_spec_boolean ("show-detail", NULL, NULL, FALSE, both);
  props[PROP_SHOW_SIDE] = g_param_spec_boolean ("show-side", NULL, NULL, FALSE, both);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_install_action (widget_class, "split.back", NULL, back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "split.back", NULL);
  gtk_widget_class_set_css_name (widget_class, "splitview");
}

static void
kd_split_view_init (KdSplitView *self)
{
  self->collapse_width = COLLAPSE_WIDTH;
  self->widths[LIST] = LIST_WIDTH;
  self->widths[SIDE] = SIDE_WIDTH;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->list_handle = make_handle (self, _("Width of the list"), G_CALLBACK (list_moved_cb));
  self->side_handle = make_handle (self, _("Width of the side panel"),
                                   G_CALLBACK (side_moved_cb));
  self->slide = adw_timed_animation_new (GTK_WIDGET (self), 0, 0, SLIDE_MS,
                                         adw_callback_animation_target_new (slide_cb, self, NULL));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "split.back", FALSE);
  update_columns (self);
}

static void
set_column (KdSplitView *self,
            unsigned column,
            GtkWidget *child)
{
  GtkWidget *next = self->list_handle;

  g_return_if_fail (KD_IS_SPLIT_VIEW (self) && self->columns[column] == NULL);

  for (unsigned i = N_COLUMNS - 1; i > column; i--)
    if (self->columns[i] != NULL)
      next = self->columns[i];
  self->columns[column] = child;
  gtk_widget_insert_before (child, GTK_WIDGET (self), next);
  go (self, FALSE);
}

GtkWidget *
kd_split_view_new (void)
{
  return g_object_new (KD_TYPE_SPLIT_VIEW, NULL);
}

void
kd_split_view_set_list (KdSplitView *self,
                        GtkWidget *list)
{
  set_column (self, LIST, list);
}

void
kd_split_view_set_detail (KdSplitView *self,
                          GtkWidget *detail)
{
  set_column (self, DETAIL, detail);
}

void
kd_split_view_set_side (KdSplitView *self,
                        GtkWidget *side)
{
  set_column (self, SIDE, side);
}

gboolean
kd_split_view_get_collapsed (KdSplitView *self)
{
  return self->collapsed;
}

gboolean
kd_split_view_get_show_detail (KdSplitView *self)
{
  return self->show_detail;
}

void
kd_split_view_set_show_detail (KdSplitView *self,
                               gboolean show_detail)
{
  g_return_if_fail (KD_IS_SPLIT_VIEW (self));

  if (self->show_detail == show_detail)
    return;
  remember_focus (self);
  self->show_detail = show_detail;
  go (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_DETAIL]);
}

gboolean
kd_split_view_get_show_side (KdSplitView *self)
{
  return self->show_side;
}

void
kd_split_view_set_show_side (KdSplitView *self,
                             gboolean show_side)
{
  g_return_if_fail (KD_IS_SPLIT_VIEW (self));

  if (self->show_side == show_side)
    return;
  remember_focus (self);
  self->show_side = show_side;
  go (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_SIDE]);
}

gboolean
kd_split_view_back (KdSplitView *self)
{
  g_return_val_if_fail (KD_IS_SPLIT_VIEW (self), FALSE);

  if (!can_go_back (self))
    return FALSE;
  if (front_column (self) == SIDE)
    kd_split_view_set_show_side (self, FALSE);
  else
    kd_split_view_set_show_detail (self, FALSE);
  return TRUE;
}

GtkWidget *
kd_split_view_back_button_new (KdSplitView *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("go-previous-symbolic");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "split.back");
  gtk_widget_set_tooltip_text (button, _("Back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Back"),
                                  -1);
  g_object_bind_property (self, "can-go-back", button, "visible", G_BINDING_SYNC_CREATE);
  return button;
}
