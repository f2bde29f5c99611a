/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-barcode.h"
#include "kd-sku.h"
#include "kd-text.h"

#include <string.h>

/* What the rows of one product say, taken together. */

static void
variant_free (gpointer data)
{
  KdImportVariant *variant = data;

  g_free (variant->external);
  g_free (variant->sku);
  g_free (variant->sku_key);
  g_free (variant->code);
  g_strfreev (variant->values);
  g_free (variant);
}

static void
picture_free (gpointer data)
{
  KdImportPicture *picture = data;

  g_free (picture->address);
  g_free (picture->alt);
  g_free (picture);
}

void
kd_import_want_free (KdImportWant *want)
{
  if (want == NULL)
    return;
  g_free (want->external);
  g_free (want->name);
  g_free (want->description);
  g_free (want->brand);
  g_free (want->tax_class);
  g_array_unref (want->categories);
  g_strfreev (want->tags);
  g_ptr_array_unref (want->options);
  g_clear_pointer (&want->listed, g_ptr_array_unref);
  g_ptr_array_unref (want->variants);
  g_ptr_array_unref (want->pictures);
  g_free (want);
}

static KdImportWant *
want_new (void)
{
  KdImportWant *want = g_new0 (KdImportWant, 1);

  want->status = -1;
  want->categories = g_array_new (FALSE, FALSE, sizeof (guint));
  want->options = g_ptr_array_new_with_free_func (g_free);
  want->variants = g_ptr_array_new_with_free_func (variant_free);
  want->pictures = g_ptr_array_new_with_free_func (picture_free);
  for (guint i = 0; i < KD_IMPORT_N_NUMBERS; i++)
    want->numbers.value[i] = KD_EMPTY;
  return want;
}

KdImportVariant *
kd_import_want_add_variant (KdImportWant *want,
                            const KdImportRow *row)
{
  KdImportVariant *variant = g_new0 (KdImportVariant, 1);

  variant->row = row;
  variant->untracked = variant->oversell = variant->by_weight = variant->archived = -1;
  variant->buffer = variant->opening = variant->cost = KD_EMPTY;
  for (guint i = 0; i < KD_IMPORT_N_NUMBERS; i++)
    variant->numbers.value[i] = KD_EMPTY;
  g_ptr_array_add (want->variants, variant);
  return variant;
}

/* ---- what kind of row ---- */

typedef enum
{
  ROW_PRODUCT = 1 << 0,
  ROW_VARIANT = 1 << 1,
} RowRole;

static RowRole
role_of (KdImportPlan *plan,
         const KdImportRow *row,
         gboolean first)
{
  static const KdImportField of_variant[] = {
    KD_COLUMN_SKU, KD_COLUMN_PRICE, KD_COLUMN_BARCODE, KD_COLUMN_STOCK, KD_COLUMN_VARIANT_ID, KD_COLUMN_COST,
    KD_COLUMN_SALE_PRICE,
  };

  if (plan->columns->source == KD_IMPORT_WOOCOMMERCE)
    {
      const char *type = kd_import_cell (plan, row, KD_COLUMN_TYPE);

      if (kd_import_has_word (type, "variation"))
        return ROW_VARIANT;
      return kd_import_has_word (type, "variable") ? ROW_PRODUCT : ROW_PRODUCT | ROW_VARIANT;
    }
  if (first)
    return ROW_PRODUCT | ROW_VARIANT;
  for (guint i = 0; i < G_N_ELEMENTS (of_variant); i++)
    if (*kd_import_cell (plan, row, of_variant[i]) != '\0')
      return ROW_VARIANT;
  for (guint i = 0; i < KD_IMPORT_OPTIONS_MAX; i++)
    if (*kd_import_row_cell (row, plan->columns->nth[1][i]) != '\0')
      return ROW_VARIANT;
  return 0;
}

/* Kinds of products that can't be taken over: the reason; NULL for all others. */
static const char *
skip_reason (KdImportPlan *plan,
             const KdImportRow *row)
{
  const char *type;

  if (plan->columns->source != KD_IMPORT_WOOCOMMERCE)
    return NULL;
  type = kd_import_cell (plan, row, KD_COLUMN_TYPE);
  if (kd_import_has_word (type, "grouped"))
    return "import.grouped";
  return kd_import_has_word (type, "external") ? "import.external" : NULL;
}

