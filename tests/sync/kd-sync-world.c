/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-world.h"

#include "kd-sqlite.h"
#include "kd-wire-call.h"

#include <glib/gstdio.h>
#include <string.h>

/* Making the world, its peers, and what people do in it. */

static gint64
world_clock (gpointer data)
{
  KdSyncWorld *world = data;
  return world->now;
}

static gint64
device_clock (gpointer data)
{
  KdSyncDevice *device = data;
  return device->world->now + device->skew;
}

static void
world_random (gpointer data,
              guint8 *bytes,
              gsize n)
{
  KdSyncWorld *world = data;

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) kd_random_next (&world->random);
}

KdId
kd_sync_world_id (KdSyncWorld *world)
{
  guint8 random[10];

  world_random (world, random, sizeof random);
  return kd_id_make (++world->now, random);
}

void
kd_sync_world_fail (KdSyncWorld *world,
                    const char *format,
                    ...)
{
  g_autofree char *message = NULL, *whose = g_strdup_printf ("seed %" G_GUINT64_FORMAT, world->seed);
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  kd_check_fail (whose, "%s", message);
}

/* Where files are fast; what is on the disk after a power cut is not tested here. */
static const char *
fast_folder (void)
{
  return g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
}

static void
remove_tree (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (folder);
}

/* ---- files that every world begins with, made once ---- */

static char *template_folder;

static void
remove_templates (void)
{
  remove_tree (template_folder);
  g_free (template_folder);
}

static void
copy_file (const char *from,
           const char *to)
{
  g_autofree char *data = NULL;
  gsize n;
  GError *error = NULL;

  if (!g_file_test (from, G_FILE_TEST_EXISTS))
    {
      g_unlink (to);
      return;
    }
  g_file_get_contents (from, &data, &n, &error);
  g_assert_no_error (error);
  g_file_set_contents_full (to, data, n, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

static void
copy_database (const char *from,
               const char *to)
{
  static const char *const suffixes[] = { "", "-wal" };
  g_autofree char *shm = g_strconcat (to, "-shm", NULL);

  g_unlink (shm);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *a = g_strconcat (from, suffixes[i], NULL);
      g_autofree char *b = g_strconcat (to, suffixes[i], NULL);
      copy_file (a, b);
    }
}

static gint64
fixed_clock (gpointer data)
{
  return KD_WORLD_TIME;
}

static void
make_templates (void)
{
  g_autofree char *server = NULL, *device = NULL;
  g_autoptr (KdSqlConnection) connection = NULL;
  g_autoptr (KdStore) store = NULL;
  KdSyncWorld dice = { .random = KD_RANDOM (1), .now = KD_WORLD_TIME };
  GError *error = NULL;

  if (template_folder != NULL)
    return;
  template_folder = g_strdup_printf ("%s/kd-sync-XXXXXX", fast_folder ());
  g_assert_nonnull (g_mkdtemp (template_folder));
  atexit (remove_templates);
  server = g_build_filename (template_folder, "server.db", NULL);
  device = g_build_filename (template_folder, "device.db", NULL);
  connection = kd_sqlite_open (server, KD_SQLITE_CREATE, &error);
  g_assert_no_error (error);
  g_assert_true (kd_shop_schema_ensure (connection, server, &error));
  g_assert_true (kd_sqlite_checkpoint (connection, &error));
  store = kd_store_open (device, KD_STORE_INLINE, fixed_clock, NULL, world_random, &dice, &error);
  g_assert_no_error (error);
  kd_store_close (store);
}

/* ---- the server ---- */

void
kd_sync_world_open_server (KdSyncWorld *world)
{
  GError *error = NULL;

  world->server = kd_sqlite_open (world->server_path, KD_SQLITE_CREATE, &error);
  g_assert_no_error (error);
}

static void
add_member (KdSyncWorld *world,
            const char *name,
            const char *role,
            KdId *ret_id)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *json = NULL;
  g_autoptr (KdCall) call = NULL;
  KdActor actor = { .type = KD_ACTOR_JOB, .id = world->owner, .origin = KD_ORIGIN_JOB, .scopes = KD_SCOPES_ALL };
  g_auto (KdShopRun) run = { 0 };
  GError *error = NULL;

  *ret_id = kd_sync_world_id (world);
  json = g_strdup_printf ("{\"name\":\"member.invite\",\"v\":1,\"args\":{\"id\":\"%s\",\"name\":\"%s\",\"role\":\"%s\"}}",
                          kd_id_to_text (ret_id, text), name, role);
  call = kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error);
  g_assert_no_error (error);
  g_assert_true (kd_shop_run (world->server, &world->shop, &actor, "test", NULL, 0, TRUE, call, NULL, NULL, &run, &error));
  g_assert_cmpstr (run.code, ==, NULL);
}

