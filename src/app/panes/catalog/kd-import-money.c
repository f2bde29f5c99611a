/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-money.h"

#include "kd-catalog-words.h"
#include "kd-currency.h"
#include "kd-entry-undo.h"
#include "kd-form-field.h"
#include "kd-import-check.h"
#include "kd-import-words.h"
#include "kd-money.h"
#include "kd-number-style.h"
#include "kd-product-fields.h"
#include "kd-text.h"
#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>
#include <string.h>

#define SPACING 9
#define TYPING_MS 400 /* a dry run begins that long after the last key */
#define RATE_CHARS 8
#define STEPS 4
#define MILLIONTHS G_GINT64_CONSTANT (1000000)

struct _KdImportMoneyBox {
  GtkWidget parent_instance;

  KdImportJob *job;       /* (owned) (nullable) */
  char shop[4];           /* currency */
  GPtrArray *codes;       /* of const char *: of the drop-down */
  GtkWidget *question, *own, *other, *details;
  GtkWidget *currency, *rate, *rate_field, *rounding, *examples;
  guint typing;           /* source */
  gboolean showing;       /* the controls follow the job, not the person */
};

G_DEFINE_FINAL_TYPE (KdImportMoneyBox, kd_import_money, GTK_TYPE_WIDGET)

/* ---- what is chosen ---- */

static const gint64 *
steps_of (const char *currency)
{
  /* minor units */
  static const gint64 whole[STEPS] = { 1, 100, 500, 1000 }, parts[STEPS] = { 1, 10, 50, 100 };

  return kd_currency_digits (currency) == 0 ? whole : parts;
}

static const char *
chosen_currency (KdImportMoneyBox *self)
{
  guint at = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->currency));

  return at < self->codes->len ? g_ptr_array_index (self->codes, at) : NULL;
}

static gint64
chosen_step (KdImportMoneyBox *self)
{
  guint at = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->rounding));

  return at < STEPS ? steps_of (self->shop)[at] : 1;
}

/* 0 and no words: nothing is typed. */
static gint64
read_rate (KdImportMoneyBox *self,
           const char **ret_problem)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->rate)), *code;
  gint64 rate;

  *ret_problem = NULL;
  if (kd_text_is_blank (text))
    return 0;
  if (!kd_money_parse (text, self->shop, NULL, KD_IMPORT_RATE_DIGITS, &rate, &code))
    {
      *ret_problem = kd_catalog_reason_or_code (code);
      return 0;
    }
  if (rate > 0)
    return rate;
  *ret_problem = _("It can't cost nothing");
  return 0;
}

static char *
converted (KdImportMoneyBox *self,
           const KdImportSample *sample,
           gint64 rate)
{
  gint64 unit = kd_currency_digits (self->shop) == 0 ? 1 : 100, step = chosen_step (self), amount;
  const char *code;

  if (sample->amount < 0 || rate > G_MAXINT64 / unit
      || !kd_money_scale (sample->amount, rate * unit, MILLIONTHS * MILLIONTHS * step, KD_ROUND_HALF_UP, &amount, &code))
    return NULL;
  return kd_money_format (amount * step, self->shop, NULL);
}

static void
show_examples (KdImportMoneyBox *self,
               gint64 rate)
{
  GPtrArray *samples = kd_import_job_get_samples (self->job);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; rate > 0 && i < samples->len; i++)
    {
      const KdImportSample *sample = g_ptr_array_index (samples, i);
      g_autofree char *price = converted (self, sample, rate);

      if (price == NULL)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      /* TRANSLATORS: An example of a converted price: the product, the price in the file, the price here. */
      g_string_append_printf (text, _("%s: %s becomes %s"), sample->name, sample->price, price);
    }
  gtk_label_set_text (GTK_LABEL (self->examples), text->str);
  gtk_widget_set_visible (self->examples, text->len > 0);
}

/* What the controls say goes to the job. */
static void
answer (KdImportMoneyBox *self)
{
  const char *problem = NULL;
  gint64 rate;

  if (self->job == NULL || kd_import_job_get_state (self->job) != KD_IMPORT_JOB_CHECKED)
    return;
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->own)))
    {
      kd_import_job_answer (self->job, NULL, 0, 0);
      return;
    }
  if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (self->other)))
    return;
  rate = read_rate (self, &problem);
  kd_form_field_set_problem (KD_FORM_FIELD (self->rate_field), problem);
  show_examples (self, rate);
  kd_import_job_answer (self->job, chosen_currency (self), rate > 0 ? rate : -1, chosen_step (self));
}