/* ---- a variant's own cells ---- */

static void
read_code (KdImportPlan *plan,
           KdImportVariant *variant)
{
  int at = plan->columns->at[KD_COLUMN_BARCODE];
  g_autofree char *cell = kd_import_read_line (plan, variant->row, KD_COLUMN_BARCODE);
  const char *code = cell;

  if (cell == NULL || *cell == '\0')
    return;
  /* A spreadsheet keeps the zeros of a long number with an apostrophe. */
  if (*code == '\'')
    code++;
  if (!kd_barcode_check (code, NULL, &variant->code))
    kd_import_fail (plan, variant->row, at, "code.invalid", cell, NULL);
  else if (strlen (variant->code) > 64)
    kd_import_fail (plan, variant->row, at, "field.too_long", cell, "64");
}

/* Whether the source counts it: -1 where it doesn't say. */
static int
read_untracked (KdImportPlan *plan,
                KdImportVariant *variant)
{
  const KdImportRow *row = variant->row;
  const int *at = plan->columns->at;
  const char *type = kd_import_cell (plan, row, KD_COLUMN_TYPE);
  int flag;

  if (plan->columns->source == KD_IMPORT_WOOCOMMERCE
      && (kd_import_has_word (type, "virtual") || kd_import_has_word (type, "downloadable")))
    {
      kd_import_note (plan, row, at[KD_COLUMN_TYPE], "import.virtual", NULL);
      if (kd_import_has_word (type, "downloadable"))
        kd_import_note (plan, row, at[KD_COLUMN_DOWNLOAD], "import.download", NULL);
      return 1;
    }
  if (at[KD_COLUMN_TRACKED] >= 0)
    {
      flag = kd_import_read_flag (plan, row, KD_COLUMN_TRACKED, "flag.unknown");
      return flag < 0 ? -1 : !flag;
    }
  if (variant->opening != KD_EMPTY && variant->opening != 0)
    return 0;
  if (at[KD_COLUMN_TRACKER] >= 0)
    return *kd_import_cell (plan, row, KD_COLUMN_TRACKER) == '\0';
  if (plan->columns->source == KD_IMPORT_WOOCOMMERCE && !variant->has_stock && at[KD_COLUMN_IN_STOCK] >= 0)
    {
      flag = kd_import_read_flag (plan, row, KD_COLUMN_IN_STOCK, NULL);
      if (flag == 1)
        kd_import_note (plan, row, at[KD_COLUMN_STOCK], "import.untracked", NULL);
      return flag;
    }
  return -1;
}

static void
read_stock (KdImportPlan *plan,
            KdImportVariant *variant)
{
  const KdImportRow *row = variant->row;
  int at = plan->columns->at[KD_COLUMN_STOCK];

  if (g_ascii_strcasecmp (kd_import_cell (plan, row, KD_COLUMN_STOCK), "parent") == 0)
    {
      kd_import_note (plan, row, at, "import.shared_stock", NULL);
      return;
    }
  variant->has_stock = kd_import_read_quantity (plan, row, KD_COLUMN_STOCK, &variant->opening);
  if (variant->has_stock && variant->opening < 0)
    {
      kd_import_note (plan, row, at, "import.negative_stock", NULL);
      variant->opening = 0;
    }
}

static void
read_cost (KdImportPlan *plan,
           KdImportVariant *variant)
{
  gint64 cost;

  if (plan->columns->at[KD_COLUMN_COST] < 0
      || *kd_import_cell (plan, variant->row, KD_COLUMN_COST) == '\0')
    return;
  if (!plan->choices->may_cost)
    kd_import_note (plan, variant->row, plan->columns->at[KD_COLUMN_COST], "import.cost_scope", NULL);
  else if (kd_import_read_money (plan, variant->row, KD_COLUMN_COST, &cost) && cost != KD_EMPTY)
    {
      if (cost > KD_MONEY_MAX / 10000)
        kd_import_fail (plan, variant->row, plan->columns->at[KD_COLUMN_COST], "number.range", NULL, NULL);
      else
        variant->cost = cost * 10000;
    }
}

static void
read_own_id (KdImportPlan *plan,
             const KdImportRow *row,
             KdImportField field,
             KdId *ret_id)
{
  const char *cell = kd_import_cell (plan, row, field);

  if (*cell != '\0' && !kd_id_parse (cell, ret_id))
    kd_import_fail (plan, row, plan->columns->at[field], "id.syntax", cell, NULL);
}

