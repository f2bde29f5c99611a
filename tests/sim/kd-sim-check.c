/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sim.h"

#include "kd-field-json.h"
#include "kd-mutation-private.h"
#include "kd-sql-kind.h"
#include "kd-store-private.h"
#include "kd-wire-call.h"

#include <string.h>

/* I1 to I8 of SYNC 4.1, and that everything comes to its end. */

/* Rows of a shop above which a desk is not looked at after every step. */
#define ROWS_EVERY_STEP 250

/* ---- at every moment ---- */

/* Sync stops only for what has happened. */
static void
check_stopped (KdSimDesk *desk)
{
  KdSim *sim = desk->sim;
  KdSyncDevice *device = desk->device;
  g_autofree char *reason = NULL;
  gboolean right;

  if (!kd_sim_desk_has_stopped (desk, &reason))
    {
      /* somebody let it go on */
      if (desk->engine != NULL)
        g_clear_pointer (&device->stopped, g_free);
      return;
    }
  right = (g_str_equal (reason, "fork") && desk->restored) || (g_str_equal (reason, "rollback") && sim->rolled_back)
          || (g_str_equal (reason, "scope") && desk->moved) || (g_str_equal (reason, "device_revoked") && desk->revoked);
  if (!right)
    kd_sync_world_fail (sim->world, "desk %u stops for %s, and nothing of the kind has happened", device->n, reason);
  if (device->stopped == NULL)
    {
      kd_sim_trace (sim, "desk %u stops: %s", device->n, reason);
      device->stopped = g_steal_pointer (&reason);
    }
}

void
kd_sim_check (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  guint stride = 1;

  for (guint i = 0; i < sim->desks->len; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];

      check_stopped (desk);
      if (!desk->touched || desk->asleep)
        continue;
      stride = 1 + (guint) (kd_sync_device_count (desk->device, "SELECT sum(n) FROM digest") / ROWS_EVERY_STEP);
      if (++sim->n_checks % stride != 0)
        continue;
      desk->touched = FALSE;
      world->quiet = FALSE;
      kd_sync_device_check (desk->device);
      world->quiet = TRUE;
    }
}

/* ---- when all is quiet ---- */

#define ROUNDS_MAX 120
#define SHORT_ROUNDS 30

static gboolean
is_behind (KdSim *sim,
           KdSimDesk *desk)
{
  KdSyncDevice *device = desk->device;
  g_autofree char *reason = NULL;
  KdSyncState *state;
  gboolean behind;

  if (kd_sim_desk_has_stopped (desk, &reason))
    return FALSE;
  state = kd_sync_device_state (device);
  behind = state->full_pass || state->cur_seq != sim->world->last_snapshot;
  kd_sync_state_free (state);
  return behind || kd_sync_device_count (device, "SELECT count(*) FROM outbox") != 0;
}

static KdSimDesk *
find_behind (KdSim *sim)
{
  for (guint i = 0; i < sim->desks->len; i++)
    if (is_behind (sim, sim->desks->pdata[i]))
      return sim->desks->pdata[i];
  return NULL;
}

static void
come_to_rest (KdSim *sim)
{
  KdSimDesk *behind;
  guint round = 0;

  do
    {
      kd_sim_deliver_all (sim);
      kd_sim_hint (sim, 100);
      kd_sim_pass (sim, round < SHORT_ROUNDS ? 1000 : 30000);
      kd_sim_deliver_all (sim);
      behind = find_behind (sim);
    }
  while (behind != NULL && ++round < ROUNDS_MAX);
  if (behind != NULL)
    kd_sync_world_fail (sim->world, "desk %u never comes to an end: %" G_GINT64_FORMAT " wait, at %" G_GINT64_FORMAT " of %"
                        G_GINT64_FORMAT, behind->device->n,
                        kd_sync_device_count (behind->device, "SELECT count(*) FROM outbox"),
                        kd_sync_device_count (behind->device, "SELECT cur_seq FROM sync_state"), sim->world->last_snapshot);
}

