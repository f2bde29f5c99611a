/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-text.h"

#include <string.h>

/* The options of a product's rows: which there are, and each variant's value of each. */

/* What a row says of one option. */
typedef struct
{
  char *name;     /* (owned) "" where only the value stands */
  char *value;    /* (owned) */
} Pair;

static void
pair_clear (gpointer data)
{
  g_free (((Pair *) data)->name);
  g_free (((Pair *) data)->value);
}

static char *
trimmed_cell (const KdImportRow *row,
              int column)
{
  return kd_text_trim (kd_import_row_cell (row, column));
}

/* The option's name on this row, else on the product's, else the heading. */
static char *
name_of (KdImportPlan *plan,
         const KdImportWant *want,
         const KdImportRow *row,
         guint nth)
{
  int name = plan->columns->nth[0][nth], value = plan->columns->nth[1][nth];
  char *text = trimmed_cell (row, name);

  if (*text == '\0' && plan->columns->source != KD_IMPORT_WOOCOMMERCE)
    {
      g_free (text);
      text = trimmed_cell (want->row, name);
    }
  if (*text == '\0' && name < 0)
    {
      g_free (text);
      text = g_strdup (g_array_index (plan->columns->columns, KdImportColumn, value).header);
    }
  return text;
}

static GArray *
read_pairs (KdImportPlan *plan,
            const KdImportWant *want,
            const KdImportRow *row)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (Pair));

  g_array_set_clear_func (pairs, pair_clear);
  for (guint i = 0; i < KD_IMPORT_OPTIONS_MAX; i++)
    {
      int value = plan->columns->nth[1][i];
      Pair pair;

      if (value < 0)
        continue;
      pair.value = trimmed_cell (row, value);
      pair.name = name_of (plan, want, row, i);
      if (*pair.name != '\0')
        g_array_append_val (pairs, pair);
      else
        pair_clear (&pair);
    }
  return pairs;
}

static int
find_option (const KdImportWant *want,
             const char *name)
{
  for (guint i = 0; i < want->options->len; i++)
    if (kd_text_same (g_ptr_array_index (want->options, i), name))
      return (int) i;
  return -1;
}

/* "Title: Default Title" is how Shopify writes a product without options. */
static gboolean
is_default (KdImportPlan *plan,
            const Pair *pair)
{
  return plan->columns->source == KD_IMPORT_SHOPIFY && strcmp (pair->value, "Default Title") == 0;
}

static void
add_option (KdImportPlan *plan,
            KdImportWant *want,
            const KdImportRow *row,
            const Pair *pair,
            const char *listed)
{
  int at = find_option (want, pair->name);

  if (at < 0)
    {
      if (want->options->len == KD_ITEM_OPTIONS_MAX)
        {
          kd_import_fail (plan, row, -1, "import.too_many_options", NULL, NULL);
          return;
        }
      at = (int) want->options->len;
      g_ptr_array_add (want->options, g_strdup (pair->name));
      g_ptr_array_add (want->listed, NULL);
    }
  if (listed != NULL && g_ptr_array_index (want->listed, at) == NULL)
    g_ptr_array_index (want->listed, at) = kd_import_split (listed);
}

/* Names in the order in which they appear, the product's own row first. */
static void
collect_options (KdImportPlan *plan,
                 KdImportWant *want)
{
  gboolean lists = plan->columns->source == KD_IMPORT_WOOCOMMERCE && want->whole;

  if (lists)
    {
      g_autoptr (GArray) pairs = read_pairs (plan, want, want->row);

      for (guint i = 0; i < pairs->len; i++)
        {
          const Pair *pair = &g_array_index (pairs, Pair, i);
          add_option (plan, want, want->row, pair, pair->value);
        }
    }
  for (guint v = 0; v < want->variants->len; v++)
    {
      const KdImportVariant *variant = g_ptr_array_index (want->variants, v);
      g_autoptr (GArray) pairs = read_pairs (plan, want, variant->row);

      for (guint i = 0; i < pairs->len; i++)
        {
          const Pair *pair = &g_array_index (pairs, Pair, i);
          if (*pair->value != '\0' && !is_default (plan, pair))
            add_option (plan, want, variant->row, pair, NULL);
        }
    }
}

