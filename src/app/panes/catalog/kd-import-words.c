/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-words.h"

#include "kd-catalog-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define THOUSANDTHS 1000

/* with: has one %s for what else is known (nullable); plain: without it. */
typedef struct
{
  const char *code, *with, *plain;
} Words;

static const Words problems[] = {
  { "sku.repeated", N_("The same SKU stands in row %s: give each its own"), N_("This SKU stands in the file twice") },
  { "sku.taken", N_("The SKU belongs to “%s”: give this one another"), N_("Another product has this SKU") },
  { "code.invalid", NULL, N_("The barcode's check digit is wrong: look at it again or leave it empty") },
  { "code.repeated", N_("The same barcode stands in row %s"), N_("This barcode stands in the file twice") },
  { "code.taken", N_("The barcode belongs to “%s”"), N_("Another product has this barcode") },
  { "money.decimals", N_("%s has no such decimals: write a whole amount, or say above what currency this is"),
    N_("The shop's currency has no such decimals") },
  { "money.currency", N_("The price is in %s: say above what one of it costs"),
    N_("The price is in another currency than the shop's") },
  { "number.syntax", NULL, N_("This is not a number") },
  { "number.decimals", NULL, N_("The number has too many decimals") },
  { "number.range", NULL, N_("The number is too large, or below zero") },
  { "field.too_long", N_("The text is too long: at most %s characters"), N_("The text is too long: shorten it") },
  { "field.required", NULL, N_("Something has to stand here") },
  { "status.unknown", NULL, N_("This is no status: write draft, active or archived") },
  { "flag.unknown", NULL, N_("Write yes or no here") },
  { "id.syntax", NULL, N_("This is no id of Kedai: leave it empty for a new product") },
  { "unit.unknown", NULL, N_("This unit isn't known: use g, kg, mm, cm or the like") },
  { "import.name_missing", NULL, N_("A product needs a name") },
  { "import.parent_missing", NULL, N_("The product that this variant belongs to isn't in the file, nor in the shop") },
  { "import.product_repeated", NULL, N_("Another row describes the same product") },
  { "import.row_repeated", N_("Row %s is about the same product"), N_("Another row is about the same product") },
  { "import.product_too_large", NULL, N_("This product holds too much for one: shorten its texts") },
  { "import.scattered", NULL, N_("Rows of this product lie too far apart: sort the file by product") },
  { "import.options_differ", NULL, N_("The product in the shop has other options") },
  { "import.too_many_options", NULL, N_("The product has too many options") },
  { "import.too_many_values", N_("The option “%s” has too many values"), N_("An option has too many values") },
  { "import.too_many_variants", NULL, N_("The product has too many variants") },
  { "option.missing", N_("A value for “%s” is missing"), N_("A value of an option is missing") },
  { "option.repeated", NULL, N_("Another row has the same values of the options") },
  { "category.too_deep", NULL, N_("The category lies too deep") },
  { "category.too_many", NULL, N_("The file has too many categories") },
  { "csv.unterminated_quote", NULL, N_("A quotation mark opens here and never closes") },
  { "csv.too_few_fields", NULL, N_("The row has fewer cells than the headings") },
  { "csv.too_many_fields", NULL, N_("The row has more cells than the headings: a comma without quotation marks?") },
  { "csv.row_too_long", NULL, N_("The row is too long: a quotation mark too few?") },
  { "row.other_parent", NULL, N_("The variant belongs to another product") },
  { "row.used", NULL, N_("It exists already") },
  { "row.refused", NULL, N_("The shop refused this row") },
};

