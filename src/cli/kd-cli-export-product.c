/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli-export.h"

#include "kd-option-values.h"
#include "kd-sql-kind.h"
#include "kd-store-records.h"

#include <string.h>

/* Our own product file: headings of kd_import_own_headings, in their order. */

#define OPTION_COLUMNS 3
#define COST_DIGITS 4           /* beyond the minor unit's */
#define CATEGORY_DEPTH_MAX 32

static char *
category_path (KdCliExport *self,
               const KdId *id)
{
  g_autoptr (GString) path = g_string_new (NULL);
  KdId at = *id;

  for (guint depth = 0; depth < CATEGORY_DEPTH_MAX && !kd_id_is_none (&at); depth++)
    {
      g_autoptr (KdRecord) record = NULL;
      const KdCategory *category;

      kd_sql_kind_get (self->connection, &kd_kind_category, NULL, &at, &record, NULL, NULL);
      if (record == NULL)
        break;
      category = (const KdCategory *) record;
      if (path->len > 0)
        g_string_prepend (path, " > ");
      g_string_prepend (path, category->name);
      at = category->up;
    }
  return g_string_free (g_steal_pointer (&path), FALSE);
}

/* The main one first. */
static char *
categories_of (KdCliExport *self,
               const KdProduct *product)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!kd_id_is_none (&product->category))
    g_ptr_array_add (paths, category_path (self, &product->category));
  for (guint i = 0; product->categories != NULL && i < product->categories->len; i++)
    if (!kd_id_equal (&g_array_index (product->categories, KdId, i), &product->category))
      g_ptr_array_add (paths, category_path (self, &g_array_index (product->categories, KdId, i)));
  g_ptr_array_add (paths, NULL);
  return g_strjoinv (", ", (char **) paths->pdata);
}

static char *
pictures_of (const KdProductDetail *detail)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();

  for (guint i = 0; i < detail->media->len; i++)
    {
      const KdMedia *media = detail->media->pdata[i];

      if (media->source != NULL)
        g_ptr_array_add (sources, media->source);
    }
  g_ptr_array_add (sources, NULL);
  return g_strjoinv (", ", (char **) sources->pdata);
}

static void
write_product_cells (KdCliExport *self,
                     const KdProductDetail *detail,
                     gboolean first)
{
  const KdProduct *product = detail->product;
  const KdField *status = kd_shape_find (&kd_kind_product.shape, "status");
  g_autofree char *categories = first ? categories_of (self, product) : NULL;
  g_autofree char *tags = first && product->tags != NULL ? g_strjoinv (", ", product->tags) : NULL;
  const gint64 measures[] = { product->weight, product->length, product->width, product->height };

  kd_csv_writer_add_text (self->csv, first ? product->name : NULL);
  kd_csv_writer_add_text (self->csv, first ? kd_enum_to_text (status, product->status) : NULL);
  kd_csv_writer_add_text (self->csv, first ? product->description : NULL);
  kd_csv_writer_add_text (self->csv, categories);
  kd_csv_writer_add_text (self->csv, tags);
  kd_csv_writer_add_text (self->csv, first ? product->brand : NULL);
  kd_csv_writer_add_text (self->csv, first ? product->tax_class : NULL);
  kd_cli_export_money (self, first ? product->price : KD_EMPTY);
  kd_cli_export_money (self, first ? product->compare_at : KD_EMPTY);
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    kd_cli_export_number (self, first ? measures[i] : KD_EMPTY, 0);
}

static void
write_option_cells (KdCliExport *self,
                    const KdProductDetail *detail,
                    const KdVariant *variant)
{
  for (guint i = 0; i < OPTION_COLUMNS; i++)
    {
      const KdOption *option = i < detail->options->len ? detail->options->pdata[i] : NULL;
      g_autoptr (GPtrArray) values = option != NULL ? kd_option_values_parse (option->values) : NULL;
      const KdOptionValue *value = NULL;

      for (guint v = 0; values != NULL && variant->values != NULL && v < variant->values->len && value == NULL; v++)
        value = kd_option_values_find (values, &g_array_index (variant->values, KdId, v));
      kd_csv_writer_add_text (self->csv, value != NULL ? option->name : NULL);
      kd_csv_writer_add_text (self->csv, value != NULL ? value->name : NULL);
    }
}

static gint64
stock_of (const KdProductDetail *detail,
          const KdVariant *variant)
{
  gint64 sum = 0;

  for (guint i = 0; i < detail->levels->len; i++)
    {
      const KdStockLevel *level = detail->levels->pdata[i];

      if (kd_id_equal (&level->variant, &variant->parent.id))
        sum += level->on_hand;
    }
  return variant->untracked ? KD_EMPTY : sum;
}

static gint64
cost_of (const KdProductDetail *detail,
         const KdVariant *variant)
{
  for (guint i = 0; i < detail->costs->len; i++)
    {
      const KdVariantCost *cost = detail->costs->pdata[i];

      if (kd_id_equal (&cost->variant, &variant->parent.id))
        return cost->cost;
    }
  return KD_EMPTY;
}

static const char *
code_of (const KdProductDetail *detail,
         const KdVariant *variant)
{
  for (guint i = 0; i < detail->codes->len; i++)
    {
      const KdVariantCode *code = detail->codes->pdata[i];

      if (kd_id_equal (&code->variant, &variant->parent.id) && code->unit == NULL)
        return code->code;
    }
  return NULL;
}

static void
write_flag (KdCliExport *self,
            gboolean value)
{
  kd_csv_writer_add_text (self->csv, value ? "yes" : "no");
}

static void
write_variant_cells (KdCliExport *self,
                     const KdProductDetail *detail,
                     const KdVariant *variant,
                     int money_digits)
{
  const gint64 measures[] = { variant->weight, variant->length, variant->width, variant->height };

  kd_csv_writer_add_text (self->csv, variant->sku);
  kd_csv_writer_add_plain (self->csv, code_of (detail, variant));
  kd_cli_export_money (self, variant->price);
  kd_cli_export_money (self, variant->compare_at);
  kd_cli_export_number (self, cost_of (detail, variant), money_digits + COST_DIGITS);
  kd_cli_export_number (self, stock_of (detail, variant), 3);
  write_flag (self, !variant->untracked);
  write_flag (self, variant->oversell);
  write_flag (self, variant->by_weight);
  kd_cli_export_number (self, variant->buffer, 3);
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    kd_cli_export_number (self, measures[i], 0);
  write_flag (self, variant->archived);
}

static void
write_row (KdCliExport *self,
           const KdProductDetail *detail,
           const KdVariant *variant,
           gboolean first)
{
  g_autofree char *pictures = first ? pictures_of (detail) : NULL;
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_csv_writer_add_plain (self->csv, kd_id_to_text (&detail->product->parent.id, text));
  kd_csv_writer_add_plain (self->csv, kd_id_to_text (&variant->parent.id, text));
  write_product_cells (self, detail, first);
  write_option_cells (self, detail, variant);
  write_variant_cells (self, detail, variant, self->money_digits);
  kd_csv_writer_add_text (self->csv, pictures);
  kd_csv_writer_end_row (self->csv);
}

gboolean
kd_cli_export_product (KdCliExport *self,
                       const KdRecord *record,
                       GError **error)
{
  KdProductDetail *detail = kd_store_product_detail (self->cli->store, self->connection, &record->id, error);

  if (detail == NULL)
    return FALSE;
  for (guint i = 0; i < detail->variants->len; i++)
    write_row (self, detail, detail->variants->pdata[i], i == 0);
  kd_product_detail_free (detail);
  return TRUE;
}
