/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-mutation-private.h"
#include "kd-product-save.h"
#include "kd-row-mutations.h"
#include "kd-stock-ledger.h"

/* product.save {id, set, base, options, variants, ...} saves what the editor holds;
 * product.delete {id} deletes, or archives what has history; media.add/.update/.remove are a
 * product's pictures; conflict.settle {id, state} and task.done {id} empty the trays. */

static gboolean
save_apply (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer args,
            KdOutcome *outcome)
{
  KdId first = KD_ID_NONE;

  return kd_product_item_apply (rows, ctx, args, "product", &first, outcome);
}

static gboolean
save_check (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdProductItem *item = data;

  for (guint i = 0; item->variants != NULL && i < item->variants->len; i++)
    {
      const KdVariantItem *variant = g_ptr_array_index (item->variants, i);
      g_autoptr (KdRecord) record = NULL;

      if (variant->set == NULL || variant->remove)
        continue;
      record = kd_record_copy (variant->set->record);
      record->id = variant->id;
      if (!kd_variant_rules.check (rows, ctx, record, outcome))
        {
          char id[KD_ID_TEXT_LENGTH + 1];
          kd_outcome_add_text (outcome, "row", kd_id_to_text (&variant->id, id));
          return FALSE;
        }
    }
  return TRUE;
}

static void
save_inverse (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer args,
              GPtrArray *calls)
{
  KdCall *call = kd_call_new_by_name ("rows.revert");
  KdRevert *revert = call->args;

  revert->op = ctx->op_named;
  revert->rows = g_ptr_array_new ();
  kd_product_item_inverse (rows, args, revert->rows);
  if (revert->rows->len > 0)
    g_ptr_array_add (calls, call);
  else
    kd_call_free (call);
}

static void
save_summary (const KdMutation *m,
              gconstpointer data,
              KdSummary *summary)
{
  const KdProductItem *item = data;

  if (kd_partial_has (item->set, "name"))
    summary->values[0] = g_strdup (((const KdProduct *) item->set->record)->name);
}

static guint64
save_weight (gconstpointer args)
{
  return kd_product_item_weight (args);
}

#define KD_STRUCT KdRowArgs
static const KdField id_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
};
#undef KD_STRUCT
KD_ARGS (product_delete_shape, "product.delete", KdRowArgs, id_fields);
KD_ARGS (media_remove_shape, "media.remove", KdRowArgs, id_fields);
KD_ARGS (task_done_shape, "task.done", KdRowArgs, id_fields);

static gboolean
delete_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdRowArgs *args = data;
  return kd_row_delete (rows, ctx, m->kind, &args->id, outcome);
}

static void
take_variants (KdRows *rows,
               const KdId *product,
               KdProductItem *back)
{
  g_autoptr (GPtrArray) variants = kd_row_children (rows, &kd_kind_variant, &kd_kind_product, product);

  back->variants = g_ptr_array_new ();
  for (guint i = 0; i < variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (variants, i);
      g_autoptr (GPtrArray) moves = kd_row_children (rows, &kd_kind_stock_move, &kd_kind_variant, &variant->parent.id);
      KdVariantItem *item = kd_shape_new (&kd_variant_item_shape);

      item->id = variant->parent.id;
      item->set = kd_record_partial (&variant->parent, kd_kind_writable_mask (&kd_kind_variant));
      if (variant->values != NULL)
        item->values = g_array_copy (variant->values);
      if (moves->len > 0)
        {
          const KdStockMove *opening = g_ptr_array_index (moves, 0);
          item->opening = opening->quantity;
          item->location = opening->location;
        }
      g_ptr_array_add (back->variants, item);
    }
}