static const Words notes[] = {
  { "import.pictures_wait", NULL, N_("Pictures are named by their addresses: they aren't fetched") },
  { "import.sale_dates", NULL, N_("A sale price with dates: the regular price was taken") },
  { "import.stock_left", NULL, N_("The stock of what is here already stays as it is") },
  { "import.shared_stock", NULL, N_("The stock is the whole product's: its variants aren't counted") },
  { "import.negative_stock", NULL, N_("A stock below zero begins with zero") },
  { "import.untracked", NULL, N_("Its stock isn't counted there, so it isn't counted here") },
  { "import.cost_scope", NULL, N_("Your role may not see costs: they were left out") },
  { "import.hidden", NULL, N_("Hidden from buyers there: a draft here") },
  { "import.virtual", NULL, N_("Nothing to send: its stock isn't counted") },
  { "import.download", NULL, N_("The file for downloading was left out") },
  { "import.grouped", N_("“%s” is a group of products: skipped"), N_("A group of products: skipped") },
  { "import.external", N_("“%s” is sold on another site: skipped"), N_("Sold on another site: skipped") },
  { "import.attributes", NULL, N_("Properties without variants were left out") },
  { "import.any_value", N_("A variant holds for any “%s”: it was left out"), N_("A variant for any value was left out") },
  { "import.variant_alone", NULL, N_("The variant's product isn't in the file: the one in the shop was taken") },
  { "import.exists", NULL, N_("Here already, and only new products are added") },
  { "import.unknown", NULL, N_("Not here yet, and only existing products are changed") },
  { "picture.address", NULL, N_("This is no address of a picture") },
  { "picture.too_many", NULL, N_("The product has more pictures than it may") },
  { "file.bad_bytes", N_("Some characters mean nothing in %s: choose another encoding below"),
    N_("Some characters can't be read") },
};

static const Words files[] = {
  { "file.directory", NULL, N_("This is a folder. Choose one file in it.") },
  { "file.not_found", NULL, N_("The file isn't there any more.") },
  { "file.unreadable", NULL, N_("The file can't be opened: you may not read it, or its disk refused.") },
  { "file.not_regular", NULL, N_("This isn't a file that can be read.") },
  { "file.remote", NULL, N_("The file isn't on this computer. Save it in a folder here first.") },
  { "file.empty", NULL, N_("The file is empty.") },
  { "file.too_large", NULL, N_("The file is larger than 512 MB. Split it and import the parts.") },
  { "file.sparse", NULL, N_("Most of the file was never written: it looks like a broken download.") },
  { "file.binary", NULL,
    N_("This is no list of products but a picture, a document or another sort of file. A list is a CSV file.") },
  { "file.spreadsheet", NULL,
    N_("This is a spreadsheet's own file. Save it as CSV in the spreadsheet program, and import that.") },
  { "file.encoding", NULL, N_("The characters of the file can't be read in this encoding.") },
  { "import.orders", NULL, N_("This is a list of orders, not of products.") },
  { "import.contacts", NULL, N_("This is a list of customers, not of products.") },
  { "import.no_columns", NULL,
    N_("No heading tells products. The first row has to name the columns, such as Name, SKU, Price and Stock.") },
  { "import.no_rows", NULL, N_("Below the headings there are no rows.") },
  { "import.too_many_rows", NULL, N_("The file has more than 5 million rows. Split it and import the parts.") },
  { "import.file_changed", NULL, N_("The file was changed while it was read. Import it again.") },
  { "import.interrupted", NULL,
    N_("The import stopped in the middle. Import the same file again to go on, or undo what was imported.") },
  { "disk.full", NULL, N_("The disk is full. Free some space and import the same file again to go on.") },
  { "disk.read_only", NULL, N_("The folder of the shop can't be written. Nothing was imported.") },
};

const char *const kd_import_currencies[] = {
  "USD", "IDR", "SGD", "MYR", "EUR", "AUD", "GBP", "JPY", "CNY", "HKD", "TWD", "KRW", "THB", "SAR", "INR", "PHP", "VND",
  NULL,
};

static const struct
{
  const char *code, *words;
} currency_names[] = {
  { "USD", N_("US dollar") }, { "IDR", N_("Rupiah") }, { "SGD", N_("Singapore dollar") },
  { "MYR", N_("Ringgit") }, { "EUR", N_("Euro") }, { "AUD", N_("Australian dollar") },
  { "GBP", N_("Pound sterling") }, { "JPY", N_("Yen") }, { "CNY", N_("Renminbi") },
  { "HKD", N_("Hong Kong dollar") }, { "TWD", N_("Taiwan dollar") }, { "KRW", N_("Won") }, { "THB", N_("Baht") },
  { "SAR", N_("Saudi riyal") }, { "INR", N_("Indian rupee") }, { "PHP", N_("Philippine peso") },
  { "VND", N_("Dong") },
};

