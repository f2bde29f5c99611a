/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-mutation-private.h"
#include "kd-row-mutations.h"

#include <string.h>

/* <kind>.create, .patch and .delete, generated for every kind that isn't by_hand; and what every
 * other handler uses to change one row by the same rules. */

static const KdKindRules no_rules;

const KdKindRules *
kd_kind_rules (const KdKind *kind)
{
  static const KdKindRules *const all[] = {
    &kd_variant_rules, &kd_product_rules, &kd_category_rules, &kd_variant_code_rules,
    &kd_contact_rules,
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i]->kind == kind)
      return all[i];
  return &no_rules;
}

void
kd_rows_put_changed (KdRows *rows,
                     const KdRecord *before,
                     KdRecord *record)
{
  if (before != NULL && kd_record_equal (before, record))
    kd_record_free (record);
  else
    kd_rows_put (rows, record);
}

void
kd_task_raise (KdRows *rows,
               const KdContext *ctx,
               KdTaskType type,
               const KdKind *ref_kind,
               const KdId *ref,
               const char *values,
               const char *place)
{
  KdTask *task;

  if (ctx->side != KD_SIDE_SERVER)
    return;
  task = (KdTask *) kd_record_new (&kd_kind_task);
  task->parent.id = kd_made_id (ctx, &kd_kind_task, "%s", place);
  task->type = type;
  task->ref_kind = ref_kind->number;
  task->ref = *ref;
  task->values = g_strdup (values);
  task->at = ctx->accepted;
  task->state = KD_TASK_OPEN;
  task->scope = ref_kind->scope == KD_SCOPE_OF_REF ? KD_SCOPE_EVERYONE : (int) ref_kind->scope;
  kd_rows_put (rows, &task->parent);
}

static const KdField *
parent_field (const KdKind *kind,
              const KdRecord *record)
{
  /* media has two parents of which one is set */
  for (guint i = 0; i < kind->shape.n_fields; i++)
    {
      const KdField *field = &kind->shape.fields[i];
      if ((field->flags & KD_FIELD_PARENT) != 0 && !kd_field_is_default (field, record))
        return field;
    }
  return NULL;
}

static void
set_op (KdRecord *record,
        const KdContext *ctx)
{
  const KdField *op;

  if ((record->kind->flags & KD_KIND_HAS_OP) == 0)
    return;
  op = kd_shape_find (&record->kind->shape, "op");
  *(KdId *) kd_field_at (op, record) = ctx->op;
}

gboolean
kd_row_create (KdRows *rows,
               const KdContext *ctx,
               const KdKind *kind,
               const KdId *id,
               const KdPartial *set,
               gboolean restore,
               KdOutcome *outcome)
{
  g_autoptr (KdRecord) record = kd_record_new (kind);
  const KdKindRules *rules = kd_kind_rules (kind);
  const KdField *parent;
  KdRecord *put;

  if (kd_id_is_none (id))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "id");
  if (kd_rows_get (rows, kind, id) != NULL || (!restore && kd_rows_used (rows, kind, id)))
    return kd_outcome_refuse (outcome, "row.used");
  record->id = *id;
  if (set != NULL)
    kd_record_apply (record, set);
  set_op (record, ctx);
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if ((kind->shape.fields[i].flags & KD_FIELD_REQUIRED) != 0
        && kd_field_is_default (&kind->shape.fields[i], record))
      {
        kd_outcome_add_text (outcome, "reason", "field.required");
        return kd_outcome_refuse_with (outcome, "bad_field", "field", kind->shape.fields[i].name);
      }
  parent = parent_field (kind, record);
  if (parent != NULL
      && kd_rows_get (rows, kd_kind_by_number (parent->ref), kd_field_at (parent, record)) == NULL)
    return kd_outcome_refuse_with (outcome, "row.parent_gone", "field", parent->name);
  if (rules->settle != NULL && !rules->settle (rows, ctx, record, NULL, outcome))
    return FALSE;
  put = g_steal_pointer (&record);
  kd_rows_put (rows, put);
  return rules->created == NULL || rules->created (rows, ctx, put, outcome);
}

