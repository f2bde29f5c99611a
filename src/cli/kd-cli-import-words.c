/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli-import.h"

#include <string.h>

/* What a person needs to mend the row; the words of the windows are theirs. */
static const struct { const char *code, *words; } words[] = {
  { "bad_field", "this value does not fit here" },
  { "category.too_deep", "this category lies too deep" },
  { "category.too_many", "there are too many categories" },
  { "code.invalid", "this is no barcode: its check digit is wrong" },
  { "code.repeated", "this barcode stands in the file before" },
  { "code.taken", "another product has this barcode" },
  { "contact.repeated", "this person stands in the file before" },
  { "csv.row_too_long", "this row is too long: a quote before it was never closed" },
  { "csv.too_few_fields", "this row has fewer cells than there are headings" },
  { "csv.too_many_fields", "this row has more cells than there are headings" },
  { "csv.unterminated_quote", "a quote was opened and never closed" },
  { "field.invalid", "this value does not fit here" },
  { "field.too_long", "this text is too long" },
  { "flag.unknown", "this is neither yes nor no" },
  { "id.syntax", "this is no id of ours" },
  { "import.any_value", "an option of which no variant has a value was left out" },
  { "import.attributes", "attributes that make no variants were left out" },
  { "import.contacts", "this is a list of contacts: use `import contacts`" },
  { "import.cost_scope", "you may not see costs: the cost was left out" },
  { "import.download", "the file to be downloaded was not fetched" },
  { "import.exists", "it is there already, and only new ones were asked for" },
  { "import.external", "products that are sold elsewhere are left out" },
  { "import.file_changed", "the file has changed while it was read" },
  { "import.grouped", "a group of products is left out: its products come in by themselves" },
  { "import.hidden", "it was hidden in lists there, which is not kept" },
  { "import.name_missing", "a product needs a name" },
  { "import.negative_stock", "stock below zero counts as none" },
  { "import.no_columns", "no heading of it names what can be imported" },
  { "import.no_rows", "there are no rows below the headings" },
  { "import.options_differ", "the product has other options here than in the file" },
  { "import.orders", "this is a list of orders, which can't be imported" },
  { "import.parent_missing", "the product that this row belongs to is not in the file" },
  { "import.pictures_wait", "pictures are not fetched yet" },
  { "import.product_repeated", "this product stands in the file before" },
  { "import.product_too_large", "this product is too large" },
  { "import.row_repeated", "the same row stands in the file before" },
  { "import.sale_dates", "dates of a sale price were left out" },
  { "import.scattered", "rows of this product stand too far apart" },
  { "import.shared_stock", "stock that variants share was left out: each has its own here" },
  { "import.stock_left", "stock of what is here already stays as it is" },
  { "import.too_many_options", "a product can't have so many options" },
  { "import.too_many_rows", "there are too many rows for one import" },
  { "import.too_many_values", "an option can't have so many values" },
  { "import.too_many_variants", "a product can't have so many variants" },
  { "import.unknown", "it is not there, and only changes were asked for" },
  { "import.untracked", "stock is not counted there: it is not counted here either" },
  { "import.variant_alone", "the row names one variant of a product: the others stay as they are" },
  { "import.virtual", "nothing to be sent: its stock is not counted" },
  { "money.currency", "this is another money than the shop's; give --rate" },
  { "money.decimals", "the shop's money has no such decimals" },
  { "number.empty", "a number is missing" },
  { "number.range", "this number is too large or too small" },
  { "number.syntax", "this is no number" },
  { "option.missing", "a value of an option is missing" },
  { "option.repeated", "another row has the same values of the options" },
  { "picture.address", "this is no address of a picture" },
  { "picture.too_many", "a product can't have so many pictures" },
  { "row.refused", "the shop refused it" },
  { "sku.repeated", "this SKU stands in the file before" },
  { "sku.taken", "another product has this SKU" },
  { "status.unknown", "this is no status: draft, active or archived" },
  { "unit.unknown", "this is no unit that is known here" },
};

const char *
kd_cli_import_words (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].code, code) == 0)
      return words[i].words;
  return NULL;
}

char *
kd_cli_import_message (const char *code,
                       const char *value,
                       const char *detail)
{
  const char *text = kd_cli_import_words (code);
  g_autoptr (GString) message = g_string_new (text != NULL ? text : code);

  if (value != NULL)
    g_string_append_printf (message, ": “%s”", value);
  if (detail != NULL)
    g_string_append_printf (message, " (%s)", detail);
  return g_string_free (g_steal_pointer (&message), FALSE);
}