static void
fill_values (KdImportPlan *plan,
             KdImportWant *want,
             KdImportVariant *variant)
{
  g_autoptr (GArray) pairs = read_pairs (plan, want, variant->row);

  variant->values = g_new0 (char *, want->options->len + 1);
  for (guint i = 0; i < want->options->len; i++)
    variant->values[i] = g_strdup ("");
  for (guint i = 0; i < pairs->len; i++)
    {
      const Pair *pair = &g_array_index (pairs, Pair, i);
      int at = is_default (plan, pair) ? -1 : find_option (want, pair->name);

      if (at < 0 || *pair->value == '\0')
        continue;
      g_free (variant->values[at]);
      variant->values[at] = g_strdup (pair->value);
    }
}

static void
drop_option (KdImportWant *want,
             guint at)
{
  g_ptr_array_remove_index (want->listed, at);
  g_ptr_array_remove_index (want->options, at);
  for (guint v = 0; v < want->variants->len; v++)
    {
      KdImportVariant *variant = g_ptr_array_index (want->variants, v);
      guint n = g_strv_length (variant->values);

      g_free (variant->values[at]);
      memmove (variant->values + at, variant->values + at + 1, (n - at) * sizeof (char *));
    }
}

/* An option of which no variant has a value tells nothing apart: "any size". */
static void
drop_unused (KdImportPlan *plan,
             KdImportWant *want)
{
  for (guint i = want->options->len; i-- > 0;)
    {
      gboolean used = FALSE;

      for (guint v = 0; !used && v < want->variants->len; v++)
        used = *((KdImportVariant *) g_ptr_array_index (want->variants, v))->values[i] != '\0';
      if (used)
        continue;
      kd_import_note (plan, want->row, -1, "import.any_value", g_ptr_array_index (want->options, i));
      drop_option (want, i);
    }
}

static void
check_values (KdImportPlan *plan,
              KdImportWant *want)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint v = 0; v < want->variants->len; v++)
    {
      const KdImportVariant *variant = g_ptr_array_index (want->variants, v);
      g_autoptr (GString) key = g_string_new (NULL);

      for (guint i = 0; i < want->options->len; i++)
        {
          g_autofree char *folded = kd_text_key (variant->values[i]);
          int at = plan->columns->nth[1][MIN (i, KD_IMPORT_OPTIONS_MAX - 1)];

          if (*folded == '\0')
            kd_import_fail (plan, variant->row, at, "option.missing", NULL, g_ptr_array_index (want->options, i));
          else if (strlen (variant->values[i]) > 120)
            kd_import_fail (plan, variant->row, at, "field.too_long", variant->values[i], "120");
          g_string_append_printf (key, "%s\n", folded);
        }
      if (!g_hash_table_add (seen, g_strdup (key->str)))
        kd_import_fail (plan, variant->row, -1, "option.repeated", NULL, NULL);
    }
}

static void
free_strv (gpointer data)
{
  g_strfreev (data);
}

void
kd_import_read_options (KdImportPlan *plan,
                        KdImportWant *want)
{
  gboolean woo = plan->columns->source == KD_IMPORT_WOOCOMMERCE;
  gboolean variable = !woo || want->variants->len == 0
                      || ((KdImportVariant *) g_ptr_array_index (want->variants, 0))->row != want->row
                      || !want->whole;

  want->listed = g_ptr_array_new_with_free_func (free_strv);
  if (plan->columns->at[KD_COLUMN_OPTION_VALUE] < 0 && plan->columns->at[KD_COLUMN_OPTION] < 0)
    {
      /* without options there is one variant */
      for (guint v = 1; v < want->variants->len; v++)
        kd_import_fail (plan, ((KdImportVariant *) g_ptr_array_index (want->variants, v))->row, -1,
                        "import.row_repeated", NULL, NULL);
      return;
    }
  if (!variable)
    {
      /* a simple product's attributes only describe it */
      g_autoptr (GArray) pairs = read_pairs (plan, want, want->row);

      if (pairs->len > 0 && *g_array_index (pairs, Pair, 0).value != '\0')
        kd_import_note (plan, want->row, plan->columns->at[KD_COLUMN_OPTION_VALUE], "import.attributes", NULL);
      return;
    }
  collect_options (plan, want);
  if (want->variants->len == 0)
    {
      g_ptr_array_set_size (want->options, 0);
      return;
    }
  for (guint v = 0; v < want->variants->len; v++)
    fill_values (plan, want, g_ptr_array_index (want->variants, v));
  drop_unused (plan, want);
  if (want->options->len > 0)
    check_values (plan, want);
  else if (want->variants->len > 1)
    kd_import_fail (plan, ((KdImportVariant *) g_ptr_array_index (want->variants, 1))->row, -1,
                    "option.repeated", NULL, NULL);
}