static char *
words_of (const Words *table,
          guint n,
          const char *code,
          const char *with)
{
  for (guint i = 0; i < n; i++)
    {
      const char *words, *at;

      if (strcmp (table[i].code, code) != 0)
        continue;
      if (with == NULL || table[i].with == NULL)
        return g_strdup (_(table[i].plain));
      words = _(table[i].with);
      at = strstr (words, "%s");
      if (at == NULL)
        return g_strdup (words);
      return g_strdup_printf ("%.*s%s%s", (int) (at - words), words, with, at + 2);
    }
  return NULL;
}

char *
kd_import_problem_words (const KdImportProblem *problem)
{
  char *words = words_of (problems, G_N_ELEMENTS (problems), problem->code, problem->detail);

  /* What the store refused after all has its words already. */
  return words != NULL ? words : g_strdup (kd_catalog_reason_or_code (problem->code));
}

char *
kd_import_note_words (const KdImportNote *note)
{
  char *words = words_of (notes, G_N_ELEMENTS (notes), note->code, note->value);

  return words != NULL ? words : g_strdup (kd_catalog_reason_or_code (note->code));
}

const char *
kd_import_file_words (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_strcmp0 (files[i].code, code) == 0)
      return _(files[i].plain);
  return code;
}

const char *
kd_import_file_words_for (const char *code,
                          const char *name)
{
  static const char *const suffixes[] = { ".xlsx", ".xlsm", ".xls", ".ods", ".numbers" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_strcmp0 (code, "file.binary") == 0 && g_str_has_suffix (lower, suffixes[i]))
      return kd_import_file_words ("file.spreadsheet");
  return kd_import_file_words (code);
}

char *
kd_import_count_words (guint64 n,
                       const char *currency)
{
  return kd_quantity_words ((gint64) MIN (n, G_MAXINT64 / THOUSANDTHS) * THOUSANDTHS, currency);
}

char *
kd_import_progress_words (const KdImportProgress *progress,
                          const char *currency,
                          gboolean writing)
{
  const KdImportCounts *counts = &progress->counts;
  guint64 n = counts->created + counts->updated + counts->skipped + counts->errors;
  g_autofree char *all = kd_import_count_words (n, currency);
  g_autofree char *created = kd_import_count_words (counts->created, currency);
  g_autofree char *updated = kd_import_count_words (counts->updated, currency);

  if (progress->indexing)
    return g_strdup (_("Making it searchable…"));
  if (n == 0)
    return g_strdup (writing ? _("Beginning…") : _("Learning how the file is written…"));
  if (!writing)
    return g_strdup_printf (ngettext ("%s product so far", "%s products so far", n), all);
  /* TRANSLATORS: How many products were added and changed so far. */
  return g_strdup_printf (_("%s new, %s changed"), created, updated);
}

char *
kd_import_outcome_words (const KdImportResult *result,
                         const char *currency)
{
  guint64 n = result->report->counts.created + result->report->counts.updated;
  g_autofree char *count = kd_import_count_words (n, currency);

  return g_strdup_printf (ngettext ("%s product imported", "%s products imported", n), count);
}

const char *
kd_import_source_words (KdImportSource source)
{
  switch (source)
    {
    case KD_IMPORT_OWN: return _("Written by Kedai");
    case KD_IMPORT_WOOCOMMERCE: return "WooCommerce";
    case KD_IMPORT_SHOPIFY: return "Shopify";
    default: return _("A table");
    }
}

GError *
kd_import_run_error (const GError *error)
{
  if (kd_import_file_error_code (error) != NULL)
    return g_error_copy (error);
  g_message ("The import ended: %s", error->message);
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                              g_error_matches (error, KD_STORE_ERROR, KD_STORE_ERROR_FULL)        ? "disk.full"
                              : g_error_matches (error, KD_STORE_ERROR, KD_STORE_ERROR_READ_ONLY) ? "disk.read_only"
                                                                                                  : "import.interrupted");
}

char *
kd_import_currency_words (const char *currency)
{
  for (guint i = 0; i < G_N_ELEMENTS (currency_names); i++)
    if (strcmp (currency_names[i].code, currency) == 0)
      return g_strdup_printf ("%s (%s)", _(currency_names[i].words), currency);
  return g_strdup (currency);
}
