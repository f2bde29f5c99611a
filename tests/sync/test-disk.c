/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-fault-vfs.h"
#include "kd-sqlite.h"
#include "kd-sync-world.h"

#include <string.h>

/* Disks that fill up, processes that are killed, power that fails: SYNC 6, F19-F21, F32. SQLite
 * writes nothing before a transaction's end, so every write is tried as the last one. */

#define WRITES_MAX 2000 /* more than any transaction here takes */

/* A desktop with all that an apply handles: pages in the stage, an answered entry, one that is
 * sealed, one that is not, rows under pending edits, deletions. */
typedef struct
{
  KdSyncWorld *world;
  KdSyncDevice *device;
  KdWireMessage *last;    /* the page that makes it base */
  gint64 old_head, new_head;
} Scene;

static void
scene_clear (Scene *scene)
{
  kd_fault_vfs_disarm ();
  kd_wire_message_free (scene->last);
  kd_sync_world_free (scene->world);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

static void
rename_category (KdSyncDevice *device,
                 KdId id,
                 const char *name)
{
  g_assert_true (kd_sync_device_do (device, NULL, "category.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\"}}", T (id, a), name));
}

static void
scene_init (Scene *scene)
{
  KdSyncWorld *world = kd_sync_world_new_with (11, 2);
  KdSyncDevice *other = world->devices->pdata[0], *device = world->devices->pdata[1];
  KdId both = kd_sync_device_add_category (other, "Kopi"), gone = kd_sync_device_add_category (other, "Teh");

  kd_sync_world_settle (world);
  *scene = (Scene){ .world = world, .device = device, .old_head = device->base_head };
  rename_category (device, both, "Kopi susu");
  kd_sync_device_push (device, 1);
  kd_sync_world_deliver_all (world);
  rename_category (device, both, "Kopi hitam");
  kd_sync_device_push (device, 1);
  g_ptr_array_set_size (world->network, 0);
  kd_sync_device_add_category (device, "Gula");
  g_assert_true (kd_sync_device_do (other, NULL, "category.delete", "{\"id\":\"%s\"}", T (gone, a)));
  for (guint i = 0; i < 6; i++)
    kd_sync_device_add_category (other, "Roti");
  kd_sync_device_push (other, 50);
  kd_sync_world_deliver_all (world);
  device->limit = 3;
  scene->new_head = world->last_snapshot;
  do
    {
      if (scene->last != NULL)
        kd_sync_world_deliver (world, scene->last);
      g_assert_true (kd_sync_device_pull (device));
      kd_sync_world_deliver (world, kd_sync_world_take (world, 0));
      scene->last = kd_sync_world_take (world, 0);
    }
  while (strstr (scene->last->body, "\"more\":true") != NULL);
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM sync_stage"), >, 0);
  kd_sync_device_save_copy (device, "before");
}

static void
put_back (Scene *scene,
          const char *name)
{
  kd_sync_device_restore_copy (scene->device, name);
  scene->device->base_head = kd_sync_device_count (scene->device, "SELECT staging FROM sync_state") != 0
                             ? scene->old_head : scene->new_head;
}

static void
deliver_last (Scene *scene)
{
  KdWireMessage *message = kd_wire_message_copy (scene->last);

  message->request = scene->device->request;
  kd_sync_world_deliver (scene->world, message);
}

/* F20: killed at every write of the apply: the old state or the new one, never a mixture. */
static void
test_f20 (void)
{
  g_auto (Scene) scene = { 0 };
  guint old = 0, new = 0;

  scene_init (&scene);
  for (guint n = 0;; n++)
    {
      g_assert_cmpuint (n, <, WRITES_MAX);
      put_back (&scene, "before");
      scene.device->may_fail = TRUE;
      kd_fault_vfs_arm (scene.device->path, KD_DISK_DEAD, n);
      deliver_last (&scene);
      kd_sync_device_save_copy (scene.device, "dead");
      kd_fault_vfs_disarm ();
      if (!kd_fault_vfs_has_struck ())
        break;
      scene.device->may_fail = FALSE;
      g_clear_error (&scene.device->failed);
      put_back (&scene, "dead");
      kd_sync_device_check (scene.device);
      if (scene.device->base_head == scene.old_head)
        old++;
      else
        new++;
    }
  g_assert_cmpuint (old, >, 0);
  g_assert_cmpuint (new, >, 0);
  g_test_message ("killed at %u writes: %u times the old state, %u times the new one", old + new, old, new);
  scene.device->may_fail = FALSE;
  kd_sync_world_settle (scene.world);
}

/* F21: no space at any write of the apply: it says so, changes nothing, and goes on when there is. */
static void
test_f21_apply (void)
{
  g_auto (Scene) scene = { 0 };
  guint n;

  scene_init (&scene);
  for (n = 0;; n++)
    {
      g_autofree char *message = NULL;

      g_assert_cmpuint (n, <, WRITES_MAX);
      put_back (&scene, "before");
      scene.device->may_fail = TRUE;
      kd_fault_vfs_arm (scene.device->path, KD_DISK_FULL, n);
      deliver_last (&scene);
      kd_fault_vfs_disarm ();
      if (!kd_fault_vfs_has_struck ())
        break;
      scene.device->may_fail = FALSE;
      message = kd_sync_device_take_failure (scene.device);
      /* the checkpoint after the commit may be what found no space: that is nobody's loss */
      if (message == NULL)
        {
          g_assert_cmpint (scene.device->base_head, ==, scene.new_head);
          continue;
        }
      g_assert_nonnull (strstr (message, "full"));
      g_assert_cmpint (scene.device->base_head, ==, scene.old_head);
      kd_sync_device_check (scene.device);
      deliver_last (&scene);
      g_assert_cmpint (scene.device->base_head, ==, scene.new_head);
    }
  g_assert_cmpuint (n, >, 3);
  kd_sync_world_settle (scene.world);
}

/* F21: no space at any write of an edit: it is refused as a whole, and made when there is. */
static void
test_f21_edit (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (12, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  guint n;

  for (n = 0;; n++)
    {
      gint64 waiting = kd_sync_device_count (device, "SELECT count(*) FROM outbox");
      KdId id = kd_sync_world_id (world);
      g_autofree char *message = NULL;
      gboolean made;

      g_assert_cmpuint (n, <, WRITES_MAX);
      device->may_fail = TRUE;
      kd_fault_vfs_arm (device->path, KD_DISK_FULL, n);
      made = kd_sync_device_do (device, NULL, "category.create", "{\"id\":\"%s\",\"set\":{\"name\":\"Kopi\"}}", T (id, a));
      kd_fault_vfs_disarm ();
      device->may_fail = FALSE;
      message = kd_sync_device_take_failure (device);
      g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox"), ==, waiting + made);
      kd_sync_device_check (device);
      if (!kd_fault_vfs_has_struck ())
        break;
      if (made)
        continue;
      g_assert_nonnull (message);
      g_assert_nonnull (strstr (message, "full"));
      kd_sync_device_add_category (device, "Teh");
    }
  g_assert_cmpuint (n, >, 1);
  kd_sync_world_settle (world);
}

/* The power fails after the server got what was sealed, before the answer is stored. */
static void
cut_power (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;

  kd_fault_vfs_watch (device->path);
  kd_sync_device_add_category (device, "Kopi");
  g_assert_true (kd_sync_device_push (device, 50));
  kd_sync_world_deliver (world, kd_sync_world_take (world, 0));
  g_ptr_array_set_size (world->network, 0);
  kd_fault_vfs_power_cut ();
  kd_sync_device_save_copy (device, "cut");
  kd_fault_vfs_disarm ();
  kd_sync_device_restore_copy (device, "cut");
  device->base_head = world->last_snapshot - 1;
}

/* F19: with synchronous=FULL nothing of it is forgotten. */
static void
test_f19_full (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (13, 2);
  KdSyncDevice *device = world->devices->pdata[0];

  cut_power (device);
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox WHERE mut_no=1"), ==, 1);
  kd_sync_device_check (device);
  kd_sync_world_settle (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM category"), ==, 1);
}

static gboolean
make_careless (KdSqlConnection *connection,
               gpointer data,
               GCancellable *cancellable,
               GError **error)
{
  return kd_sql_exec (connection, "PRAGMA synchronous=NORMAL", error);
}

static gboolean
check_careless (KdSqlConnection *connection,
                gpointer data,
                GCancellable *cancellable,
                GError **error)
{
  return kd_sqlite_check_durable (connection, error);
}

/* F19: with NORMAL, by mistake, the number that was sent is forgotten and given again: sync stops,
 * what waits is kept. Such a database is not worked with, in any build. */
static void
test_f19_normal (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (14, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  KdSqlWorker *writer = kd_store_get_writer (device->store);
  g_autoptr (GError) error = NULL;

  g_assert_true (kd_sql_worker_run (writer, KD_SQL_INTERACTIVE, check_careless, NULL, NULL));
  g_assert_true (kd_sql_worker_run (writer, KD_SQL_INTERACTIVE, make_careless, NULL, NULL));
  g_assert_false (kd_sql_worker_run (writer, KD_SQL_INTERACTIVE, check_careless, NULL, &error));
  g_assert_nonnull (strstr (error->message, "not durable"));
  cut_power (device);
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox"), ==, 0);
  g_hash_table_remove_all (world->issued);
  kd_sync_device_add_category (device, "Teh");
  kd_sync_device_push (device, 50);
  kd_sync_world_deliver_all (world);
  g_assert_cmpstr (device->stopped, ==, "fork");
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM outbox"), ==, 1);
  kd_sync_device_check (device);
}

/* F32: the server can't store five times, then it can: all of it once, in its order. */
static void
test_f32 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (15, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  KdId id = kd_sync_device_add_category (device, "Kopi 0");

  for (guint i = 1; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("Kopi %u", i);
      rename_category (device, id, name);
    }
  world->may_fail = TRUE;
  for (guint i = 0; i < 5; i++)
    {
      kd_fault_vfs_arm (world->server_path, KD_DISK_FULL, i);
      g_assert_true (kd_sync_device_push (device, 50));
      kd_sync_world_deliver (world, kd_sync_world_take (world, 0));
      kd_fault_vfs_disarm ();
      g_assert_true (kd_fault_vfs_has_struck ());
      g_assert_cmpuint (kd_sync_world_newest (world)->status, ==, 503);
      kd_sync_world_deliver_all (world);
      g_assert_null (device->stopped);
      g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM mut_done WHERE device_id IS NOT NULL"), ==, 0);
    }
  world->may_fail = FALSE;
  kd_sync_world_settle (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM mut_done WHERE device_id IS NOT NULL"), ==, 6);
  {
    g_autoptr (KdRecord) record = kd_sync_world_get (world, &kd_kind_category, &id);
    g_assert_cmpstr (((KdCategory *) record)->name, ==, "Kopi 5");
  }
}

void
add_disk_tests (void)
{
  g_test_add_func ("/sync/disk/F19-power-cut", test_f19_full);
  g_test_add_func ("/sync/disk/F19-power-cut-not-durable", test_f19_normal);
  g_test_add_func ("/sync/disk/F20-killed-at-every-write", test_f20);
  g_test_add_func ("/sync/disk/F21-full-in-apply", test_f21_apply);
  g_test_add_func ("/sync/disk/F21-full-in-edit", test_f21_edit);
  g_test_add_func ("/sync/disk/F32-server-full-five-times", test_f32);
}
