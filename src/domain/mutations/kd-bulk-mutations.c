/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-mutation-private.h"
#include "kd-product-save.h"
#include "kd-row-mutations.h"

#include <string.h>

/* What carries many rows: each is judged as if it came alone (SECURITY 1). */

#define ROWS_MAX 500

#define KD_STRUCT KdRowArgs
static const KdField row_fields[] = {
  KD_ARG (1, kind, INT, .min = 1, .max = 1000),
  KD_ARG (2, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, set, PARTIAL),
  KD_ARG (4, base, PARTIAL),
  KD_ARG (5, remove, BOOL),
};
static const KdField category_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, set, PARTIAL, .ref = 8),
};
#undef KD_STRUCT
const KdShape kd_row_of_kind_shape = { "row_of_kind", sizeof (KdRowArgs), row_fields, G_N_ELEMENTS (row_fields) };
static const KdShape category_shape = { "category_item", sizeof (KdRowArgs), category_fields, G_N_ELEMENTS (category_fields) };

#define KD_STRUCT KdRevert
static const KdField patch_fields[] = {
  KD_ARG (2, rows, LIST, .item = &kd_row_of_kind_shape, .max = ROWS_MAX, .flags = KD_FIELD_REQUIRED),
};
static const KdField revert_fields[] = {
  KD_ARG (1, op, ID),
  KD_ARG (2, rows, LIST, .item = &kd_row_of_kind_shape, .max = 16 * ROWS_MAX, .flags = KD_FIELD_REQUIRED),
};
#undef KD_STRUCT
KD_ARGS (patch_shape, "rows.patch", KdRevert, patch_fields);
const KdShape kd_revert_shape = { "rows.revert", sizeof (KdRevert), revert_fields, G_N_ELEMENTS (revert_fields) };

#define KD_STRUCT KdImportChunk
static const KdField chunk_fields[] = {
  KD_ARG (1, categories, LIST, .item = &category_shape, .max = ROWS_MAX),
  KD_ARG (2, products, LIST, .item = &kd_product_item_shape, .max = KD_CHUNK_PRODUCTS_MAX, .flags = KD_FIELD_REQUIRED),
};
#undef KD_STRUCT
KD_ARGS (chunk_shape, "catalog.import_chunk", KdImportChunk, chunk_fields);

/* Row by row: the role of that kind's own patch; by_hand kinds have none. Options come and go with
 * their product by product.save, and so may its undo. */
static gboolean
row_may (const KdContext *ctx,
         const KdRowArgs *row,
         gboolean revert)
{
  const KdKind *kind = kd_kind_by_number ((guint) row->kind);
  KdRoles roles;

  if (kind == NULL)
    return FALSE;
  roles = kind->roles;
  if (kind == &kd_kind_option && revert)
    roles = KD_ROLES_MANAGERS;
  else if ((kind->flags & KD_KIND_BY_HAND) != 0)
    return FALSE;
  if (row->set != NULL && row->set->record->kind != kind)
    return FALSE;
  return ctx->actor.type != KD_ACTOR_MEMBER || (roles >> ctx->actor.role & 1) != 0;
}

static gboolean
rows_may (const KdMutation *m,
          KdRows *rows,
          const KdContext *ctx,
          gconstpointer data,
          KdOutcome *outcome)
{
  const KdRevert *args = data;
  gboolean revert = strcmp (m->name, "rows.revert") == 0;

  for (guint i = 0; i < args->rows->len; i++)
    {
      const KdRowArgs *row = g_ptr_array_index (args->rows, i);
      if (!row_may (ctx, row, revert) || (row->remove && !revert))
        return kd_outcome_refuse (outcome, "scope");
    }
  return TRUE;
}

