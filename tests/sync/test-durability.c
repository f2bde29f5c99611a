/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-sqlite.h"
#include "kd-sync-world.h"
#include "kd-wire-call.h"

#include <string.h>

/* Power cuts, copies and backups: SYNC 6, F22, F23, F28, F29, F34 as far as they are noticed: sync
 * stops with a reason, and what waits is kept. */

/* Restoring a copy loses what was promised since: the test forgets it too. */
static void
forget_promises (KdSyncWorld *world)
{
  g_hash_table_remove_all (world->issued);
}

static void
assert_stops (KdSyncDevice *device,
              const char *reason,
              gint64 waiting)
{
  kd_sync_device_push (device, 50);
  kd_sync_world_deliver_all (device->world);
  kd_sync_device_pull (device);
  kd_sync_world_deliver_all (device->world);
  g_assert_cmpstr (device->stopped, ==, reason);
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox"), ==, waiting);
}

/* F23: a copy of three days ago: it is noticed at once, the new edit stays. */
static void
test_f23 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 2);
  KdSyncDevice *device = world->devices->pdata[0];

  kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_sync (device);
  kd_sync_device_save_copy (device, "old");
  for (guint i = 0; i < 3; i++)
    {
      kd_sync_device_add_category (device, "Kopi");
      kd_sync_device_sync (device);
    }
  kd_sync_device_restore_copy (device, "old");
  forget_promises (world);
  device->base_head = -1;
  kd_sync_device_add_category (device, "Kopi");
  assert_stops (device, "fork", 1);
}

/* F22: a database is copied to a second computer, and both go online: the first one keeps the
 * identity, the second one stops and keeps its work; nothing is run twice. */
static void
test_f22 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 2);
  KdSyncDevice *device = world->devices->pdata[0], *clone;

  kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_sync (device);
  clone = kd_sync_device_clone (device);
  kd_sync_device_add_category (device, "Teh");
  for (guint i = 0; i < 3; i++)
    kd_sync_device_add_category (clone, "Gula");
  kd_sync_device_sync (device);
  assert_stops (clone, "fork", 3);
  kd_sync_device_sync (device);
  g_assert_null (device->stopped);
  kd_sync_world_settle (world);
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM category"), ==, 2);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM mut_done WHERE device_id IS NOT NULL"), ==, 2);
}

/* F22, and a power cut that forgot a number: the same number with another content. */
static void
test_other_history (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 2);
  KdSyncDevice *device = world->devices->pdata[0];

  kd_sync_device_save_copy (device, "before");
  kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_sync (device);
  kd_sync_device_restore_copy (device, "before");
  forget_promises (world);
  device->base_head = -1;
  /* as many numbers as the other history had: only their content tells */
  kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_push (device, 50);
  kd_sync_world_deliver_all (world);
  g_assert_cmpstr (device->stopped, ==, "fork");
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox"), ==, 1);
}

/* The same, where a pull is what notices: the chain of its page. */
static void
test_chain_of_pull (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 2);
  KdSyncDevice *device = world->devices->pdata[0];

  kd_sync_device_save_copy (device, "before");
  kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_sync (device);
  kd_sync_device_restore_copy (device, "before");
  forget_promises (world);
  device->base_head = -1;
  kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_push (device, 50);
  kd_wire_message_free (kd_sync_world_take (world, 0));
  kd_sync_device_pull (device);
  kd_sync_world_deliver_all (world);
  g_assert_cmpstr (device->stopped, ==, "fork");
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox"), ==, 1);
}

/* F28: the server ends between its commit and the answer. */
static void
test_f28 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 2);
  KdSyncDevice *device = world->devices->pdata[0];

  for (guint i = 0; i < 7; i++)
    kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_push (device, 50);
  kd_sync_world_deliver (world, kd_sync_world_take (world, 0));
  kd_wire_message_free (kd_sync_world_take (world, 0));
  kd_sync_world_restart_server (world);
  kd_sync_world_settle (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM category"), ==, 7);
}

/* F29: the server comes back from a backup, no new epoch, and much happens before the first desktop
 * returns: each notices it, whatever the numbers are. */