static void
product_delete_inverse (const KdMutation *m,
                        KdRows *rows,
                        const KdContext *ctx,
                        gconstpointer data,
                        GPtrArray *calls)
{
  const KdRowArgs *args = data;
  const KdRecord *before = kd_rows_get (rows, &kd_kind_product, &args->id);
  g_autoptr (GPtrArray) options = NULL;
  KdCall *call;
  KdProductItem *back;

  if (before == NULL)
    return;
  /* The same call serves a product that was deleted and one that was only archived. */
  call = kd_call_new_by_name ("product.save");
  back = call->args;
  back->id = args->id;
  back->restore = TRUE;
  back->set = kd_record_partial (before, kd_kind_writable_mask (&kd_kind_product));
  options = kd_row_children (rows, &kd_kind_option, &kd_kind_product, &args->id);
  back->options = options->len > 0 ? g_ptr_array_new () : NULL;
  for (guint i = 0; i < options->len; i++)
    {
      const KdRecord *option = g_ptr_array_index (options, i);
      KdOptionItem *item = kd_shape_new (&kd_option_item_shape);

      item->id = option->id;
      item->set = kd_record_partial (option, kd_kind_writable_mask (&kd_kind_option));
      g_ptr_array_add (back->options, item);
    }
  take_variants (rows, &args->id, back);
  g_ptr_array_add (calls, call);
}

typedef struct
{
  KdId id;
  KdId product;
  char *position, *name, *alt;
  KdHash blob;
  char *mime;
  gint64 size, width, height;
} KdMediaArgs;

#define KD_STRUCT KdMediaArgs
static const KdField media_add_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, product, REF, .ref = 3, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, position, POSITION),
  KD_ARG (4, name, TEXT, .max = 300),
  KD_ARG (5, alt, TEXT, .max = 500),
  KD_ARG (6, blob, BLOB_HASH, .flags = KD_FIELD_REQUIRED),
  KD_ARG (7, mime, TEXT, .max = 100),
  KD_ARG (8, size, INT, .min = 0, .max = 1000000000000),
  KD_ARG (9, width, INT, .min = 0, .max = 1000000),
  KD_ARG (10, height, INT, .min = 0, .max = 1000000),
};
static const KdField media_update_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, position, POSITION),
  KD_ARG (5, alt, TEXT, .max = 500),
};
#undef KD_STRUCT
KD_ARGS (media_add_shape, "media.add", KdMediaArgs, media_add_fields);
KD_ARGS (media_update_shape, "media.update", KdMediaArgs, media_update_fields);

static gboolean
media_add_apply (const KdMutation *m,
                 KdRows *rows,
                 const KdContext *ctx,
                 gconstpointer data,
                 KdOutcome *outcome)
{
  const KdMediaArgs *args = data;
  KdMedia *media;

  if (kd_rows_get (rows, &kd_kind_product, &args->product) == NULL)
    return kd_outcome_refuse_with (outcome, "row.parent_gone", "field", "product");
  if (kd_rows_used (rows, &kd_kind_media, &args->id))
    return kd_outcome_refuse (outcome, "row.used");
  media = (KdMedia *) kd_record_new (&kd_kind_media);
  media->parent.id = args->id;
  media->product = args->product;
  media->position = g_strdup (args->position);
  media->name = g_strdup (args->name);
  media->alt = g_strdup (args->alt);
  media->blob = args->blob;
  media->mime = g_strdup (args->mime);
  media->size = args->size;
  media->width = args->width;
  media->height = args->height;
  media->scope = KD_SCOPE_EVERYONE;
  kd_rows_put (rows, &media->parent);
  return TRUE;
}

static void
media_add_inverse (const KdMutation *m,
                   KdRows *rows,
                   const KdContext *ctx,
                   gconstpointer data,
                   GPtrArray *calls)
{
  KdCall *call = kd_call_new_by_name ("media.remove");

  ((KdRowArgs *) call->args)->id = ((const KdMediaArgs *) data)->id;
  g_ptr_array_add (calls, call);
}

