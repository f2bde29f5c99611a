/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-shop-tx.h"
#include "kd-sqlite.h"
#include "kd-sync-world.h"
#include "kd-wire-call.h"

#include <string.h>

/* Order and paging: SYNC 6, F11-F16. */

/* ---- F11 ---- */

#define WRITERS 16
#define COMMITS 8
#define PAUSE_MS 20

typedef struct
{
  KdSyncWorld *world;
  guint n;                /* of the writer */
  int number;             /* taken before the shop's lock, as a sequence of the engine would be */
  KdRandom random;
} Writer;

static int next_number;
static int writers_left;

static gint64
real_clock (gpointer data)
{
  return g_get_real_time () / 1000;
}

static void
writer_random (gpointer data,
               guint8 *bytes,
               gsize n)
{
  Writer *writer = data;

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) kd_random_next (&writer->random);
}

/* Between its first write and its commit, it takes its time. */
static gboolean
linger (KdShopTx *tx,
        gpointer data,
        GError **error)
{
  Writer *writer = data;
  g_autoptr (KdSqlStatement) insert = kd_sql_prepare (tx->connection, "INSERT INTO naive(n) VALUES(?1)", error);

  g_assert_nonnull (insert);
  kd_sql_bind_int64 (insert, 1, writer->number);
  g_assert_true (kd_sql_run (insert, error));
  g_poll (NULL, 0, (int) kd_random_below (&writer->random, PAUSE_MS + 1));
  return TRUE;
}

static void
write_once (Writer *writer,
            KdSqlConnection *connection,
            const KdShop *shop)
{
  KdActor actor = { .type = KD_ACTOR_JOB, .id = writer->world->owner, .origin = KD_ORIGIN_JOB, .scopes = KD_SCOPES_ALL };
  guint8 random[10];
  g_autofree char *json = NULL;
  g_autoptr (KdCall) call = NULL;
  KdId id;
  GError *error = NULL;

  writer_random (writer, random, sizeof random);
  id = kd_id_make (real_clock (NULL), random);
  json = g_strdup_printf ("{\"name\":\"member.invite\",\"v\":1,\"args\":{\"id\":\"%s\",\"name\":\"%u\",\"role\":\"viewer\"}}",
                          T (id, a), writer->n);
  call = kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error);
  g_assert_no_error (error);
  writer->number = g_atomic_int_add (&next_number, 1) + 1;
  for (guint tries = 0;; tries++)
    {
      g_auto (KdShopRun) run = { 0 };
      g_autoptr (GError) busy = NULL;

      g_assert_cmpuint (tries, <, 20);
      if (kd_shop_run (connection, shop, &actor, "writer", NULL, 0, TRUE, call, linger, writer, &run, &busy))
        {
          g_assert_cmpstr (run.code, ==, NULL);
          return;
        }
      g_assert_error (busy, KD_SQL_ERROR, KD_SQL_ERROR_BUSY);
    }
}

static gpointer
writer_thread (gpointer data)
{
  Writer *writer = data;
  KdShop shop = writer->world->shop;
  GError *error = NULL;
  KdSqlConnection *connection = kd_sqlite_open (writer->world->server_path, KD_SQLITE_DEFAULT, &error);

  g_assert_no_error (error);
  shop.clock = real_clock;
  shop.random = writer_random;
  shop.random_data = writer;
  for (guint i = 0; i < COMMITS; i++)
    write_once (writer, connection, &shop);
  kd_sql_close (connection);
  g_atomic_int_add (&writers_left, -1);
  return NULL;
}

typedef struct
{
  KdSqlConnection *connection;
  KdShop shop;
  KdSyncDevice *device;
  char *cursor;
  GHashTable *seen;       /* ids */
  gint64 naive_cursor;
  guint n_naive;
} Reader;

static gboolean
read_page (Reader *reader)
{
  KdShopAuth auth = { .user = reader->device->user, .session = reader->device->session, .device = reader->device->id };
  KdPull pull = { .cursor = reader->cursor, .limit = 1 + kd_random_below (&reader->device->world->random, 500) };
  KdProblem *problem = NULL;
  GError *error = NULL;
  g_autoptr (KdChanges) page = kd_shop_changes (reader->connection, &reader->shop, &auth, &pull, &problem, &error);
  g_autofree char *text = NULL;
  g_autoptr (KdChanges) parsed = NULL;
  gsize n;

  g_assert_no_error (error);
  g_assert_nonnull (page);
  text = kd_changes_to_json (page, &n);
  parsed = kd_changes_parse (text, (gssize) n, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < parsed->rows->len; i++)
    {
      const KdWireRow *row = &g_array_index (parsed->rows, KdWireRow, i);
      g_hash_table_add (reader->seen, g_memdup2 (&row->id, sizeof row->id));
    }
  g_free (reader->cursor);
  reader->cursor = g_strdup (parsed->next);
  return parsed->more;
}

static void
read_naively (Reader *reader)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (reader->connection, "SELECT n FROM naive WHERE n>?1 ORDER BY n", NULL);

  kd_sql_bind_int64 (read, 1, reader->naive_cursor);
  while (kd_sql_step (read, NULL) == KD_SQL_ROW)
    {
      reader->naive_cursor = kd_sql_column_int64 (read, 0);
      reader->n_naive++;
    }
}

