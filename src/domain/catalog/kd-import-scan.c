/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-scan.h"

#include "kd-import-keys.h"
#include "kd-sku.h"

#include <string.h>

typedef struct
{
  guint64 last_row;
  guint alias;          /* the group that took this one in; 0: none */
} Group;

struct _KdImportScan
{
  KdImportColumns *columns;
  KdNumberGuess *guesses;       /* one a column */
  KdImportKeys *keys;           /* handle, id, SKU, name -> group */
  GArray *groups;               /* of Group; the first is no group */
  guint last;
  guint64 n_rows;
  gboolean names_currency;
};

#define KEYS_MAX 2

/* What a row says of the product it belongs to. */
typedef struct
{
  char spaces[KEYS_MAX];
  char *texts[KEYS_MAX];        /* (owned) */
  guint n;
  gboolean continues;           /* goes with the row before */
} RowKeys;

const char *
kd_import_row_cell (const KdImportRow *row,
                    int column)
{
  const char *cell;

  if (column < 0 || (guint) column >= row->n_cells)
    return "";
  cell = row->cells[column];
  while (*cell == ' ')
    cell++;
  return cell;
}

static const char *
cell_of (const KdImportScan *scan,
         const KdImportRow *row,
         KdImportField field)
{
  return kd_import_row_cell (row, scan->columns->at[field]);
}

gboolean
kd_import_has_word (const char *cell,
                    const char *word)
{
  gsize n = strlen (word);

  while (*cell != '\0')
    {
      const char *end;

      cell += strspn (cell, " ,");
      end = cell + strcspn (cell, ",");
      while (end > cell && end[-1] == ' ')
        end--;
      if ((gsize) (end - cell) == n && g_ascii_strncasecmp (cell, word, n) == 0)
        return TRUE;
      cell = end + strcspn (end, ",");
    }
  return FALSE;
}

gboolean
kd_import_row_is_blank (const KdImportRow *row)
{
  if (row->problem != NULL)
    return FALSE;
  for (guint i = 0; i < row->n_cells; i++)
    for (const char *c = row->cells[i]; *c != '\0'; c++)
      if (!g_ascii_isspace (*c))
        return FALSE;
  return TRUE;
}

KdImportScan *
kd_import_scan_new (KdImportColumns *columns)
{
  KdImportScan *scan = g_new0 (KdImportScan, 1);
  const Group none = { 0 };

  scan->columns = columns;
  scan->guesses = g_new0 (KdNumberGuess, MAX (columns->columns->len, 1));
  scan->keys = kd_import_keys_new ();
  scan->groups = g_array_new (FALSE, FALSE, sizeof (Group));
  g_array_append_val (scan->groups, none);
  for (guint i = 0; i < columns->columns->len; i++)
    {
      const KdImportColumn *column = &g_array_index (columns->columns, KdImportColumn, i);
      if (column->currency[0] != '\0' && !column->repeated)
        scan->names_currency = TRUE;
    }
  return scan;
}

void
kd_import_scan_free (KdImportScan *scan)
{
  if (scan == NULL)
    return;
  g_free (scan->guesses);
  kd_import_keys_free (scan->keys);
  g_array_unref (scan->groups);
  g_free (scan);
}

/* ---- which rows belong together ---- */

static void
add_key (RowKeys *keys,
         char space,
         char *text)
{
  if (text == NULL || *text == '\0' || keys->n == KEYS_MAX)
    {
      g_free (text);
      return;
    }
  keys->spaces[keys->n] = space;
  keys->texts[keys->n++] = text;
}

static void
woocommerce_keys (const KdImportScan *scan,
                  const KdImportRow *row,
                  RowKeys *keys)
{
  const char *type = cell_of (scan, row, KD_COLUMN_TYPE);

  if (kd_import_has_word (type, "variation"))
    {
      const char *parent = cell_of (scan, row, KD_COLUMN_PARENT);

      if (g_ascii_strncasecmp (parent, "id:", 3) == 0)
        add_key (keys, 'i', g_strstrip (g_strdup (parent + 3)));
      else
        add_key (keys, 's', kd_sku_key (parent));
    }
  else if (kd_import_has_word (type, "variable"))
    {
      add_key (keys, 'i', g_strstrip (g_strdup (cell_of (scan, row, KD_COLUMN_EXTERNAL))));
      add_key (keys, 's', kd_sku_key (cell_of (scan, row, KD_COLUMN_SKU)));
    }
}

static void
other_keys (const KdImportScan *scan,
            const KdImportRow *row,
            RowKeys *keys)
{
  const int *at = scan->columns->at;
  gboolean options = at[KD_COLUMN_OPTION_VALUE] >= 0 || at[KD_COLUMN_OPTION] >= 0;

  if (at[KD_COLUMN_PRODUCT_ID] >= 0)
    add_key (keys, 'p', g_strdup (cell_of (scan, row, KD_COLUMN_PRODUCT_ID)));
  else if (at[KD_COLUMN_HANDLE] >= 0)
    add_key (keys, 'h', g_strdup (cell_of (scan, row, KD_COLUMN_HANDLE)));
  else if (at[KD_COLUMN_EXTERNAL] >= 0 && options)
    add_key (keys, 'i', g_strdup (cell_of (scan, row, KD_COLUMN_EXTERNAL)));
  if (keys->n > 0 || !options || at[KD_COLUMN_NAME] < 0 || scan->columns->source == KD_IMPORT_SHOPIFY)
    return;
  add_key (keys, 'n', g_strdup (cell_of (scan, row, KD_COLUMN_NAME)));
  keys->continues = keys->n == 0;
}

