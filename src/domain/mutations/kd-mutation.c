/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-mutation.h"

#include "kd-mutation-private.h"

#include <sodium.h>

void
kd_outcome_init (KdOutcome *outcome)
{
  *outcome = (KdOutcome){ 0 };
}

void
kd_outcome_clear (KdOutcome *outcome)
{
  g_clear_pointer (&outcome->code, g_free);
  g_clear_pointer (&outcome->detail, g_variant_dict_unref);
  outcome->status = KD_APPLIED;
  outcome->conflicts = 0;
}

void
kd_outcome_add (KdOutcome *outcome,
                const char *key,
                GVariant *value)
{
  if (outcome->detail == NULL)
    outcome->detail = g_variant_dict_new (NULL);
  g_variant_dict_insert_value (outcome->detail, key, value);
}

void
kd_outcome_add_text (KdOutcome *outcome,
                     const char *key,
                     const char *value)
{
  kd_outcome_add (outcome, key, g_variant_new_string (value != NULL ? value : ""));
}

void
kd_outcome_add_problem (KdOutcome *outcome,
                        const char *key,
                        const KdId *row,
                        const char *field,
                        const char *code)
{
  g_autoptr (GVariant) old = NULL;
  GVariantBuilder builder;
  char text[KD_ID_TEXT_LENGTH + 1];

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  if (outcome->detail != NULL)
    old = g_variant_dict_lookup_value (outcome->detail, key, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; old != NULL && i < g_variant_n_children (old); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (old, i);
      g_variant_builder_add_value (&builder, child);
    }
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&builder, "{sv}", "row", g_variant_new_string (kd_id_to_text (row, text)));
  if (field != NULL)
    g_variant_builder_add (&builder, "{sv}", "field", g_variant_new_string (field));
  g_variant_builder_add (&builder, "{sv}", "code", g_variant_new_string (code));
  g_variant_builder_close (&builder);
  kd_outcome_add (outcome, key, g_variant_builder_end (&builder));
}

gboolean
kd_outcome_refuse (KdOutcome *outcome,
                   const char *code)
{
  outcome->status = KD_REFUSED;
  g_free (outcome->code);
  outcome->code = g_strdup (code);
  return FALSE;
}

gboolean
kd_outcome_refuse_with (KdOutcome *outcome,
                        const char *code,
                        const char *key,
                        const char *value)
{
  kd_outcome_add_text (outcome, key, value);
  return kd_outcome_refuse (outcome, code);
}

gboolean
kd_outcome_wait (KdOutcome *outcome,
                 const KdKind *kind,
                 const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_outcome_add_text (outcome, "kind", kind->shape.name);
  kd_outcome_add_text (outcome, "row", kd_id_to_text (id, text));
  kd_outcome_refuse (outcome, "row.not_here");
  outcome->status = KD_WAITS;
  return FALSE;
}

KdCall *
kd_call_new (const KdMutation *mutation)
{
  KdCall *call = g_new0 (KdCall, 1);

  call->mutation = mutation;
  call->args = kd_shape_new (mutation->args);
  return call;
}

KdCall *
kd_call_new_by_name (const char *name)
{
  const KdMutation *mutation = kd_mutation_by_name (name, 0);

  g_assert (mutation != NULL);
  return kd_call_new (mutation);
}

KdCall *
kd_call_new_row (const KdKind *kind,
                 const char *verb,
                 const KdId *id)
{
  g_autofree char *name = g_strconcat (kind->shape.name, ".", verb, NULL);
  KdCall *call = kd_call_new_by_name (name);

  ((KdRowArgs *) call->args)->id = *id;
  return call;
}

KdCall *
kd_call_copy (const KdCall *call)
{
  KdCall *copy = kd_call_new (call->mutation);

  kd_shape_copy (call->mutation->args, copy->args, call->args);
  return copy;
}

void
kd_call_free (KdCall *call)
{
  if (call == NULL)
    return;
  kd_shape_free (call->mutation->args, call->args);
  g_free (call);
}

void
kd_summary_clear (KdSummary *summary)
{
  for (guint i = 0; i < G_N_ELEMENTS (summary->values); i++)
    g_clear_pointer (&summary->values[i], g_free);
}

gboolean
kd_mutation_may (const KdMutation *m,
                 KdRows *rows,
                 const KdContext *ctx,
                 gconstpointer args,
                 KdOutcome *outcome)
{
  if ((m->origins & ctx->actor.origin) == 0)
    return kd_outcome_refuse (outcome, "origin");
  if (ctx->actor.type == KD_ACTOR_MEMBER && (m->roles >> ctx->actor.role & 1) == 0)
    return kd_outcome_refuse (outcome, "scope");
  return m->may == NULL || m->may (m, rows, ctx, args, outcome);
}