static gboolean
patch_rows_apply (const KdMutation *m,
                  KdRows *rows,
                  const KdContext *ctx,
                  gconstpointer data,
                  KdOutcome *outcome)
{
  const KdRevert *args = data;

  for (guint i = 0; i < args->rows->len; i++)
    {
      KdRowArgs row = *(const KdRowArgs *) g_ptr_array_index (args->rows, i);
      const KdKind *kind = kd_kind_by_number ((guint) row.kind);

      row.only_if_base = TRUE;
      if (kd_rows_get (rows, kind, &row.id) == NULL)
        kd_outcome_add_problem (outcome, "left", &row.id, NULL, "row.gone");
      else if (!kd_row_patch (rows, ctx, kind, &row, outcome))
        return FALSE;
    }
  return TRUE;
}

static void
patch_rows_inverse (const KdMutation *m,
                    KdRows *rows,
                    const KdContext *ctx,
                    gconstpointer data,
                    GPtrArray *calls)
{
  const KdRevert *args = data;
  KdCall *call = kd_call_new (m);
  KdRevert *back = call->args;

  back->rows = g_ptr_array_new ();
  for (guint i = 0; i < args->rows->len; i++)
    {
      const KdRowArgs *row = g_ptr_array_index (args->rows, i);
      const KdRecord *before = kd_rows_get (rows, kd_kind_by_number ((guint) row->kind), &row->id);
      KdRowArgs *undo;

      if (before == NULL || row->set == NULL)
        continue;
      undo = kd_shape_new (&kd_row_of_kind_shape);
      undo->kind = row->kind;
      undo->id = row->id;
      undo->set = kd_record_partial (before, row->set->mask);
      undo->base = kd_partial_copy (row->set);
      g_ptr_array_add (back->rows, undo);
    }
  if (back->rows->len > 0)
    g_ptr_array_add (calls, call);
  else
    kd_call_free (call);
}

static guint64
rows_weight (gconstpointer data)
{
  const KdRevert *args = data;
  return args->rows != NULL ? args->rows->len : 0;
}

/* Only what that operation of this very actor made may go (SECURITY 1). */
static gboolean
may_remove (const KdContext *ctx,
            const KdRecord *record,
            const KdId *op)
{
  const KdField *field;
  KdId stored;

  if ((record->kind->flags & KD_KIND_HAS_OP) == 0)
    return TRUE;
  field = kd_shape_find (&record->kind->shape, "op");
  stored = kd_op_stored (&ctx->actor.id, op);
  return kd_id_equal (kd_field_at (field, record), &stored);
}

static gboolean
category_in_use (KdRows *rows,
                 const KdId *id)
{
  KdCategory child = { .up = *id };
  KdProduct product = { .category = *id };
  g_autoptr (GPtrArray) children = kd_rows_scan (rows, &kd_kind_category, "up", &child.parent, 1, 1);
  g_autoptr (GPtrArray) products = kd_rows_scan (rows, &kd_kind_product, "category", &product.parent, 1, 1);

  return children->len > 0 || products->len > 0;
}

static gboolean
revert_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdRevert *args = data;

  for (guint i = 0; i < args->rows->len; i++)
    {
      KdRowArgs row = *(const KdRowArgs *) g_ptr_array_index (args->rows, i);
      const KdKind *kind = kd_kind_by_number ((guint) row.kind);
      const KdRecord *record = kd_rows_get (rows, kind, &row.id);

      row.only_if_base = TRUE;
      if (record == NULL)
        continue;
      if (!row.remove)
        {
          if (row.set != NULL && !kd_row_patch (rows, ctx, kind, &row, outcome))
            return FALSE;
        }
      else if (!may_remove (ctx, record, &args->op)
               || (kind == &kd_kind_category && category_in_use (rows, &row.id)))
        kd_outcome_add_problem (outcome, "left", &row.id, NULL, "changed");
      else if (!kd_row_delete (rows, ctx, kind, &row.id, outcome))
        return FALSE;
    }
  return TRUE;
}