/* I1: each promise was run once, or refused once; nothing that was taken back was run. */
static void
check_exactly_once (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (world->server, "SELECT 1 FROM mut_done WHERE uid=?1", NULL);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, world->issued);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdIssued *issued = value;
      gboolean there;
      char text[7];

      kd_sql_bind_id (read, 1, key);
      there = kd_sql_step (read, NULL) == KD_SQL_ROW;
      kd_sql_reset (read);
      if (issued->unknown)
        continue;
      if (issued->discarded && there && !issued->maybe_sent)
        kd_sync_world_fail (world, "device %u: %s was taken back before it was sent, and the server has run it",
                            issued->device->n, kd_sim_short (key, text));
      if (!issued->discarded && !there && issued->device->stopped == NULL)
        kd_sync_world_fail (world, "device %u: %s is lost: the server has not run it", issued->device->n, kd_sim_short (key, text));
    }
}

static gpointer
archive_cb (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT uid FROM outbox_done", error);

  while (read != NULL && kd_sql_step (read, error) == KD_SQL_ROW)
    {
      KdId uid = KD_ID_NONE;

      kd_sql_column_id (read, 0, &uid);
      g_array_append_val (data, uid);
    }
  return NULL;
}

/* I1: what a desktop takes for done, stopped or not, the server has done. */
static void
check_archives (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (world->server, "SELECT 1 FROM mut_done WHERE uid=?1", NULL);

  for (guint i = 0; i < sim->desks->len && !sim->rolled_back; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];
      g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (KdId));
      char text[7];

      kd_store_read (desk->device->store, archive_cb, uids, NULL);
      for (guint u = 0; u < uids->len; u++)
        {
          kd_sql_bind_id (read, 1, &g_array_index (uids, KdId, u));
          if (kd_sql_step (read, NULL) != KD_SQL_ROW)
            kd_sync_world_fail (world, "desk %u takes %s for done, and the server has not run it", desk->device->n,
                                kd_sim_short (&g_array_index (uids, KdId, u), text));
          kd_sql_reset (read);
        }
    }
}

/* The server's own books: digests and hashes are those of its rows. */
static void
check_server (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  g_autoptr (GPtrArray) all = kd_check_load (world->server, &world->shop.id);
  g_autoptr (GHashTable) sums = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (KdSqlStatement) read
    = kd_sql_prepare (world->server, "SELECT scope, kind, n, sum FROM sync_digest", NULL);
  GHashTableIter iter;
  gpointer value;

  kd_check_ledger ("server", all);
  for (guint i = 0; i < all->len; i++)
    {
      KdRecord *record = all->pdata[i];
      gpointer key = GUINT_TO_POINTER (kd_record_get_scope (record) << 16 | record->kind->number);
      KdDigest *digest = g_hash_table_lookup (sums, key);

      if (digest == NULL)
        g_hash_table_insert (sums, key, digest = g_new0 (KdDigest, 1));
      digest->n++;
      digest->sum += kd_wire_row_hash (record);
    }
  while (kd_sql_step (read, NULL) == KD_SQL_ROW)
    {
      gpointer key = GUINT_TO_POINTER (kd_sql_column_int64 (read, 0) << 16 | kd_sql_column_int64 (read, 1));
      KdDigest *digest = g_hash_table_lookup (sums, key);

      kd_world_assert (world, kd_sql_column_int64 (read, 2) == (digest != NULL ? digest->n : 0));
      kd_world_assert (world, (guint64) kd_sql_column_int64 (read, 3) == (digest != NULL ? digest->sum : 0));
      g_hash_table_remove (sums, key);
    }
  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    kd_world_assert (world, ((KdDigest *) value)->n == 0);
  kd_world_assert (world, kd_sync_world_count (world, "SELECT count(*) FROM sync_row WHERE seq>(SELECT seq FROM shop_head)") == 0);
  kd_world_assert (world, kd_sync_world_count (world, "SELECT count(*) FROM (SELECT 1 FROM sync_row GROUP BY seq HAVING count(*)>1)") == 0);
}