static const KdMedia *
product_picture (KdRows *rows,
                 const KdId *id,
                 KdOutcome *outcome)
{
  const KdMedia *media = (const KdMedia *) kd_rows_get (rows, &kd_kind_media, id);

  if (media == NULL)
    kd_outcome_refuse (outcome, "row.gone");
  else if (kd_id_is_none (&media->product))
    kd_outcome_refuse (outcome, "scope");
  else
    return media;
  return NULL;
}

static gboolean
media_update_apply (const KdMutation *m,
                    KdRows *rows,
                    const KdContext *ctx,
                    gconstpointer data,
                    KdOutcome *outcome)
{
  const KdMediaArgs *args = data;
  const KdMedia *before = product_picture (rows, &args->id, outcome);
  KdMedia *media;

  if (before == NULL)
    return FALSE;
  media = (KdMedia *) kd_record_copy (&before->parent);
  g_free (media->position);
  g_free (media->alt);
  media->position = g_strdup (args->position);
  media->alt = g_strdup (args->alt);
  kd_rows_put_changed (rows, &before->parent, &media->parent);
  return TRUE;
}

static void
media_update_inverse (const KdMutation *m,
                      KdRows *rows,
                      const KdContext *ctx,
                      gconstpointer data,
                      GPtrArray *calls)
{
  const KdMediaArgs *args = data;
  const KdMedia *before = (const KdMedia *) kd_rows_get (rows, &kd_kind_media, &args->id);
  KdCall *call;
  KdMediaArgs *back;

  if (before == NULL)
    return;
  call = kd_call_new (m);
  back = call->args;
  back->id = args->id;
  back->position = g_strdup (before->position);
  back->alt = g_strdup (before->alt);
  g_ptr_array_add (calls, call);
}

static gboolean
media_remove_apply (const KdMutation *m,
                    KdRows *rows,
                    const KdContext *ctx,
                    gconstpointer data,
                    KdOutcome *outcome)
{
  const KdRowArgs *args = data;
  const KdMedia *media = product_picture (rows, &args->id, outcome);

  if (media == NULL)
    return FALSE;
  kd_rows_remove (rows, &kd_kind_media, &args->id);
  return TRUE;
}

static void
media_remove_inverse (const KdMutation *m,
                      KdRows *rows,
                      const KdContext *ctx,
                      gconstpointer data,
                      GPtrArray *calls)
{
  const KdRowArgs *args = data;
  const KdMedia *before = (const KdMedia *) kd_rows_get (rows, &kd_kind_media, &args->id);
  KdCall *call;
  KdMediaArgs *back;

  if (before == NULL || kd_hash_is_none (&before->blob))
    return;
  call = kd_call_new_by_name ("media.add");
  back = call->args;
  /* A new id: the old one stays a tombstone. */
  back->id = kd_made_id (ctx, &kd_kind_media, "undo");
  back->product = before->product;
  back->position = g_strdup (before->position);
  back->name = g_strdup (before->name);
  back->alt = g_strdup (before->alt);
  back->blob = before->blob;
  back->mime = g_strdup (before->mime);
  back->size = before->size;
  back->width = before->width;
  back->height = before->height;
  g_ptr_array_add (calls, call);
}

typedef struct
{
  KdId id;
  int state;
} KdStateArgs;

static const char *const conflict_states[] = { "open", "used", "dismissed", NULL };

#define KD_STRUCT KdStateArgs
static const KdField settle_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, state, ENUM, .values = conflict_states),
};
#undef KD_STRUCT
KD_ARGS (settle_shape, "conflict.settle", KdStateArgs, settle_fields);

/* Whose scope the row has decides who may settle it. */
static gboolean
scoped_may (KdRows *rows,
            const KdContext *ctx,
            const KdKind *kind,
            const KdId *id,
            KdOutcome *outcome)
{
  const KdRecord *record = kd_rows_get (rows, kind, id);

  if (record == NULL)
    return kd_outcome_refuse (outcome, "row.gone");
  if ((ctx->actor.scopes >> kd_record_get_scope (record) & 1) == 0)
    return kd_outcome_refuse (outcome, "row.gone");
  return TRUE;
}

