/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-variant-row.h"

#include "kd-catalog-words.h"
#include "kd-money.h"
#include "kd-price.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (KdVariantRow, kd_variant_row, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
kd_variant_row_finalize (GObject *object)
{
  KdVariantRow *self = KD_VARIANT_ROW (object);

  g_free (self->key);
  g_free (self->title);
  for (guint i = 0; i < KD_N_VARIANT_CELLS; i++)
    {
      g_free (self->cells[i]);
      g_free (self->edits[i]);
      g_free (self->problems[i]);
      g_free (self->refused[i]);
    }
  G_OBJECT_CLASS (kd_variant_row_parent_class)->finalize (object);
}

static void
kd_variant_row_class_init (KdVariantRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_variant_row_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_VARIANT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
kd_variant_row_init (KdVariantRow *self)
{
}

static const KdVariant *
find_variant (const KdProductDetail *detail,
              const KdId *id)
{
  for (guint i = 0; detail != NULL && i < detail->variants->len; i++)
    if (kd_id_equal (&((const KdVariant *) g_ptr_array_index (detail->variants, i))->parent.id, id))
      return g_ptr_array_index (detail->variants, i);
  return NULL;
}

static void
put (KdVariantRow *self,
     KdVariantCell cell,
     char *shown,
     char *edited)
{
  g_free (self->cells[cell]);
  g_free (self->edits[cell]);
  self->cells[cell] = shown;
  self->edits[cell] = edited;
}

static void
put_price (KdVariantRow *self,
           const KdProductDetail *detail,
           const KdVariant *variant,
           const char *currency)
{
  gint64 price = kd_effective_price (detail->product, variant);

  self->inherits = variant->price == KD_EMPTY;
  put (self, KD_VARIANT_PRICE, price != KD_EMPTY ? kd_money_format (price, currency, NULL) : g_strdup (""),
       self->inherits ? g_strdup ("") : kd_money_format_plain (variant->price, currency, NULL));
}

static void
put_stock (KdVariantRow *self,
           const KdProductDetail *detail,
           const KdVariant *variant,
           const char *currency)
{
  g_autofree char *count = NULL;
  g_autofree char *held = NULL;
  gint64 reserved = 0;
  guint n = 0;

  self->on_hand = 0;
  for (guint i = 0; i < detail->levels->len; i++)
    {
      const KdStockLevel *level = g_ptr_array_index (detail->levels, i);

      if (!kd_id_equal (&level->variant, &variant->parent.id))
        continue;
      self->on_hand += level->on_hand;
      reserved += level->reserved;
      n++;
    }
  self->places = n > 1 || detail->locations->len > 1;
  if (variant->untracked)
    {
      put (self, KD_VARIANT_STOCK, g_strdup (_("Untracked")), g_strdup (""));
      return;
    }
  count = kd_quantity_words (self->on_hand, currency);
  held = kd_quantity_words (reserved, currency);
  put (self, KD_VARIANT_STOCK,
       /* TRANSLATORS: How many there are, and how many of these are promised to orders. */
       reserved != 0 ? g_strdup_printf (_("%s (%s reserved)"), count, held) : g_strdup (count), g_strdup (count));
}

static void
put_code (KdVariantRow *self,
          const KdProductDetail *detail)
{
  for (guint i = 0; i < detail->codes->len; i++)
    {
      const KdVariantCode *code = g_ptr_array_index (detail->codes, i);

      if (kd_id_equal (&code->variant, &self->variant) && code->unit == NULL)
        {
          put (self, KD_VARIANT_CODE, g_strdup (code->code), g_strdup (code->code));
          return;
        }
    }
  put (self, KD_VARIANT_CODE, g_strdup (""), g_strdup (""));
}

static void
put_typed (KdVariantRow *self,
           const KdPlannedVariant *planned)
{
  put (self, KD_VARIANT_SKU, g_strdup (planned->sku), g_strdup (planned->sku));
  put (self, KD_VARIANT_PRICE, g_strdup (planned->price), g_strdup (planned->price));
  put (self, KD_VARIANT_STOCK, g_strdup (planned->stock), g_strdup (planned->stock));
  put (self, KD_VARIANT_CODE, g_strdup (planned->code), g_strdup (planned->code));
}

static KdVariantRow *
row_of (KdProductForm *form,
        const KdPlannedVariant *planned)
{
  const KdProductDetail *detail = kd_product_form_get_detail (form);
  const KdVariant *variant = find_variant (detail, &planned->variant);
  const char *currency = kd_session_get_currency (kd_product_form_get_session (form));
  KdVariantRow *self = g_object_new (KD_TYPE_VARIANT_ROW, NULL);

  self->key = g_strdup (planned->key);
  self->title = g_strdup (planned->title);
  self->ticked = planned->ticked;
  if (variant == NULL)
    {
      put_typed (self, planned);
      return self;
    }
  self->variant = variant->parent.id;
  self->sold = !variant->archived;
  put (self, KD_VARIANT_SKU, g_strdup (variant->sku != NULL ? variant->sku : ""),
       g_strdup (variant->sku != NULL ? variant->sku : ""));
  put_price (self, detail, variant, currency);
  put_stock (self, detail, variant, currency);
  put_code (self, detail);
  return self;
}

GPtrArray *
kd_variant_rows_of (KdProductForm *form,
                    const KdVariantPlan *plan)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < plan->variants->len; i++)
    g_ptr_array_add (rows, row_of (form, g_ptr_array_index (plan->variants, i)));
  return rows;
}

static gboolean
take_text (char **place,
           const char *text)
{
  if (g_strcmp0 (*place, text) == 0)
    return FALSE;
  g_free (*place);
  *place = g_strdup (text);
  return TRUE;
}

void
kd_variant_row_take (KdVariantRow *self,
                     const KdVariantRow *from)
{
  gboolean changed = self->ticked != from->ticked || self->inherits != from->inherits || self->sold != from->sold
                     || !kd_id_equal (&self->variant, &from->variant);

  changed |= take_text (&self->title, from->title);
  for (guint i = 0; i < KD_N_VARIANT_CELLS; i++)
    {
      gboolean other = take_text (&self->cells[i], from->cells[i]);

      other |= take_text (&self->edits[i], from->edits[i]);
      /* Another value: what was wrong with the old one is past. What was refused isn't stored: there the
         old value comes back. */
      if (other && self->refused[i] == NULL)
        take_text (&self->problems[i], NULL);
      changed |= other;
    }
  self->variant = from->variant;
  self->sold = from->sold;
  self->ticked = from->ticked;
  self->inherits = from->inherits;
  self->places = from->places;
  self->on_hand = from->on_hand;
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
kd_variant_row_set_problem (KdVariantRow *self,
                            KdVariantCell cell,
                            const char *typed,
                            const char *words)
{
  gboolean changed = take_text (&self->problems[cell], words);

  changed |= take_text (&self->refused[cell], typed);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

const char *
kd_variant_row_get_cell (KdVariantRow *self,
                         KdVariantCell cell)
{
  return self->refused[cell] != NULL ? self->refused[cell] : self->cells[cell];
}

const char *
kd_variant_row_get_edit (KdVariantRow *self,
                         KdVariantCell cell)
{
  return self->refused[cell] != NULL ? self->refused[cell] : self->edits[cell];
}
