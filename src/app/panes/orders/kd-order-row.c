/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-row.h"

#include "kd-chip.h"
#include "kd-order-words.h"

#include <glib/gi18n.h>

#define ROW_HEIGHT 64

/* Number, customer and stage above; first item, time and total below. */
typedef struct
{
  GtkLabel *title, *subtitle, *total, *time;
  KdChip *stage;
  GtkWidget *waiting;
} Row;

static GtkLabel *
new_label (const char *css_class,
           float xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return GTK_LABEL (label);
}

/* A line that gives its first label what the others leave. */
static GtkWidget *
new_line (GtkLabel *first,
          GtkWidget *second,
          GtkWidget *third)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  gtk_widget_set_hexpand (GTK_WIDGET (first), TRUE);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (first));
  gtk_box_append (GTK_BOX (line), second);
  gtk_box_append (GTK_BOX (line), third);
  return line;
}

static GtkWidget *
row_create (gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  Row *row = g_new0 (Row, 1);

  row->title = new_label ("heading", 0);
  row->subtitle = new_label ("dim-label", 0);
  row->total = new_label ("kd-numeric", 1);
  row->time = new_label ("dim-label", 1);
  gtk_widget_add_css_class (GTK_WIDGET (row->time), "kd-small");
  row->stage = KD_CHIP (kd_chip_new ());
  row->waiting = gtk_image_new_from_icon_name ("kd-waiting-symbolic");
  gtk_widget_set_tooltip_text (row->waiting, _("Not sent yet"));
  gtk_box_append (GTK_BOX (lines), new_line (row->title, row->waiting, GTK_WIDGET (row->stage)));
  gtk_box_append (GTK_BOX (lines), new_line (row->subtitle, GTK_WIDGET (row->time), GTK_WIDGET (row->total)));
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (box), lines);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_size_request (box, -1, ROW_HEIGHT);
  g_object_set_data_full (G_OBJECT (box), "row", row, g_free);
  return box;
}

static char *
title_of (const KdOrderRow *order)
{
  const char *number = order->number != NULL ? order->number : "—";
  const char *name = order->name != NULL ? order->name : order->phone;

  return name != NULL ? g_strdup_printf ("%s · %s", number, name) : g_strdup (number);
}

static KdStage
stage_of (const KdOrderRow *row)
{
  KdOrder order = { .state = row->state, .payment = row->payment, .fulfilment = row->fulfilment,
                    .on_hold = row->on_hold, .cancel_requested = row->cancel_requested, .method = row->method };

  return kd_order_stage (&order);
}

static char *
subtitle_of (const KdOrderRow *order)
{
  if (order->n_lines > 1)
    return g_strdup_printf (ngettext ("%s and %u more", "%s and %u more", order->n_lines - 1), order->first_line,
                            order->n_lines - 1);
  return g_strdup (order->first_line != NULL ? order->first_line : _("No items"));
}

static void
row_bind (GtkWidget *widget,
          gpointer item,
          gpointer data)
{
  Row *row = g_object_get_data (G_OBJECT (widget), "row");
  const KdOrderRow *order = kd_listed_order_get_row (item);
  KdSession *session = data;
  KdStage stage;
  g_autofree char *title = NULL, *subtitle = NULL, *total = NULL, *time = NULL;

  if (!kd_item_is_loaded (item))
    {
      gtk_label_set_text (row->title, "");
      gtk_label_set_text (row->subtitle, "");
      gtk_label_set_text (row->total, "");
      gtk_label_set_text (row->time, "");
      gtk_widget_set_visible (GTK_WIDGET (row->stage), FALSE);
      gtk_widget_set_visible (row->waiting, FALSE);
      return;
    }
  stage = stage_of (order);
  title = title_of (order);
  subtitle = subtitle_of (order);
  total = kd_order_money (order->total, kd_session_get_currency (session));
  time = kd_order_when (order->at, kd_session_now (session));
  gtk_label_set_text (row->title, title);
  gtk_label_set_text (row->subtitle, subtitle);
  gtk_label_set_text (row->total, total);
  gtk_label_set_text (row->time, time);
  gtk_widget_set_visible (GTK_WIDGET (row->stage), TRUE);
  kd_chip_set (row->stage, kd_order_stage_icon (stage), kd_order_stage_words (stage), kd_order_stage_tone (stage));
  gtk_widget_set_visible (row->waiting, order->row.waiting);
}

static char *
row_name (gpointer item,
          gpointer data)
{
  const KdOrderRow *order = kd_listed_order_get_row (item);
  g_autofree char *title = NULL, *total = NULL;

  if (!kd_item_is_loaded (item))
    return g_strdup (_("Loading"));
  title = title_of (order);
  total = kd_order_money (order->total, kd_session_get_currency (data));
  return g_strdup_printf ("%s, %s, %s", title, kd_order_stage_words (stage_of (order)), total);
}

const KdRowFuncs kd_order_row_funcs = {
  .create = row_create,
  .bind = row_bind,
  .name = row_name,
};
