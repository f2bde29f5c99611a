/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-field-json.h"
#include "kd-mutation-private.h"

#include <string.h>

/* The field rules of SYNC 4.9. */

static void
write_conflict (KdRows *rows,
                const KdContext *ctx,
                const KdRecord *record,
                guint field,
                gconstpointer loser,
                gboolean ours_lost,
                gint64 other_at,
                const KdId *other)
{
  const KdField *f = &record->kind->shape.fields[field];
  KdConflict *conflict = (KdConflict *) kd_record_new (&kd_kind_conflict);
  GString *json = g_string_new (NULL);
  char id[KD_ID_TEXT_LENGTH + 1];

  kd_field_append_json (f, loser, json);
  conflict->parent.id = kd_made_id (ctx, &kd_kind_conflict, "%s/%s", kd_id_to_text (&record->id, id), f->name);
  conflict->ref_kind = record->kind->number;
  conflict->ref = record->id;
  conflict->field = g_strdup (f->name);
  conflict->value = g_string_free (json, FALSE);
  conflict->lost_by = ours_lost ? ctx->actor.id : *other;
  conflict->won_by = ours_lost ? *other : ctx->actor.id;
  conflict->lost_at = ours_lost ? ctx->edited : other_at;
  conflict->won_at = ours_lost ? other_at : ctx->edited;
  conflict->state = KD_CONFLICT_OPEN;
  conflict->scope = (int) kd_record_get_scope (record);
  kd_rows_put (rows, &conflict->parent);
}

/* Whether this edit is later than the one that made the stored value. */
static gboolean
is_later (const KdContext *ctx,
          const KdRecord *record,
          guint field,
          gint64 *ret_at,
          KdId *ret_actor)
{
  KdId uid = KD_ID_NONE;

  *ret_at = kd_id_get_time (&record->id);
  *ret_actor = record->by;
  if (ctx->last_edit != NULL)
    ctx->last_edit (ctx->last_edit_data, record->kind, &record->id, field, ret_at, &uid, ret_actor);
  if (ctx->edited != *ret_at)
    return ctx->edited > *ret_at;
  return kd_id_compare (&ctx->uid, &uid) > 0;
}

static void
merge_set (const KdField *field,
           KdRecord *record,
           const KdPartial *set,
           const KdPartial *base)
{
  gpointer at = kd_field_at (field, record);
  gconstpointer wanted = kd_field_at (field, set->record);
  gconstpointer from = base != NULL ? kd_field_at (field, base->record) : NULL;

  if (field->type == KD_TYPE_TEXT_SET)
    {
      char **merged = kd_text_set_merge (*(char ***) at, from != NULL ? *(char **const *) from : *(char ***) at,
                                         *(char **const *) wanted);
      g_strfreev (*(char ***) at);
      *(char ***) at = merged;
    }
  else
    {
      GArray *current = *(GArray **) at;
      GArray *merged = kd_ref_set_merge (current, from != NULL ? *(GArray *const *) from : current,
                                         *(GArray *const *) wanted);
      g_clear_pointer ((GArray **) at, g_array_unref);
      *(GArray **) at = merged;
    }
}

static void
merge_later (KdRows *rows,
             const KdContext *ctx,
             KdRecord *record,
             guint i,
             const KdPartial *set,
             const KdPartial *base,
             KdOutcome *outcome)
{
  const KdField *field = &record->kind->shape.fields[i];
  gboolean has_base = base != NULL && (base->mask >> i & 1) != 0;
  gboolean later;
  gint64 other_at;
  KdId other;

  if (ctx->side == KD_SIDE_DEVICE || !has_base || kd_field_equal (field, record, base->record))
    {
      kd_field_copy (field, record, set->record);
      return;
    }
  later = is_later (ctx, record, i, &other_at, &other);
  write_conflict (rows, ctx, record, i, later ? (gconstpointer) record : set->record, !later, other_at, &other);
  outcome->conflicts++;
  if (later)
    kd_field_copy (field, record, set->record);
}

gboolean
kd_merge_patch (KdRows *rows,
                const KdContext *ctx,
                KdRecord *record,
                const KdPartial *set,
                const KdPartial *base,
                gboolean only_if_base,
                KdOutcome *outcome)
{
  g_autoptr (KdRecord) before = kd_record_copy (record);
  const KdShape *shape = &record->kind->shape;

  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      gboolean has_base = base != NULL && (base->mask >> i & 1) != 0;

      if ((set->mask >> i & 1) == 0 || kd_field_equal (field, record, set->record))
        continue;
      if (only_if_base && has_base && field->merge != KD_MERGE_SET
          && !kd_field_equal (field, record, base->record))
        {
          kd_outcome_add_problem (outcome, "left", &record->id, field->name, "changed");
          continue;
        }
      switch (field->merge)
        {
        case KD_MERGE_SET:
          merge_set (field, record, set, has_base ? base : NULL);
          break;
        case KD_MERGE_MAX:
          if (*(gint64 *) kd_field_at (field, set->record) > *(gint64 *) kd_field_at (field, record))
            kd_field_copy (field, record, set->record);
          break;
        case KD_MERGE_LAST:
          kd_field_copy (field, record, set->record);
          break;
        default:
          merge_later (rows, ctx, record, i, set, base, outcome);
        }
    }
  return !kd_record_equal (before, record);
}
