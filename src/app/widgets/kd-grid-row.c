/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-grid-private.h"

#include "kd-widgets.h"

#include <glib/gi18n.h>

struct _KdGridCell {
  GtkWidget parent_instance;

  GtkWidget *content; /* GtkInscription, or the column's own widget */
};

struct _KdGridRow {
  GtkWidget parent_instance;

  KdGrid *grid; /* (unowned): the parent */
  unsigned position;
  GObject *item; /* (owned) (nullable) */
  gulong changed_id;
  GtkWidget **cells;
};

G_DEFINE_FINAL_TYPE (KdGridCell, kd_grid_cell, GTK_TYPE_WIDGET)
G_DEFINE_FINAL_TYPE (KdGridRow, kd_grid_row, GTK_TYPE_WIDGET)

/* ---- the cell ---- */

static void
kd_grid_cell_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_grid_cell_parent_class)->dispose (object);
}

static void
kd_grid_cell_class_init (KdGridCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_grid_cell_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "gridcell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
kd_grid_cell_init (KdGridCell *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static GtkWidget *
make_cell (KdGrid *grid,
           const KdGridColumn *def)
{
  KdGridCell *self = g_object_new (KD_TYPE_GRID_CELL, NULL);

  if (def->create != NULL)
    self->content = def->create (grid->user_data);
  else
    {
      self->content = gtk_inscription_new (NULL);
      gtk_inscription_set_text_overflow (GTK_INSCRIPTION (self->content),
                                         GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
      gtk_inscription_set_min_lines (GTK_INSCRIPTION (self->content), 1);
      gtk_inscription_set_min_chars (GTK_INSCRIPTION (self->content), 0);
      gtk_inscription_set_nat_chars (GTK_INSCRIPTION (self->content), 0);
      gtk_widget_set_valign (self->content, GTK_ALIGN_CENTER);
    }
  if ((def->flags & KD_GRID_NUMBER) != 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "number");
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _(def->title), -1);
  return GTK_WIDGET (self);
}

/* Whether a paragraph runs from right to left: its first letter decides, digits don't. */
static gboolean
is_turned (const char *text,
           gboolean mirrored)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (!g_unichar_isalpha (letter))
        continue;
      switch (g_unichar_get_script (letter))
        {
        case G_UNICODE_SCRIPT_ARABIC:
        case G_UNICODE_SCRIPT_HEBREW:
        case G_UNICODE_SCRIPT_SYRIAC:
        case G_UNICODE_SCRIPT_THAANA:
        case G_UNICODE_SCRIPT_NKO: return TRUE;
        default: return FALSE;
        }
    }
  return mirrored;
}

/* Pango turns the sides around in a right-to-left paragraph and GtkInscription doesn't turn them
 * for a right-to-left widget: say which side is meant. */
static void
show_text (GtkInscription *inscription,
           const char *text,
           gboolean number)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (inscription)) == GTK_TEXT_DIR_RTL;
  gboolean turned = is_turned (text, mirrored);
  gboolean on_the_left = number == mirrored;

  gtk_inscription_set_xalign (inscription, on_the_left != turned ? 0 : 1);
  gtk_inscription_set_text (inscription, text);
}

static void
show_cell (KdGridCell *self,
           KdGrid *grid,
           const KdGridColumn *def,
           gpointer item)
{
  g_autofree char *text = def->text (item, grid->user_data);
  g_autofree char *problem
    = def->problem != NULL ? def->problem (item, grid->user_data) : NULL;

  if (def->create != NULL)
    def->bind (self->content, item, grid->user_data);
  else
    show_text (GTK_INSCRIPTION (self->content), text, (def->flags & KD_GRID_NUMBER) != 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  if (def->problem == NULL)
    return;
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "problem");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "problem");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), problem);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                               : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  problem != NULL ? problem : _(def->title), -1);
}

/* ---- the row ---- */

static void
kd_grid_row_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  KdGridRow *self = KD_GRID_ROW (widget);

  /* The grid gives the width; the tallest cell asks for the height. */
  for (unsigned i = 0; orientation == GTK_ORIENTATION_VERTICAL && i < self->grid->n_cols; i++)
    {
      int min;

      if (!self->grid->cols[i].visible)
        continue;
      gtk_widget_measure (self->cells[i], orientation, -1, &min, NULL, NULL, NULL);
      *minimum = *natural = MAX (*minimum, min);
    }
}

