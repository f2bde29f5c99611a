/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-columns.h"

#include "kd-currency.h"
#include "kd-import-headings.h"
#include "kd-text.h"

#include <string.h>

#define MICRO G_GINT64_CONSTANT (1000000)
#define LONGEST_PLAIN 120

typedef struct
{
  char text[LONGEST_PLAIN];   /* plain form */
  char unit[16];              /* what stood in brackets at the end, folded */
  int number;                 /* from 1; 0: none */
} Plain;

static const char *const field_names[KD_N_COLUMN_FIELDS] = {
  [KD_COLUMN_IGNORED] = "ignored",
  [KD_COLUMN_PRODUCT_ID] = "product_id",
  [KD_COLUMN_VARIANT_ID] = "variant_id",
  [KD_COLUMN_EXTERNAL] = "external",
  [KD_COLUMN_HANDLE] = "handle",
  [KD_COLUMN_TYPE] = "type",
  [KD_COLUMN_PARENT] = "parent",
  [KD_COLUMN_NAME] = "name",
  [KD_COLUMN_STATUS] = "status",
  [KD_COLUMN_PUBLISHED] = "published",
  [KD_COLUMN_VISIBILITY] = "visibility",
  [KD_COLUMN_DESCRIPTION] = "description",
  [KD_COLUMN_SHORT_DESCRIPTION] = "short_description",
  [KD_COLUMN_CATEGORIES] = "categories",
  [KD_COLUMN_CATEGORY] = "category",
  [KD_COLUMN_TAGS] = "tags",
  [KD_COLUMN_BRAND] = "brand",
  [KD_COLUMN_TAX_CLASS] = "tax_class",
  [KD_COLUMN_OPTION_NAME] = "option_name",
  [KD_COLUMN_OPTION_VALUE] = "option_value",
  [KD_COLUMN_OPTION] = "option",
  [KD_COLUMN_SKU] = "sku",
  [KD_COLUMN_BARCODE] = "barcode",
  [KD_COLUMN_PRICE] = "price",
  [KD_COLUMN_SALE_PRICE] = "sale_price",
  [KD_COLUMN_COMPARE_AT] = "compare_at",
  [KD_COLUMN_PRODUCT_PRICE] = "product_price",
  [KD_COLUMN_PRODUCT_COMPARE_AT] = "product_compare_at",
  [KD_COLUMN_PRODUCT_WEIGHT] = "product_weight",
  [KD_COLUMN_PRODUCT_LENGTH] = "product_length",
  [KD_COLUMN_PRODUCT_WIDTH] = "product_width",
  [KD_COLUMN_PRODUCT_HEIGHT] = "product_height",
  [KD_COLUMN_CURRENCY] = "currency",
  [KD_COLUMN_SALE_STARTS] = "sale_starts",
  [KD_COLUMN_SALE_ENDS] = "sale_ends",
  [KD_COLUMN_COST] = "cost",
  [KD_COLUMN_STOCK] = "stock",
  [KD_COLUMN_IN_STOCK] = "in_stock",
  [KD_COLUMN_TRACKER] = "tracker",
  [KD_COLUMN_TRACKED] = "tracked",
  [KD_COLUMN_OVERSELL] = "oversell",
  [KD_COLUMN_BY_WEIGHT] = "by_weight",
  [KD_COLUMN_BUFFER] = "buffer",
  [KD_COLUMN_WEIGHT] = "weight",
  [KD_COLUMN_WEIGHT_UNIT] = "weight_unit",
  [KD_COLUMN_LENGTH] = "length",
  [KD_COLUMN_WIDTH] = "width",
  [KD_COLUMN_HEIGHT] = "height",
  [KD_COLUMN_PICTURES] = "pictures",
  [KD_COLUMN_PICTURE] = "picture",
  [KD_COLUMN_PICTURE_ALT] = "picture_alt",
  [KD_COLUMN_DOWNLOAD] = "download",
  [KD_COLUMN_ARCHIVED] = "archived",
};

const char *
kd_import_field_to_text (KdImportField field)
{
  return field_names[field];
}

const char *
kd_import_source_to_text (KdImportSource source)
{
  static const char *const names[] = { "csv", "kedai", "woocommerce", "shopify" };

  return names[source];
}