static void
read_variant (KdImportPlan *plan,
              KdImportVariant *variant)
{
  const KdImportRow *row = variant->row;
  gboolean variation = kd_import_has_word (kd_import_cell (plan, row, KD_COLUMN_TYPE), "variation");

  read_own_id (plan, row, KD_COLUMN_VARIANT_ID, &variant->own_id);
  if (plan->columns->source == KD_IMPORT_WOOCOMMERCE && variation
      && *kd_import_cell (plan, row, KD_COLUMN_EXTERNAL) != '\0')
    variant->external = kd_import_read_line (plan, row, KD_COLUMN_EXTERNAL);
  variant->sku = kd_import_read_line (plan, row, KD_COLUMN_SKU);
  /* Shopify writes an apostrophe before digits, so that a spreadsheet keeps them as they are. */
  if (plan->columns->source == KD_IMPORT_SHOPIFY && variant->sku != NULL && variant->sku[0] == '\''
      && g_ascii_isdigit (variant->sku[1]))
    memmove (variant->sku, variant->sku + 1, strlen (variant->sku));
  variant->sku_key = kd_sku_key (variant->sku);
  read_code (plan, variant);
  kd_import_read_numbers (plan, row, &variant->numbers);
  read_stock (plan, variant);
  variant->untracked = read_untracked (plan, variant);
  variant->oversell = kd_import_read_flag (plan, row, KD_COLUMN_OVERSELL, NULL);
  variant->by_weight = kd_import_read_flag (plan, row, KD_COLUMN_BY_WEIGHT, "flag.unknown");
  variant->archived = kd_import_read_flag (plan, row, KD_COLUMN_ARCHIVED, "flag.unknown");
  if (kd_import_read_quantity (plan, row, KD_COLUMN_BUFFER, &variant->buffer) && variant->buffer < 0)
    kd_import_fail (plan, row, plan->columns->at[KD_COLUMN_BUFFER], "number.range", NULL, NULL);
  read_cost (plan, variant);
}

/* ---- the product's own cells ---- */

static void
read_product_numbers (KdImportPlan *plan,
                      KdImportWant *want)
{
  static const KdImportField fields[] = {
    KD_COLUMN_PRODUCT_PRICE, KD_COLUMN_PRODUCT_COMPARE_AT, KD_COLUMN_PRODUCT_WEIGHT,
    KD_COLUMN_PRODUCT_LENGTH, KD_COLUMN_PRODUCT_WIDTH, KD_COLUMN_PRODUCT_HEIGHT,
  };

  for (guint i = 0; i < KD_IMPORT_N_NUMBERS; i++)
    {
      gint64 *value = &want->numbers.value[i];

      if (plan->columns->at[fields[i]] < 0)
        continue;
      if (i <= KD_IMPORT_N_COMPARE_AT ? kd_import_read_money (plan, want->row, fields[i], value)
                                      : kd_import_read_measure (plan, want->row, fields[i], value))
        want->numbers.given |= 1u << i;
    }
}

static void
read_tags (KdImportPlan *plan,
           KdImportWant *want)
{
  const char *cell = kd_import_cell (plan, want->row, KD_COLUMN_TAGS);
  int at = plan->columns->at[KD_COLUMN_TAGS];

  if (*cell != '\0')
    {
      want->tags = kd_import_split (cell);
      if (want->tags[0] == NULL)
        g_clear_pointer (&want->tags, g_strfreev);
    }
  else if (plan->choices->empty_clears && at >= 0)
    want->tags = g_new0 (char *, 1);
  for (char **tag = want->tags; tag != NULL && *tag != NULL; tag++)
    if (strlen (*tag) > KD_TEXT_MAX)
      kd_import_fail (plan, want->row, at, "field.too_long", *tag, NULL);
}

