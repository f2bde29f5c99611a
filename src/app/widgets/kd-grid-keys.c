/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-grid-private.h"

typedef enum {
  MOVE_UP,
  MOVE_DOWN,
  MOVE_LEFT,
  MOVE_RIGHT,
  MOVE_PAGE_UP,
  MOVE_PAGE_DOWN,
  MOVE_FIRST_COLUMN,
  MOVE_LAST_COLUMN,
  MOVE_FIRST_ROW,
  MOVE_LAST_ROW,
} Move;

/* The next visible column in a direction; the same one at the edge. */
static unsigned
next_column (KdGrid *self,
             unsigned column,
             int step)
{
  for (int i = (int) column + step; i >= 0 && i < (int) self->n_cols; i += step)
    if (self->cols[i].visible)
      return (unsigned) i;
  return column;
}

static unsigned
edge_column (KdGrid *self,
             gboolean last)
{
  unsigned column = last ? self->n_cols - 1 : 0;

  return self->cols[column].visible ? column : next_column (self, column, last ? -1 : 1);
}

/* Selects what a move of the cursor to a row selects. */
static void
select_row (KdGrid *self,
            unsigned row,
            gboolean extend)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (self->selection);

  if (extend && self->mode == KD_SELECT_MANY)
    {
      unsigned from = MIN (row, self->anchor_row), to = MAX (row, self->anchor_row);

      gtk_selection_model_select_range (model, from, to - from + 1, TRUE);
      return;
    }
  self->anchor_row = row;
  gtk_selection_model_select_item (model, row, TRUE);
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant *args,
         gpointer data)
{
  KdGrid *self = KD_GRID (widget);
  unsigned n = kd_grid_n_rows (self), row = self->cursor_row, column = self->cursor_col;
  unsigned page = self->vadjustment != NULL && self->row_height > 0
                    ? MAX (1, (unsigned) (gtk_adjustment_get_page_size (self->vadjustment)
                                          / self->row_height))
                    : 1;
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  gboolean extend;
  Move move;

  g_variant_get (args, "(ub)", &move, &extend);
  if (!kd_grid_has_cell_focus (self) || row == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  switch (move)
    {
    case MOVE_UP: row = row > 0 ? row - 1 : 0; break;
    case MOVE_DOWN: row = MIN (row + 1, n - 1); break;
    case MOVE_PAGE_UP: row = row > page ? row - page : 0; break;
    case MOVE_PAGE_DOWN: row = MIN (row + page, n - 1); break;
    case MOVE_FIRST_ROW: row = 0; break;
    case MOVE_LAST_ROW: row = n - 1; break;
    case MOVE_LEFT: column = next_column (self, column, mirrored ? 1 : -1); break;
    case MOVE_RIGHT: column = next_column (self, column, mirrored ? -1 : 1); break;
    case MOVE_FIRST_COLUMN: column = edge_column (self, FALSE); break;
    case MOVE_LAST_COLUMN: column = edge_column (self, TRUE); break;
    default: g_assert_not_reached ();
    }
  if (row != self->cursor_row)
    select_row (self, row, extend);
  kd_grid_set_cursor (self, row, column);
  return GDK_EVENT_STOP;
}

static gboolean
toggle_cb (GtkWidget *widget,
           GVariant *args,
           gpointer data)
{
  KdGrid *self = KD_GRID (widget);
  GtkSelectionModel *model = GTK_SELECTION_MODEL (self->selection);

  if (!kd_grid_has_cell_focus (self) || self->cursor_row == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  self->anchor_row = self->cursor_row;
  if (self->mode == KD_SELECT_MANY && gtk_selection_model_is_selected (model, self->cursor_row))
    gtk_selection_model_unselect_item (model, self->cursor_row);
  else
    gtk_selection_model_select_item (model, self->cursor_row, self->mode == KD_SELECT_ONE);
  return GDK_EVENT_STOP;
}

static gboolean
all_cb (GtkWidget *widget,
        GVariant *args,
        gpointer data)
{
  KdGrid *self = KD_GRID (widget);

  if (!kd_grid_has_cell_focus (self))
    return GDK_EVENT_PROPAGATE;
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (self->selection));
  return GDK_EVENT_STOP;
}

static gboolean
edit_cb (GtkWidget *widget,
         GVariant *args,
         gpointer data)
{
  KdGrid *self = KD_GRID (widget);
  gboolean or_activate = g_variant_get_boolean (args);

  if (!kd_grid_has_cell_focus (self) || self->cursor_row == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  if (!kd_grid_edit_start (self) && or_activate)
    g_signal_emit_by_name (self, "activate", self->cursor_row);
  return GDK_EVENT_STOP;
}

static gboolean
window_cb (GtkWidget *widget,
           GVariant *args,
           gpointer data)
{
  KdGrid *self = KD_GRID (widget);

  if (!kd_grid_has_cell_focus (self) || self->cursor_row == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit_by_name (self, "open-in-window", self->cursor_row);
  return GDK_EVENT_STOP;
}

static gboolean
clipboard_cb (GtkWidget *widget,
              GVariant *args,
              gpointer data)
{
  KdGrid *self = KD_GRID (widget);

  if (!kd_grid_has_cell_focus (self) || self->cursor_row == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  if (g_variant_get_boolean (args))
    kd_grid_paste (self);
  else
    kd_grid_copy (self);
  return GDK_EVENT_STOP;
}

static void
show_menu (KdGrid *self,
           int x,
           int y)
{
  g_autoptr (GMenuModel) menu
    = self->menu != NULL ? self->menu (self->cursor_row, self->user_data) : NULL;

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

static gboolean
menu_cb (GtkWidget *widget,
         GVariant *args,
         gpointer data)
{
  KdGrid *self = KD_GRID (widget);
  KdGridRow *row = kd_grid_find_row (self, self->cursor_row);
  graphene_rect_t place;

  if (!kd_grid_has_cell_focus (self) || row == NULL
      || !gtk_widget_compute_bounds (kd_grid_row_get_cell (row, self->cursor_col), widget, &place))
    return GDK_EVENT_PROPAGATE;
  show_menu (self, (int) place.origin.x, (int) (place.origin.y + place.size.height));
  return GDK_EVENT_STOP;
}

/* Typing on a cell begins a new value: the key goes on into the editor, through its input method. */
static gboolean
typed_cb (GtkEventControllerKey *keys,
          guint keyval,
          guint keycode,
          GdkModifierType state,
          KdGrid *self)
{
  gunichar letter = gdk_keyval_to_unicode (keyval);

  if (!kd_grid_has_cell_focus (self) || letter <= ' ' || g_unichar_iscntrl (letter)
      || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0
      || !kd_grid_edit_start (self))
    return GDK_EVENT_PROPAGATE;
  gtk_editable_set_text (GTK_EDITABLE (self->editor), "");
  return gtk_event_controller_key_forward (
    keys, GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->editor))));
}

static void
click_cell (KdGrid *self,
            unsigned row,
            unsigned column,
            int n_press,
            GdkModifierType state)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (self->selection);

  if (n_press == 1 && (state & GDK_CONTROL_MASK) != 0 && self->mode == KD_SELECT_MANY)
    {
      self->anchor_row = row;
      if (gtk_selection_model_is_selected (model, row))
        gtk_selection_model_unselect_item (model, row);
      else
        gtk_selection_model_select_item (model, row, FALSE);
    }
  else if (n_press == 1)
    select_row (self, row, (state & GDK_SHIFT_MASK) != 0);
  kd_grid_set_cursor (self, row, column);
  kd_grid_focus_cursor (self);
  if (n_press == 2 && !kd_grid_edit_start (self))
    g_signal_emit_by_name (self, "activate", row);
}

static void
pressed_cb (GtkGestureClick *click,
            int n_press,
            double x,
            double y,
            KdGrid *self)
{
  unsigned button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (click));
  GdkModifierType state
    = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (click));
  unsigned row, column;

  if (!kd_grid_pick_cell (self, x, y, &row, &column)
      || (self->edited != NULL && !kd_grid_edit_commit (self)))
    return;
  if (button == GDK_BUTTON_PRIMARY)
    click_cell (self, row, column, n_press, state);
  else if (button == GDK_BUTTON_MIDDLE)
    g_signal_emit_by_name (self, "open-in-window", row);
  else if (button == GDK_BUTTON_SECONDARY)
    {
      if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), row))
        select_row (self, row, FALSE);
      kd_grid_set_cursor (self, row, column);
      kd_grid_focus_cursor (self);
      show_menu (self, (int) x, (int) y);
    }
}

