/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-conversation-row.h"

#include "kd-badge.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define ROW_HEIGHT 64
#define AVATAR 40

typedef struct
{
  AdwAvatar *avatar;
  GtkLabel *name, *last, *time;
  KdBadge *unread;
  GtkWidget *waiting;
} Row;

static GtkLabel *
new_label (const char *css_class,
           float xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return GTK_LABEL (label);
}

static GtkWidget *
row_create (gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *grid = gtk_grid_new ();
  Row *row = g_new0 (Row, 1);

  row->avatar = ADW_AVATAR (adw_avatar_new (AVATAR, NULL, TRUE));
  row->name = new_label ("heading", 0);
  row->last = new_label ("dim-label", 0);
  row->time = new_label ("dim-label", 1);
  gtk_widget_add_css_class (GTK_WIDGET (row->time), "kd-small");
  row->unread = KD_BADGE (kd_badge_new ());
  row->waiting = gtk_image_new_from_icon_name ("kd-waiting-symbolic");
  /* hidden first: what is seen asks the display where the pointer is */
  gtk_widget_set_visible (row->waiting, FALSE);
  gtk_widget_set_tooltip_text (row->waiting, _("Not sent yet"));
  gtk_widget_set_hexpand (GTK_WIDGET (row->name), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (row->last), TRUE);
  gtk_widget_set_halign (GTK_WIDGET (row->unread), GTK_ALIGN_END);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (row->name), 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), row->waiting, 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (row->time), 2, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (row->last), 0, 1, 2, 1);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (row->unread), 2, 1, 1, 1);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 9);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_widget_set_valign (grid, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (grid, TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (row->avatar));
  gtk_box_append (GTK_BOX (box), grid);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_size_request (box, -1, ROW_HEIGHT);
  g_object_set_data_full (G_OBJECT (box), "row", row, g_free);
  return box;
}

static const char *
name_of (const KdConversationRow *conversation)
{
  if (conversation->name != NULL && *conversation->name != '\0')
    return conversation->name;
  return conversation->phone != NULL ? conversation->phone : _("A buyer");
}

static char *
last_of (const KdConversationRow *conversation)
{
  g_autofree char *line = NULL;

  if (conversation->draft != NULL && *conversation->draft != '\0')
    return g_strdup_printf (_("Draft: %s"), conversation->draft);
  switch (conversation->last_body)
    {
    case KD_BODY_PRODUCT:
      line = g_strdup (_("Product"));
      break;
    case KD_BODY_ORDER:
      line = g_strdup (_("Order"));
      break;
    case KD_BODY_IMAGE:
      line = g_strdup (_("Photo"));
      break;
    default:
      line = g_strdup (conversation->last_text != NULL ? conversation->last_text : "");
    }
  g_strdelimit (line, "\n\r\t", ' ');
  return conversation->last_direction == KD_MESSAGE_OUT ? g_strdup_printf (_("You: %s"), line) : g_steal_pointer (&line);
}

static char *
time_of (gint64 at,
         gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (at / 1000);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / 1000);

  if (at == 0 || then == NULL || today == NULL)
    return g_strdup ("");
  return g_date_time_format (then, g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (today)
                                   && g_date_time_get_year (then) == g_date_time_get_year (today) ? _("%H:%M") : _("%-d %b"));
}

static void
row_bind (GtkWidget *widget,
          gpointer item,
          gpointer data)
{
  Row *row = g_object_get_data (G_OBJECT (widget), "row");
  const KdConversationRow *conversation = kd_listed_conversation_get_row (item);
  gboolean loaded = kd_item_is_loaded (item);
  g_autofree char *last = loaded ? last_of (conversation) : NULL;
  g_autofree char *time = loaded ? time_of (conversation->last_at, kd_session_now (data)) : NULL;

  adw_avatar_set_text (row->avatar, loaded ? name_of (conversation) : NULL);
  gtk_label_set_text (row->name, loaded ? name_of (conversation) : "");
  gtk_label_set_text (row->last, last != NULL ? last : "");
  gtk_label_set_text (row->time, time != NULL ? time : "");
  kd_badge_set_count (row->unread, loaded ? conversation->unread : 0);
  gtk_widget_set_visible (row->waiting, loaded && conversation->row.waiting);
  if (loaded && conversation->unread > 0)
    gtk_widget_remove_css_class (GTK_WIDGET (row->last), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (row->last), "dim-label");
}

static char *
row_name (gpointer item,
          gpointer data)
{
  const KdConversationRow *conversation = kd_listed_conversation_get_row (item);
  g_autofree char *last = NULL;

  if (!kd_item_is_loaded (item))
    return g_strdup (_("Loading"));
  last = last_of (conversation);
  if (conversation->unread > 0)
    return g_strdup_printf (ngettext ("%s, %u unread, %s", "%s, %u unread, %s", conversation->unread), name_of (conversation),
                            conversation->unread, last);
  return g_strdup_printf ("%s, %s", name_of (conversation), last);
}

const KdRowFuncs kd_conversation_row_funcs = {
  .create = row_create,
  .bind = row_bind,
  .name = row_name,
};