static void
read_product (KdImportPlan *plan,
              KdImportWant *want)
{
  const KdImportRow *row = want->row;

  want->whole = TRUE;
  want->name = kd_import_read_line (plan, row, KD_COLUMN_NAME);
  if (want->name != NULL && *want->name == '\0')
    g_clear_pointer (&want->name, g_free);
  want->status = kd_import_read_status (plan, row);
  want->description = kd_import_read_description (plan, row);
  want->brand = kd_import_read_line (plan, row, KD_COLUMN_BRAND);
  want->tax_class = kd_import_read_line (plan, row, KD_COLUMN_TAX_CLASS);
  read_tags (plan, want);
  read_product_numbers (plan, want);
  if (g_ascii_strcasecmp (kd_import_cell (plan, row, KD_COLUMN_VISIBILITY), "hidden") == 0)
    kd_import_note (plan, row, plan->columns->at[KD_COLUMN_VISIBILITY], "import.hidden", NULL);
}

/* The source's name for the product: an id, else a handle. */
static void
read_external (KdImportPlan *plan,
               KdImportWant *want,
               const KdImportRow *row)
{
  const char *parent = kd_import_cell (plan, row, KD_COLUMN_PARENT);

  if (plan->columns->source == KD_IMPORT_WOOCOMMERCE
      && kd_import_has_word (kd_import_cell (plan, row, KD_COLUMN_TYPE), "variation"))
    {
      if (g_ascii_strncasecmp (parent, "id:", 3) == 0)
        want->external = g_strstrip (g_strdup (parent + 3));
      return;
    }
  if (*kd_import_cell (plan, row, KD_COLUMN_HANDLE) != '\0')
    want->external = kd_import_read_line (plan, row, KD_COLUMN_HANDLE);
  else if (*kd_import_cell (plan, row, KD_COLUMN_EXTERNAL) != '\0')
    want->external = kd_import_read_line (plan, row, KD_COLUMN_EXTERNAL);
}

static void
check_ids (KdImportPlan *plan,
           const KdImportWant *want)
{
  static const KdImportField fields[] = { KD_COLUMN_HANDLE, KD_COLUMN_EXTERNAL };

  if (want->external == NULL || strlen (want->external) <= 500)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (plan->columns->at[fields[i]] >= 0)
      {
        kd_import_fail (plan, want->row, plan->columns->at[fields[i]], "field.too_long", want->external, NULL);
        return;
      }
}

static void
read_rows (KdImportPlan *plan,
           KdImportWant *want,
           GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const KdImportRow *row = g_ptr_array_index (rows, i);
      RowRole role = role_of (plan, row, i == 0);

      if (row->problem != NULL)
        kd_import_fail (plan, row, -1, row->problem, NULL, NULL);
      if ((role & ROW_PRODUCT) != 0 && !want->whole)
        {
          want->row = row;
          read_product (plan, want);
          /* what its variants inherit */
          if ((role & ROW_VARIANT) == 0)
            kd_import_read_numbers (plan, row, &want->numbers);
          read_own_id (plan, row, KD_COLUMN_PRODUCT_ID, &want->own_id);
          kd_import_read_categories (plan, want, row);
        }
      else if ((role & ROW_PRODUCT) != 0 && (role & ROW_VARIANT) == 0)
        kd_import_fail (plan, row, -1, "import.product_repeated", NULL, NULL);
      if (want->external == NULL)
        read_external (plan, want, row);
      if ((role & ROW_VARIANT) != 0)
        read_variant (plan, kd_import_want_add_variant (want, row));
      kd_import_read_pictures (plan, want, row);
    }
  if (want->row == NULL)
    want->row = g_ptr_array_index (rows, 0);
}

KdImportWant *
kd_import_read_want (KdImportPlan *plan,
                     GPtrArray *rows,
                     gboolean *ret_skipped)
{
  g_autoptr (KdImportWant) want = want_new ();
  const KdImportRow *first = g_ptr_array_index (rows, 0);
  const char *reason = skip_reason (plan, first);

  *ret_skipped = reason != NULL;
  if (reason != NULL)
    {
      g_autofree char *name = kd_import_read_line (plan, first, KD_COLUMN_NAME);
      kd_import_note (plan, first, -1, reason, name);
      return NULL;
    }
  read_rows (plan, want, rows);
  check_ids (plan, want);
  if (want->variants->len > KD_ITEM_VARIANTS_MAX)
    kd_import_fail (plan, first, -1, "import.too_many_variants", NULL, NULL);
  if (plan->problems->len == 0)
    kd_import_read_options (plan, want);
  return plan->problems->len == 0 ? g_steal_pointer (&want) : NULL;
}
