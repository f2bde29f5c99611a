/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-real-clock.h"
#include "kd-sync-office.h"

#include <string.h>

/* What the engine makes of faults, on virtual time: SYNC 6, F10, F24, F26, F27, F33, F50, F52. */

static gboolean
has (KdOffice *office,
     guint i,
     const KdId *id)
{
  g_autoptr (KdRecord) record = kd_sync_device_get (kd_office_desk (office, i), &kd_kind_category, id);
  return record != NULL;
}

static void
assert_stopped (KdOffice *office,
                guint i,
                const char *reason)
{
  g_autoptr (KdSyncStatus) now = kd_office_status (office, i);

  g_assert_cmpint (now->activity, ==, KD_SYNC_STOPPED);
  g_assert_cmpstr (now->reason, ==, reason);
}

/* F10: the socket is open, and something between holds back what it says: within a minute it asks by
 * itself; later the hints come again. */
static void
test_f10 (void)
{
  g_autoptr (KdOffice) office = kd_office_new (31, 3);
  g_autoptr (KdSyncStatus) now = NULL;
  KdId id;

  kd_office_pass (office, 20000);
  kd_office_line (office, 2)->live_mute = TRUE;
  id = kd_office_add_category (office, 0);
  kd_office_pass (office, 1000);
  g_assert_false (has (office, 2, &id));
  now = kd_office_status (office, 2);
  g_assert_true (now->live);
  kd_office_pass (office, 59000);
  g_assert_true (has (office, 2, &id));
  kd_office_pass (office, 30000);
  kd_office_line (office, 2)->live_mute = FALSE;
  id = kd_office_add_category (office, 0);
  kd_office_pass (office, 0);
  g_assert_true (has (office, 2, &id));
  kd_office_settle (office);
}

static gboolean
flip_bit (KdSqlConnection *connection,
          gpointer data,
          GCancellable *cancellable,
          GError **error)
{
  return kd_sql_exec (connection, data, error);
}

/* F24: one bit of one row is another one: counted anew, at the latest a day later, it is noticed;
 * sync stops and says so, what waits is kept. Let on, it fetches all anew and is whole. */
static void
test_f24 (gconstpointer data)
{
  const char *damage = data;
  g_autoptr (KdOffice) office = kd_office_new (32, 3);
  g_autoptr (KdSyncStatus) now = NULL;
  GError *error = NULL;

  for (guint i = 0; i < 3; i++)
    kd_office_add_category (office, 0);
  kd_office_pass (office, 0);
  /* the first time soon after the start, then once a day */
  if (g_test_slow ())
    kd_office_pass (office, 25 * 3600 * 1000);
  kd_office_assert_activity (office, 0, KD_SYNC_ONLINE);
  g_assert_true (kd_sql_worker_run (kd_store_get_writer (kd_office_desk (office, 0)->store), KD_SQL_INTERACTIVE, flip_bit,
                                    (gpointer) damage, &error));
  kd_office_pass (office, g_test_slow () ? 25 * 3600 * 1000 : 11 * 60 * 1000);
  assert_stopped (office, 0, "digest");
  now = kd_office_status (office, 0);
  g_assert_nonnull (strstr (now->error, "category"));
  kd_office_assert_activity (office, 2, KD_SYNC_ONLINE);
  kd_office_add_category (office, 0);
  kd_office_pass (office, 60000);
  assert_stopped (office, 0, "digest");
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 1);
  kd_sync_engine_resume (office->engines->pdata[0]);
  kd_office_pass (office, 60000);
  kd_office_assert_activity (office, 0, KD_SYNC_ONLINE);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  kd_office_settle (office);
}

typedef struct
{
  const KdKind *wrong;
  gboolean done;
} Verified;

static void
verified_cb (GObject *source,
             GAsyncResult *result,
             gpointer data)
{
  Verified *verified = data;
  GError *error = NULL;

  kd_store_verify_finish (KD_STORE (source), result, &verified->wrong, &error);
  g_assert_no_error (error);
  verified->done = TRUE;
}