gboolean
kd_import_field_is_money (KdImportField field)
{
  switch (field)
    {
    case KD_COLUMN_PRICE:
    case KD_COLUMN_SALE_PRICE:
    case KD_COLUMN_COMPARE_AT:
    case KD_COLUMN_PRODUCT_PRICE:
    case KD_COLUMN_PRODUCT_COMPARE_AT:
    case KD_COLUMN_COST:
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
kd_import_field_is_number (KdImportField field)
{
  switch (field)
    {
    case KD_COLUMN_STOCK:
    case KD_COLUMN_BUFFER:
    case KD_COLUMN_WEIGHT:
    case KD_COLUMN_LENGTH:
    case KD_COLUMN_WIDTH:
    case KD_COLUMN_HEIGHT:
    case KD_COLUMN_PRODUCT_WEIGHT:
    case KD_COLUMN_PRODUCT_LENGTH:
    case KD_COLUMN_PRODUCT_WIDTH:
    case KD_COLUMN_PRODUCT_HEIGHT:
      return TRUE;
    default:
      return kd_import_field_is_money (field);
    }
}

static gboolean
is_weight (KdImportField field)
{
  return field == KD_COLUMN_WEIGHT || field == KD_COLUMN_PRODUCT_WEIGHT;
}

static gboolean
is_length (KdImportField field)
{
  return (field >= KD_COLUMN_LENGTH && field <= KD_COLUMN_HEIGHT)
         || (field >= KD_COLUMN_PRODUCT_LENGTH && field <= KD_COLUMN_PRODUCT_HEIGHT);
}

typedef struct
{
  const char *name;
  gint64 micro;
} Unit;

static gint64
find_unit (const Unit *units,
           const char *name)
{
  for (; units->name != NULL; units++)
    if (g_ascii_strcasecmp (units->name, name) == 0)
      return units->micro;
  return 0;
}

gint64
kd_import_weight_unit (const char *unit)
{
  static const Unit units[] = {
    { "g", MICRO }, { "gr", MICRO }, { "gram", MICRO }, { "grams", MICRO }, { "grm", MICRO },
    { "kg", 1000 * MICRO }, { "kilo", 1000 * MICRO }, { "kgs", 1000 * MICRO }, { "kilogram", 1000 * MICRO },
    { "mg", 1000 }, { "ons", 100 * MICRO }, { "lb", 453592370 }, { "lbs", 453592370 },
    { "oz", 28349523 }, { NULL, 0 },
  };

  return find_unit (units, unit);
}

gint64
kd_import_length_unit (const char *unit)
{
  static const Unit units[] = {
    { "mm", MICRO }, { "cm", 10 * MICRO }, { "m", 1000 * MICRO }, { "in", 25400000 },
    { "inch", 25400000 }, { "ft", 304800000 }, { "yd", 914400000 }, { NULL, 0 },
  };

  return find_unit (units, unit);
}

/* ---- plain forms ---- */

static gboolean
is_among (const char *const *texts,
          const char *text)
{
  for (; *texts != NULL; texts++)
    if (strcmp (*texts, text) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_unit (const char *text)
{
  static const char *const others[] = { "rp", "pcs", "buah", "unit", "wajib", "opsional", "optional", "required", NULL };
  g_autofree char *code = g_ascii_strup (text, -1);

  return kd_import_weight_unit (text) != 0 || kd_import_length_unit (text) != 0 || is_among (others, text)
         || (strlen (code) == 3 && kd_currency_digits (code) >= 0);
}

/* "(lbs)" or "[Rp]" at the end is a unit, not a part of the name; "value(s)" and "(HTML)" are. */
static void
take_unit (char *folded,
           Plain *plain)
{
  gsize n = strlen (folded);
  char *open;

  while (n > 0 && (folded[n - 1] == ' ' || folded[n - 1] == '*'))
    folded[--n] = '\0';
  if (n < 3 || (folded[n - 1] != ')' && folded[n - 1] != ']'))
    return;
  open = strrchr (folded, folded[n - 1] == ')' ? '(' : '[');
  if (open == NULL || open == folded || open[-1] != ' ' || strlen (open) - 2 >= sizeof plain->unit)
    return;
  g_strlcpy (plain->unit, open + 1, MIN (sizeof plain->unit, strlen (open + 1)));
  g_strstrip (plain->unit);
  if (is_unit (plain->unit))
    *open = '\0';
  else
    plain->unit[0] = '\0';
}

static void
make_plain (const char *header,
            Plain *plain)
{
  g_autofree char *valid = g_utf8_make_valid (header, -1);
  g_autofree char *folded = kd_text_fold (valid);
  gsize n = 0;
  gboolean space = FALSE;

  memset (plain, 0, sizeof *plain);
  take_unit (folded, plain);
  for (const char *c = folded; *c != '\0' && n + 3 < LONGEST_PLAIN; c++)
    {
      if (!g_ascii_isalnum (*c) && (guchar) *c < 0x80)
        {
          space = n > 0;
          continue;
        }
      if (space)
        plain->text[n++] = ' ';
      space = FALSE;
      if (g_ascii_isdigit (*c) && plain->number == 0)
        {
          plain->number = (int) MIN (g_ascii_strtoull (c, NULL, 10), 1000);
          while (g_ascii_isdigit (c[1]))
            c++;
          plain->text[n++] = '#';
        }
      else
        plain->text[n++] = *c;
    }
}

static gboolean
has (const Plain *plains,
     guint n,
     const char *text)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (plains[i].text, text) == 0)
      return TRUE;
  return FALSE;
}

static KdImportField
find_field (const KdImportHeading *headings,
            const char *text)
{
  for (; headings->text != NULL; headings++)
    if (strcmp (headings->text, text) == 0)
      return headings->field;
  return KD_COLUMN_IGNORED;
}

static KdImportSource
find_source (const Plain *plains,
             guint n)
{
  if (has (plains, n, "kedai product") && has (plains, n, "kedai variant"))
    return KD_IMPORT_OWN;
  if (has (plains, n, "handle")
      && (has (plains, n, "variant price") || has (plains, n, "variant sku") || has (plains, n, "body html")))
    return KD_IMPORT_SHOPIFY;
  if (has (plains, n, "regular price")
      && (has (plains, n, "type") || has (plains, n, "attribute # name") || has (plains, n, "published")))
    return KD_IMPORT_WOOCOMMERCE;
  return KD_IMPORT_GENERIC;
}

static const KdImportHeading *
headings_of (KdImportSource source)
{
  static const KdImportHeading *const all[] = {
    kd_import_headings_generic, kd_import_headings_own, kd_import_headings_woocommerce,
    kd_import_headings_shopify,
  };

  return all[source];
}

/* ---- columns ---- */

static void
column_clear (gpointer data)
{
  g_free (((KdImportColumn *) data)->header);
}

/* "Variant Price USD", "Harga (Rp)". */
static KdImportField
find_with_currency (const KdImportHeading *headings,
                    Plain *plain,
                    char currency[4])
{
  KdImportField field = find_field (headings, plain->text);
  char *last = strrchr (plain->text, ' ');

  if (field == KD_COLUMN_IGNORED && last != NULL && strlen (last + 1) == 3)
    {
      g_autofree char *code = g_ascii_strup (last + 1, -1);

      if (kd_currency_digits (code) >= 0)
        {
          *last = '\0';
          field = find_field (headings, plain->text);
          if (kd_import_field_is_money (field))
            g_strlcpy (currency, code, 4);
          else
            field = KD_COLUMN_IGNORED;
        }
    }
  if (kd_import_field_is_money (field) && plain->unit[0] != '\0' && currency[0] == '\0')
    {
      g_autofree char *code = g_ascii_strup (plain->unit, -1);

      if (strcmp (code, "RP") == 0)
        g_strlcpy (currency, "IDR", 4);
      else if (strlen (code) == 3 && kd_currency_digits (code) >= 0)
        g_strlcpy (currency, code, 4);
    }
  return field;
}

/* Without a unit: grams, and centimetres but in our own files. */
static gint64
unit_of (KdImportField field,
         const Plain *plain)
{
  gint64 unit;

  if (is_weight (field))
    {
      unit = kd_import_weight_unit (plain->unit);
      return unit != 0 ? unit : MICRO;
    }
  if (is_length (field))
    {
      unit = kd_import_length_unit (plain->unit);
      return unit != 0 ? unit : 10 * MICRO;
    }
  return 0;
}

static int *
place_of (KdImportColumns *columns,
          const KdImportColumn *column)
{
  int (*nth)[KD_IMPORT_OPTIONS_MAX] = columns->nth;

  switch (column->field)
    {
    case KD_COLUMN_OPTION_NAME:
      return column->nth < KD_IMPORT_OPTIONS_MAX ? &nth[0][column->nth] : NULL;
    case KD_COLUMN_OPTION_VALUE:
    case KD_COLUMN_OPTION:
      return column->nth < KD_IMPORT_OPTIONS_MAX ? &nth[1][column->nth] : NULL;
    case KD_COLUMN_PICTURE:
      return column->nth < KD_IMPORT_OPTIONS_MAX ? &nth[2][column->nth] : NULL;
    default:
      return &columns->at[column->field];
    }
}

/* Which column is which field, anew from what each says. */
static void
index_columns (KdImportColumns *columns,
               const char *currency)
{
  memset (columns->at, 0xff, sizeof columns->at);
  memset (columns->nth, 0xff, sizeof columns->nth);
  for (guint i = 0; i < columns->columns->len; i++)
    {
      KdImportColumn *column = &g_array_index (columns->columns, KdImportColumn, i);
      int *place = place_of (columns, column);

      column->repeated = FALSE;
      if (column->field == KD_COLUMN_IGNORED)
        continue;
      if (place != NULL && *place >= 0)
        {
          KdImportColumn *first = &g_array_index (columns->columns, KdImportColumn, *place);

          /* Of several prices the one in the shop's money counts. */
          if (strcmp (first->currency, currency) != 0 && strcmp (column->currency, currency) == 0)
            {
              first->repeated = TRUE;
              *place = (int) i;
            }
          else
            column->repeated = TRUE;
        }
      else if (place != NULL)
        *place = (int) i;
      else
        column->repeated = TRUE;
      if (columns->at[column->field] < 0)
        columns->at[column->field] = (int) i;
    }
}

static gboolean
tells_products (const KdImportColumns *columns)
{
  static const KdImportField keys[] = {
    KD_COLUMN_NAME, KD_COLUMN_SKU, KD_COLUMN_BARCODE, KD_COLUMN_PRODUCT_ID, KD_COLUMN_VARIANT_ID,
    KD_COLUMN_HANDLE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (columns->at[keys[i]] >= 0)
      return TRUE;
  return FALSE;
}

/* NULL where it may be a list of products. */
static const char *
find_other (const KdImportColumns *columns,
            const Plain *plains,
            guint n)
{
  guint orders = 0, contacts = 0;
  gboolean goods = columns->at[KD_COLUMN_STOCK] >= 0 || columns->at[KD_COLUMN_PRICE] >= 0
                   || columns->at[KD_COLUMN_BARCODE] >= 0 || columns->at[KD_COLUMN_DESCRIPTION] >= 0;

  if (columns->source != KD_IMPORT_GENERIC)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      orders += is_among (kd_import_headings_orders, plains[i].text);
      contacts += is_among (kd_import_headings_contacts, plains[i].text);
    }
  if (orders >= 2 || (orders == 1 && !goods))
    return "import.orders";
  if (contacts > 0 && !goods && columns->at[KD_COLUMN_SKU] < 0)
    return "import.contacts";
  return tells_products (columns) ? NULL : "import.no_columns";
}

static void
add_column (KdImportColumns *columns,
            const char *header,
            Plain *plain,
            guint *options)
{
  KdImportColumn column = { 0 };
  g_autofree char *valid = g_utf8_make_valid (header, -1);
  g_autofree char *trimmed = kd_text_trim (valid);

  column.header = kd_text_truncate_bytes (trimmed, KD_IMPORT_HEADER_MAX);
  column.field = find_with_currency (headings_of (columns->source), plain, column.currency);
  if (column.field == KD_COLUMN_OPTION)
    column.nth = (*options)++;
  else if (plain->number > 0)
    column.nth = (guint) plain->number - 1;
  column.unit = unit_of (column.field, plain);
  g_array_append_val (columns->columns, column);
}

KdImportColumns *
kd_import_columns_new (const char *const *cells,
                       guint n,
                       const char *currency,
                       const char **ret_code)
{
  g_autoptr (KdImportColumns) columns = g_new0 (KdImportColumns, 1);
  g_autofree Plain *plains = NULL;
  guint options = 0;

  n = MIN (n, KD_IMPORT_COLUMNS_MAX);
  plains = g_new0 (Plain, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    make_plain (cells[i], &plains[i]);
  columns->source = find_source (plains, n);
  columns->columns = g_array_new (FALSE, TRUE, sizeof (KdImportColumn));
  g_array_set_clear_func (columns->columns, column_clear);
  for (guint i = 0; i < n; i++)
    add_column (columns, cells[i], &plains[i], &options);
  index_columns (columns, currency);
  *ret_code = find_other (columns, plains, n);
  return *ret_code == NULL ? g_steal_pointer (&columns) : NULL;
}

void
kd_import_columns_free (KdImportColumns *columns)
{
  if (columns == NULL)
    return;
  g_clear_pointer (&columns->columns, g_array_unref);
  g_free (columns);
}

void
kd_import_columns_set (KdImportColumns *columns,
                       guint index,
                       KdImportField field)
{
  static const Plain nothing;
  KdImportColumn *column;

  g_return_if_fail (index < columns->columns->len);
  column = &g_array_index (columns->columns, KdImportColumn, index);
  column->field = field;
  column->unit = unit_of (field, &nothing);
  column->nth = 0;
  index_columns (columns, column->currency);
}