static void
test_f29 (gconstpointer data)
{
  guint commits = GPOINTER_TO_UINT (data);
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 3);
  KdSyncDevice *one = world->devices->pdata[0], *two = world->devices->pdata[1], *three = world->devices->pdata[2];

  kd_sync_world_save_server (world, "backup");
  for (guint i = 0; i < 5; i++)
    kd_sync_device_add_category (one, "Kopi");
  kd_sync_device_sync (one);
  kd_sync_device_sync (two);
  kd_sync_device_add_category (two, "Kopi");
  kd_sync_world_restore_server (world, "backup");
  for (guint i = 0; i < commits; i++)
    {
      KdId id = kd_sync_world_id (world);
      kd_sync_world_buyer (world, NULL, NULL, NULL, "message.receive",
                           "{\"id\":\"%s\",\"channel\":\"page\",\"from\":\"b\",\"name\":\"Sari\",\"text\":\"Halo\"}", T (id, a));
    }
  one->base_head = two->base_head = -1;
  assert_stops (one, "rollback", 0);
  assert_stops (two, "rollback", 1);
  /* one that had seen nothing of the lost time goes on */
  kd_sync_device_sync (three);
  g_assert_null (three->stopped);
}

/* F34: contents that differ are noticed; nothing of it is shown, what waits is kept. */
static void
test_f34 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 2);
  KdSyncDevice *one = world->devices->pdata[0], *two = world->devices->pdata[1];
  GError *error = NULL;
  gint64 before;

  kd_sync_device_add_category (one, "Kopi");
  kd_sync_device_sync (one);
  kd_sync_device_sync (two);
  kd_sync_device_add_category (two, "Kopi");
  /* somebody writes past the program */
  kd_sqlite_set_guard (world->server, TRUE);
  g_assert_true (kd_sql_exec (world->server, "UPDATE sync_digest SET sum=sum + 1 WHERE kind=8", &error));
  kd_sqlite_set_guard (world->server, FALSE);
  kd_sync_device_add_category (one, "Kopi");
  kd_sync_device_push (one, 50);
  kd_sync_world_deliver_all (world);
  before = two->base_head;
  assert_stops (two, "digest", 1);
  g_assert_cmpint (two->base_head, ==, before);
  kd_sync_device_check (two);
}

static gboolean
copy_in_the_middle (KdSqlConnection *connection,
                    gpointer data,
                    GError **error)
{
  kd_sync_device_save_copy (data, "middle");
  return TRUE;
}

typedef struct
{
  KdSyncDevice *device;
  GPtrArray *calls;
  gboolean ok;
} Middle;

static gboolean
commit_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  Middle *middle = data;
  g_autoptr (KdCommit) commit = kd_store_commit_in (middle->device->store, connection, NULL, "x", NULL, middle->calls,
                                                    copy_in_the_middle, middle->device, error);

  middle->ok = commit != NULL && commit->refused < 0;
  return middle->ok;
}

/* Ended in the middle of a transaction: the database is as before it. */
static void
test_ended_in_the_middle (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (3, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  Middle middle = { device, calls, FALSE };
  KdId id = kd_sync_world_id (world), kept = kd_sync_device_add_category (device, "Kopi");
  g_autofree char *json
    = g_strdup_printf ("{\"name\":\"category.create\",\"v\":1,\"args\":{\"id\":\"%s\",\"set\":{\"name\":\"Teh\"}}}", T (id, a));
  GError *error = NULL;
  g_autoptr (KdRecord) there = NULL, not_there = NULL;

  g_ptr_array_add (calls, kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error));
  g_assert_no_error (error);
  g_assert_true (kd_sql_worker_run (kd_store_get_writer (device->store), KD_SQL_INTERACTIVE, commit_work, &middle, &error));
  kd_sync_device_restore_copy (device, "middle");
  there = kd_sync_device_get (device, &kd_kind_category, &kept);
  not_there = kd_sync_device_get (device, &kd_kind_category, &id);
  g_assert_nonnull (there);
  g_assert_null (not_there);
  device->base_head = 0;
  kd_sync_world_settle (world);
}

void
add_durability_tests (void)
{
  g_test_add_func ("/sync/durability/F23-old-copy", test_f23);
  g_test_add_func ("/sync/durability/F22-copied", test_f22);
  g_test_add_func ("/sync/durability/F22-other-history", test_other_history);
  g_test_add_func ("/sync/durability/F22-chain-of-pull", test_chain_of_pull);
  g_test_add_func ("/sync/durability/F28-server-ended", test_f28);
  g_test_add_data_func ("/sync/durability/F29-backup", GUINT_TO_POINTER (0), test_f29);
  g_test_add_data_func ("/sync/durability/F29-backup-and-few", GUINT_TO_POINTER (2), test_f29);
  g_test_add_data_func ("/sync/durability/F29-backup-and-many", GUINT_TO_POINTER (60), test_f29);
  g_test_add_func ("/sync/durability/F34-digest", test_f34);
  g_test_add_func ("/sync/durability/ended-in-the-middle", test_ended_in_the_middle);
}
