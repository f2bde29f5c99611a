/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include "kd-currency.h"
#include "kd-mutation-private.h"
#include "kd-position.h"
#include "kd-text.h"

#include <string.h>

/* Products whose ids share a millisecond: what comes from them stays close together too. */
#define IDS_A_MS 64

gboolean
kd_import_mode_from_text (const char *text,
                          KdImportMode *ret_mode)
{
  static const char *const names[] = { "both", "create", "update" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], text) == 0)
      {
        *ret_mode = (KdImportMode) i;
        return TRUE;
      }
  return FALSE;
}

/* ---- reports ---- */

KdImportProblem *
kd_import_problem_copy (const KdImportProblem *problem)
{
  KdImportProblem *copy = g_memdup2 (problem, sizeof *problem);

  copy->column = g_strdup (problem->column);
  copy->value = g_strdup (problem->value);
  copy->detail = g_strdup (problem->detail);
  return copy;
}

void
kd_import_problem_free (KdImportProblem *problem)
{
  g_free (problem->column);
  g_free (problem->value);
  g_free (problem->detail);
  g_free (problem);
}

static void
note_free (gpointer data)
{
  KdImportNote *note = data;

  g_free (note->column);
  g_free (note->value);
  g_free (note);
}

static KdImportReport *
report_new (void)
{
  KdImportReport *report = g_new0 (KdImportReport, 1);

  report->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_import_problem_free);
  report->notes = g_ptr_array_new_with_free_func (note_free);
  return report;
}

KdImportReport *
kd_import_report_copy (const KdImportReport *report)
{
  KdImportReport *copy = report_new ();

  copy->counts = report->counts;
  for (guint i = 0; i < report->problems->len; i++)
    g_ptr_array_add (copy->problems, kd_import_problem_copy (g_ptr_array_index (report->problems, i)));
  for (guint i = 0; i < report->notes->len; i++)
    {
      KdImportNote *note = g_memdup2 (g_ptr_array_index (report->notes, i), sizeof (KdImportNote));

      note->column = g_strdup (note->column);
      note->value = g_strdup (note->value);
      g_ptr_array_add (copy->notes, note);
    }
  return copy;
}

void
kd_import_report_free (KdImportReport *report)
{
  if (report == NULL)
    return;
  g_ptr_array_unref (report->problems);
  g_ptr_array_unref (report->notes);
  g_free (report);
}

static const char *
heading_of (KdImportPlan *plan,
            int column)
{
  if (column < 0)
    return NULL;
  return g_array_index (plan->columns->columns, KdImportColumn, column).header;
}

gboolean
kd_import_fail (KdImportPlan *plan,
                const KdImportRow *row,
                int column,
                const char *code,
                const char *value,
                const char *detail)
{
  KdImportProblem *problem;

  if (plan->problems->len >= KD_IMPORT_PRODUCT_PROBLEMS_MAX)
    return FALSE;
  problem = g_new0 (KdImportProblem, 1);
  problem->row = row->number;
  problem->column = g_strdup (heading_of (plan, column));
  problem->code = code;
  problem->value = value != NULL && *value != '\0' ? kd_text_truncate_bytes (value, KD_IMPORT_VALUE_MAX) : NULL;
  problem->detail = detail != NULL ? kd_text_truncate_bytes (detail, KD_IMPORT_VALUE_MAX) : NULL;
  g_ptr_array_add (plan->problems, problem);
  return FALSE;
}

static void
add_note (KdImportPlan *plan,
          guint64 row,
          const char *column,
          const char *code,
          const char *value,
          guint64 count)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s\n%s", code, column != NULL ? column : "", value != NULL ? value : "");
  KdImportNote *note = g_hash_table_lookup (plan->notes_by_key, key);

  if (note != NULL)
    {
      note->count += count;
      return;
    }
  /* too many different ones: the code alone */
  if (plan->report->notes->len >= KD_IMPORT_NOTES_MAX && (value != NULL || column != NULL))
    {
      add_note (plan, row, NULL, code, NULL, count);
      return;
    }
  note = g_new0 (KdImportNote, 1);
  note->row = row;
  note->column = g_strdup (column);
  note->code = code;
  note->value = value != NULL ? kd_text_truncate_bytes (value, KD_IMPORT_VALUE_MAX) : NULL;
  note->count = count;
  g_ptr_array_add (plan->report->notes, note);
  g_hash_table_insert (plan->notes_by_key, g_steal_pointer (&key), note);
}