static void
find_keys (const KdImportScan *scan,
           const KdImportRow *row,
           RowKeys *keys)
{
  *keys = (RowKeys){ 0 };
  if (scan->columns->source == KD_IMPORT_WOOCOMMERCE)
    woocommerce_keys (scan, row, keys);
  else
    other_keys (scan, row, keys);
}

static void
clear_keys (RowKeys *keys)
{
  for (guint i = 0; i < keys->n; i++)
    g_free (keys->texts[i]);
}

static guint
resolve (const KdImportScan *scan,
         guint group)
{
  while (group != 0 && g_array_index (scan->groups, Group, group).alias != 0)
    group = g_array_index (scan->groups, Group, group).alias;
  return group;
}

/* A product that is known by id here and by SKU there is one group. */
static guint
join_group (KdImportScan *scan,
            const RowKeys *keys)
{
  guint group = 0;

  for (guint i = 0; i < keys->n; i++)
    {
      guint found = resolve (scan, (guint) kd_import_keys_get (scan->keys, keys->spaces[i], keys->texts[i]));

      if (group == 0)
        group = found;
      else if (found != 0 && found != group)
        {
          Group *from = &g_array_index (scan->groups, Group, found);
          Group *to = &g_array_index (scan->groups, Group, group);

          to->last_row = MAX (to->last_row, from->last_row);
          from->alias = group;
        }
    }
  if (group == 0)
    {
      const Group fresh = { 0 };

      group = scan->groups->len;
      g_array_append_val (scan->groups, fresh);
    }
  for (guint i = 0; i < keys->n; i++)
    kd_import_keys_set (scan->keys, keys->spaces[i], keys->texts[i], group);
  return group;
}

static void
scan_group (KdImportScan *scan,
            const KdImportRow *row)
{
  RowKeys keys;
  guint group = 0;

  find_keys (scan, row, &keys);
  if (keys.n > 0)
    group = join_group (scan, &keys);
  else if (keys.continues)
    group = resolve (scan, scan->last);
  if (group != 0)
    g_array_index (scan->groups, Group, group).last_row = row->number;
  scan->last = group;
  clear_keys (&keys);
}

guint
kd_import_scan_find_group (KdImportScan *scan,
                           const KdImportRow *row,
                           guint *last,
                           guint64 *ret_last_row)
{
  RowKeys keys;
  guint group = 0;

  find_keys (scan, row, &keys);
  if (keys.n > 0)
    group = (guint) kd_import_keys_get (scan->keys, keys.spaces[0], keys.texts[0]);
  else if (keys.continues)
    group = *last;
  clear_keys (&keys);
  group = resolve (scan, group);
  *last = group;
  *ret_last_row = group != 0 ? g_array_index (scan->groups, Group, group).last_row : row->number;
  return group;
}

/* ---- numbers ---- */

gboolean
kd_import_scan_row (KdImportScan *scan,
                    const KdImportRow *row)
{
  const GArray *columns = scan->columns->columns;
  guint n = MIN (columns->len, row->n_cells);

  if (kd_import_row_is_blank (row))
    return TRUE;
  if (++scan->n_rows > KD_IMPORT_ROWS_MAX)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const KdImportColumn *column = &g_array_index (columns, KdImportColumn, i);

      if (!column->repeated && kd_import_field_is_number (column->field) && row->cells[i][0] != '\0')
        kd_number_guess_add (&scan->guesses[i], row->cells[i]);
    }
  if (!scan->names_currency && *cell_of (scan, row, KD_COLUMN_CURRENCY) != '\0')
    scan->names_currency = TRUE;
  scan_group (scan, row);
  return TRUE;
}

/* What the columns of one sort that leave no doubt say; 0 where they disagree. */
static char
find_hint (const KdImportScan *scan,
           gboolean money)
{
  char hint = 0;

  for (guint i = 0; i < scan->columns->columns->len; i++)
    {
      const KdImportColumn *column = &g_array_index (scan->columns->columns, KdImportColumn, i);
      KdNumberForm form;

      if (column->repeated || !kd_import_field_is_number (column->field)
          || (money && !kd_import_field_is_money (column->field)))
        continue;
      if (scan->guesses[i].proof[0] == 0 && scan->guesses[i].proof[1] == 0)
        continue;
      form = kd_number_guess_end (&scan->guesses[i], 0);
      if (form.ambiguous)
        continue;
      if (hint != 0 && hint != form.decimal)
        return 0;
      hint = form.decimal;
    }
  return hint;
}

void
kd_import_scan_end (KdImportScan *scan,
                    char decimal)
{
  char money = decimal != 0 ? decimal : find_hint (scan, TRUE);
  char any = decimal != 0 ? decimal : find_hint (scan, FALSE);

  for (guint i = 0; i < scan->columns->columns->len; i++)
    {
      KdImportColumn *column = &g_array_index (scan->columns->columns, KdImportColumn, i);

      if (!kd_import_field_is_number (column->field))
        continue;
      column->form = kd_number_guess_end (&scan->guesses[i],
                                          kd_import_field_is_money (column->field) && money != 0 ? money : any);
      if (decimal == 0)
        continue;
      column->form.decimal = decimal;
      if (column->form.group == decimal)
        column->form.group = decimal == '.' ? ',' : '.';
      column->form.ambiguous = FALSE;
    }
}

KdImportColumns *
kd_import_scan_get_columns (KdImportScan *scan)
{
  return scan->columns;
}

guint64
kd_import_scan_get_n_rows (KdImportScan *scan)
{
  return scan->n_rows;
}

gboolean
kd_import_scan_names_currency (KdImportScan *scan)
{
  return scan->names_currency;
}