static gboolean
refuse_fixed_fields (const KdRecord *before,
                     const KdPartial *set,
                     KdOutcome *outcome)
{
  const KdShape *shape = &before->kind->shape;

  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      gboolean fixed = (field->flags & KD_FIELD_PARENT) != 0
                       || ((field->flags & KD_FIELD_APPEND_ONLY) != 0 && !kd_field_is_default (field, before));

      if ((set->mask >> i & 1) != 0 && fixed && !kd_field_equal (field, before, set->record))
        {
          kd_outcome_add_text (outcome, "reason", "field.fixed");
          kd_outcome_refuse_with (outcome, "bad_field", "field", field->name);
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
kd_row_patch (KdRows *rows,
              const KdContext *ctx,
              const KdKind *kind,
              const KdRowArgs *args,
              KdOutcome *outcome)
{
  const KdRecord *before = kd_rows_get (rows, kind, &args->id);
  const KdKindRules *rules = kd_kind_rules (kind);
  g_autoptr (KdRecord) record = NULL;

  if (before == NULL)
    return kd_outcome_refuse (outcome, "row.gone");
  if (args->set == NULL)
    return TRUE;
  if (refuse_fixed_fields (before, args->set, outcome))
    return FALSE;
  record = kd_record_copy (before);
  kd_merge_patch (rows, ctx, record, args->set, args->base, args->only_if_base, outcome);
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if ((args->set->mask >> i & 1) != 0 && (kind->shape.fields[i].flags & KD_FIELD_REQUIRED) != 0
        && kd_field_is_default (&kind->shape.fields[i], record))
      {
        kd_outcome_add_text (outcome, "reason", "field.required");
        return kd_outcome_refuse_with (outcome, "bad_field", "field", kind->shape.fields[i].name);
      }
  if (rules->settle != NULL && !rules->settle (rows, ctx, record, before, outcome))
    return FALSE;
  kd_rows_put_changed (rows, before, g_steal_pointer (&record));
  return TRUE;
}

static const char *
index_led_by (const KdKind *kind,
              const KdField *field)
{
  for (guint i = 0; i < kind->n_indexes; i++)
    if (strcmp (kind->indexes[i].fields[0], field->name) == 0)
      return kind->indexes[i].name;
  return NULL;
}

GPtrArray *
kd_row_children (KdRows *rows,
                 const KdKind *child,
                 const KdKind *kind,
                 const KdId *id)
{
  for (guint i = 0; i < child->shape.n_fields; i++)
    {
      const KdField *field = &child->shape.fields[i];
      const char *index;

      if ((field->flags & KD_FIELD_PARENT) == 0 || field->ref != kind->number)
        continue;
      index = index_led_by (child, field);
      g_assert (index != NULL);
      {
        g_autoptr (KdRecord) like = kd_record_new (child);

        *(KdId *) kd_field_at (field, like) = *id;
        return kd_rows_scan (rows, child, index, like, 1, 0);
      }
    }
  return NULL;
}

static void
delete_tree (KdRows *rows,
             const KdContext *ctx,
             const KdRecord *record)
{
  const KdKindRules *rules = kd_kind_rules (record->kind);
  const KdKind *const *kinds;
  KdId id = record->id;
  guint n;

  if (rules->going != NULL)
    rules->going (rows, ctx, record);
  kinds = kd_kinds (&n);
  for (guint k = 0; k < n; k++)
    {
      g_autoptr (GPtrArray) children = kd_row_children (rows, kinds[k], record->kind, &id);

      for (guint i = 0; children != NULL && i < children->len; i++)
        delete_tree (rows, ctx, g_ptr_array_index (children, i));
    }
  kd_rows_remove (rows, record->kind, &id);
}

gboolean
kd_row_delete (KdRows *rows,
               const KdContext *ctx,
               const KdKind *kind,
               const KdId *id,
               KdOutcome *outcome)
{
  const KdRecord *record = kd_rows_get (rows, kind, id);
  const KdKindRules *rules = kd_kind_rules (kind);

  if (record == NULL)
    return kd_rows_used (rows, kind, id) ? TRUE : kd_outcome_refuse (outcome, "row.gone");
  if (rules->keep == NULL || !rules->keep (rows, ctx, record))
    delete_tree (rows, ctx, record);
  return TRUE;
}

KdCall *
kd_row_patch_inverse (KdRows *rows,
                      const KdKind *kind,
                      const KdRowArgs *args)
{
  const KdRecord *before = kd_rows_get (rows, kind, &args->id);
  KdCall *call;
  KdRowArgs *back;

  if (before == NULL || args->set == NULL)
    return NULL;
  call = kd_call_new_row (kind, "patch", &args->id);
  back = call->args;
  back->set = kd_record_partial (before, args->set->mask);
  back->base = kd_partial_copy (args->set);
  back->only_if_base = TRUE;
  return call;
}

static gboolean
create_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdRowArgs *args = data;
  return kd_row_create (rows, ctx, m->kind, &args->id, args->set, args->restore, outcome);
}

static gboolean
create_check (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdRowArgs *args = data;
  const KdKindRules *rules = kd_kind_rules (m->kind);
  g_autoptr (KdRecord) record = kd_record_new (m->kind);

  if (rules->check == NULL)
    return TRUE;
  record->id = args->id;
  if (args->set != NULL)
    kd_record_apply (record, args->set);
  return rules->check (rows, ctx, record, outcome);
}

static void
create_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdRowArgs *args = data;
  g_ptr_array_add (calls, kd_call_new_row (m->kind, "delete", &args->id));
}

gboolean
kd_row_patch_mutation_apply (const KdMutation *m,
                             KdRows *rows,
                             const KdContext *ctx,
                             gconstpointer args,
                             KdOutcome *outcome)
{
  return kd_row_patch (rows, ctx, m->kind, args, outcome);
}

