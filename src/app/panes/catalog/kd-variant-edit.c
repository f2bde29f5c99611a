/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-variant-edit.h"

#include "kd-barcode.h"
#include "kd-calls.h"
#include "kd-catalog-words.h"
#include "kd-money.h"
#include "kd-text.h"

#include <glib/gi18n.h>

#define UNIT_FACTOR 1000 /* thousandths: a code of the base unit */

static const char *const cell_columns[KD_N_VARIANT_CELLS] = { "sku", "price", "stock", "code" };

struct _KdVariantEdits
{
  KdProductForm *form;    /* (owned) */
  GPtrArray *calls;       /* of KdCall */
  GPtrArray *rows;        /* of KdVariantRow: of each call */
  GArray *cells;          /* of int: likewise */
  GPtrArray *texts;       /* likewise: what was typed */
  KdVariantPlan *plan;    /* (nullable): changed */
};

/* What a running commit must know when it ends. */
typedef struct
{
  GPtrArray *rows;
  GArray *cells;
  GPtrArray *texts;
} Sent;

static gboolean
refuse (GError **error,
        const char *code)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, kd_catalog_reason_or_code (code));
  return FALSE;
}

KdVariantEdits *
kd_variant_edits_new (KdProductForm *form)
{
  KdVariantEdits *self = g_new0 (KdVariantEdits, 1);

  self->form = g_object_ref (form);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->cells = g_array_new (FALSE, FALSE, sizeof (int));
  self->texts = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
kd_variant_edits_free (KdVariantEdits *self)
{
  g_clear_pointer (&self->plan, kd_variant_plan_free);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->cells, g_array_unref);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_object_unref (self->form);
  g_free (self);
}

static const char *
currency_of (KdVariantEdits *self)
{
  return kd_session_get_currency (kd_product_form_get_session (self->form));
}

static void
add_call (KdVariantEdits *self,
          KdVariantRow *row,
          KdVariantCell cell,
          const char *text,
          KdCall *call)
{
  int which = (int) cell;

  if (call == NULL)
    return;
  g_ptr_array_add (self->calls, call);
  g_ptr_array_add (self->rows, g_object_ref (row));
  g_array_append_val (self->cells, which);
  g_ptr_array_add (self->texts, g_strdup (text));
}

static KdPlannedVariant *
planned_of (KdVariantEdits *self,
            KdVariantRow *row)
{
  if (self->plan == NULL)
    self->plan = kd_product_form_dup_plan (self->form);
  for (guint i = 0; i < self->plan->variants->len; i++)
    {
      KdPlannedVariant *variant = g_ptr_array_index (self->plan->variants, i);

      if (g_strcmp0 (variant->key, row->key) == 0)
        return variant;
    }
  return NULL;
}

static const KdVariant *
stored_of (KdVariantEdits *self,
           KdVariantRow *row)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self->form);

  for (guint i = 0; detail != NULL && i < detail->variants->len; i++)
    if (kd_id_equal (&((const KdVariant *) g_ptr_array_index (detail->variants, i))->parent.id, &row->variant))
      return g_ptr_array_index (detail->variants, i);
  return NULL;
}

/* ---- cells of stored variants ---- */

static gboolean
read_price (KdVariantEdits *self,
            KdVariantRow *row,
            const char *text,
            gint64 *ret_price,
            GError **error)
{
  g_autofree char *trimmed = kd_text_trim (text);
  g_autofree char *sum = NULL;
  const char *code;

  *ret_price = KD_EMPTY;
  if (*trimmed == '\0')
    return TRUE;
  /* "+10%" is of what stands there. */
  if (*trimmed == '+' || *trimmed == '-')
    sum = g_strconcat (row->cells[KD_VARIANT_PRICE], trimmed, NULL);
  if (!kd_money_parse (sum != NULL ? sum : trimmed, currency_of (self), NULL, -1, ret_price, &code))
    return refuse (error, code);
  return *ret_price >= 0 || refuse (error, "money.negative");
}

