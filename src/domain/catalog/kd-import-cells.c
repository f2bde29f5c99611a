/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-barcode.h"
#include "kd-currency.h"
#include "kd-decimal.h"
#include "kd-html.h"
#include "kd-money.h"
#include "kd-text.h"

#include <string.h>

/* What single cells say. */

#define MICRO G_GINT64_CONSTANT (1000000)

const char *
kd_import_cell (KdImportPlan *plan,
                const KdImportRow *row,
                KdImportField field)
{
  return kd_import_row_cell (row, plan->columns->at[field]);
}

static gboolean
clears (KdImportPlan *plan,
        KdImportField field)
{
  return plan->choices->empty_clears && plan->columns->at[field] >= 0;
}

/* A cell as one line: what would break it is a space. */
static char *
one_line (const char *cell)
{
  gsize n = strlen (cell);
  char *line;

  while (n > 0 && g_ascii_isspace (cell[n - 1]))
    n--;
  while (n > 0 && g_ascii_isspace (*cell))
    cell++, n--;
  line = g_strndup (cell, n);
  for (char *c = line; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  if (!g_str_is_ascii (line))
    {
      char *trimmed = kd_text_trim (line);
      g_free (line);
      line = trimmed;
    }
  return line;
}

char *
kd_import_read_line (KdImportPlan *plan,
                     const KdImportRow *row,
                     KdImportField field)
{
  const char *cell = kd_import_cell (plan, row, field);
  g_autofree char *line = NULL;

  if (*cell != '\0')
    {
      line = one_line (cell);
      if (*line != '\0')
        return g_steal_pointer (&line);
    }
  return clears (plan, field) ? g_strdup ("") : NULL;
}

/* ---- money ---- */

typedef enum
{
  MONEY_PLAIN,    /* the shop's */
  MONEY_CONVERT,
  MONEY_OTHER,    /* another, without a rate */
  MONEY_UNKNOWN,  /* the word beside the number is no currency */
} MoneyKind;

static MoneyKind
kind_of (const KdImportChoices *choices,
         const char *mark)
{
  gboolean known = FALSE, other = FALSE;

  if (kd_currency_named (mark, strlen (mark), choices->currency, &known))
    return MONEY_PLAIN;
  if (choices->rate != 0 && choices->rate_currency != NULL
      && kd_currency_named (mark, strlen (mark), choices->rate_currency, &other))
    return MONEY_CONVERT;
  return known || other ? MONEY_OTHER : MONEY_UNKNOWN;
}

/* The amount's own mark, else the row's currency, else the heading's, else what the seller said. */
static MoneyKind
money_kind (KdImportPlan *plan,
            const KdImportRow *row,
            const KdImportColumn *column,
            const char *mark,
            const char **ret_named)
{
  const char *cell = kd_import_cell (plan, row, KD_COLUMN_CURRENCY);

  *ret_named = *mark != '\0' ? mark : *cell != '\0' ? cell : column->currency;
  if (**ret_named != '\0')
    return kind_of (plan->choices, *ret_named);
  return plan->choices->rate != 0 ? MONEY_CONVERT : MONEY_PLAIN;
}

static gint64
power_of_ten (int n)
{
  gint64 power = 1;

  while (n-- > 0)
    power *= 10;
  return power;
}

/* @micro: millionths of the other currency */
static gboolean
convert (const KdImportPlan *plan,
         gint64 micro,
         gint64 *ret_value)
{
  gint64 step = MAX (plan->choices->rounding, 1);
  KdWide amount = (KdWide) micro * plan->choices->rate;
  KdWide by = (KdWide) MICRO * MICRO / power_of_ten (plan->digits) * step;

  amount = kd_wide_divide (amount, by, KD_ROUND_HALF_UP) * step;
  if (amount < 0 || amount > KD_MONEY_MAX)
    return FALSE;
  *ret_value = (gint64) amount;
  return TRUE;
}

gboolean
kd_import_read_money (KdImportPlan *plan,
                      const KdImportRow *row,
                      KdImportField field,
                      gint64 *ret_value)
{
  int at = plan->columns->at[field];
  const char *cell = kd_import_row_cell (row, at), *code, *named;
  const KdImportColumn *column;
  char mark[KD_NUMBER_MARK_MAX + 1];
  gint64 micro, unit = power_of_ten (KD_MONEY_DIGITS_MAX - plan->digits);

  *ret_value = KD_EMPTY;
  if (*cell == '\0')
    return clears (plan, field);
  column = &g_array_index (plan->columns->columns, KdImportColumn, at);
  if (!kd_number_parse (cell, &column->form, KD_MONEY_DIGITS_MAX, &micro, mark, &code))
    return strcmp (code, "number.empty") == 0 ? clears (plan, field)
                                              : kd_import_fail (plan, row, at, code, cell, NULL);
  if (micro < 0)
    return kd_import_fail (plan, row, at, "number.range", cell, NULL);
  switch (money_kind (plan, row, column, mark, &named))
    {
    case MONEY_OTHER:
      return kd_import_fail (plan, row, at, "money.currency", cell, named);
    case MONEY_UNKNOWN:
      return kd_import_fail (plan, row, at, "number.syntax", cell, named);
    case MONEY_CONVERT:
      if (!convert (plan, micro, ret_value))
        return kd_import_fail (plan, row, at, "number.range", cell, NULL);
      return TRUE;
    default:
      if (micro % unit != 0)
        return kd_import_fail (plan, row, at, "money.decimals", cell, plan->choices->currency);
      *ret_value = micro / unit;
      return *ret_value <= KD_MONEY_MAX || kd_import_fail (plan, row, at, "number.range", cell, NULL);
    }
}

/* ---- other numbers ---- */

gboolean
kd_import_read_quantity (KdImportPlan *plan,
                         const KdImportRow *row,
                         KdImportField field,
                         gint64 *ret_value)
{
  int at = plan->columns->at[field];
  const char *cell = kd_import_row_cell (row, at), *code;
  char mark[KD_NUMBER_MARK_MAX + 1];

  *ret_value = KD_EMPTY;
  if (*cell == '\0')
    return FALSE;
  if (!kd_number_parse (cell, &g_array_index (plan->columns->columns, KdImportColumn, at).form, 3,
                        ret_value, mark, &code))
    return strcmp (code, "number.empty") != 0 && kd_import_fail (plan, row, at, code, cell, NULL);
  if (ABS (*ret_value) > KD_QUANTITY_MAX)
    return kd_import_fail (plan, row, at, "number.range", cell, NULL);
  return TRUE;
}

static gint64
unit_of (KdImportPlan *plan,
         const KdImportRow *row,
         KdImportField field,
         gint64 otherwise,
         const char *mark)
{
  gboolean weight = field == KD_COLUMN_WEIGHT || field == KD_COLUMN_PRODUCT_WEIGHT;
  const char *cell = weight ? kd_import_cell (plan, row, KD_COLUMN_WEIGHT_UNIT) : "";
  const char *named = *mark != '\0' ? mark : cell;

  if (*named == '\0')
    return otherwise;
  return weight ? kd_import_weight_unit (named) : kd_import_length_unit (named);
}

gboolean
kd_import_read_measure (KdImportPlan *plan,
                        const KdImportRow *row,
                        KdImportField field,
                        gint64 *ret_value)
{
  int at = plan->columns->at[field];
  const char *cell = kd_import_row_cell (row, at), *code;
  const KdImportColumn *column;
  char mark[KD_NUMBER_MARK_MAX + 1];
  gint64 micro, unit;
  KdWide value;

  *ret_value = KD_EMPTY;
  if (*cell == '\0')
    return clears (plan, field);
  column = &g_array_index (plan->columns->columns, KdImportColumn, at);
  if (!kd_number_parse (cell, &column->form, 6, &micro, mark, &code))
    return strcmp (code, "number.empty") == 0 ? clears (plan, field)
                                              : kd_import_fail (plan, row, at, code, cell, NULL);
  unit = unit_of (plan, row, field, column->unit, mark);
  if (unit == 0)
    return kd_import_fail (plan, row, at, "unit.unknown", cell, NULL);
  value = kd_wide_divide ((KdWide) micro * unit, (KdWide) MICRO * MICRO, KD_ROUND_HALF_UP);
  if (value < 0 || value > 1000000000)
    return kd_import_fail (plan, row, at, "number.range", cell, NULL);
  /* Nothing weighs nothing: other systems write 0 for what they don't know. */
  if (value == 0)
    return FALSE;
  *ret_value = (gint64) value;
  return TRUE;
}

/* ---- words ---- */

static gboolean
is_one_of (const char *const *words,
           const char *word)
{
  for (; *words != NULL; words++)
    if (g_ascii_strcasecmp (*words, word) == 0)
      return TRUE;
  return FALSE;
}

int
kd_import_read_flag (KdImportPlan *plan,
                     const KdImportRow *row,
                     KdImportField field,
                     const char *code)
{
  static const char *const yes[] = { "1", "true", "yes", "y", "ya", "benar", "x", "on", "aktif", "active",
                                     "continue", "notify", "published", "tayang", NULL };
  static const char *const no[] = { "0", "-1", "false", "no", "n", "tidak", "t", "off", "nonaktif", "inactive",
                                    "deny", "draft", "unpublished", NULL };
  g_autofree char *word = kd_import_read_line (plan, row, field);

  if (word == NULL || *word == '\0')
    return -1;
  if (is_one_of (yes, word))
    return 1;
  if (is_one_of (no, word))
    return 0;
  if (code != NULL)
    kd_import_fail (plan, row, plan->columns->at[field], code, word, NULL);
  return -1;
}

int
kd_import_read_status (KdImportPlan *plan,
                       const KdImportRow *row)
{
  static const char *const active[] = { "active", "aktif", "published", "publish", "tayang", "dijual", "1", "live", NULL };
  static const char *const draft[] = { "draft", "draf", "konsep", "private", "inactive", "nonaktif", "tidak aktif",
                                       "unlisted", "hidden", "proposed", "0", NULL };
  static const char *const archived[] = { "archived", "arsip", "diarsipkan", "rejected", NULL };
  g_autofree char *word = kd_import_read_line (plan, row, KD_COLUMN_STATUS);
  int published;

  if (word != NULL && *word != '\0')
    {
      if (is_one_of (active, word))
        return KD_PRODUCT_ACTIVE;
      if (is_one_of (draft, word))
        return KD_PRODUCT_DRAFT;
      if (is_one_of (archived, word))
        return KD_PRODUCT_ARCHIVED;
      kd_import_fail (plan, row, plan->columns->at[KD_COLUMN_STATUS], "status.unknown", word, NULL);
      return -1;
    }
  published = kd_import_read_flag (plan, row, KD_COLUMN_PUBLISHED, "flag.unknown");
  return published < 0 ? -1 : published ? KD_PRODUCT_ACTIVE : KD_PRODUCT_DRAFT;
}

/* ---- descriptions ---- */

static gboolean
has_tags (const char *text)
{
  for (const char *c = strchr (text, '<'); c != NULL; c = strchr (c + 1, '<'))
    if (g_ascii_isalpha (c[1]) || c[1] == '/' || c[1] == '!')
      return TRUE;
  return FALSE;
}

/* Lines of a plain text stay lines; what has tags is kept as it is. */
static char *
to_html (const char *text)
{
  GString *html;

  if (has_tags (text) || strchr (text, '\n') == NULL)
    return g_strdup (text);
  html = g_string_new (NULL);
  for (const char *line = text; *line != '\0';)
    {
      gsize n = strcspn (line, "\n");
      g_autofree char *one = g_strndup (line, n > 0 && line[n - 1] == '\r' ? n - 1 : n);

      kd_html_append_text (html, one);
      line += n;
      if (*line == '\n')
        {
          g_string_append (html, "<br>\n");
          line++;
        }
    }
  return g_string_free (html, FALSE);
}

static char *
description_cell (KdImportPlan *plan,
                  const KdImportRow *row,
                  KdImportField field)
{
  const char *cell = kd_import_cell (plan, row, field);
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *c = cell; *c != '\0'; c++)
    if (c[0] == '\\' && c[1] == 'n' && plan->columns->source == KD_IMPORT_WOOCOMMERCE)
      {
        g_string_append_c (text, '\n');
        c++;
      }
    else if ((guchar) *c >= 0x20 || *c == '\n' || *c == '\t' || *c == '\r')
      g_string_append_c (text, *c);
  g_strstrip (text->str);
  return to_html (text->str);
}