/* Times that a wrong clock made up, and numbers that were given twice. */
static void
check_numbers (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  gboolean copied = sim->rolled_back;

  kd_world_assert (world, kd_sync_world_count (world, "SELECT count(*) FROM field_edit"
                                                      " WHERE edited_at>(SELECT last_accepted FROM shop_head)") == 0);
  kd_world_assert (world, kd_sync_world_count (world, "SELECT count(*) FROM (SELECT 1 FROM \"order\" WHERE number IS NOT NULL"
                                                      " GROUP BY number HAVING count(*)>1)") == 0);
  for (guint i = 0; i < sim->desks->len; i++)
    copied = copied || ((KdSimDesk *) sim->desks->pdata[i])->restored;
  if (!copied)
    kd_world_assert (world, kd_sync_world_count (world, "SELECT count(*) FROM (SELECT 1 FROM \"order\" WHERE alias IS NOT NULL"
                                                        " GROUP BY alias HAVING count(*)>1)") == 0);
}

/* What the server still knows to be deleted, every desktop knows too: else a late repeat of what
 * made the row would bring it back. */
static void
check_tombstones (KdSim *sim)
{
  for (guint i = 0; i < sim->desks->len; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];
      KdScopes scopes = kd_store_get_identity (desk->device->store)->scopes;
      g_autofree char *theirs
        = g_strdup_printf ("SELECT count(*) FROM sync_row WHERE op='D' AND (1 << scope) & %d", (int) scopes);

      if (desk->device->stopped == NULL
          && kd_sync_device_count (desk->device, "SELECT count(*) FROM tombstone") < kd_sync_world_count (sim->world, theirs))
        kd_sync_world_fail (sim->world, "desk %u does not know of every deletion", desk->device->n);
    }
}

/* ---- I6: what was overwritten is in the log ---- */

typedef struct
{
  KdId uid;
  char *name, *args;
} Edit;

static void
edit_clear (gpointer data)
{
  Edit *edit = data;

  g_free (edit->name);
  g_free (edit->args);
}

static gpointer
edits_cb (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT uid, name, args FROM outbox_done WHERE status=0 AND name LIKE '%.patch' AND name<>'rows.patch'", error);

  while (read != NULL && kd_sql_step (read, error) == KD_SQL_ROW)
    {
      Edit edit = { KD_ID_NONE, kd_sql_column_dup_text (read, 1), kd_sql_column_dup_text (read, 2) };

      kd_sql_column_id (read, 0, &edit.uid);
      g_array_append_val (data, edit);
    }
  return NULL;
}

/* The value that the server took away from the field, as JSON; NULL: it took none. */
static char *
overwritten (KdSqlConnection *server,
             const KdId *uid,
             const KdId *row,
             const KdField *field)
{
  g_autoptr (KdSqlStatement) read
    = kd_sql_prepare (server, "SELECT old FROM audit WHERE uid=?1 AND row_id=?2 AND field=?3", NULL);

  kd_sql_bind_id (read, 1, uid);
  kd_sql_bind_id (read, 2, row);
  kd_sql_bind_int64 (read, 3, field->number);
  return kd_sql_step (read, NULL) == KD_SQL_ROW ? kd_sql_column_dup_text (read, 0) : NULL;
}

static gboolean
is_logged (KdSqlConnection *server,
           const KdId *row,
           const KdField *field,
           const char *value)
{
  g_autoptr (KdSqlStatement) read
    = kd_sql_prepare (server, "SELECT 1 FROM conflict WHERE ref=?1 AND field=?2 AND value=?3", NULL);

  kd_sql_bind_id (read, 1, row);
  kd_sql_bind_text (read, 2, field->name);
  kd_sql_bind_text (read, 3, value);
  return kd_sql_step (read, NULL) == KD_SQL_ROW;
}