static gboolean
chunk_apply (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdImportChunk *args = data;
  KdId first = KD_ID_NONE;

  for (guint i = 0; args->categories != NULL && i < args->categories->len; i++)
    {
      const KdRowArgs *category = g_ptr_array_index (args->categories, i);
      g_auto (KdOutcome) one = { 0 };

      if (!kd_rows_used (rows, &kd_kind_category, &category->id)
          && !kd_row_create (rows, ctx, &kd_kind_category, &category->id, category->set, FALSE, &one))
        kd_outcome_add_problem (outcome, "refused", &category->id, NULL, one.code);
    }
  for (guint i = 0; i < args->products->len; i++)
    {
      const KdProductItem *item = g_ptr_array_index (args->products, i);
      g_autofree char *place = g_strdup_printf ("products/%u", i);
      g_auto (KdOutcome) one = { 0 };

      if (!kd_product_item_may_apply (rows, ctx, item, &one))
        kd_outcome_add_problem (outcome, "refused", &item->id, NULL, one.code);
      else if (!kd_product_item_apply (rows, ctx, item, place, &first, outcome))
        return FALSE;
    }
  return TRUE;
}

static void
chunk_inverse (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer data,
               GPtrArray *calls)
{
  const KdImportChunk *args = data;
  KdCall *call = kd_call_new_by_name ("rows.revert");
  KdRevert *revert = call->args;

  revert->op = ctx->op_named;
  revert->rows = g_ptr_array_new ();
  for (guint i = 0; i < args->products->len; i++)
    kd_product_item_inverse (rows, g_ptr_array_index (args->products, i), revert->rows);
  /* Last, so that their products are gone by then; each after those that lie in it, which come later. */
  for (guint i = args->categories != NULL ? args->categories->len : 0; i-- > 0;)
    {
      const KdRowArgs *category = g_ptr_array_index (args->categories, i);
      KdRowArgs *row;

      if (kd_rows_used (rows, &kd_kind_category, &category->id))
        continue;
      row = kd_shape_new (&kd_row_of_kind_shape);
      row->kind = kd_kind_category.number;
      row->id = category->id;
      row->remove = TRUE;
      g_ptr_array_add (revert->rows, row);
    }
  g_ptr_array_add (calls, call);
}

static guint64
chunk_weight (gconstpointer data)
{
  const KdImportChunk *args = data;
  guint64 weight = args->categories != NULL ? args->categories->len : 0;

  for (guint i = 0; args->products != NULL && i < args->products->len; i++)
    weight += kd_product_item_weight (g_ptr_array_index (args->products, i));
  return weight;
}

static void
chunk_summary (const KdMutation *m,
               gconstpointer data,
               KdSummary *summary)
{
  const KdImportChunk *args = data;
  summary->values[0] = g_strdup_printf ("%u", args->products != NULL ? args->products->len : 0);
}

static void
rows_summary (const KdMutation *m,
              gconstpointer data,
              KdSummary *summary)
{
  summary->values[0] = g_strdup_printf ("%" G_GUINT64_FORMAT, rows_weight (data));
}

static const KdMutation rows_patch = {
  .name = "rows.patch", .version = 1, .args = &patch_shape, .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF, .may = rows_may, .apply = patch_rows_apply,
  .inverse = patch_rows_inverse, .summary = rows_summary, .weight = rows_weight,
};

static const KdMutation rows_revert = {
  .name = "rows.revert", .version = 1, .args = &kd_revert_shape, .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF, .may = rows_may, .apply = revert_apply,
  .summary = rows_summary, .weight = rows_weight,
};

static const KdMutation import_chunk = {
  .name = "catalog.import_chunk", .version = 1, .args = &chunk_shape, .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGINS_STAFF, .apply = chunk_apply, .inverse = chunk_inverse,
  .summary = chunk_summary, .weight = chunk_weight,
};

const KdMutation *const kd_bulk_mutations[] = { &rows_patch, &rows_revert, &import_chunk, NULL };