char *
kd_import_read_description (KdImportPlan *plan,
                            const KdImportRow *row)
{
  g_autofree char *text = NULL, *brief = NULL;

  if (plan->columns->at[KD_COLUMN_DESCRIPTION] >= 0)
    text = description_cell (plan, row, KD_COLUMN_DESCRIPTION);
  if (plan->columns->at[KD_COLUMN_SHORT_DESCRIPTION] >= 0)
    brief = description_cell (plan, row, KD_COLUMN_SHORT_DESCRIPTION);
  if (text == NULL || *text == '\0')
    g_clear_pointer (&text, g_free);
  if (brief == NULL || *brief == '\0' || g_strcmp0 (text, brief) == 0)
    g_clear_pointer (&brief, g_free);
  if (text != NULL && brief != NULL)
    return g_strdup_printf ("<p>%s</p>\n%s", brief, text);
  if (text == NULL && brief == NULL)
    return clears (plan, KD_COLUMN_DESCRIPTION) ? g_strdup ("") : NULL;
  return text != NULL ? g_steal_pointer (&text) : g_steal_pointer (&brief);
}

/* ---- lists ---- */

char **
kd_import_split (const char *cell)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_autoptr (GString) part = g_string_new (NULL);

  for (const char *c = cell;; c++)
    {
      if (c[0] == '\\' && c[1] == ',')
        {
          g_string_append_c (part, ',');
          c++;
          continue;
        }
      if (*c != ',' && *c != '\0')
        {
          g_string_append_c (part, *c);
          continue;
        }
      {
        g_autofree char *line = one_line (part->str);
        if (*line != '\0')
          g_strv_builder_add (parts, line);
      }
      g_string_truncate (part, 0);
      if (*c == '\0')
        return g_strv_builder_end (parts);
    }
}