static void
make_shop (KdSyncWorld *world)
{
  KdShopNew what = { .name = "Toko Melati", .slug = "toko-melati", .currency = "IDR", .region = "ID",
                     .timezone = "Asia/Jakarta", .language = "id", .owner_name = "Melati", .location = "Utama" };
  KdLocation like = { 0 };
  g_autoptr (GPtrArray) places = NULL;
  GError *error = NULL;

  world->shop.id = kd_sync_world_id (world);
  world_random (world, world->shop.key, sizeof world->shop.key);
  what.owner = world->owner = kd_sync_world_id (world);
  kd_shop_create (world->server, &world->shop, &what, &error);
  g_assert_no_error (error);
  add_member (world, "Rina", "manager", &world->manager);
  add_member (world, "Dewi", "agent", &world->agent);
  add_member (world, "Budi", "cashier", &world->cashier);
  places = kd_shop_scan (world->server, &world->shop, &kd_kind_location, "place", &like.parent, 0, 0, &error);
  g_assert_cmpuint (places->len, ==, 1);
  world->location = ((KdRecord *) places->pdata[0])->id;
}

KdSyncWorld *
kd_sync_world_new (guint64 seed)
{
  KdSyncWorld *world = g_new0 (KdSyncWorld, 1);
  g_autofree char *template = NULL;

  make_templates ();
  world->seed = seed;
  world->random = KD_RANDOM (seed * 7919 + 17);
  world->now = KD_WORLD_TIME;
  world->folder = g_strdup_printf ("%s/kd-sync-XXXXXX", fast_folder ());
  g_assert_nonnull (g_mkdtemp (world->folder));
  world->devices = g_ptr_array_new ();
  world->network = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_wire_message_free);
  world->snapshots = g_hash_table_new_full (kd_id_hash, kd_id_equal, NULL, kd_world_snapshot_free);
  world->issued = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, g_free);
  world->shop.clock = world_clock;
  world->shop.clock_data = world;
  world->shop.random = world_random;
  world->shop.random_data = world;
  world->server_path = g_build_filename (world->folder, "server.db", NULL);
  template = g_build_filename (template_folder, "server.db", NULL);
  copy_database (template, world->server_path);
  kd_sync_world_open_server (world);
  make_shop (world);
  kd_sync_world_note_snapshot (world);
  return world;
}

void
kd_sync_world_free (KdSyncWorld *world)
{
  for (guint i = 0; i < world->devices->len; i++)
    {
      KdSyncDevice *device = world->devices->pdata[i];

      g_clear_object (&device->store);
      g_free (device->path);
      g_free (device->stopped);
      g_clear_error (&device->failed);
      g_free (device);
    }
  g_ptr_array_unref (world->devices);
  g_ptr_array_unref (world->network);
  kd_sql_close (world->server);
  g_hash_table_unref (world->snapshots);
  g_hash_table_unref (world->issued);
  remove_tree (world->folder);
  g_free (world->server_path);
  g_free (world->folder);
  g_free (world);
}

void
kd_sync_world_restart_server (KdSyncWorld *world)
{
  g_clear_pointer (&world->server, kd_sql_close);
  kd_sync_world_open_server (world);
}

void
kd_sync_world_save_server (KdSyncWorld *world,
                           const char *name)
{
  g_autofree char *path = g_build_filename (world->folder, name, NULL);
  copy_database (world->server_path, path);
}

void
kd_sync_world_restore_server (KdSyncWorld *world,
                              const char *name)
{
  g_autofree char *path = g_build_filename (world->folder, name, NULL);

  g_clear_pointer (&world->server, kd_sql_close);
  copy_database (path, world->server_path);
  kd_sync_world_open_server (world);
  /* what was known of the lost time is no measure any more */
  world->last_snapshot = 0;
  world->rolled_back = TRUE;
  kd_sync_world_note_snapshot (world);
}

/* ---- devices ---- */

static void
open_device (KdSyncDevice *device)
{
  GError *error = NULL;

  device->store = kd_store_open (device->path, KD_STORE_INLINE, device_clock, device, world_random, device->world, &error);
  g_assert_no_error (error);
}

