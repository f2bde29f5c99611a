/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-world.h"

#include "kd-sql-kind.h"

#include <string.h>

/* The invariants of SYNC 4.1 between a server and its desktops. */

GHashTable *
kd_sync_world_server_rows (KdSyncWorld *world)
{
  g_autoptr (GPtrArray) all = kd_check_load (world->server, &world->shop.id);
  return kd_check_table (all);
}

void
kd_sync_world_note_snapshot (KdSyncWorld *world)
{
  gint64 head = kd_shop_get_head (world->server, &world->shop, NULL, NULL);
  g_autoptr (GPtrArray) all = NULL;

  if (head == world->last_snapshot)
    return;
  all = kd_check_load (world->server, &world->shop.id);
  kd_check_ledger ("server", all);
  g_hash_table_insert (world->snapshots, g_memdup2 (&head, sizeof head), kd_check_table (all));
  world->last_snapshot = head;
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
  GHashTable *snapshot = g_hash_table_lookup (world->snapshots, &device->base_head);

  if (device->base_head > 0)
    {
      kd_world_assert (world, snapshot != NULL);
      kd_check_same (whose, "base is not the server's snapshot", snapshot, base, identity->scopes, TRUE);
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
    issued += ((KdIssued *) value)->device == device && !((KdIssued *) value)->discarded;
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
static void
check_converged (KdSyncWorld *world)
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
  check_converged (world);
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
