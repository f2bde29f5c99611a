/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-world.h"

#include "kd-shop-tx.h"
#include "kd-sql-kind.h"
#include "kd-store-private.h"

#include <string.h>

/* The invariants of SYNC 4.1 between a server and its desktops. */

GHashTable *
kd_sync_world_server_rows (KdSyncWorld *world)
{
  g_autoptr (GPtrArray) all = kd_check_load (world->server, &world->shop.id);
  return kd_check_table (all);
}

void
kd_world_snapshot_free (gpointer data)
{
  KdWorldSnapshot *snapshot = data;

  g_hash_table_unref (snapshot->rows);
  g_hash_table_unref (snapshot->last);
  g_free (snapshot);
}

/* The highest number of each device that the server has. */
static GHashTable *
last_numbers (KdSyncWorld *world)
{
  GHashTable *last = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, g_free);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (world->server, "SELECT device_id, last_mut FROM device", NULL);

  while (kd_sql_step (read, NULL) == KD_SQL_ROW)
    {
      KdId id = KD_ID_NONE;
      gint64 number = kd_sql_column_int64 (read, 1);

      kd_sql_column_id (read, 0, &id);
      g_hash_table_insert (last, g_memdup2 (&id, sizeof id), g_memdup2 (&number, sizeof number));
    }
  return last;
}

void
kd_sync_world_note_snapshot (KdSyncWorld *world)
{
  gint64 head = kd_shop_get_head (world->server, &world->shop, NULL, NULL);
  g_autoptr (GPtrArray) all = NULL;
  KdWorldSnapshot *snapshot;
  KdMark mark = KD_ID_NONE;

  if (head == world->last_snapshot)
    return;
  kd_world_assert (world, kd_commit_log_find (world->server, &world->shop, head, &mark, NULL));
  world->last_snapshot = head;
  /* a server that was put back is where it was */
  if (g_hash_table_contains (world->snapshots, &mark))
    return;
  all = kd_check_load (world->server, &world->shop.id);
  kd_check_ledger ("server", all);
  snapshot = g_new0 (KdWorldSnapshot, 1);
  snapshot->head = head;
  snapshot->mark = mark;
  snapshot->rows = kd_check_table (all);
  snapshot->last = last_numbers (world);
  g_hash_table_replace (world->snapshots, &snapshot->mark, snapshot);
}

static gboolean
has_mark (GArray *marks,
          const KdMark *mark)
{
  for (guint i = 0; i < marks->len; i++)
    if (kd_id_equal (&g_array_index (marks, KdMark, i), mark))
      return TRUE;
  return FALSE;
}

void
kd_sync_world_prune_snapshots (KdSyncWorld *world,
                               GArray *marks)
{
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < world->devices->len; i++)
    g_array_append_val (marks, ((KdSyncDevice *) world->devices->pdata[i])->base_mark);
  g_hash_table_iter_init (&iter, world->snapshots);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const KdWorldSnapshot *snapshot = value;

      if (snapshot->head != world->last_snapshot && !has_mark (marks, &snapshot->mark))
        g_hash_table_iter_remove (&iter);
    }
}

/* (nullable): of the device's base, as far as that is known */
static KdWorldSnapshot *
snapshot_of (KdSyncDevice *device)
{
  GHashTableIter iter;
  gpointer value;

  if (!kd_id_is_none (&device->base_mark))
    return g_hash_table_lookup (device->world->snapshots, &device->base_mark);
  g_hash_table_iter_init (&iter, device->world->snapshots);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((KdWorldSnapshot *) value)->head == device->base_head)
      return value;
  return NULL;
}

void
kd_sync_device_find_base (KdSyncDevice *device)
{
  KdSyncState *state = kd_sync_device_state (device);

  /* a full pass that is not at its end, and pages that are only staged, leave base what it was */
  if (!state->full_pass && kd_sync_device_count (device, "SELECT staging FROM sync_state") == 0)
    {
      /* a copy from before what is remembered */
      if (device->base_head < 0 && !g_hash_table_contains (device->world->snapshots, &state->witness.mark))
        {
          kd_sync_state_free (state);
          return;
        }
      kd_world_assert (device->world, state->witness.head >= device->base_head);
      device->base_head = state->witness.head;
      device->base_mark = state->witness.mark;
    }
  kd_sync_state_free (state);
}

