/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-window-private.h"

/* ---- what changed ---- */

static void
want_item (KdWindowModel *self,
           KdItem *item,
           guint64 generation)
{
  if (item == NULL)
    return;
  kd_item_set_stale (item, generation);
  self->reload = TRUE;
}

void
kd_window_model_want_all (KdWindowModel *self,
          guint64 generation,
          gboolean waiting_alone)
{
  g_autoptr (GPtrArray) items = kd_item_cache_list (self->cache);

  for (guint i = 0; i < items->len; i++)
    if (!waiting_alone || kd_item_get_row (g_ptr_array_index (items, i))->waiting)
      want_item (self, g_ptr_array_index (items, i), generation);
}

/* Another rid for the same row: the item stays, and so does its being selected. */
static void
rekey_row (KdWindowModel *self,
           const KdRowChange *row)
{
  if (row->rid_before == 0 || row->rid_after == 0 || row->rid_before == row->rid_after)
    return;
  kd_item_cache_rekey (self->cache, row->rid_before, row->rid_after);
  for (guint i = 0; i < self->rids->len; i++)
    if (g_array_index (self->rids, gint64, i) == row->rid_before)
      {
        g_array_index (self->rids, gint64, i) = row->rid_after;
        break;
      }
}

static void
weigh_row (KdWindowModel *self,
           const KdKind *kind,
           const KdRowChange *row,
           guint64 generation)
{
  KdLeads leads = KD_LEADS_ANY;
  KdDepends depends = kd_list_depends (self->query, kind, row->fields, &leads);

  if (leads == KD_LEADS_SELF)
    rekey_row (self, row);
  if (depends == KD_DEPENDS_NOT)
    return;
  if (depends == KD_DEPENDS_PLACE)
    self->place_generation = generation;
  if (leads == KD_LEADS_SELF)
    want_item (self, kd_item_cache_lookup (self->cache, row->rid_after != 0 ? row->rid_after : row->rid_before),
               generation);
  else if (leads == KD_LEADS_PARENT)
    want_item (self, kd_item_cache_find (self->cache, &row->parent), generation);
  else
    kd_window_model_want_all (self, generation, FALSE);
}

void
kd_window_model_changes_cb (KdSession *session,
            const KdChangeSet *changes,
            KdWindowModel *self)
{
  if (self->query == NULL || !self->active)
    return;
  for (guint k = 0; k < G_N_ELEMENTS (changes->kinds); k++)
    {
      const KdKindChange *change = &changes->kinds[k];
      const KdKind *kind = change->whole || change->rows != NULL ? kd_kind_by_number (k) : NULL;

      if (kind == NULL)
        continue;
      if (change->whole)
        {
          KdDepends depends = kd_list_depends (self->query, kind, ~G_GUINT64_CONSTANT (0), NULL);

          if (depends != KD_DEPENDS_NOT)
            kd_window_model_want_all (self, changes->generation, FALSE);
          if (depends == KD_DEPENDS_PLACE)
            self->place_generation = changes->generation;
        }
      for (guint i = 0; change->rows != NULL && i < change->rows->len; i++)
        weigh_row (self, kind, &g_array_index (change->rows, KdRowChange, i), changes->generation);
    }
  if (changes->status)
    kd_window_model_want_all (self, changes->generation, TRUE);
  if (self->place_generation > self->rids_generation)
    kd_window_model_schedule_refresh (self);
  if (self->reload)
    kd_window_model_schedule_read (self);
}

void
kd_window_model_pending_cb (KdSession *session,
                    const KdId *id,
                    KdWindowModel *self)
{
  g_autoptr (KdItem) item = NULL;

  if (self->cache == NULL || !self->active)
    return;
  g_set_object (&item, kd_item_cache_find (self->cache, id));
  if (item == NULL)
    return;
  if (kd_session_has_pending (session, id))
    kd_item_show_pending (item, session);
  else
    {
      want_item (self, item, 0);
      kd_window_model_schedule_read (self);
    }
}