/* F11: sixteen writers, and a reader that pages meanwhile: it misses nothing. A reader that goes by
 * numbers taken before the lock does, which shows that this test can see the fault. */
static void
test_f11 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new (1);
  KdSyncDevice *device = kd_sync_world_add_device (world, &world->owner);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, NULL);
  g_autoptr (GHashTable) truth = NULL;
  Reader reader = { .shop = world->shop, .device = device, .seen = seen };
  Writer writers[WRITERS];
  GThread *threads[WRITERS];
  GError *error = NULL;

  g_assert_true (kd_sql_exec (world->server, "CREATE TABLE naive(n INTEGER PRIMARY KEY)", &error));
  reader.connection = kd_sqlite_open (world->server_path, KD_SQLITE_READ_ONLY, &error);
  g_assert_no_error (error);
  reader.shop.clock = real_clock;
  writers_left = WRITERS;
  next_number = 0;
  for (guint i = 0; i < WRITERS; i++)
    {
      writers[i] = (Writer){ .world = world, .n = i, .random = KD_RANDOM (i + 1) };
      threads[i] = g_thread_new ("writer", writer_thread, &writers[i]);
    }
  while (g_atomic_int_get (&writers_left) > 0)
    {
      read_page (&reader);
      read_naively (&reader);
    }
  for (guint i = 0; i < WRITERS; i++)
    g_thread_join (threads[i]);
  while (read_page (&reader))
    ;
  read_naively (&reader);
  truth = kd_sync_world_server_rows (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM member WHERE role='viewer'"), ==, WRITERS * COMMITS);
  g_assert_cmpuint (g_hash_table_size (seen), ==, g_hash_table_size (truth));
  g_test_message ("by numbers taken early %u of %d rows are seen", reader.n_naive, WRITERS * COMMITS);
  g_assert_cmpuint (reader.n_naive, <, WRITERS * COMMITS);
  kd_sql_close (reader.connection);
  g_free (reader.cursor);
  kd_sync_world_note_snapshot (world);
  kd_sync_world_settle (world);
}

/* ---- F12-F16 ---- */

/* F12: a row changes 200 times while it is paged: never an older value after a newer one. */
static void
test_f12 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 1);
  KdSyncDevice *one = world->devices->pdata[0], *two;
  KdId id = kd_sync_device_add_category (one, "Kopi 0");
  int seen = 0;

  for (guint i = 0; i < 30; i++)
    kd_sync_device_add_category (one, "Teh");
  kd_sync_device_sync (one);
  two = kd_sync_world_add_device (world, &world->owner);
  two->limit = 1;
  for (guint i = 1; i <= 200; i++)
    {
      g_autoptr (KdRecord) record = NULL;
      int value;

      /* what holds at each moment is asserted at some of them */
      world->quiet = i % 10 != 0;
      g_assert_true (kd_sync_device_do (one, NULL, "category.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Kopi %u\"}}", T (id, a), i));
      kd_sync_device_push (one, 50);
      kd_sync_world_deliver_all (world);
      kd_sync_device_pull (two);
      kd_sync_world_deliver_all (world);
      record = kd_sync_device_get (two, &kd_kind_category, &id);
      value = record != NULL ? (int) g_ascii_strtoll (((KdCategory *) record)->name + strlen ("Kopi "), NULL, 10) : 0;
      g_assert_cmpint (value, >=, seen);
      seen = value;
    }
  g_assert_cmpint (seen, >, 0);
  kd_sync_world_settle (world);
  {
    g_autoptr (KdRecord) record = kd_sync_device_get (two, &kd_kind_category, &id);
    g_assert_cmpstr (((KdCategory *) record)->name, ==, "Kopi 200");
  }
}

/* F13: killed after page k is stored and before the next is asked for, for every k: it goes on at k. */
static void
test_f13 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 1);
  KdSyncDevice *one = world->devices->pdata[0], *two;
  guint killed = 0;

  for (guint i = 0; i < 25; i++)
    kd_sync_device_add_category (one, "Teh");
  kd_sync_device_sync (one);
  two = kd_sync_world_add_device (world, &world->owner);
  two->limit = 2;
  for (gint64 at = -1; two->base_head <= 0; killed++)
    {
      KdSyncState *state;

      kd_sync_device_pull (two);
      kd_sync_world_deliver_all (world);
      if (two->base_head > 0)
        break;
      /* its files as they are, without the end that a program comes to */
      kd_sync_device_save_copy (two, "killed");
      kd_sync_device_restore_copy (two, "killed");
      two->base_head = 0;
      state = kd_sync_device_state (two);
      g_assert_cmpint (state->cur_seq, >, at);
      at = state->cur_seq;
      kd_sync_state_free (state);
    }
  g_assert_cmpuint (killed, >, 10);
  kd_sync_world_settle (world);
}

