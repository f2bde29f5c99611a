/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-message-row.h"

#include "kd-order-words.h"
#include "kd-photo-view.h"
#include "kd-session-photos.h"
#include "kd-target.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>
#include <string.h>

#define BUBBLE_CHARS 56
#define FOLD_LINES 25
#define PHOTO_SIZE 48

struct _KdMessageRow
{
  GtkWidget parent_instance;

  KdSession *session;           /* borrowed */
  KdThreadItem *item;           /* (owned) (nullable) */
  gulong changed;

  GtkWidget *line;              /* day or unread line */
  GtkWidget *bubble;
  GtkLabel *author, *text, *time;
  GtkImage *tick;
  GtkWidget *card, *more, *photo;
  GtkLabel *card_title, *card_words;
};

G_DEFINE_FINAL_TYPE (KdMessageRow, kd_message_row, GTK_TYPE_WIDGET)

static char *
day_words (gint64 at)
{
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (at / 1000);

  return day != NULL ? g_date_time_format (day, _("%A, %-d %B %Y")) : g_strdup ("");
}

static char *
clock_words (gint64 at)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (at / 1000);

  return time != NULL ? g_date_time_format (time, _("%H:%M")) : g_strdup ("");
}

/* ---- what is sent, and how far it is ---- */

static void
show_tick (KdMessageRow *self,
           const KdThreadEntry *entry)
{
  const KdMessage *message = entry->message;
  const char *icon, *words;

  gtk_widget_set_visible (GTK_WIDGET (self->tick), message->direction == KD_MESSAGE_OUT);
  if (message->direction != KD_MESSAGE_OUT)
    return;
  if (entry->waiting || message->parent.seq == 0)
    icon = "kd-waiting-symbolic", words = _("Waits to be sent");
  else
    switch (message->delivery)
      {
      case KD_DELIVERY_FAILED:
        icon = "kd-failed-symbolic", words = _("Not delivered");
        break;
      case KD_DELIVERY_DELIVERED:
        icon = "kd-delivered-symbolic", words = _("Delivered");
        break;
      case KD_DELIVERY_READ:
        icon = "kd-delivered-symbolic", words = _("Read");
        break;
      case KD_DELIVERY_SENT:
        icon = "kd-sent-symbolic", words = _("Sent");
        break;
      default:
        icon = "kd-waiting-symbolic", words = _("Being sent");
      }
  gtk_image_set_from_icon_name (self->tick, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->tick), words);
}

/* ---- cards ---- */

static char *
price_words (KdMessageRow *self,
             const KdThreadEntry *entry)
{
  const char *currency = kd_session_get_currency (self->session);
  g_autofree char *low = entry->price_min != KD_EMPTY ? kd_order_money (entry->price_min, currency) : g_strdup (_("No price"));
  g_autofree char *high = NULL;

  if (entry->price_max == KD_EMPTY || entry->price_max == entry->price_min)
    return g_steal_pointer (&low);
  high = kd_order_money (entry->price_max, currency);
  return g_strdup_printf ("%s – %s", low, high);
}

static void
show_card (KdMessageRow *self,
           const KdThreadEntry *entry)
{
  const KdMessage *message = entry->message;
  g_autofree char *title = NULL, *words = NULL;
  gboolean pictured = kd_id_is_none (&message->order) && !kd_hash_is_none (&entry->photo);
  char key[KD_HASH_TEXT_LENGTH + 1];

  gtk_widget_set_visible (self->photo, pictured);
  kd_photo_view_set_photo (KD_PHOTO_VIEW (self->photo), kd_session_get_photos (self->session),
                           pictured ? kd_hash_to_text (&entry->photo, key) : NULL);
  if (!kd_id_is_none (&message->order))
    {
      KdOrder order = { .state = entry->order_state, .payment = entry->order_payment, .fulfilment = entry->order_fulfilment };
      g_autofree char *money = kd_order_money (entry->order_total, kd_session_get_currency (self->session));

      title = entry->order_number != NULL ? g_strdup_printf (_("Order %s"), entry->order_number) : g_strdup (_("Order"));
      words = g_strdup_printf ("%s · %s", money, kd_order_stage_words (kd_order_stage (&order)));
    }
  else if (!kd_id_is_none (&message->product))
    {
      g_autofree char *price = price_words (self, entry);

      title = g_strdup (entry->product_name != NULL ? entry->product_name : _("A product that isn't there any more"));
      if (entry->product_status != KD_PRODUCT_ACTIVE)
        words = g_strdup_printf (_("%s · not on sale"), price);
      else if (entry->available <= 0)
        words = g_strdup_printf (_("%s · sold out"), price);
      else
        words = g_steal_pointer (&price);
    }
  gtk_widget_set_visible (self->card, title != NULL);
  if (title == NULL)
    return;
  gtk_label_set_text (self->card_title, title);
  gtk_label_set_text (self->card_words, words);
}

