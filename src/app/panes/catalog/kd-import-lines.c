/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-lines.h"

#include "kd-import-words.h"
#include "kd-list-view.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define ROWS_SHOWN_MAX 5
#define ROW_HEIGHT 52 /* about: the list scrolls in itself beyond that */
#define LINE_SPACING 2

/* ---- one row ---- */

#define KD_TYPE_IMPORT_LINE (kd_import_line_get_type ())
G_DECLARE_FINAL_TYPE (KdImportLine, kd_import_line, KD, IMPORT_LINE, GObject)

struct _KdImportLine {
  GObject parent_instance;

  char *where, *what;
};

G_DEFINE_FINAL_TYPE (KdImportLine, kd_import_line, G_TYPE_OBJECT)

static void
kd_import_line_finalize (GObject *object)
{
  g_free (KD_IMPORT_LINE (object)->where);
  g_free (KD_IMPORT_LINE (object)->what);
  G_OBJECT_CLASS (kd_import_line_parent_class)->finalize (object);
}

static void
kd_import_line_class_init (KdImportLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_import_line_finalize;
}

static void
kd_import_line_init (KdImportLine *self)
{
}

/* "Row 12 · Regular price · “11.05”" */
static char *
place_words (guint64 row,
             guint64 count,
             const char *column,
             const char *value,
             const char *currency)
{
  g_autoptr (GString) where = g_string_new (NULL);
  g_autofree char *first = kd_import_count_words (row, currency);
  g_autofree char *more = kd_import_count_words (count > 1 ? count - 1 : 0, currency);

  if (row == 0)
    g_string_append (where, _("The whole file"));
  else if (count > 1)
    /* TRANSLATORS: The number of a row of a table, and how many others are meant too. */
    g_string_append_printf (where, ngettext ("Row %s and %s more", "Row %s and %s more", count - 1), first, more);
  else
    /* TRANSLATORS: The number of a row of a table. */
    g_string_append_printf (where, _("Row %s"), first);
  if (column != NULL)
    g_string_append_printf (where, " · %s", column);
  if (value != NULL)
    g_string_append_printf (where, " · “%s”", value);
  g_strdelimit (where->str, "\r\n\t", ' ');
  return g_string_free (g_steal_pointer (&where), FALSE);
}

static KdImportLine *
line_new (char *where,
          char *what)
{
  KdImportLine *self = g_object_new (KD_TYPE_IMPORT_LINE, NULL);

  self->where = where;
  self->what = what;
  return self;
}

/* ---- the list ---- */

struct _KdImportLines {
  GtkWidget parent_instance;

  GListStore *lines;      /* (owned): of KdImportLine */
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (KdImportLines, kd_import_lines, GTK_TYPE_WIDGET)

static GtkWidget *
new_line (const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
create_row (gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, LINE_SPACING);
  GtkWidget *where = new_line ("dim-label");
  GtkWidget *what = new_line (NULL);

  gtk_widget_add_css_class (where, "kd-small");
  gtk_widget_add_css_class (where, "kd-numeric");
  gtk_widget_add_css_class (box, "kd-import-line");
  gtk_box_append (GTK_BOX (box), what);
  gtk_box_append (GTK_BOX (box), where);
  return box;
}

static void
bind_row (GtkWidget *box,
          gpointer item,
          gpointer data)
{
  KdImportLine *line = item;
  GtkWidget *what = gtk_widget_get_first_child (box), *where = gtk_widget_get_last_child (box);
  g_autofree char *whole = g_strdup_printf ("%s\n%s", line->what, line->where);

  gtk_label_set_text (GTK_LABEL (what), line->what);
  gtk_label_set_text (GTK_LABEL (where), line->where);
  gtk_widget_set_tooltip_text (box, whole);
}

static char *
name_row (gpointer item,
          gpointer data)
{
  KdImportLine *line = item;

  return g_strdup_printf ("%s: %s", line->where, line->what);
}

static const KdRowFuncs row_funcs = { .create = create_row, .bind = bind_row, .name = name_row };

static void
kd_import_lines_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_object (&KD_IMPORT_LINES (object)->lines);
  G_OBJECT_CLASS (kd_import_lines_parent_class)->dispose (object);
}

static void
kd_import_lines_class_init (KdImportLinesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_import_lines_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "importlines");
}

static void
kd_import_lines_init (KdImportLines *self)
{
  self->lines = g_list_store_new (KD_TYPE_IMPORT_LINE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
kd_import_lines_new (const char *name)
{
  KdImportLines *self = g_object_new (KD_TYPE_IMPORT_LINES, NULL);

  self->list = kd_list_view_new (name, KD_SELECT_ONE, &row_funcs, self);
  kd_list_view_set_model (KD_LIST_VIEW (self->list), G_LIST_MODEL (self->lines));
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

static void
take_lines (KdImportLines *self,
            GPtrArray *lines)
{
  g_list_store_splice (self->lines, 0, g_list_model_get_n_items (G_LIST_MODEL (self->lines)), lines->pdata, lines->len);
  gtk_widget_set_size_request (self->list, -1, (int) MIN (lines->len, ROWS_SHOWN_MAX) * ROW_HEIGHT);
}

void
kd_import_lines_set_problems (KdImportLines *self,
                                  const KdImportReport *report,
                                  const char *currency)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (KD_IS_IMPORT_LINES (self));
  for (guint i = 0; i < report->problems->len; i++)
    {
      const KdImportProblem *problem = g_ptr_array_index (report->problems, i);

      g_ptr_array_add (lines, line_new (place_words (problem->row, 1, problem->column, problem->value, currency),
                                        kd_import_problem_words (problem)));
    }
  take_lines (self, lines);
}

void
kd_import_lines_set_notes (KdImportLines *self,
                               const KdImportReport *report,
                               const char *currency)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (KD_IS_IMPORT_LINES (self));
  for (guint i = 0; i < report->notes->len; i++)
    {
      const KdImportNote *note = g_ptr_array_index (report->notes, i);

      g_ptr_array_add (lines, line_new (place_words (note->row, note->count, note->column, NULL, currency),
                                        kd_import_note_words (note)));
    }
  take_lines (self, lines);
}

guint
kd_import_lines_get_n (KdImportLines *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->lines));
}