void
kd_import_note (KdImportPlan *plan,
                const KdImportRow *row,
                int column,
                const char *code,
                const char *value)
{
  if (plan->number > plan->skip)
    add_note (plan, row->number, heading_of (plan, column), code, value, 1);
}

void
kd_import_plan_note (KdImportPlan *plan,
                     const char *code,
                     const char *value,
                     guint64 count)
{
  add_note (plan, 0, NULL, code, value, count);
}

/* ---- ids and positions ---- */

/* Ids of one import stand in the order of the file, so that they are cheap to store. */
static void
begin_ids (KdImportPlan *plan)
{
  guint64 ms = (guint64) kd_id_get_time (&plan->choices->operation) + (plan->number - 1) / IDS_A_MS;

  plan->seed = plan->choices->operation;
  for (guint i = 0; i < 6; i++)
    plan->seed.b[i] = (guint8) (ms >> (8 * (5 - i)));
}

KdId
kd_import_make_id (KdImportPlan *plan,
                   const KdKind *kind,
                   const char *format,
                   ...)
{
  guint nth = (guint) ((plan->number - 1) % IDS_A_MS);
  g_autofree char *path = NULL;
  char place[400];
  va_list values;
  KdId id;

  va_start (values, format);
  path = g_strdup_vprintf (format, values);
  va_end (values);
  if (g_snprintf (place, sizeof place, "%" G_GUINT64_FORMAT "/%s", plan->number, path) < (int) sizeof place)
    id = kd_id_derive (&plan->seed, kind->number, place);
  else
    id = kd_id_derive_bytes (&plan->seed, kind->number, path, strlen (path));
  id.b[6] = (id.b[6] & 0xf0) | (guint8) (nth >> 8 & 0x0f);
  id.b[7] = (guint8) nth;
  return id;
}

const char *
kd_import_position (KdImportPlan *plan,
                    guint n)
{
  while (plan->positions->len <= n)
    {
      const char *last = plan->positions->len > 0 ? g_ptr_array_index (plan->positions, plan->positions->len - 1) : NULL;
      g_ptr_array_add (plan->positions, kd_position_after (last));
    }
  return g_ptr_array_index (plan->positions, n);
}

/* ---- one product ---- */

static void
count (KdImportPlan *plan,
       KdImportProduct *product)
{
  KdImportCounts *all = &plan->report->counts, *one = &product->counts;

  if (product->outcome == KD_IMPORT_ERROR)
    *one = (KdImportCounts){ 0 };
  one->created = product->outcome == KD_IMPORT_CREATED;
  one->updated = product->outcome == KD_IMPORT_UPDATED;
  one->skipped = product->outcome == KD_IMPORT_SKIPPED;
  one->errors = product->outcome == KD_IMPORT_ERROR;
  all->created += one->created;
  all->updated += one->updated;
  all->skipped += one->skipped;
  all->errors += one->errors;
  all->variants_created += one->variants_created;
  all->variants_updated += one->variants_updated;
  all->variants_skipped += one->variants_skipped;
}

static gboolean
mode_allows (KdImportPlan *plan,
             const KdImportWant *want,
             gboolean exists)
{
  if (exists ? plan->choices->mode != KD_IMPORT_CREATE : plan->choices->mode != KD_IMPORT_UPDATE)
    return TRUE;
  kd_import_note (plan, want->row, -1, exists ? "import.exists" : "import.unknown", NULL);
  return FALSE;
}