/* The server forgets all deletions, as it does after 90 days. */
static void
purge_tombstones (KdSyncWorld *world)
{
  GError *error = NULL;

  g_assert_true (kd_sql_exec (world->server,
                              "UPDATE shop_head SET horizon=(SELECT ifnull(max(seq), 0) FROM sync_row WHERE op='D');"
                              "DELETE FROM sync_row WHERE op='D'", &error));
}

/* F14: a row is deleted behind a full pass that has carried it, and its tombstone purged: it goes. */
static void
test_f14 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *one = world->devices->pdata[0], *away = world->devices->pdata[1], *new;
  KdId gone = kd_sync_device_add_category (one, "Kopi");
  g_autoptr (KdRecord) there = NULL, here = NULL;

  for (guint i = 0; i < 8; i++)
    kd_sync_device_add_category (one, "Teh");
  kd_sync_world_settle (world);
  new = kd_sync_world_add_device (world, &world->owner);
  new->limit = 1;
  do
    {
      kd_sync_device_pull (new);
      kd_sync_world_deliver_all (world);
    }
  while (kd_sync_device_count (new, "SELECT count(*) FROM sync_stage WHERE kind=8") < 3);
  g_assert_true (kd_sync_device_do (one, NULL, "category.delete", "{\"id\":\"%s\"}", T (gone, a)));
  kd_sync_device_sync (one);
  purge_tombstones (world);
  kd_sync_device_add_category (one, "Gula");
  kd_sync_device_sync (one);
  /* one that was away, with work of its own, has the row too */
  kd_sync_device_add_category (away, "Roti");
  kd_sync_world_settle (world);
  there = kd_sync_device_get (new, &kd_kind_category, &gone);
  here = kd_sync_device_get (away, &kd_kind_category, &gone);
  g_assert_null (there);
  g_assert_null (here);
  g_assert_null (new->stopped);
  g_assert_null (away->stopped);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM category"), ==, 10);
}

/* F15: a full pass of single rows, all below the horizon: it comes to its end. */
static void
test_f15 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 1);
  KdSyncDevice *one = world->devices->pdata[0], *two;
  KdId gone;

  for (guint i = 0; i < 20; i++)
    kd_sync_device_add_category (one, "Teh");
  gone = kd_sync_device_add_category (one, "Kopi");
  kd_sync_device_sync (one);
  g_assert_true (kd_sync_device_do (one, NULL, "category.delete", "{\"id\":\"%s\"}", T (gone, a)));
  kd_sync_device_sync (one);
  purge_tombstones (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT horizon FROM shop_head"), >, 20);
  two = kd_sync_world_add_device (world, &world->owner);
  two->limit = 1;
  for (guint pages = 0; two->base_head == 0; pages++)
    {
      g_assert_cmpuint (pages, <, 100);
      kd_sync_device_pull (two);
      kd_sync_world_deliver_all (world);
      g_assert_null (two->stopped);
    }
  kd_sync_world_settle (world);
}

/* F16: a product with thirty variants over many pages: nothing of it is shown until all of it is. */
static void
test_f16 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *one = world->devices->pdata[0], *two = world->devices->pdata[1];
  KdId product = kd_sync_world_id (world);
  g_autoptr (GString) variants = g_string_new (NULL);
  guint pages = 0;

  for (guint i = 0; i < 30; i++)
    {
      KdId id = kd_sync_world_id (world);
      g_string_append_printf (variants, "%s{\"id\":\"%s\",\"set\":{\"sku\":\"S-%u\"},\"opening\":1000}", i > 0 ? "," : "", T (id, a), i);
    }
  g_assert_true (kd_sync_device_do (one, NULL, "product.save",
                                    "{\"id\":\"%s\",\"set\":{\"name\":\"Kaos\",\"price\":50000},\"variants\":[%s]}", T (product, a),
                                    variants->str));
  kd_sync_device_sync (one);
  two->limit = 4;
  for (gint64 before = two->base_head; two->base_head == before; pages++)
    {
      g_assert_cmpint (kd_sync_device_count (two, "SELECT (SELECT count(*) FROM product) + (SELECT count(*) FROM variant)"
                                                  " + (SELECT count(*) FROM stock_level)"), ==, 0);
      kd_sync_device_pull (two);
      kd_sync_world_deliver_all (world);
    }
  g_assert_cmpuint (pages, >, 10);
  g_assert_cmpint (kd_sync_device_count (two, "SELECT count(*) FROM variant"), ==, 30);
  g_assert_cmpint (kd_sync_device_count (two, "SELECT sum(on_hand) FROM stock_level"), ==, 30000);
  kd_sync_world_settle (world);
}

void
add_paging_tests (void)
{
  g_test_add_func ("/sync/paging/F11-sixteen-writers", test_f11);
  g_test_add_func ("/sync/paging/F12-row-while-paged", test_f12);
  g_test_add_func ("/sync/paging/F13-killed-between-pages", test_f13);
  g_test_add_func ("/sync/paging/F14-tombstone-purged", test_f14);
  g_test_add_func ("/sync/paging/F15-below-the-horizon", test_f15);
  g_test_add_func ("/sync/paging/F16-transaction-in-pages", test_f16);
}