static void
register_device (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;
  KdShopAuth auth = { .user = device->user, .session = device->session };
  KdStoreIdentity identity = { 0 };
  KdShopDevice answer;
  KdProblem *problem = NULL;
  GError *error = NULL;

  world_random (world, identity.install_nonce, sizeof identity.install_nonce);
  g_assert_true (kd_shop_register_device (world->server, &world->shop, &auth, identity.install_nonce, NULL, "test",
                                          &answer, &problem, &error));
  g_assert_null (problem);
  device->id = identity.device_id = answer.device_id;
  device->role = identity.role = answer.role;
  identity.shop_id = world->shop.id;
  identity.user_id = device->user;
  identity.letter = g_strdup (answer.letter);
  identity.next_alias = answer.next_alias;
  identity.scopes = answer.scopes;
  g_assert_true (kd_store_set_identity (device->store, &identity, &error));
  kd_store_identity_clear (&identity);
  kd_shop_device_clear (&answer);
}

KdSyncDevice *
kd_sync_world_add_device (KdSyncWorld *world,
                          const KdId *user)
{
  KdSyncDevice *device = g_new0 (KdSyncDevice, 1);
  g_autofree char *template = g_build_filename (template_folder, "device.db", NULL);
  g_autofree char *name = g_strdup_printf ("device-%u.db", world->devices->len);

  device->world = world;
  device->n = world->devices->len;
  device->path = g_build_filename (world->folder, name, NULL);
  device->user = *user;
  device->session = kd_sync_world_id (world);
  copy_database (template, device->path);
  open_device (device);
  register_device (device);
  g_ptr_array_add (world->devices, device);
  return device;
}

void
kd_sync_device_reopen (KdSyncDevice *device)
{
  kd_store_close (device->store);
  g_clear_object (&device->store);
  open_device (device);
  device->request++; /* what was asked before is nobody's answer any more */
}

KdSyncDevice *
kd_sync_device_clone (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;
  KdSyncDevice *clone = g_new0 (KdSyncDevice, 1);
  g_autofree char *name = g_strdup_printf ("device-%u.db", world->devices->len);

  clone->world = world;
  clone->n = world->devices->len;
  clone->path = g_build_filename (world->folder, name, NULL);
  clone->user = device->user;
  clone->session = device->session;
  clone->id = device->id;
  clone->role = device->role;
  clone->base_head = -1;
  copy_database (device->path, clone->path);
  open_device (clone);
  g_ptr_array_add (world->devices, clone);
  return clone;
}

void
kd_sync_device_save_copy (KdSyncDevice *device,
                          const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%u-%s", device->world->folder, device->n, name);
  copy_database (device->path, path);
}

void
kd_sync_device_restore_copy (KdSyncDevice *device,
                             const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%u-%s", device->world->folder, device->n, name);

  kd_store_close (device->store);
  g_clear_object (&device->store);
  copy_database (path, device->path);
  open_device (device);
  device->request++;
  /* whatever snapshot it was: the next apply says it anew */
  device->base_head = -1;
  device->base_mark = KD_ID_NONE;
}

KdSyncWorld *
kd_sync_world_new_with (guint64 seed,
                        guint n)
{
  KdSyncWorld *world = kd_sync_world_new (seed);

  for (guint i = 0; i < n; i++)
    kd_sync_device_sync (kd_sync_world_add_device (world, &world->owner));
  return world;
}

/* ---- what people do ---- */

void
kd_sync_device_note_uids (KdSyncDevice *device,
                          GArray *uids)
{
  for (guint i = 0; i < uids->len; i++)
    {
      KdIssued *issued = g_new0 (KdIssued, 1);

      issued->device = device;
      g_hash_table_insert (device->world->issued, g_memdup2 (&g_array_index (uids, KdId, i), sizeof (KdId)), issued);
    }
}

static KdCall *
make_call (const char *name,
           const char *args)
{
  g_autofree char *json = g_strdup_printf ("{\"name\":\"%s\",\"v\":%u,\"args\":%s}", name,
                                           kd_mutation_by_name (name, 0)->version, args);
  GError *error = NULL;
  KdCall *call = kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error);

  g_assert_no_error (error);
  return call;
}