static gboolean
patch_check (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdRowArgs *args = data;
  const KdRecord *before = kd_rows_get (rows, m->kind, &args->id);
  const KdKindRules *rules = kd_kind_rules (m->kind);
  g_autoptr (KdRecord) record = NULL;

  if (rules->check == NULL || before == NULL || args->set == NULL)
    return TRUE;
  record = kd_record_copy (before);
  kd_record_apply (record, args->set);
  return rules->check (rows, ctx, record, outcome);
}

static void
patch_inverse (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer args,
               GPtrArray *calls)
{
  KdCall *call = kd_row_patch_inverse (rows, m->kind, args);

  if (call != NULL)
    g_ptr_array_add (calls, call);
}

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
delete_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdRowArgs *args = data;
  const KdRecord *before = kd_rows_get (rows, m->kind, &args->id);
  KdCall *call;
  KdRowArgs *back;

  if (before == NULL)
    return;
  call = kd_call_new_row (m->kind, "create", &args->id);
  back = call->args;
  back->set = kd_record_partial (before, kd_kind_writable_mask (m->kind));
  back->restore = TRUE;
  g_ptr_array_add (calls, call);
}

guint64
kd_kind_writable_mask (const KdKind *kind)
{
  guint64 mask = 0;

  for (guint i = 0; i < kind->shape.n_fields; i++)
    if ((kind->shape.fields[i].flags & (KD_FIELD_DERIVED | KD_FIELD_SERVER_ONLY)) == 0)
      mask |= G_GUINT64_CONSTANT (1) << i;
  return mask;
}

static void
row_summary (const KdMutation *m,
             gconstpointer data,
             KdSummary *summary)
{
  const KdRowArgs *args = data;
  const KdField *name = kd_shape_find (&m->kind->shape, "name");

  if (args->set != NULL && name != NULL && kd_partial_has (args->set, "name"))
    summary->values[0] = g_strdup (*(char **) kd_field_at (name, args->set->record));
}

static KdMutation *
new_row_mutation (const KdKind *kind,
                  const char *verb)
{
  KdMutation *m = g_new0 (KdMutation, 1);
  KdShape *shape = g_new0 (KdShape, 1);
  KdField *fields = g_new0 (KdField, 4);
  guint n = 0;

  fields[n++] = (KdField){ .name = "id", .number = 1, .type = KD_TYPE_ID, .flags = KD_FIELD_REQUIRED,
                           .offset = G_STRUCT_OFFSET (KdRowArgs, id), .since = 1 };
  if (strcmp (verb, "delete") != 0)
    fields[n++] = (KdField){ .name = "set", .number = 2, .type = KD_TYPE_PARTIAL, .ref = kind->number,
                             .offset = G_STRUCT_OFFSET (KdRowArgs, set), .since = 1 };
  if (strcmp (verb, "patch") == 0)
    {
      fields[n++] = (KdField){ .name = "base", .number = 3, .type = KD_TYPE_PARTIAL, .ref = kind->number,
                               .offset = G_STRUCT_OFFSET (KdRowArgs, base), .since = 1 };
      fields[n++] = (KdField){ .name = "only_if_base", .number = 4, .type = KD_TYPE_BOOL,
                               .offset = G_STRUCT_OFFSET (KdRowArgs, only_if_base), .since = 1 };
    }
  if (strcmp (verb, "create") == 0)
    fields[n++] = (KdField){ .name = "restore", .number = 5, .type = KD_TYPE_BOOL,
                             .offset = G_STRUCT_OFFSET (KdRowArgs, restore), .since = 1 };
  m->name = g_strconcat (kind->shape.name, ".", verb, NULL);
  *shape = (KdShape){ .name = m->name, .size = sizeof (KdRowArgs), .fields = fields, .n_fields = n };
  m->version = 1;
  m->args = shape;
  m->kind = kind;
  m->roles = kind->roles;
  m->origins = KD_ORIGINS_STAFF;
  m->summary = row_summary;
  return m;
}

void
kd_row_mutations_add (const KdKind *kind,
                      GPtrArray *table)
{
  KdMutation *m;

  /* Products and variants are made by product.save, the profile by shop.create. */
  if (kind != &kd_kind_product && kind != &kd_kind_variant && kind != &kd_kind_shop_profile)
    {
      m = new_row_mutation (kind, "create");
      m->apply = create_apply;
      m->check = create_check;
      m->inverse = create_inverse;
      g_ptr_array_add (table, m);
    }
  m = new_row_mutation (kind, "patch");
  m->apply = kd_row_patch_mutation_apply;
  m->check = patch_check;
  m->inverse = patch_inverse;
  g_ptr_array_add (table, m);
  if (kind != &kd_kind_product && kind != &kd_kind_shop_profile)
    {
      m = new_row_mutation (kind, "delete");
      m->apply = delete_apply;
      m->inverse = kind != &kd_kind_variant ? delete_inverse : NULL;
      g_ptr_array_add (table, m);
    }
}