static void
card_clicked_cb (GtkButton *button,
                 gpointer data)
{
  KdMessageRow *self = data;
  const KdThreadEntry *entry = self->item != NULL ? kd_thread_item_get_entry (self->item) : NULL;
  g_autofree char *target = NULL;

  if (entry == NULL)
    return;
  target = !kd_id_is_none (&entry->message->order) ? kd_target_text (&kd_kind_order, &entry->message->order)
                                                   : kd_target_text (&kd_kind_product, &entry->message->product);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-target", "s", target);
}

static void
more_clicked_cb (GtkButton *button,
                 gpointer data)
{
  KdMessageRow *self = data;

  gtk_label_set_lines (self->text, -1);
  gtk_label_set_ellipsize (self->text, PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_visible (self->more, FALSE);
}

/* ---- the line ---- */

static guint
count_lines (const char *text)
{
  guint n = 1;

  for (; text != NULL && *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

static void
show_message (KdMessageRow *self,
              const KdThreadEntry *entry)
{
  const KdMessage *message = entry->message;
  gboolean out = message->direction == KD_MESSAGE_OUT, note = message->direction == KD_MESSAGE_NOTE;
  gboolean has_text = message->text != NULL && *message->text != '\0';
  gboolean folded = has_text && (count_lines (message->text) > FOLD_LINES || strlen (message->text) > FOLD_LINES * BUBBLE_CHARS);
  g_autofree char *clock = clock_words (message->at);

  gtk_widget_set_halign (self->bubble, out ? GTK_ALIGN_END : note ? GTK_ALIGN_CENTER : GTK_ALIGN_START);
  gtk_widget_remove_css_class (self->bubble, "out");
  gtk_widget_remove_css_class (self->bubble, "in");
  gtk_widget_remove_css_class (self->bubble, "note");
  gtk_widget_add_css_class (self->bubble, out ? "out" : note ? "note" : "in");
  gtk_label_set_text (self->author, note ? _("Note for the staff") : entry->author != NULL ? entry->author : "");
  gtk_widget_set_visible (GTK_WIDGET (self->author), note || (out && entry->author != NULL));
  gtk_widget_set_visible (GTK_WIDGET (self->text), has_text);
  gtk_label_set_text (self->text, has_text ? message->text : "");
  gtk_label_set_lines (self->text, folded ? FOLD_LINES : -1);
  gtk_label_set_ellipsize (self->text, folded ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_visible (self->more, folded);
  gtk_label_set_text (self->time, clock);
  show_card (self, entry);
  show_tick (self, entry);
  if (!has_text && !gtk_widget_get_visible (self->card))
    {
      /* a type that a newer version made, or a picture: said, never dropped */
      gtk_widget_set_visible (GTK_WIDGET (self->text), TRUE);
      gtk_label_set_text (self->text, message->body == KD_BODY_IMAGE ? _("Photo") : _("A message that this version can't show"));
    }
}

static void
show (KdMessageRow *self)
{
  const KdThreadEntry *entry;
  g_autofree char *words = NULL;

  if (self->item == NULL)
    return;
  entry = kd_thread_item_get_entry (self->item);
  gtk_widget_set_visible (self->bubble, entry != NULL);
  gtk_widget_set_visible (self->line, entry == NULL);
  if (entry != NULL)
    {
      show_message (self, entry);
      return;
    }
  if (kd_thread_item_get_item_type (self->item) == KD_THREAD_UNREAD)
    words = g_strdup (_("New messages"));
  else
    words = day_words (kd_thread_item_get_time (self->item));
  gtk_label_set_text (GTK_LABEL (self->line), words);
}

char *
kd_message_row_name (KdThreadItem *item)
{
  const KdThreadEntry *entry = kd_thread_item_get_entry (item);
  const char *who, *text;

  if (entry == NULL)
    return kd_thread_item_get_item_type (item) == KD_THREAD_UNREAD ? g_strdup (_("New messages"))
                                                                   : day_words (kd_thread_item_get_time (item));
  who = entry->message->direction == KD_MESSAGE_IN ? (entry->author != NULL ? entry->author : _("A buyer")) : _("You");
  text = entry->message->text != NULL ? entry->message->text : entry->product_name != NULL ? entry->product_name
         : entry->order_number != NULL ? entry->order_number : "";
  return g_strdup_printf ("%s: %s", who, text);
}

static void
changed_cb (KdThreadItem *item,
            gpointer data)
{
  show (data);
}

void
kd_message_row_set_item (KdMessageRow *self,
                         KdThreadItem *item)
{
  if (self->item != NULL)
    g_clear_signal_handler (&self->changed, self->item);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  self->changed = g_signal_connect (item, "changed", G_CALLBACK (changed_cb), self);
  show (self);
}

static void
kd_message_row_dispose (GObject *object)
{
  KdMessageRow *self = KD_MESSAGE_ROW (object);

  kd_message_row_set_item (self, NULL);
  kd_widgets_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (kd_message_row_parent_class)->dispose (object);
}

static void
kd_message_row_class_init (KdMessageRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_message_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "messagerow");
}

static GtkLabel *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return GTK_LABEL (label);
}

static GtkWidget *
build_card (KdMessageRow *self)
{
  GtkWidget *button = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->card_title = new_label ("heading");
  self->card_words = new_label ("kd-numeric");
  gtk_label_set_ellipsize (self->card_title, PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (self->card_words, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->card_title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->card_words));
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  self->photo = kd_photo_view_new (PHOTO_SIZE, PHOTO_SIZE);
  gtk_box_append (GTK_BOX (line), self->photo);
  gtk_box_append (GTK_BOX (line), box);
  gtk_button_set_child (GTK_BUTTON (button), line);
  gtk_widget_add_css_class (button, "kd-card");
  g_signal_connect (button, "clicked", G_CALLBACK (card_clicked_cb), self);
  return button;
}

static void
kd_message_row_init (KdMessageRow *self)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->line = GTK_WIDGET (new_label ("dim-label"));
  gtk_widget_set_halign (self->line, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (self->line, 9);
  gtk_widget_set_margin_bottom (self->line, 9);
  gtk_widget_set_parent (self->line, GTK_WIDGET (self));
  self->bubble = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class (self->bubble, "kd-bubble");
  self->author = new_label ("kd-small");
  self->text = new_label (NULL);
  gtk_label_set_wrap (self->text, TRUE);
  gtk_label_set_wrap_mode (self->text, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (self->text, BUBBLE_CHARS);
  gtk_label_set_selectable (self->text, TRUE);
  self->more = gtk_button_new_with_label (_("Show all"));
  gtk_widget_add_css_class (self->more, "flat");
  gtk_widget_set_halign (self->more, GTK_ALIGN_START);
  g_signal_connect (self->more, "clicked", G_CALLBACK (more_clicked_cb), self);
  self->card = build_card (self);
  self->time = new_label ("kd-small");
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "dim-label");
  self->tick = GTK_IMAGE (gtk_image_new ());
  gtk_image_set_pixel_size (self->tick, 12);
  gtk_widget_set_halign (foot, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (foot), GTK_WIDGET (self->time));
  gtk_box_append (GTK_BOX (foot), GTK_WIDGET (self->tick));
  gtk_box_append (GTK_BOX (self->bubble), GTK_WIDGET (self->author));
  gtk_box_append (GTK_BOX (self->bubble), self->card);
  gtk_box_append (GTK_BOX (self->bubble), GTK_WIDGET (self->text));
  gtk_box_append (GTK_BOX (self->bubble), self->more);
  gtk_box_append (GTK_BOX (self->bubble), foot);
  gtk_widget_set_margin_start (self->bubble, 12);
  gtk_widget_set_margin_end (self->bubble, 12);
  gtk_widget_set_margin_top (self->bubble, 3);
  gtk_widget_set_margin_bottom (self->bubble, 3);
  gtk_widget_set_parent (self->bubble, GTK_WIDGET (self));
}

GtkWidget *
kd_message_row_new (KdSession *session)
{
  KdMessageRow *self = g_object_new (KD_TYPE_MESSAGE_ROW, NULL);

  self->session = session;
  return GTK_WIDGET (self);
}
