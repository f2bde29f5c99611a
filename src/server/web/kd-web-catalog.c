/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-price.h"
#include "kd-stock-ledger.h"
#include "kd-stock.h"
#include "kd-text.h"
#include "kd-web-page.h"

/* What is for sale, as a buyer sees it. */

#define SLUG_MAX 60 /* bytes of a product's name in its address */

static void
take_variants (KdWebView *view,
               KdWebProduct *self)
{
  KdVariant like = { .product = self->product->parent.id };
  g_autoptr (GPtrArray) found =
    kd_rows_scan (view->rows, &kd_kind_variant, "product", &like.parent, 1, 0);

  for (guint i = 0; i < found->len; i++)
    {
      KdVariant *variant = g_ptr_array_index (found, i);
      gint64 price = kd_effective_price (self->product, variant);

      if (variant->archived)
        continue;
      g_ptr_array_add (self->variants, variant);
      if (price == KD_EMPTY)
        continue;
      if (self->low == KD_EMPTY || price < self->low)
        {
          self->low = price;
          self->compare_at = variant->compare_at != KD_EMPTY ? variant->compare_at
                                                             : self->product->compare_at;
        }
      if (self->high == KD_EMPTY || price > self->high)
        self->high = price;
      self->available = self->available || kd_web_variant_available (view, variant, 1000);
    }
  if (self->compare_at != KD_EMPTY && self->compare_at <= self->low)
    self->compare_at = KD_EMPTY;
}

static void
take_media (KdWebView *view,
            KdWebProduct *self)
{
  KdMedia like = { .product = self->product->parent.id };
  g_autoptr (GPtrArray) found =
    kd_rows_scan (view->rows, &kd_kind_media, "product", &like.parent, 1, 0);

  for (guint i = 0; i < found->len; i++)
    {
      KdMedia *media = g_ptr_array_index (found, i);

      if (!kd_hash_is_none (&media->blob))
        g_ptr_array_add (self->media, media);
    }
}

KdWebProduct *
kd_web_product_load (KdWebView *view,
                     const KdId *id)
{
  const KdProduct *product = (const KdProduct *) kd_rows_get (view->rows, &kd_kind_product, id);
  KdWebProduct *self;

  if (product == NULL || product->status != KD_PRODUCT_ACTIVE)
    return NULL;
  self = g_new0 (KdWebProduct, 1);
  self->product = product;
  self->variants = g_ptr_array_new ();
  self->media = g_ptr_array_new ();
  self->low = self->high = self->compare_at = KD_EMPTY;
  take_variants (view, self);
  take_media (view, self);
  return self;
}

void
kd_web_product_free (KdWebProduct *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->variants);
  g_ptr_array_unref (self->media);
  g_free (self);
}

KdHash
kd_web_product_photo (const KdWebProduct *self)
{
  if (self->media->len > 0)
    return ((KdMedia *) g_ptr_array_index (self->media, 0))->blob;
  for (guint i = 0; i < self->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (self->variants, i);

      if (!kd_hash_is_none (&variant->photo))
        return variant->photo;
    }
  return (KdHash){ { 0 } };
}

char *
kd_web_product_path (KdWebView *view,
                     const KdProduct *product)
{
  g_autofree char *name = kd_text_slug (product->name, SLUG_MAX);
  char id[KD_ID_TEXT_LENGTH + 1];

  kd_id_to_text (&product->parent.id, id);
  return g_strdup_printf ("/%s/p/%s%s%s", view->slug, name, *name != '\0' ? "-" : "", id);
}

gboolean
kd_web_variant_available (KdWebView *view,
                          const KdVariant *variant,
                          gint64 quantity)
{
  gint64 available = kd_stock_available (view->rows, &variant->parent.id, view->now);

  /* What is sold by weight may be sold to its last gram. */
  return kd_stock_may_buy (variant, available, variant->by_weight ? 1 : quantity);
}

void
kd_web_price (KdWebView *view,
              const KdWebProduct *product)
{
  g_autofree char *low = NULL;

  if (product->low == KD_EMPTY)
    {
      kd_web_print (view->html, "<span class=price>%s</span>", _ ("Ask for the price"));
      return;
    }
  low = kd_web_money (view, product->low);
  if (product->high != product->low)
    {
      g_autofree char *from = g_strdup_printf (_ ("from %s"), low);

      kd_web_print (view->html, "<span class=price>%s</span>", from);
    }
  else
    kd_web_print (view->html, "<span class=price>%s</span>", low);
  if (product->compare_at != KD_EMPTY)
    {
      g_autofree char *before = kd_web_money (view, product->compare_at);

      kd_web_print (view->html, " <s>%s</s>", before);
    }
}