static void
check_edit (KdSim *sim,
            const Edit *edit)
{
  g_autoptr (KdCall) call = kd_wire_call_parse (edit->name, 1, edit->args, KD_WIRE_READ_OWN, NULL);
  const KdRowArgs *args = call != NULL ? call->args : NULL;
  const KdShape *shape;

  if (args == NULL || args->set == NULL || args->base == NULL)
    return;
  shape = &args->set->record->kind->shape;
  for (guint i = 0; i < shape->n_fields; i++)
    {
      const KdField *field = &shape->fields[i];
      g_autoptr (GString) base = g_string_new (NULL);
      g_autofree char *old = NULL;

      if ((args->set->mask & args->base->mask) >> i & 1 && field->merge == KD_MERGE_LATER)
        old = overwritten (sim->world->server, &edit->uid, &args->id, field);
      if (old == NULL)
        continue;
      kd_field_append_json (field, args->base->record, base);
      if (strcmp (old, base->str) != 0 && !is_logged (sim->world->server, &args->id, field, old))
        kd_sync_world_fail (sim->world, "%s of %s was overwritten by %s, and no conflict tells of %s", field->name,
                            edit->name, edit->args, old);
    }
}

static void
check_no_loss (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  g_autoptr (GArray) edits = g_array_new (FALSE, TRUE, sizeof (Edit));

  g_array_set_clear_func (edits, edit_clear);
  for (guint i = 0; i < sim->desks->len; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];
      GError *error = NULL;

      if (desk->device->stopped != NULL)
        continue;
      kd_store_read (desk->device->store, edits_cb, edits, &error);
      g_assert_no_error (error);
      kd_world_assert (world, kd_sync_device_count (desk->device,
                              "SELECT count(*) FROM outbox_done d JOIN sync_problem p ON p.uid=d.uid"
                              " WHERE p.args IS NOT d.args OR p.name IS NOT d.name") == 0);
    }
  for (guint i = 0; i < edits->len; i++)
    {
      const Edit *edit = &g_array_index (edits, Edit, i);

      if (g_hash_table_add (sim->checked, g_memdup2 (&edit->uid, sizeof edit->uid)))
        check_edit (sim, edit);
    }
  kd_world_assert (world, kd_sync_world_count (world, "SELECT ifnull(sum(conflicts), 0) FROM mut_done")
                            == kd_sync_world_count (world, "SELECT count(*) FROM conflict"));
}

/* A stopped desk keeps what it has. */
static void
check_kept (KdSim *sim)
{
  for (guint i = 0; i < sim->desks->len; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];

      if (desk->device->stopped != NULL)
        kd_world_assert (sim->world, kd_sync_device_count (desk->device, "SELECT pause_reason IS NOT NULL FROM sync_state") == 1);
      desk->touched = TRUE;
    }
}

static void
wake_all (KdSim *sim)
{
  for (guint i = 0; i < sim->desks->len; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];

      if (desk->asleep)
        {
          desk->asleep = FALSE;
          kd_sim_desk_start (desk);
        }
      desk->line->live_down = desk->line->live_mute = FALSE;
    }
}

void
kd_sim_quiet (KdSim *sim)
{
  KdSyncWorld *world = sim->world;

  kd_sim_trace (sim, "the faults end");
  sim->calm = TRUE;
  wake_all (sim);
  come_to_rest (sim);
  sim->n_checks = 0;
  for (guint i = 0; i < sim->desks->len; i++)
    check_stopped (sim->desks->pdata[i]);
  world->quiet = FALSE;
  kd_sync_world_check (world);
  world->quiet = TRUE;
  kd_sync_world_check_converged (world);
  check_exactly_once (sim);
  check_archives (sim);
  check_server (sim);
  check_numbers (sim);
  check_tombstones (sim);
  check_no_loss (sim);
  check_kept (sim);
  kd_sim_prune (sim);
  sim->calm = FALSE;
  kd_sim_trace (sim, "all is quiet at %" G_GINT64_FORMAT, world->last_snapshot);
}