void
kd_grid_keys_class_init (GtkWidgetClass *widget_class)
{
  static const struct {
    guint key;
    guint keypad;
    GdkModifierType state;
    Move move;
    gboolean rows; /* Shift extends the selection */
  } moves[] = {
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, MOVE_UP, TRUE },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, MOVE_DOWN, TRUE },
    { GDK_KEY_Left, GDK_KEY_KP_Left, 0, MOVE_LEFT, FALSE },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 0, MOVE_RIGHT, FALSE },
    { GDK_KEY_Page_Up, GDK_KEY_KP_Page_Up, 0, MOVE_PAGE_UP, TRUE },
    { GDK_KEY_Page_Down, GDK_KEY_KP_Page_Down, 0, MOVE_PAGE_DOWN, TRUE },
    { GDK_KEY_Home, GDK_KEY_KP_Home, 0, MOVE_FIRST_COLUMN, FALSE },
    { GDK_KEY_End, GDK_KEY_KP_End, 0, MOVE_LAST_COLUMN, FALSE },
    { GDK_KEY_Home, GDK_KEY_KP_Home, GDK_CONTROL_MASK, MOVE_FIRST_ROW, TRUE },
    { GDK_KEY_End, GDK_KEY_KP_End, GDK_CONTROL_MASK, MOVE_LAST_ROW, TRUE },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (moves); i++)
    for (unsigned pad = 0; pad < 2; pad++)
      {
        guint key = pad ? moves[i].keypad : moves[i].key;

        gtk_widget_class_add_binding (widget_class, key, moves[i].state, move_cb, "(ub)",
                                      moves[i].move, FALSE);
        if (moves[i].rows)
          gtk_widget_class_add_binding (widget_class, key, moves[i].state | GDK_SHIFT_MASK, move_cb,
                                        "(ub)", moves[i].move, TRUE);
      }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, toggle_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, GDK_CONTROL_MASK, toggle_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, all_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F2, 0, edit_cb, "b", FALSE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, edit_cb, "b", TRUE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, 0, edit_cb, "b", TRUE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, window_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, clipboard_cb, "b",
                                FALSE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, clipboard_cb, "b", TRUE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_cb, NULL);
}

void
kd_grid_keys_init (KdGrid *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (typed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}