static gboolean check_shape (const KdShape *shape, gconstpointer object, guint64 mask, gboolean outside,
                             GString *path, KdOutcome *outcome);

static gboolean
bad_field (GString *path,
           const KdField *field,
           const char *code,
           KdOutcome *outcome)
{
  g_string_append (path, field->name);
  kd_outcome_add_text (outcome, "field", path->str);
  kd_outcome_add_text (outcome, "reason", code);
  return kd_outcome_refuse (outcome, "bad_field");
}

static gboolean
check_nested (const KdField *field,
              gconstpointer object,
              GString *path,
              KdOutcome *outcome)
{
  gsize mark = path->len;

  if (field->type == KD_TYPE_PARTIAL)
    {
      const KdPartial *partial = *(KdPartial *const *) kd_field_at (field, object);

      g_string_append_printf (path, "%s/", field->name);
      if (!check_shape (&partial->record->kind->shape, partial->record, partial->mask, TRUE, path, outcome))
        return FALSE;
    }
  else
    {
      GPtrArray *list = *(GPtrArray *const *) kd_field_at (field, object);

      for (guint i = 0; i < list->len; i++)
        {
          g_string_append_printf (path, "%s/%u/", field->name, i);
          if (!check_shape (field->item, g_ptr_array_index (list, i), ~G_GUINT64_CONSTANT (0), FALSE,
                            path, outcome))
            return FALSE;
          g_string_truncate (path, mark);
        }
    }
  g_string_truncate (path, mark);
  return TRUE;
}

/* @outside: these are fields of a record that somebody sends; what only handlers write is refused. */
static gboolean
check_shape (const KdShape *shape,
             gconstpointer object,
             guint64 mask,
             gboolean outside,
             GString *path,
             KdOutcome *outcome)
{
  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      const char *code = NULL;

      if ((mask >> i & 1) == 0)
        continue;
      if (outside && (field->flags & (KD_FIELD_DERIVED | KD_FIELD_SERVER_ONLY)) != 0)
        return bad_field (path, field, "field.derived", outcome);
      if (!kd_field_check (field, object, &code))
        return bad_field (path, field, code, outcome);
      if ((field->type == KD_TYPE_PARTIAL || field->type == KD_TYPE_LIST)
          && !kd_field_is_default (field, object)
          && !check_nested (field, object, path, outcome))
        return FALSE;
    }
  return TRUE;
}

gboolean
kd_mutation_check_args (const KdMutation *m,
                        gconstpointer args,
                        KdOutcome *outcome)
{
  g_autoptr (GString) path = g_string_new (NULL);

  return check_shape (m->args, args, ~G_GUINT64_CONSTANT (0), FALSE, path, outcome);
}

gboolean
kd_mutation_check (const KdMutation *m,
                   KdRows *rows,
                   const KdContext *ctx,
                   gconstpointer args,
                   KdOutcome *outcome)
{
  return m->check == NULL || m->check (m, rows, ctx, args, outcome);
}

gboolean
kd_mutation_apply (const KdMutation *m,
                   KdRows *rows,
                   const KdContext *ctx,
                   gconstpointer args,
                   KdOutcome *outcome)
{
  return m->apply (m, rows, ctx, args, outcome);
}

GPtrArray *
kd_mutation_inverse (const KdMutation *m,
                     KdRows *rows,
                     const KdContext *ctx,
                     gconstpointer args)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);

  if (m->inverse != NULL)
    m->inverse (m, rows, ctx, args, calls);
  return calls;
}

gboolean
kd_mutation_has_inverse (const KdMutation *m)
{
  return m->inverse != NULL;
}

void
kd_mutation_summary (const KdMutation *m,
                     gconstpointer args,
                     KdSummary *summary)
{
  *summary = (KdSummary){ .key = m->name };
  if (m->summary != NULL)
    m->summary (m, args, summary);
}

KdId
kd_op_stored (const KdId *actor,
              const KdId *op)
{
  return kd_id_derive_bytes (op, 0, actor->b, sizeof actor->b);
}

KdId
kd_made_id (const KdContext *ctx,
            const KdKind *kind,
            const char *format,
            ...)
{
  g_autofree char *place = NULL;
  va_list values;

  va_start (values, format);
  place = g_strdup_vprintf (format, values);
  va_end (values);
  return kd_id_derive (&ctx->uid, kind->number, place);
}