static void
add_picture (KdImportPlan *plan,
             KdImportWant *want,
             const KdImportRow *row,
             int column,
             const char *address,
             const char *alt)
{
  KdImportPicture *picture;

  if (!kd_text_is_web_address (address) || strlen (address) > 2000)
    {
      kd_import_note (plan, row, column, "picture.address", NULL);
      return;
    }
  for (guint i = 0; i < want->pictures->len; i++)
    if (strcmp (((KdImportPicture *) g_ptr_array_index (want->pictures, i))->address, address) == 0)
      return;
  if (want->pictures->len == KD_ITEM_PICTURES_MAX)
    {
      kd_import_note (plan, row, column, "picture.too_many", NULL);
      return;
    }
  picture = g_new0 (KdImportPicture, 1);
  picture->address = g_strdup (address);
  picture->alt = alt != NULL && *alt != '\0' ? kd_text_truncate_bytes (alt, 500) : NULL;
  g_ptr_array_add (want->pictures, picture);
}

void
kd_import_read_pictures (KdImportPlan *plan,
                         KdImportWant *want,
                         const KdImportRow *row)
{
  int all = plan->columns->at[KD_COLUMN_PICTURES];
  const char *cell = kd_import_row_cell (row, all);

  if (*cell != '\0')
    {
      g_auto (GStrv) parts = kd_import_split (cell);

      for (char **part = parts; *part != NULL; part++)
        add_picture (plan, want, row, all, *part, NULL);
    }
  if (plan->columns->at[KD_COLUMN_PICTURE] < 0)
    return;
  for (guint i = 0; i < KD_IMPORT_OPTIONS_MAX; i++)
    {
      int at = plan->columns->nth[2][i];
      g_autofree char *address = at >= 0 ? one_line (kd_import_row_cell (row, at)) : NULL;

      if (address != NULL && *address != '\0')
        {
          g_autofree char *alt = kd_import_read_line (plan, row, KD_COLUMN_PICTURE_ALT);
          add_picture (plan, want, row, at, address, alt);
        }
    }
}