/* I3: what has left the outbox is in base. */
static void
check_archive (KdSyncDevice *device,
               const char *whose)
{
  g_autoptr (KdSqlStatement) read
    = kd_sql_prepare (device->world->server, "SELECT mut_no FROM mut_done WHERE device_id=?1 AND seq>?2", NULL);
  g_autoptr (GString) sql = g_string_new ("SELECT ifnull(max(mut_no), 0) FROM outbox_done WHERE mut_no IN (0");

  kd_sql_bind_id (read, 1, &device->id);
  kd_sql_bind_int64 (read, 2, device->base_head);
  while (kd_sql_step (read, NULL) == KD_SQL_ROW)
    g_string_append_printf (sql, ",%" G_GINT64_FORMAT, kd_sql_column_int64 (read, 0));
  g_string_append_c (sql, ')');
  if (kd_sync_device_count (device, sql->str) != 0)
    kd_check_fail (whose, "number %" G_GINT64_FORMAT " has left the outbox, and base does not have it",
                   kd_sync_device_count (device, sql->str));
}

/* I4: what waits is not in base already. */
static void
check_included (KdSyncDevice *device,
                KdLook *look,
                const KdWorldSnapshot *snapshot,
                const char *whose)
{
  const gint64 *last = g_hash_table_lookup (snapshot->last, &device->id);

  for (guint i = 0; last != NULL && i < look->outbox->len; i++)
    {
      const KdOutboxEntry *entry = &g_array_index (look->outbox, KdOutboxEntry, i);

      if (entry->mut_no > 0 && entry->mut_no <= *last)
        kd_check_fail (whose, "number %" G_GINT64_FORMAT " waits, and base has it already", entry->mut_no);
    }
  if (!device->world->rolled_back)
    check_archive (device, whose);
}

/* I2 at each moment: base is one snapshot of the server, and the digests are its digests. */
static void
check_base (KdSyncDevice *device,
            KdLook *look,
            const char *whose)
{
  KdSyncWorld *world = device->world;
  g_autoptr (GHashTable) base = kd_check_table (look->base);
  const KdStoreIdentity *identity = kd_store_get_identity (device->store);

  if (device->base_head > 0)
    {
      const KdWorldSnapshot *snapshot = snapshot_of (device);

      kd_world_assert (world, snapshot != NULL);
      kd_check_same (whose, "base is not the server's snapshot", snapshot->rows, base, identity->scopes, TRUE);
      check_included (device, look, snapshot, whose);
    }
  kd_check_digests (whose, look, base);
}

/* I1, I3: what a device promised either waits, or is archived with its result; a refused one is in
 * the list of problems. */
static void
check_promises (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;
  gint64 issued = 0;
  GHashTableIter iter;
  gpointer value;

  if (device->base_head < 0)
    return;
  g_hash_table_iter_init (&iter, world->issued);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    issued += ((KdIssued *) value)->device == device && !((KdIssued *) value)->discarded
              && !((KdIssued *) value)->unknown;
  kd_world_assert (world, issued == kd_sync_device_count (device, "SELECT (SELECT count(*) FROM outbox)"
                                                                  " + (SELECT count(*) FROM outbox_done)"));
  kd_world_assert (world, kd_sync_device_count (
    device, "SELECT count(*) FROM outbox o JOIN outbox_done d ON d.uid=o.uid") == 0);
  kd_world_assert (world, kd_sync_device_count (
    device, "SELECT count(*) FROM outbox_done d WHERE d.status IS NULL OR (d.status<>0)<>EXISTS("
            "SELECT 1 FROM sync_problem p WHERE p.uid=d.uid)") == 0);
}

void
kd_sync_device_check (KdSyncDevice *device)
{
  g_auto (KdLook) look = { 0 };
  g_autofree char *whose = NULL;

  if (device->world->quiet)
    return;
  whose = g_strdup_printf ("seed %" G_GUINT64_FORMAT ", device %u", device->world->seed, device->n);
  kd_look_init (&look, device->store);
  check_base (device, &look, whose);
  kd_check_screen (whose, &look);
  kd_check_ledger (whose, look.screen);
  check_promises (device);
}

void
kd_sync_world_check (KdSyncWorld *world)
{
  for (guint i = 0; i < world->devices->len; i++)
    kd_sync_device_check (world->devices->pdata[i]);
}

/* ---- the end ---- */