static gboolean
add_patch (KdVariantEdits *self,
           KdVariantRow *row,
           const KdVariant *shown,
           KdVariantCell cell,
           const char *text,
           GError **error)
{
  g_autoptr (KdRecord) wanted = kd_record_copy (&shown->parent);
  KdVariant *variant = (KdVariant *) wanted;
  g_autofree char *trimmed = kd_text_trim (text);

  if (cell == KD_VARIANT_PRICE)
    {
      if (!read_price (self, row, text, &variant->price, error))
        return FALSE;
    }
  else
    {
      g_free (variant->sku);
      variant->sku = *trimmed != '\0' ? g_steal_pointer (&trimmed) : NULL;
    }
  add_call (self, row, cell, text, kd_call_variant_patch (shown, variant));
  return TRUE;
}

static gboolean
add_count (KdVariantEdits *self,
           KdVariantRow *row,
           const char *text,
           GError **error)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self->form);
  const char *code;
  gint64 counted;

  if (row->places || detail->locations->len == 0)
    return refuse (error, "stock.places");
  if (!kd_quantity_parse (text, currency_of (self), &counted, &code))
    return refuse (error, code);
  if (counted < 0)
    return refuse (error, "quantity.negative");
  if (counted != row->on_hand)
    add_call (self, row, KD_VARIANT_STOCK, text,
              kd_call_stock_count (&row->variant, &((const KdLocation *) detail->locations->pdata[0])->parent.id,
                                   counted, row->on_hand, NULL));
  return TRUE;
}

static const KdVariantCode *
stored_code (KdVariantEdits *self,
             KdVariantRow *row)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self->form);

  for (guint i = 0; i < detail->codes->len; i++)
    {
      const KdVariantCode *code = g_ptr_array_index (detail->codes, i);

      if (kd_id_equal (&code->variant, &row->variant) && code->unit == NULL)
        return code;
    }
  return NULL;
}

static gboolean
add_code (KdVariantEdits *self,
          KdVariantRow *row,
          const char *text,
          GError **error)
{
  const KdVariantCode *before = stored_code (self, row);
  g_autofree char *canonical = NULL;
  KdPartial *set;
  KdId id;

  if (kd_text_is_blank (text))
    {
      if (before != NULL)
        add_call (self, row, KD_VARIANT_CODE, text, kd_call_delete (&kd_kind_variant_code, &before->parent.id));
      return TRUE;
    }
  if (!kd_barcode_check (text, NULL, &canonical))
    return refuse (error, "code.digit");
  if (before != NULL && g_strcmp0 (before->code, canonical) == 0)
    return TRUE;
  set = kd_partial_new (&kd_kind_variant_code);
  *(char **) kd_partial_field (set, "code") = g_steal_pointer (&canonical);
  if (before != NULL)
    {
      KdPartial *base = kd_record_partial (&before->parent, set->mask);

      add_call (self, row, KD_VARIANT_CODE, text, kd_call_patch (&kd_kind_variant_code, &before->parent.id, set, base));
      return TRUE;
    }
  *(KdId *) kd_partial_field (set, "variant") = row->variant;
  *(gint64 *) kd_partial_field (set, "factor") = UNIT_FACTOR;
  id = kd_session_new_id (kd_product_form_get_session (self->form));
  add_call (self, row, KD_VARIANT_CODE, text, kd_call_create (&kd_kind_variant_code, &id, set));
  return TRUE;
}

/* ---- any cell ---- */

static gboolean
type_into_plan (KdVariantEdits *self,
                KdVariantRow *row,
                KdVariantCell cell,
                const char *text)
{
  KdPlannedVariant *planned = planned_of (self, row);
  char **places[KD_N_VARIANT_CELLS];

  if (planned == NULL)
    return TRUE;
  places[KD_VARIANT_SKU] = &planned->sku;
  places[KD_VARIANT_PRICE] = &planned->price;
  places[KD_VARIANT_STOCK] = &planned->stock;
  places[KD_VARIANT_CODE] = &planned->code;
  g_free (*places[cell]);
  *places[cell] = kd_text_trim (text);
  return TRUE;
}

