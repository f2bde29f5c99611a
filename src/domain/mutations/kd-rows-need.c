/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rows-need.h"

void
kd_outcome_add_id (KdOutcome *outcome,
                   const char *key,
                   const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_outcome_add_text (outcome, key, kd_id_to_text (id, text));
}

const KdRecord *
kd_rows_need (KdRows *rows,
              const KdContext *ctx,
              const KdKind *kind,
              const KdId *id,
              KdOutcome *outcome)
{
  const KdRecord *record = kd_rows_get (rows, kind, id);

  if (record != NULL)
    return record;
  if (ctx->side == KD_SIDE_DEVICE && !kd_id_is_none (id) && !kd_rows_used (rows, kind, id))
    kd_outcome_wait (outcome, kind, id);
  else
    {
      kd_outcome_add_id (outcome, "row", id);
      kd_outcome_refuse_with (outcome, "row.gone", "kind", kind->shape.name);
    }
  return NULL;
}

gboolean
kd_rows_new_id (KdRows *rows,
                const KdKind *kind,
                const KdId *id,
                KdOutcome *outcome)
{
  if (kd_id_is_none (id))
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "id");
  if (kd_rows_used (rows, kind, id))
    return kd_outcome_refuse (outcome, "row.used");
  return TRUE;
}