static const KdKind *
verify (KdStore *store)
{
  Verified verified = { 0 };
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  kd_store_verify_async (store, NULL, verified_cb, &verified);
  while (!verified.done)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, FALSE);
    }
  return verified.wrong;
}

/* F24: the same count on a thread of its own, as the console makes it, with edits that wait. */
static void
test_f24_thread (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (38, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  g_autoptr (KdStore) store = NULL;
  GError *error = NULL;
  KdId id = kd_sync_device_add_category (device, "Kopi");

  kd_sync_world_settle (world);
  g_assert_true (kd_sync_device_do (device, NULL, "category.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Teh\"}}", T (id, a)));
  kd_sync_device_add_category (device, "Gula");
  store = kd_store_open (device->path, 0, kd_real_clock, NULL, world->shop.random, world, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 20; i++)
    g_assert_null (verify (store));
  g_assert_true (kd_sql_worker_run (kd_store_get_writer (store), KD_SQL_INTERACTIVE, flip_bit,
                                    (gpointer) "UPDATE base_row SET data=replace(data, 'Kopi', 'Kopj')", &error));
  g_assert_true (verify (store) == &kd_kind_category);
  kd_store_close (store);
}

/* F26: stopped for ten minutes with a request under way, then let on: whichever comes first then,
 * the late answer or the end of its time, it continues. */
static void
test_f26 (gconstpointer data)
{
  gboolean pull = GPOINTER_TO_INT (data);
  g_autoptr (KdOffice) office = kd_office_new (33, 3);
  guint who = pull ? 2 : 0;
  KdId id;

  if (!pull)
    kd_office_line (office, who)->fault = KD_FAULT_ANSWER_LATE;
  id = kd_office_add_category (office, 0);
  kd_fake_time_pass (office->time, 0);
  if (pull)
    {
      kd_office_line (office, who)->fault = KD_FAULT_ANSWER_LATE;
      kd_fake_world_moved (office->world, office->transports);
      kd_fake_time_pass (office->time, 0);
    }
  g_assert_cmpuint (kd_office_line (office, who)->late->len, >, 0);
  /* the clock goes on, nothing runs */
  office->world->now += 10 * 60 * 1000;
  kd_office_line (office, who)->fault = KD_FAULT_NONE;
  kd_fake_transport_release (kd_office_line (office, who));
  kd_office_pass (office, 30000);
  kd_office_assert_activity (office, who, KD_SYNC_ONLINE);
  g_assert_cmpint (kd_office_waiting (office, who), ==, 0);
  g_assert_true (has (office, 2, &id));
  kd_office_settle (office);
}

#define DAY_OF_EDITS 1000
#define DAY_OF_EDITS_SLOW 10000

/* F27: a day's work waits: it drains in less than a minute, in its order, in requests of a bounded
 * size. */
static void
test_f27 (void)
{
  g_autoptr (KdOffice) office = kd_office_new (34, 2);
  guint n = g_test_slow () ? DAY_OF_EDITS_SLOW : DAY_OF_EDITS;
  KdId ids[20];
  gint64 began;

  kd_office_line (office, 0)->fault = KD_FAULT_UNREACHABLE;
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = kd_office_add_category (office, 0);
  for (guint i = 0; i < n; i++)
    g_assert_true (kd_sync_device_do (kd_office_desk (office, 0), NULL, "category.patch",
                                      "{\"id\":\"%s\",\"set\":{\"name\":\"Kopi %u\"}}", T (ids[i % G_N_ELEMENTS (ids)], a), i));
  g_assert_cmpint (kd_office_waiting (office, 0), ==, n + G_N_ELEMENTS (ids));
  kd_office_line (office, 0)->fault = KD_FAULT_NONE;
  kd_office_line (office, 0)->n_push = 0;
  began = g_get_monotonic_time ();
  kd_sync_engine_retry (office->engines->pdata[0]);
  while (kd_office_waiting (office, 0) > 0)
    {
      kd_office_pass (office, 1000);
      g_assert_cmpint (g_get_monotonic_time () - began, <, 60 * G_USEC_PER_SEC);
    }
  g_test_message ("%u edits were sent in %u requests and %.1f s", n, kd_office_line (office, 0)->n_push,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  g_assert_cmpuint (kd_office_line (office, 0)->n_push, >=, n / KD_PUSH_MAX_MUTATIONS);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (KdRecord) record = kd_sync_world_get (office->world, &kd_kind_category, &ids[i]);
      g_autofree char *name = g_strdup_printf ("Kopi %u", n - (guint) G_N_ELEMENTS (ids) + i);

      g_assert_cmpstr (((KdCategory *) record)->name, ==, name);
    }
  kd_office_settle (office);
}

#define CROWD 40
#define CROWD_SLOW 200

static guint
requests (KdOffice *office)
{
  guint n = 0;

  for (guint i = 0; i < office->transports->len; i++)
    {
      KdFakeTransport *transport = kd_office_line (office, i);
      n += transport->n_push + transport->n_pull + transport->n_busy;
      transport->n_push = transport->n_pull = transport->n_busy = 0;
    }
  return n;
}

/* A minute in which everybody edits once. */
static guint
busy_minute (KdOffice *office)
{
  requests (office);
  for (guint i = 0; i < office->engines->len; i++)
    {
      if (i != 1) /* an agent, who may not */
        kd_office_add_category (office, i);
      kd_office_pass (office, 60000 / office->engines->len);
    }
  return requests (office);
}

/* F33: the server is too busy for ten minutes while many desktops have something to say: they wait
 * as they are told, and don't storm it when it can answer again. */
static void
test_f33 (void)
{
  guint n = g_test_slow () ? CROWD_SLOW : CROWD, steady, during, after = 0;
  g_autoptr (KdOffice) office = kd_office_new (35, n);

  steady = busy_minute (office);
  for (guint i = 0; i < n; i++)
    {
      kd_office_line (office, i)->fault = KD_FAULT_BUSY;
      kd_office_line (office, i)->busy_s = 5;
      kd_office_line (office, i)->live_down = TRUE;
      kd_fake_transport_hang_up (kd_office_line (office, i));
      if (i != 1)
        kd_office_add_category (office, i);
    }
  requests (office);
  kd_office_pass (office, 10 * 60 * 1000);
  during = requests (office);
  for (guint i = 0; i < n; i++)
    {
      kd_office_line (office, i)->fault = KD_FAULT_NONE;
      kd_office_line (office, i)->live_down = FALSE;
    }
  for (guint i = 0; i < n; i++)
    kd_office_pass (office, 60000 / n);
  after = requests (office);
  g_test_message ("%u desktops: %u requests in a busy minute, %u in ten minutes of 503, %u in the first one after it", n, steady,
                  during, after);
  g_assert_cmpuint (during, <, 10 * steady);
  g_assert_cmpuint (after, <=, 3 * steady);
  kd_office_pass (office, 6 * 60 * 1000);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (kd_office_waiting (office, i), ==, 0);
  kd_office_settle (office);
}

/* F50: a desktop whose device was revoked while it was away: refused, it says why and asks no more;
 * the others go on. */
static void
test_f50 (void)
{
  g_autoptr (KdOffice) office = kd_office_new (36, 3);
  KdSyncDevice *gone = kd_office_desk (office, 2);
  gint64 before;
  KdId id;
  guint asked;
  GError *error = NULL;

  kd_office_line (office, 2)->fault = KD_FAULT_UNREACHABLE;
  kd_office_line (office, 2)->live_down = TRUE;
  kd_fake_transport_hang_up (kd_office_line (office, 2));
  kd_office_add_category (office, 2);
  kd_office_pass (office, 60000);
  g_assert_true (kd_shop_revoke_device (office->world->server, &office->world->shop, &gone->id, &error));
  before = kd_sync_world_count (office->world, "SELECT seq FROM shop_head");
  kd_office_line (office, 2)->fault = KD_FAULT_NONE;
  kd_sync_engine_retry (office->engines->pdata[2]);
  kd_office_pass (office, 60000);
  assert_stopped (office, 2, "device_revoked");
  g_assert_cmpint (kd_sync_world_count (office->world, "SELECT seq FROM shop_head"), ==, before);
  asked = kd_office_line (office, 2)->n_push + kd_office_line (office, 2)->n_pull;
  id = kd_office_add_category (office, 0);
  kd_office_pass (office, 10 * 60 * 1000);
  g_assert_cmpuint (kd_office_line (office, 2)->n_push + kd_office_line (office, 2)->n_pull, ==, asked);
  g_assert_false (has (office, 2, &id));
  kd_office_assert_activity (office, 0, KD_SYNC_ONLINE);
  kd_office_assert_activity (office, 1, KD_SYNC_ONLINE);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  gone->stopped = g_strdup ("device_revoked");
  kd_office_settle (office);
}

static void
hint (KdOffice *office,
      guint i,
      const KdId *shop,
      gint64 seq)
{
  KdFakeTransport *transport = kd_office_line (office, i);
  KdLiveHead head = { .shop = *shop, .seq = seq };
  g_autofree char *text = kd_live_head_to_json (&head);

  transport->live (KD_SYNC_LIVE_TEXT, text, strlen (text), transport->live_data);
}

/* F52: hints that are lost, doubled, out of order, of a shop that is gone, and no hints at all. */
static void
test_f52 (void)
{
  static const char *const nonsense[] = { "", "{", "[]", "{\"t\":\"head\"}", "{\"t\":\"other\",\"seq\":7}" };
  g_autoptr (KdOffice) office = kd_office_new (37, 3);
  KdId nobody = kd_sync_world_id (office->world), id;
  gint64 head;
  guint before;

  kd_office_line (office, 2)->live_mute = TRUE;
  for (guint i = 0; i < 5; i++)
    kd_office_add_category (office, 0);
  kd_office_pass (office, 0);
  head = office->world->last_snapshot;
  before = kd_office_line (office, 2)->n_pull;
  hint (office, 2, &nobody, head);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    kd_office_line (office, 2)->live (KD_SYNC_LIVE_TEXT, nonsense[i], strlen (nonsense[i]), kd_office_line (office, 2)->live_data);
  kd_fake_time_pass (office->time, 0);
  g_assert_cmpuint (kd_office_line (office, 2)->n_pull, ==, before);
  for (gint64 i = 0; i < 1000; i++)
    hint (office, 2, &office->world->shop.id, head - i % 5);
  kd_fake_time_pass (office->time, 0);
  g_assert_cmpuint (kd_office_line (office, 2)->n_pull - before, >=, 1);
  g_assert_cmpuint (kd_office_line (office, 2)->n_pull - before, <=, 3);
  kd_office_settle (office);
  /* lost altogether: the poll */
  id = kd_office_add_category (office, 0);
  kd_office_pass (office, 60000);
  g_assert_true (has (office, 2, &id));
  kd_office_settle (office);
}

void
add_fault_tests (void)
{
  g_test_add_func ("/sync/faults/F10-socket-held-back", test_f10);
  g_test_add_data_func ("/sync/faults/F24-bit-flipped", "UPDATE category SET name='Kopj' WHERE rid=(SELECT min(rid) FROM category)",
                        test_f24);
  g_test_add_data_func ("/sync/faults/F24-row-lost", "DELETE FROM category WHERE rid=(SELECT min(rid) FROM category)", test_f24);
  g_test_add_func ("/sync/faults/F24-on-a-thread", test_f24_thread);
  g_test_add_data_func ("/sync/faults/F26-stopped-in-a-push", GINT_TO_POINTER (FALSE), test_f26);
  g_test_add_data_func ("/sync/faults/F26-stopped-in-a-pull", GINT_TO_POINTER (TRUE), test_f26);
  g_test_add_func ("/sync/faults/F27-a-day-offline", test_f27);
  g_test_add_func ("/sync/faults/F33-busy-server", test_f33);
  g_test_add_func ("/sync/faults/F50-revoked", test_f50);
  g_test_add_func ("/sync/faults/F52-hints", test_f52);
}