/* I1: the server ran each promised mutation exactly once, and knows of no other. */
static void
check_exactly_once (KdSyncWorld *world)
{
  GHashTableIter iter;
  gpointer key, value;
  gint64 n = 0;

  g_hash_table_iter_init (&iter, world->issued);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdIssued *issued = value;
      GError *error = NULL;
      g_autoptr (KdSqlStatement) read
        = kd_sql_prepare (world->server, "SELECT count(*), max(status) FROM mut_done WHERE uid=?1", &error);

      g_assert_no_error (error);
      kd_sql_bind_id (read, 1, key);
      g_assert_true (kd_sql_step (read, &error) == KD_SQL_ROW);
      kd_world_assert (world, kd_sql_column_int64 (read, 0) == (issued->discarded ? 0 : 1));
      n += !issued->discarded;
      world->n_refused += kd_sql_column_int64 (read, 1) != 0;
      world->n_applied += kd_sql_column_int64 (read, 1) == 0;
    }
  kd_world_assert (world, n == kd_sync_world_count (world, "SELECT count(*) FROM mut_done WHERE device_id IS NOT NULL"));
}

static void
check_digests (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;
  const KdStoreIdentity *identity = kd_store_get_identity (device->store);
  g_autoptr (KdSqlStatement) theirs
    = kd_sql_prepare (world->server, "SELECT scope, kind, n, sum FROM sync_digest WHERE n<>0", NULL);

  while (kd_sql_step (theirs, NULL) == KD_SQL_ROW)
    {
      g_autofree char *sql = g_strdup_printf (
        "SELECT count(*) FROM digest WHERE scope=%d AND kind=%d AND n=%" G_GINT64_FORMAT " AND sum=%" G_GINT64_FORMAT,
        (int) kd_sql_column_int64 (theirs, 0), (int) kd_sql_column_int64 (theirs, 1), kd_sql_column_int64 (theirs, 2),
        kd_sql_column_int64 (theirs, 3));

      if ((1u << kd_sql_column_int64 (theirs, 0) & identity->scopes) != 0)
        kd_world_assert (world, kd_sync_device_count (device, sql) == 1);
    }
}

/* I2: every desktop holds the server's rows in its scope, byte for byte, and the server's own
 * bookkeeping agrees with its tables. */
void
kd_sync_world_check_converged (KdSyncWorld *world)
{
  g_autoptr (GHashTable) truth = kd_sync_world_server_rows (world);

  for (guint i = 0; i < world->devices->len; i++)
    {
      KdSyncDevice *device = world->devices->pdata[i];
      g_autoptr (GHashTable) rows = NULL;

      if (device->stopped != NULL)
        continue;
      rows = kd_sync_device_rows (device);
      kd_check_same ("converged", "not converged", truth, rows, kd_store_get_identity (device->store)->scopes, TRUE);
      kd_check_same_bytes ("converged", truth, rows);
      check_digests (device);
      kd_world_assert (world, kd_sync_device_count (device, "SELECT count(*) FROM base_row") == 0);
      kd_world_assert (world, kd_sync_device_count (device, "SELECT count(*) FROM outbox_touch") == 0);
      kd_world_assert (world, kd_sync_device_count (device, "SELECT count(*) FROM push_result") == 0);
    }
  kd_world_assert (world, (gint64) g_hash_table_size (truth)
                            == kd_sync_world_count (world, "SELECT count(*) FROM sync_row WHERE op='U'"));
}

void
kd_sync_world_settle (KdSyncWorld *world)
{
  gboolean moved = TRUE;

  kd_sync_world_deliver_all (world);
  for (guint round = 0; moved; round++)
    {
      gint64 head = world->last_snapshot;

      kd_world_assert (world, round < 20);
      for (guint i = 0; i < world->devices->len; i++)
        kd_sync_device_sync (world->devices->pdata[i]);
      moved = world->last_snapshot != head || round == 0;
    }
  kd_sync_world_check (world);
  kd_sync_world_check_converged (world);
  for (guint i = 0; i < world->devices->len; i++)
    if (((KdSyncDevice *) world->devices->pdata[i])->stopped != NULL)
      return;
  check_exactly_once (world);
}

/* ---- looking ---- */

GHashTable *
kd_sync_device_rows (KdSyncDevice *device)
{
  g_auto (KdLook) look = { 0 };

  kd_look_init (&look, device->store);
  return kd_check_table (look.screen);
}