static gboolean
add_cell (KdVariantEdits *self,
          KdVariantRow *row,
          KdVariantCell cell,
          const char *text,
          GError **error)
{
  const KdVariant *shown = stored_of (self, row);

  kd_variant_row_set_problem (row, cell, NULL, NULL);
  if (shown == NULL)
    return type_into_plan (self, row, cell, text);
  switch (cell)
    {
    case KD_VARIANT_STOCK: return add_count (self, row, text, error);
    case KD_VARIANT_CODE: return add_code (self, row, text, error);
    default: return add_patch (self, row, shown, cell, text, error);
    }
}

/* What a spreadsheet may say: "yes", "1", "x", and "no" or "tidak", "0", "-" or nothing. */
static void
add_tick (KdVariantEdits *self,
          KdVariantRow *row,
          const char *text)
{
  g_autofree char *word = g_utf8_strdown (text, -1);
  KdPlannedVariant *planned = planned_of (self, row);

  g_strstrip (word);
  if (planned != NULL)
    planned->ticked = !(*word == '\0' || g_str_has_prefix (word, "n") || g_str_has_prefix (word, "t")
                        || g_str_equal (word, "0") || g_str_equal (word, "-"));
}

void
kd_variant_edits_add (KdVariantEdits *self,
                      KdVariantRow *row,
                      const char *column,
                      const char *text)
{
  g_autoptr (GError) error = NULL;

  if (g_str_equal (column, "sold"))
    add_tick (self, row, text);
  for (guint cell = 0; cell < KD_N_VARIANT_CELLS; cell++)
    if (g_str_equal (column, cell_columns[cell]) && !add_cell (self, row, cell, text, &error))
      kd_variant_row_set_problem (row, cell, text, error->message);
}

static void
sent_free (Sent *sent)
{
  g_ptr_array_unref (sent->rows);
  g_array_unref (sent->cells);
  g_ptr_array_unref (sent->texts);
  g_free (sent);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sent, sent_free)

static void
committed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (Sent) sent = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, &error);

  if (commit != NULL && commit->refused >= 0 && (guint) commit->refused < sent->rows->len)
    kd_variant_row_set_problem (g_ptr_array_index (sent->rows, commit->refused),
                                (KdVariantCell) g_array_index (sent->cells, int, commit->refused),
                                g_ptr_array_index (sent->texts, commit->refused),
                                kd_catalog_reason_or_code (commit->outcome.code));
}

void
kd_variant_edits_commit (KdVariantEdits *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self->form);
  Sent *sent;

  if (self->plan != NULL)
    kd_product_form_set_plan (self->form, self->plan);
  if (self->calls->len == 0 || detail == NULL)
    return;
  sent = g_new0 (Sent, 1);
  sent->rows = g_steal_pointer (&self->rows);
  sent->cells = g_steal_pointer (&self->cells);
  sent->texts = g_steal_pointer (&self->texts);
  kd_session_commit_async (kd_product_form_get_session (self->form), N_("Edit variants of %s"),
                           detail->product->name, g_steal_pointer (&self->calls), committed_cb, sent);
}

gboolean
kd_variant_edit_cell (KdProductForm *form,
                      KdVariantRow *row,
                      KdVariantCell cell,
                      const char *text,
                      GError **error)
{
  g_autoptr (KdVariantEdits) edits = kd_variant_edits_new (form);

  if (!add_cell (edits, row, cell, text, error))
    return FALSE;
  kd_variant_edits_commit (edits);
  return TRUE;
}

void
kd_variant_edit_tick (KdProductForm *form,
                      KdVariantRow *row,
                      gboolean ticked)
{
  g_autoptr (KdVariantEdits) edits = kd_variant_edits_new (form);
  KdPlannedVariant *planned = planned_of (edits, row);

  if (planned != NULL)
    planned->ticked = ticked;
  kd_variant_edits_commit (edits);
}