static void
kd_grid_row_size_allocate (GtkWidget *widget,
                           int width,
                           int height,
                           int baseline)
{
  KdGridRow *self = KD_GRID_ROW (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  for (unsigned i = 0; i < self->grid->n_cols; i++)
    {
      KdGridCol *col = &self->grid->cols[i];

      if (col->visible)
        gtk_widget_size_allocate (
          self->cells[i],
          &(GtkAllocation) { mirrored ? width - col->x - col->w : col->x, 0, col->w, height }, -1);
    }
}

static void
kd_grid_row_direction_changed (GtkWidget *widget,
                               GtkTextDirection before)
{
  GTK_WIDGET_CLASS (kd_grid_row_parent_class)->direction_changed (widget, before);
  kd_grid_row_refresh (KD_GRID_ROW (widget));
}

static void
kd_grid_row_dispose (GObject *object)
{
  KdGridRow *self = KD_GRID_ROW (object);

  kd_grid_row_unbind (self);
  kd_widgets_unparent_children (GTK_WIDGET (self));
  g_clear_pointer (&self->cells, g_free);
  G_OBJECT_CLASS (kd_grid_row_parent_class)->dispose (object);
}

static void
kd_grid_row_class_init (KdGridRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_grid_row_dispose;
  widget_class->measure = kd_grid_row_measure;
  widget_class->size_allocate = kd_grid_row_size_allocate;
  widget_class->direction_changed = kd_grid_row_direction_changed;
  gtk_widget_class_set_css_name (widget_class, "gridrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ROW);
}

static void
kd_grid_row_init (KdGridRow *self)
{
  self->position = GTK_INVALID_LIST_POSITION;
}

GtkWidget *
kd_grid_row_new (KdGrid *grid)
{
  KdGridRow *self = g_object_new (KD_TYPE_GRID_ROW, NULL);

  self->grid = grid;
  self->cells = g_new0 (GtkWidget *, grid->n_cols);
  for (unsigned i = 0; i < grid->n_cols; i++)
    {
      self->cells[i] = make_cell (grid, grid->cols[i].def);
      gtk_widget_set_parent (self->cells[i], GTK_WIDGET (self));
      gtk_widget_set_child_visible (self->cells[i], grid->cols[i].visible);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self->cells[i]),
                                      GTK_ACCESSIBLE_RELATION_COL_INDEX, (int) i + 1, -1);
    }
  return GTK_WIDGET (self);
}

void
kd_grid_row_refresh (KdGridRow *self)
{
  g_autofree char *name = NULL;

  if (self->item == NULL)
    return;
  for (unsigned i = 0; i < self->grid->n_cols; i++)
    {
      const KdGridColumn *def = self->grid->cols[i].def;

      gtk_widget_set_child_visible (self->cells[i], self->grid->cols[i].visible);
      show_cell (KD_GRID_CELL (self->cells[i]), self->grid, def, self->item);
      if (name == NULL && def->create == NULL)
        name = def->text (self->item, self->grid->user_data);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name != NULL ? name : "", -1);
}

void
kd_grid_row_bind (KdGridRow *self,
                  unsigned position,
                  GObject *item)
{
  if (self->position != position)
    {
      self->position = position;
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_ROW_INDEX,
                                      (int) position + 1, -1);
      for (unsigned i = 0; i < self->grid->n_cols; i++)
        gtk_accessible_update_relation (GTK_ACCESSIBLE (self->cells[i]),
                                        GTK_ACCESSIBLE_RELATION_ROW_INDEX, (int) position + 1, -1);
    }
  if (self->item != item)
    {
      g_clear_signal_handler (&self->changed_id, self->item);
      g_set_object (&self->item, item);
      if (g_signal_lookup ("changed", G_OBJECT_TYPE (item)) != 0)
        self->changed_id = g_signal_connect_swapped (item, "changed",
                                                     G_CALLBACK (kd_grid_row_refresh), self);
      kd_grid_row_refresh (self);
    }
  kd_grid_row_set_selected (
    self,
    gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->grid->selection), position));
}

void
kd_grid_row_unbind (KdGridRow *self)
{
  g_clear_signal_handler (&self->changed_id, self->item);
  g_clear_object (&self->item);
  self->position = GTK_INVALID_LIST_POSITION;
}

void
kd_grid_row_set_selected (KdGridRow *self,
                          gboolean selected)
{
  if (selected)
    gtk_widget_add_css_class (GTK_WIDGET (self), "selected");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "selected");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

unsigned
kd_grid_row_get_position (KdGridRow *self)
{
  return self->position;
}

GObject *
kd_grid_row_get_item (KdGridRow *self)
{
  return self->item;
}

GtkWidget *
kd_grid_row_get_cell (KdGridRow *self,
                      unsigned column)
{
  return self->cells[column];
}
