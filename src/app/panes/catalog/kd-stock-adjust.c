/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-stock-adjust.h"

#include "kd-calls.h"
#include "kd-catalog-words.h"
#include "kd-form-field.h"
#include "kd-text.h"
#include "kd-toast-host.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define SPACING 9
#define REASON_CHARS 75 /* of 4 bytes each fit into the field */

/* What may have happened, in the order of the list. */
static const struct
{
  KdMoveClass class_;
  int sign;               /* 0: the number is the count itself */
} kinds[] = {
  { KD_MOVE_RECEIPT, 1 }, { KD_MOVE_COUNT, 0 }, { KD_MOVE_DAMAGE, -1 }, { KD_MOVE_RETURN, 1 }, { KD_MOVE_ADJUST, 1 },
};

struct _KdStockAdjust {
  GtkWidget parent_instance;

  KdSession *session;     /* (owned) */
  KdId variant, location;
  gint64 on_hand;
  char *name;
  GtkWidget *button, *popover;
  GtkWidget *kind, *number, *number_field, *reason, *apply;
};

G_DEFINE_FINAL_TYPE (KdStockAdjust, kd_stock_adjust, GTK_TYPE_WIDGET)

/* What the number means now: FALSE while it means nothing. */
static gboolean
read_number (KdStockAdjust *self,
             gint64 *ret_delta,
             const char **ret_code)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->number));
  guint which = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kind));
  gint64 number;

  *ret_code = NULL;
  if (kd_text_is_blank (text) || which >= G_N_ELEMENTS (kinds))
    return FALSE;
  if (!kd_quantity_parse (text, kd_session_get_currency (self->session), &number, ret_code))
    return FALSE;
  *ret_code = "quantity.negative";
  if (kinds[which].sign == 0 && number < 0)
    return FALSE;
  *ret_delta = kinds[which].sign == 0 ? number - self->on_hand : number * kinds[which].sign;
  *ret_code = NULL;
  return TRUE;
}

static void
show_result (KdStockAdjust *self)
{
  const char *currency = kd_session_get_currency (self->session), *code;
  gint64 delta;
  gboolean good = read_number (self, &delta, &code);
  g_autofree char *before = kd_quantity_words (self->on_hand, currency);
  g_autofree char *after = good ? kd_quantity_words (self->on_hand + delta, currency) : NULL;
  g_autofree char *words = good ? g_strdup_printf ("%s → %s", before, after) : NULL;

  kd_form_field_set_problem (KD_FORM_FIELD (self->number_field), code != NULL ? kd_catalog_reason_or_code (code) : NULL);
  kd_form_field_set_hint (KD_FORM_FIELD (self->number_field), words != NULL ? words : before);
  gtk_widget_set_sensitive (self->apply, good && delta != 0);
}

static void
committed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (KdStockAdjust) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, &error);
  KdToastHost *host = kd_toast_host_find (GTK_WIDGET (self));

  if (commit != NULL && commit->refused >= 0 && host != NULL)
    kd_toast_host_say (host, kd_catalog_reason_or_code (commit->outcome.code));
}

static void
apply_cb (KdStockAdjust *self)
{
  guint which = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kind));
  g_autofree char *reason = kd_text_trim (gtk_editable_get_text (GTK_EDITABLE (self->reason)));
  const char *why = *reason != '\0' ? reason : NULL, *code;
  KdCall *call;
  gint64 delta;

  if (!read_number (self, &delta, &code) || delta == 0)
    return;
  if (kinds[which].sign == 0)
    call = kd_call_stock_count (&self->variant, &self->location, self->on_hand + delta, self->on_hand, why);
  else
    call = kd_call_stock_adjust (&self->variant, &self->location, delta, kinds[which].class_, why);
  kd_session_commit_one_async (self->session, N_("Stock of %s"), self->name, call, committed_cb, g_object_ref (self));
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
shown_cb (KdStockAdjust *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->number), "");
  gtk_editable_set_text (GTK_EDITABLE (self->reason), "");
  show_result (self);
  gtk_widget_grab_focus (self->number);
}

static void
kd_stock_adjust_dispose (GObject *object)
{
  KdStockAdjust *self = KD_STOCK_ADJUST (object);

  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_stock_adjust_parent_class)->dispose (object);
}

static void
kd_stock_adjust_finalize (GObject *object)
{
  g_free (KD_STOCK_ADJUST (object)->name);
  G_OBJECT_CLASS (kd_stock_adjust_parent_class)->finalize (object);
}

static void
kd_stock_adjust_class_init (KdStockAdjustClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_stock_adjust_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_stock_adjust_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_kinds (KdStockAdjust *self)
{
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_string_list_append (words, kd_move_words (kinds[i].class_));
  self->kind = gtk_drop_down_new (G_LIST_MODEL (g_object_ref (words)), NULL);
  g_signal_connect_swapped (self->kind, "notify::selected", G_CALLBACK (show_result), self);
  return kd_form_field_new (_("_What happened"), self->kind, NULL);
}

static void
kd_stock_adjust_init (KdStockAdjust *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);

  gtk_box_append (GTK_BOX (box), make_kinds (self));
  self->number = gtk_entry_new ();
  g_signal_connect_swapped (self->number, "activate", G_CALLBACK (apply_cb), self);
  self->number_field = kd_form_field_new (_("_How many"), self->number, NULL);
  gtk_box_append (GTK_BOX (box), self->number_field);
  self->reason = gtk_entry_new ();
  gtk_entry_set_max_length (GTK_ENTRY (self->reason), REASON_CHARS);
  g_signal_connect_swapped (self->reason, "activate", G_CALLBACK (apply_cb), self);
  gtk_box_append (GTK_BOX (box), kd_form_field_new (_("_Note"), self->reason, NULL));
  self->apply = gtk_button_new_with_mnemonic (_("_Book It"));
  gtk_widget_add_css_class (self->apply, "suggested-action");
  g_signal_connect_swapped (self->apply, "clicked", G_CALLBACK (apply_cb), self);
  gtk_box_append (GTK_BOX (box), self->apply);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), _("Change…"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
kd_stock_adjust_new (KdSession *session)
{
  KdStockAdjust *self = g_object_new (KD_TYPE_STOCK_ADJUST, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (self->number, "changed", G_CALLBACK (show_result), self);
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (shown_cb), self);
  return GTK_WIDGET (self);
}

void
kd_stock_adjust_show (KdStockAdjust *self,
                      const KdId *variant,
                      const KdId *location,
                      gint64 on_hand,
                      const char *name)
{
  g_autofree char *words = NULL;

  g_return_if_fail (KD_IS_STOCK_ADJUST (self));
  self->variant = *variant;
  self->location = *location;
  self->on_hand = on_hand;
  g_free (self->name);
  self->name = g_strdup (name);
  /* TRANSLATORS: %s is a product. */
  words = g_strdup_printf (_("Change the stock of %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  if (gtk_widget_get_visible (self->popover))
    show_result (self);
}