static KdImportOutcome
decide (KdImportPlan *plan,
        KdImportWant *want,
        KdImportProduct *product)
{
  g_autoptr (KdImportExisting) existing = NULL;

  if (!kd_import_match (plan, want, &existing))
    return KD_IMPORT_ERROR;
  if (!mode_allows (plan, want, existing != NULL))
    {
      product->counts.variants_skipped = want->variants->len;
      return KD_IMPORT_SKIPPED;
    }
  product->item = kd_import_build (plan, want, existing, &product->counts, &product->bytes);
  if (plan->problems->len > 0)
    return KD_IMPORT_ERROR;
  if (product->item == NULL)
    return KD_IMPORT_SKIPPED;
  product->categories = kd_import_take_categories (plan, want);
  return existing != NULL ? KD_IMPORT_UPDATED : KD_IMPORT_CREATED;
}

static void
keep_problems (KdImportPlan *plan)
{
  g_ptr_array_set_free_func (plan->problems, NULL);
  for (guint i = 0; i < plan->problems->len; i++)
    {
      KdImportProblem *problem = g_ptr_array_index (plan->problems, i);

      if (plan->report->problems->len < KD_IMPORT_PROBLEMS_MAX)
        g_ptr_array_add (plan->report->problems, problem);
      else
        kd_import_problem_free (problem);
    }
  g_ptr_array_set_size (plan->problems, 0);
  g_ptr_array_set_free_func (plan->problems, (GDestroyNotify) kd_import_problem_free);
}

static void
product_clear (KdImportProduct *product)
{
  if (product->item != NULL)
    kd_shape_free (&kd_product_item_shape, product->item);
  for (guint i = 0; product->categories != NULL && i < product->categories->len; i++)
    {
      KdRowArgs *args = g_ptr_array_index (product->categories, i);
      kd_partial_free (args->set);
      g_free (args);
    }
  g_clear_pointer (&product->categories, g_ptr_array_unref);
}

static void
plan_product (KdImportPlan *plan,
              GPtrArray *rows)
{
  KdImportProduct product = { .number = ++plan->number, .row = ((const KdImportRow *) g_ptr_array_index (rows, 0))->number };
  g_autoptr (KdImportWant) want = NULL;
  gboolean skipped;

  begin_ids (plan);
  want = kd_import_read_want (plan, rows, &skipped);
  if (want != NULL)
    kd_import_check_repeats (plan, want);
  if (product.number <= plan->skip)
    {
      g_ptr_array_set_size (plan->problems, 0);
      return;
    }
  if (skipped)
    product.outcome = KD_IMPORT_SKIPPED;
  else if (want == NULL || plan->problems->len > 0)
    product.outcome = KD_IMPORT_ERROR;
  else
    product.outcome = decide (plan, want, &product);
  count (plan, &product);
  keep_problems (plan);
  if (!plan->func (&product, plan->data))
    plan->stopped = TRUE;
  product_clear (&product);
}

/* ---- rows that wait for the rest of their product ---- */

static gsize
row_bytes (const KdImportRow *row)
{
  gsize n = sizeof (KdImportRow) + (row->n_cells + 1) * sizeof (char *);

  for (guint i = 0; i < row->n_cells; i++)
    n += row->cells[i][0] != '\0' ? strlen (row->cells[i]) + 1 : 0;
  return n;
}

/* One block: the row, its pointers, its texts. */
static KdImportRow *
row_copy (const KdImportRow *row,
          gsize size)
{
  KdImportRow *copy = g_malloc (size);
  char **cells = (char **) (copy + 1);
  char *text = (char *) (cells + row->n_cells + 1);

  *copy = *row;
  copy->cells = (const char *const *) cells;
  for (guint i = 0; i < row->n_cells; i++)
    {
      gsize n = strlen (row->cells[i]);

      if (n == 0)
        {
          cells[i] = (char *) "";
          continue;
        }
      cells[i] = memcpy (text, row->cells[i], n + 1);
      text += n + 1;
    }
  return copy;
}

static void
hold (KdImportPlan *plan,
      guint group,
      const KdImportRow *row)
{
  GPtrArray *rows = g_hash_table_lookup (plan->held, GUINT_TO_POINTER (group));
  KdImportRow empty = { .number = row->number, .problem = "import.scattered" };
  gsize size = row_bytes (row);

  if (rows == NULL)
    {
      rows = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (plan->held, GUINT_TO_POINTER (group), rows);
    }
  /* Memory is bounded: what stands too far apart is set aside with that reason. */
  if (plan->held_bytes + size > KD_IMPORT_HELD_MAX)
    {
      row = &empty;
      size = row_bytes (row);
    }
  plan->held_bytes += size;
  g_ptr_array_add (rows, row_copy (row, size));
}