static gboolean
typed_cb (gpointer data)
{
  KdImportMoneyBox *self = data;

  self->typing = 0;
  answer (self);
  return G_SOURCE_REMOVE;
}

static void
rate_changed_cb (KdImportMoneyBox *self)
{
  const char *problem;

  if (self->showing)
    return;
  g_clear_handle_id (&self->typing, g_source_remove);
  self->typing = g_timeout_add (TYPING_MS, typed_cb, self);
  show_examples (self, read_rate (self, &problem));
}

static void
rate_done_cb (KdImportMoneyBox *self)
{
  g_clear_handle_id (&self->typing, g_source_remove);
  answer (self);
}

static void
show_currency (KdImportMoneyBox *self)
{
  const char *code = chosen_currency (self);
  g_autofree char *hint = NULL;

  if (code != NULL)
    /* TRANSLATORS: Below the field for an exchange rate: what one US dollar costs in rupiah. */
    hint = g_strdup_printf (_("What 1 %s costs in %s"), code, self->shop);
  kd_form_field_set_hint (KD_FORM_FIELD (self->rate_field), hint);
  gtk_widget_set_visible (self->details, gtk_check_button_get_active (GTK_CHECK_BUTTON (self->other)));
}

static void
chosen_cb (KdImportMoneyBox *self)
{
  if (self->showing)
    return;
  show_currency (self);
  answer (self);
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->other)) && !kd_import_job_is_answered (self->job))
    gtk_widget_grab_focus (self->rate);
}

/* ---- following the job ---- */

static void
fill_currencies (KdImportMoneyBox *self,
                 const char *first)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_ptr_array_set_size (self->codes, 0);
  if (*first != '\0' && !g_strv_contains (kd_import_currencies, first))
    g_ptr_array_add (self->codes, (gpointer) g_intern_string (first));
  for (const char *const *code = kd_import_currencies; *code != NULL; code++)
    if (strcmp (*code, self->shop) != 0)
      g_ptr_array_add (self->codes, (gpointer) *code);
  for (guint i = 0; i < self->codes->len; i++)
    {
      g_autofree char *name = kd_import_currency_words (g_ptr_array_index (self->codes, i));

      gtk_string_list_append (names, name);
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->currency), G_LIST_MODEL (names));
}

static void
fill_steps (KdImportMoneyBox *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < STEPS; i++)
    {
      g_autofree char *name = kd_money_format (steps_of (self->shop)[i], self->shop, NULL);

      gtk_string_list_append (names, name);
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->rounding), G_LIST_MODEL (names));
}

static void
select_currency (KdImportMoneyBox *self,
                 const char *code)
{
  for (guint i = 0; i < self->codes->len; i++)
    if (strcmp (g_ptr_array_index (self->codes, i), code) == 0)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->currency), i);
}

/* "16000,5", to be typed over */
static char *
rate_text (KdImportMoneyBox *self,
           gint64 rate)
{
  g_autofree char *decimal = kd_decimal_from_scaled (rate, KD_IMPORT_RATE_DIGITS);
  g_auto (GStrv) parts = g_strsplit (decimal, ".", 2);

  return g_strjoinv (kd_number_style (kd_number_default_locale (self->shop))->decimal, parts);
}

static void
ask (KdImportMoneyBox *self)
{
  char named[4];
  KdImportMoney money = kd_import_job_get_money (self->job, named);
  const KdImportOptions *options = kd_import_job_get_options (self->job);
  g_autofree char *own = NULL, *label = NULL, *text = NULL;

  g_strlcpy (self->shop, kd_import_get_currency (kd_import_job_get_import (self->job)), sizeof self->shop);
  fill_currencies (self, named);
  fill_steps (self);
  own = kd_import_currency_words (self->shop);
  /* TRANSLATORS: The prices of a file; %s is a currency. */
  label = g_strdup_printf (_("In %s, as this shop's"), own);
  kd_import_check_set_label (self->own, label);
  gtk_label_set_text (GTK_LABEL (self->question),
                      money == KD_IMPORT_MONEY_OTHER ? _("The file has prices in another currency than the shop.")
                                                     : _("The file doesn't say which currency its prices are in."));
  if (*named != '\0')
    select_currency (self, named);
  if (options->rate > 0)
    {
      select_currency (self, options->rate_currency);
      text = rate_text (self, options->rate);
      gtk_editable_set_text (GTK_EDITABLE (self->rate), text);
      for (guint i = 0; i < STEPS; i++)
        if (steps_of (self->shop)[i] == options->rounding)
          gtk_drop_down_set_selected (GTK_DROP_DOWN (self->rounding), i);
    }
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->own), kd_import_job_is_answered (self->job) && options->rate == 0);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->other), options->rate > 0 || money == KD_IMPORT_MONEY_OTHER);
  show_currency (self);
  show_examples (self, options->rate);
}