gboolean
kd_sync_device_do (KdSyncDevice *device,
                   KdId *ret_uid,
                   const char *name,
                   const char *args,
                   ...)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  g_autoptr (KdCommit) commit = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;
  va_list list;

  va_start (list, args);
  text = g_strdup_vprintf (args, list);
  va_end (list);
  device->world->now++;
  g_ptr_array_add (calls, make_call (name, text));
  commit = kd_store_commit (device->store, name, g_steal_pointer (&calls), &error);
  if (commit == NULL && device->may_fail)
    {
      g_clear_error (&device->failed);
      device->failed = error;
      return FALSE;
    }
  g_assert_no_error (error);
  if (commit->refused >= 0)
    {
      if (g_test_verbose ())
        g_test_message ("%u: %s %s: refused here: %s", device->n, name, text, commit->outcome.code);
      return FALSE;
    }
  kd_sync_device_note_uids (device, commit->uids);
  if (ret_uid != NULL)
    *ret_uid = g_array_index (commit->uids, KdId, 0);
  return TRUE;
}

typedef struct
{
  KdCommit *commit;
  gboolean done, ok;
} Waiting;

static void
undone_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Waiting *waiting = data;
  GError *error = NULL;

  waiting->commit = kd_store_undo_finish (KD_STORE (source), result, &error);
  g_assert_no_error (error);
  waiting->done = TRUE;
}

static gpointer
uids_cb (KdStore *store,
         KdSqlConnection *connection,
         gpointer data,
         GError **error)
{
  g_autoptr (KdSqlStatement) read
    = kd_sql_prepare (connection, "SELECT uid FROM outbox UNION ALL SELECT uid FROM outbox_done", error);
  KdId uid = KD_ID_NONE;

  while (read != NULL && kd_sql_step (read, error) == KD_SQL_ROW)
    {
      kd_sql_column_id (read, 0, &uid);
      g_hash_table_add (data, g_memdup2 (&uid, sizeof uid));
    }
  return NULL;
}

GHashTable *
kd_sync_device_uids (KdSyncDevice *device)
{
  GHashTable *uids = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, NULL);
  GError *error = NULL;

  kd_store_read (device->store, uids_cb, uids, &error);
  g_assert_no_error (error);
  return uids;
}

/* Uids that have left the outbox without having been sent are forgotten: somebody wanted it so. */
static void
note_discarded (KdSyncDevice *device)
{
  g_autoptr (GHashTable) kept = kd_sync_device_uids (device);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, device->world->issued);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      KdIssued *issued = value;

      if (issued->device == device && !g_hash_table_contains (kept, key))
        issued->discarded = TRUE;
    }
}

gboolean
kd_sync_device_undo (KdSyncDevice *device,
                     gboolean redo)
{
  Waiting waiting = { 0 };
  gboolean did;

  device->world->now++;
  if (redo)
    kd_store_redo_async (device->store, NULL, undone_cb, &waiting);
  else
    kd_store_undo_async (device->store, NULL, NULL, undone_cb, &waiting);
  while (!waiting.done)
    g_main_context_iteration (NULL, TRUE);
  did = waiting.commit->generation != 0;
  if (did)
    {
      kd_sync_device_note_uids (device, waiting.commit->uids);
      note_discarded (device);
    }
  kd_commit_free (waiting.commit);
  return did;
}

static void
discarded_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  Waiting *waiting = data;

  waiting->ok = kd_store_discard_finish (KD_STORE (source), result, NULL);
  waiting->done = TRUE;
}

gboolean
kd_sync_device_discard (KdSyncDevice *device,
                        const KdId *uid)
{
  Waiting waiting = { 0 };

  kd_store_discard_async (device->store, uid, NULL, discarded_cb, &waiting);
  while (!waiting.done)
    g_main_context_iteration (NULL, TRUE);
  if (waiting.ok)
    note_discarded (device);
  return waiting.ok;
}

KdStatus
kd_sync_world_buyer (KdSyncWorld *world,
                     const KdId *conversation,
                     const KdId *contact,
                     const char *idempotency,
                     const char *name,
                     const char *args,
                     ...)
{
  KdActor actor = { .type = KD_ACTOR_CONTACT, .id = contact != NULL ? *contact : KD_ID_NONE,
                    .origin = KD_ORIGIN_BUYER, .scopes = 1, .conversation = conversation };
  g_autoptr (KdCall) call = NULL;
  g_autofree char *text = NULL;
  g_auto (KdShopRun) run = { 0 };
  GError *error = NULL;
  va_list list;

  va_start (list, args);
  text = g_strdup_vprintf (args, list);
  va_end (list);
  world->now++;
  call = make_call (name, text);
  kd_shop_run (world->server, &world->shop, &actor, "buyer", idempotency, 0, TRUE, call, NULL, NULL, &run, &error);
  g_assert_no_error (error);
  if (run.code != NULL && g_test_verbose ())
    g_test_message ("buyer: %s %s: %s", name, text, run.code);
  kd_sync_world_note_snapshot (world);
  return run.status;
}