static gboolean
settle_may (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  return scoped_may (rows, ctx, &kd_kind_conflict, &((const KdStateArgs *) data)->id, outcome);
}

static gboolean
settle_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdStateArgs *args = data;
  const KdRecord *before = kd_rows_get (rows, &kd_kind_conflict, &args->id);
  KdConflict *conflict;

  if (before == NULL)
    return kd_outcome_refuse (outcome, "row.gone");
  conflict = (KdConflict *) kd_record_copy (before);
  conflict->state = args->state;
  kd_rows_put_changed (rows, before, &conflict->parent);
  return TRUE;
}

static void
settle_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdStateArgs *args = data;
  const KdConflict *before = (const KdConflict *) kd_rows_get (rows, &kd_kind_conflict, &args->id);
  KdCall *call;

  if (before == NULL)
    return;
  call = kd_call_new (m);
  *(KdStateArgs *) call->args = (KdStateArgs){ args->id, before->state };
  g_ptr_array_add (calls, call);
}

static gboolean
task_may (const KdMutation *m,
          KdRows *rows,
          const KdContext *ctx,
          gconstpointer data,
          KdOutcome *outcome)
{
  return scoped_may (rows, ctx, &kd_kind_task, &((const KdRowArgs *) data)->id, outcome);
}

static gboolean
task_apply (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdRowArgs *args = data;
  const KdRecord *before = kd_rows_get (rows, &kd_kind_task, &args->id);
  KdTask *task;

  if (before == NULL)
    return kd_outcome_refuse (outcome, "row.gone");
  task = (KdTask *) kd_record_copy (before);
  task->state = KD_TASK_DONE;
  kd_rows_put_changed (rows, before, &task->parent);
  return TRUE;
}

static const KdMutation product_save = {
  .name = "product.save", .version = 1, .args = &kd_product_item_shape, .kind = &kd_kind_product,
  .roles = KD_ROLES_MANAGERS, .origins = KD_ORIGINS_STAFF, .check = save_check, .apply = save_apply,
  .inverse = save_inverse, .summary = save_summary, .weight = save_weight,
};

static const KdMutation product_delete = {
  .name = "product.delete", .version = 1, .args = &product_delete_shape, .kind = &kd_kind_product,
  .roles = KD_ROLES_MANAGERS, .origins = KD_ORIGINS_STAFF, .apply = delete_apply,
  .inverse = product_delete_inverse,
};

static const KdMutation media_add = {
  .name = "media.add", .version = 1, .args = &media_add_shape, .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGINS_STAFF, .apply = media_add_apply, .inverse = media_add_inverse,
};

static const KdMutation media_update = {
  .name = "media.update", .version = 1, .args = &media_update_shape, .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGINS_STAFF, .apply = media_update_apply, .inverse = media_update_inverse,
};

static const KdMutation media_remove = {
  .name = "media.remove", .version = 1, .args = &media_remove_shape, .roles = KD_ROLES_MANAGERS,
  .origins = KD_ORIGINS_STAFF, .apply = media_remove_apply, .inverse = media_remove_inverse,
};

static const KdMutation conflict_settle = {
  .name = "conflict.settle", .version = 1, .args = &settle_shape, .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGIN_DEVICE, .may = settle_may, .apply = settle_apply, .inverse = settle_inverse,
};

static const KdMutation task_done = {
  .name = "task.done", .version = 1, .args = &task_done_shape, .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGIN_DEVICE, .may = task_may, .apply = task_apply,
};

const KdMutation *const kd_catalog_mutations[] = {
  &product_save, &product_delete, &media_add, &media_update, &media_remove, &conflict_settle,
  &task_done, NULL
};