static void
job_changed_cb (KdImportMoneyBox *self)
{
  gboolean asks = kd_import_job_asks_money (self->job), was = gtk_widget_get_visible (GTK_WIDGET (self));

  if (kd_import_job_get_state (self->job) != KD_IMPORT_JOB_CHECKED)
    return;
  /* Asked once: from then on the controls are the person's. */
  if (asks && !was)
    {
      self->showing = TRUE;
      ask (self);
      self->showing = FALSE;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), asks);
}

static void
kd_import_money_dispose (GObject *object)
{
  KdImportMoneyBox *self = KD_IMPORT_MONEY (object);

  kd_import_money_set_job (self, NULL);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  G_OBJECT_CLASS (kd_import_money_parent_class)->dispose (object);
}

static void
kd_import_money_class_init (KdImportMoneyBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_import_money_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "importmoney");
}

static GtkWidget *
new_words (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static void
make_details (KdImportMoneyBox *self)
{
  self->details = kd_wrap_box_new (SPACING);
  self->currency = gtk_drop_down_new (NULL, NULL);
  self->rate = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->rate), RATE_CHARS);
  gtk_entry_set_input_purpose (GTK_ENTRY (self->rate), GTK_INPUT_PURPOSE_NUMBER);
  kd_entry_undo_attach (self->rate, NULL);
  self->rounding = gtk_drop_down_new (NULL, NULL);
  self->rate_field = kd_form_field_new (_("Exchange _rate"), self->rate, NULL);
  kd_wrap_box_append (KD_WRAP_BOX (self->details), kd_form_field_new (_("_Currency of the prices"), self->currency, NULL));
  kd_wrap_box_append (KD_WRAP_BOX (self->details), self->rate_field);
  kd_wrap_box_append (KD_WRAP_BOX (self->details), kd_form_field_new (_("Round _to"), self->rounding, NULL));
  g_signal_connect_swapped (self->rate, "changed", G_CALLBACK (rate_changed_cb), self);
  g_signal_connect_swapped (self->rate, "activate", G_CALLBACK (rate_done_cb), self);
  g_signal_connect_swapped (self->currency, "notify::selected", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (self->rounding, "notify::selected", G_CALLBACK (chosen_cb), self);
}

static void
kd_import_money_init (KdImportMoneyBox *self)
{
  GtkWidget *box, *section = kd_product_section_new (_("Currency of the prices"), &box);

  self->codes = g_ptr_array_new ();
  self->question = new_words ();
  self->own = kd_import_check_new ("");
  self->other = kd_import_check_new (_("In _another currency"));
  gtk_check_button_set_group (GTK_CHECK_BUTTON (self->other), GTK_CHECK_BUTTON (self->own));
  g_signal_connect_swapped (self->own, "toggled", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (self->other, "toggled", G_CALLBACK (chosen_cb), self);
  make_details (self);
  self->examples = new_words ();
  gtk_widget_add_css_class (self->examples, "dim-label");
  gtk_widget_add_css_class (self->examples, "kd-numeric");
  gtk_widget_add_css_class (section, "kd-import-card");
  gtk_box_append (GTK_BOX (box), self->question);
  gtk_box_append (GTK_BOX (box), self->own);
  gtk_box_append (GTK_BOX (box), self->other);
  gtk_box_append (GTK_BOX (box), self->details);
  gtk_box_append (GTK_BOX (box), self->examples);
  gtk_widget_set_parent (section, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
kd_import_money_new (void)
{
  return g_object_new (KD_TYPE_IMPORT_MONEY, NULL);
}

void
kd_import_money_set_job (KdImportMoneyBox *self,
                         KdImportJob *job)
{
  g_return_if_fail (KD_IS_IMPORT_MONEY (self));

  g_clear_handle_id (&self->typing, g_source_remove);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job == NULL)
    return;
  self->showing = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->rate), "");
  self->showing = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect_swapped (job, "changed", G_CALLBACK (job_changed_cb), self);
  job_changed_cb (self);
}