static void
release (KdImportPlan *plan,
         GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    plan->held_bytes -= row_bytes (g_ptr_array_index (rows, i));
}

gboolean
kd_import_plan_row (KdImportPlan *plan,
                    const KdImportRow *row)
{
  g_autoptr (GPtrArray) single = NULL;
  GPtrArray *rows;
  guint64 last_row;
  guint group;

  if (plan->stopped || kd_import_row_is_blank (row))
    return !plan->stopped;
  group = kd_import_scan_find_group (plan->scan, row, &plan->last_group, &last_row);
  if (group != 0 && row->number < last_row)
    {
      hold (plan, group, row);
      return TRUE;
    }
  rows = group != 0 ? g_hash_table_lookup (plan->held, GUINT_TO_POINTER (group)) : NULL;
  if (rows == NULL)
    {
      single = g_ptr_array_sized_new (1);
      g_ptr_array_add (single, (gpointer) row);
      plan_product (plan, single);
      return !plan->stopped;
    }
  hold (plan, group, row);
  plan_product (plan, rows);
  release (plan, rows);
  g_hash_table_remove (plan->held, GUINT_TO_POINTER (group));
  return !plan->stopped;
}

/* ---- the plan ---- */

static void
category_clear (gpointer data)
{
  g_free (((KdImportCategory *) data)->name);
  g_free (((KdImportCategory *) data)->position);
}

KdImportPlan *
kd_import_plan_new (KdImportScan *scan,
                    const KdImportChoices *choices,
                    KdRows *rows,
                    KdImportFunc func,
                    gpointer data)
{
  KdImportPlan *plan = g_new0 (KdImportPlan, 1);

  plan->scan = scan;
  plan->columns = kd_import_scan_get_columns (scan);
  plan->choices = choices;
  plan->digits = MAX (kd_currency_digits (choices->currency), 0);
  plan->rows = rows;
  plan->func = func;
  plan->data = data;
  plan->held = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  plan->seen = kd_import_keys_new ();
  plan->category_keys = kd_import_keys_new ();
  plan->categories = g_array_new (FALSE, FALSE, sizeof (KdImportCategory));
  g_array_set_clear_func (plan->categories, category_clear);
  plan->positions = g_ptr_array_new_with_free_func (g_free);
  plan->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_import_problem_free);
  plan->notes_by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  plan->report = report_new ();
  return plan;
}

void
kd_import_plan_free (KdImportPlan *plan)
{
  if (plan == NULL)
    return;
  g_hash_table_unref (plan->held);
  kd_import_keys_free (plan->seen);
  kd_import_keys_free (plan->category_keys);
  g_array_unref (plan->categories);
  g_ptr_array_unref (plan->positions);
  g_ptr_array_unref (plan->problems);
  g_hash_table_unref (plan->notes_by_key);
  kd_import_report_free (plan->report);
  g_free (plan);
}

void
kd_import_plan_resume (KdImportPlan *plan,
                       guint64 n,
                       const KdImportCounts *counts,
                       GPtrArray *problems)
{
  plan->skip = n;
  plan->report->counts = *counts;
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    g_ptr_array_add (plan->report->problems, kd_import_problem_copy (g_ptr_array_index (problems, i)));
}

const KdImportReport *
kd_import_plan_get_report (KdImportPlan *plan)
{
  return plan->report;
}

void
kd_import_plan_refused (KdImportPlan *plan,
                        guint64 row,
                        gboolean created,
                        const char *code)
{
  KdImportRow like = { .number = row };
  KdImportCounts *counts = &plan->report->counts;

  counts->errors++;
  *(created ? &counts->created : &counts->updated) -= 1;
  kd_import_fail (plan, &like, -1, g_intern_string (code), NULL, NULL);
  keep_problems (plan);
}