GHashTable *
kd_sync_device_base (KdSyncDevice *device)
{
  g_auto (KdLook) look = { 0 };

  kd_look_init (&look, device->store);
  return kd_check_table (look.base);
}

typedef struct
{
  const KdKind *kind;
  const KdId *id;
  const char *sql;
  gint64 number;
  KdId found;
} Question;

static gpointer
get_cb (KdStore *store,
        KdSqlConnection *connection,
        gpointer data,
        GError **error)
{
  const Question *question = data;
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, question->kind, NULL, question->id, &record, NULL, error);
  return record;
}

KdRecord *
kd_sync_device_get (KdSyncDevice *device,
                    const KdKind *kind,
                    const KdId *id)
{
  Question question = { .kind = kind, .id = id };
  GError *error = NULL;
  KdRecord *record = kd_store_read (device->store, get_cb, &question, &error);

  g_assert_no_error (error);
  return record;
}

KdRecord *
kd_sync_world_get (KdSyncWorld *world,
                   const KdKind *kind,
                   const KdId *id)
{
  GError *error = NULL;
  KdRecord *record = kd_shop_get (world->server, &world->shop, kind, id, &error);

  g_assert_no_error (error);
  return record;
}

gint64
kd_sync_device_count (KdSyncDevice *device,
                      const char *sql)
{
  return kd_check_count (device->store, sql);
}

gint64
kd_sync_world_count (KdSyncWorld *world,
                     const char *sql)
{
  gint64 number;
  GError *error = NULL;

  kd_sql_query_int64 (world->server, sql, 0, &number, &error);
  g_assert_no_error (error);
  return number;
}

static gpointer
pick_cb (KdStore *store,
         KdSqlConnection *connection,
         gpointer data,
         GError **error)
{
  Question *question = data;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, question->sql, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (KdId));

  g_assert_nonnull (read);
  while (kd_sql_step (read, error) == KD_SQL_ROW)
    {
      KdId id = KD_ID_NONE;

      kd_sql_column_id (read, 0, &id);
      g_array_append_val (ids, id);
    }
  if (ids->len == 0)
    return NULL;
  question->found = g_array_index (ids, KdId, (guint64) question->number % ids->len);
  return GINT_TO_POINTER (1);
}

gboolean
kd_sync_device_pick (KdSyncDevice *device,
                     const char *sql,
                     KdId *ret_id)
{
  Question question = { .sql = sql, .number = kd_random_below (&device->world->random, 1000) };
  GError *error = NULL;
  gboolean found = kd_store_read (device->store, pick_cb, &question, &error) != NULL;

  g_assert_no_error (error);
  *ret_id = question.found;
  return found;
}

static gpointer
lines_cb (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  g_autoptr (KdSqlStatement) read
    = kd_sql_prepare (connection, "SELECT id, price, quantity FROM order_line WHERE \"order\"=?1", error);
  g_autoptr (GString) json = g_string_new ("[");

  g_assert_nonnull (read);
  kd_sql_bind_id (read, 1, data);
  while (kd_sql_step (read, error) == KD_SQL_ROW)
    {
      KdId id = KD_ID_NONE;

      kd_sql_column_id (read, 0, &id);
      g_string_append_printf (json, "%s{\"line\":\"%s\",\"price\":%" G_GINT64_FORMAT ",\"quantity\":%" G_GINT64_FORMAT "}",
                              json->len > 1 ? "," : "", T (id, a), kd_sql_column_int64 (read, 1), kd_sql_column_int64 (read, 2));
    }
  g_string_append_c (json, ']');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

char *
kd_sync_device_lines_seen (KdSyncDevice *device,
                           const KdId *order)
{
  GError *error = NULL;
  KdId id = *order;
  char *json = kd_store_read (device->store, lines_cb, &id, &error);

  g_assert_no_error (error);
  return json;
}

gint64
kd_sync_device_on_hand (KdSyncDevice *device,
                        const KdId *variant)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  g_autoptr (GString) hex = g_string_new (kd_id_to_text (variant, text));
  g_autofree char *sql = NULL;

  g_string_replace (hex, "-", "", 0);
  sql = g_strdup_printf ("SELECT ifnull(sum(on_hand), 0) FROM stock_level WHERE variant=x'%s'", hex->str);
  return kd_sync_device_count (device, sql);
}