void
kd_import_read_numbers (KdImportPlan *plan,
                        const KdImportRow *row,
                        KdImportNumbers *numbers)
{
  static const KdImportField measures[] = {
    [KD_IMPORT_N_WEIGHT] = KD_COLUMN_WEIGHT,
    [KD_IMPORT_N_LENGTH] = KD_COLUMN_LENGTH,
    [KD_IMPORT_N_WIDTH] = KD_COLUMN_WIDTH,
    [KD_IMPORT_N_HEIGHT] = KD_COLUMN_HEIGHT,
  };
  gint64 *price = &numbers->value[KD_IMPORT_N_PRICE], *before = &numbers->value[KD_IMPORT_N_COMPARE_AT], sale;
  gboolean dated = *kd_import_cell (plan, row, KD_COLUMN_SALE_STARTS) != '\0'
                   || *kd_import_cell (plan, row, KD_COLUMN_SALE_ENDS) != '\0';

  if (kd_import_read_money (plan, row, KD_COLUMN_PRICE, price))
    numbers->given |= 1u << KD_IMPORT_N_PRICE;
  if (kd_import_read_money (plan, row, KD_COLUMN_COMPARE_AT, before))
    numbers->given |= 1u << KD_IMPORT_N_COMPARE_AT;
  if (kd_import_read_money (plan, row, KD_COLUMN_SALE_PRICE, &sale) && sale != KD_EMPTY)
    {
      if (dated)
        kd_import_note (plan, row, plan->columns->at[KD_COLUMN_SALE_PRICE], "import.sale_dates", NULL);
      else
        {
          if (*price != KD_EMPTY)
            *before = *price;
          *price = sale;
          numbers->given |= 1u << KD_IMPORT_N_PRICE | (guint) (*before != KD_EMPTY) << KD_IMPORT_N_COMPARE_AT;
        }
    }
  for (guint i = KD_IMPORT_N_WEIGHT; i < KD_IMPORT_N_NUMBERS; i++)
    if (kd_import_read_measure (plan, row, measures[i], &numbers->value[i]))
      numbers->given |= 1u << i;
}
