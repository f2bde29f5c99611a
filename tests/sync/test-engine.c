/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-sync-office.h"
#include "kd-sync-media.h"

#include <glib/gstdio.h>
#include <string.h>

/* The engine over a network with faults, on virtual time. */

/* An edit goes up at once, comes down at once on the other desktop, and leaves the outbox. */
static void
test_at_once (void)
{
  g_autoptr (KdOffice) office = kd_office_new (1, 3);
  g_autoptr (KdRecord) there = NULL, here = NULL;
  KdId id;

  kd_office_assert_activity (office, 0, KD_SYNC_ONLINE);
  id = kd_office_add_category (office, 0);
  kd_office_pass (office, 0);
  there = kd_sync_world_get (office->world, &kd_kind_category, &id);
  here = kd_sync_device_get (kd_office_desk (office, 2), &kd_kind_category, &id);
  g_assert_nonnull (there);
  g_assert_nonnull (here);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  kd_office_assert_activity (office, 0, KD_SYNC_ONLINE);
  kd_office_settle (office);
}

/* F33 for one client; a lost answer (F01), a cut one (F04), a foreign page (F09). */
static void
test_faults (gconstpointer data)
{
  KdFault fault = (KdFault) GPOINTER_TO_INT (data);
  g_autoptr (KdOffice) office = kd_office_new (2, 3);
  KdId id;

  kd_office_line (office, 0)->fault = fault;
  kd_office_line (office, 0)->busy_s = 10;
  id = kd_office_add_category (office, 0);
  kd_office_pass (office, 60000);
  kd_office_assert_activity (office, 0, KD_SYNC_OFFLINE);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 1);
  g_assert_cmpuint (kd_office_line (office, 0)->n_push + kd_office_line (office, 0)->n_busy, <, 40);
  kd_office_line (office, 0)->fault = KD_FAULT_NONE;
  kd_office_pass (office, 6 * 60000);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  kd_office_assert_activity (office, 0, KD_SYNC_ONLINE);
  kd_office_settle (office);
  {
    g_autoptr (KdRecord) there = kd_sync_world_get (office->world, &kd_kind_category, &id);
    g_assert_nonnull (there);
  }
}

/* F08: an answer that comes after the request was given up is nobody's. */
static void
test_late (void)
{
  g_autoptr (KdOffice) office = kd_office_new (3, 3);

  kd_office_line (office, 0)->fault = KD_FAULT_ANSWER_LATE;
  kd_office_add_category (office, 0);
  kd_office_pass (office, 90000);
  kd_office_line (office, 0)->fault = KD_FAULT_NONE;
  kd_office_add_category (office, 0);
  kd_office_pass (office, 60000);
  kd_fake_transport_release (kd_office_line (office, 0));
  kd_office_pass (office, 6 * 60000);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  kd_office_settle (office);
}

/* 413 halves what goes in one request until it fits. */
static void
test_too_large (void)
{
  g_autoptr (KdOffice) office = kd_office_new (4, 3);

  kd_office_line (office, 0)->fault = KD_FAULT_UNREACHABLE;
  for (guint i = 0; i < 40; i++)
    kd_office_add_category (office, 0);
  kd_office_line (office, 0)->fault = KD_FAULT_TOO_LARGE;
  kd_office_line (office, 0)->most = 3;
  kd_sync_engine_retry (office->engines->pdata[0]);
  kd_office_pass (office, 10 * 60000);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  kd_office_settle (office);
}

/* Signed out: it stops, says so, keeps the outbox, and goes on when told to. */
static void
test_auth (void)
{
  g_autoptr (KdOffice) office = kd_office_new (5, 3);
  g_autoptr (KdSyncStatus) now = NULL;

  kd_office_line (office, 0)->fault = KD_FAULT_AUTH;
  kd_office_add_category (office, 0);
  kd_office_pass (office, 1000);
  now = kd_office_status (office, 0);
  g_assert_cmpint (now->activity, ==, KD_SYNC_STOPPED);
  g_assert_cmpstr (now->reason, ==, "auth");
  kd_office_add_category (office, 0);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 2);
  kd_office_line (office, 0)->fault = KD_FAULT_NONE;
  kd_office_pass (office, 10 * 60000);
  kd_office_assert_activity (office, 0, KD_SYNC_STOPPED);
  kd_sync_engine_resume (office->engines->pdata[0]);
  kd_office_pass (office, 1000);
  kd_office_assert_activity (office, 0, KD_SYNC_ONLINE);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  kd_office_settle (office);
}

/* F10, F52: without hints it asks by itself; many hints are few pulls. */
static void
test_hints (void)
{
  g_autoptr (KdOffice) office = kd_office_new (6, 3);
  KdId id;
  guint before;

  kd_office_line (office, 2)->live_down = TRUE;
  kd_fake_transport_hang_up (kd_office_line (office, 2));
  id = kd_office_add_category (office, 0);
  kd_fake_time_pass (office->time, 31000);
  {
    g_autoptr (KdRecord) here = kd_sync_device_get (kd_office_desk (office, 2), &kd_kind_category, &id);
    g_assert_nonnull (here);
  }
  before = kd_office_line (office, 1)->n_pull;
  for (guint i = 0; i < 100; i++)
    kd_fake_world_moved (office->world, office->transports);
  kd_fake_time_pass (office->time, 0);
  g_assert_cmpuint (kd_office_line (office, 1)->n_pull - before, <=, 2);
  kd_office_line (office, 2)->live_down = FALSE;
  kd_office_pass (office, 120000);
  {
    g_autoptr (KdSyncStatus) now = kd_office_status (office, 2);
    g_assert_true (now->live);
  }
}

/* A picture goes first, in pieces, and nothing else waits for it. */
static void
test_picture (void)
{
  g_autoptr (KdOffice) office = kd_office_new (7, 3);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL, *parent = NULL, *sum = NULL;
  guint8 *data = g_malloc (3 * 1024 * 1024);
  KdId product = kd_sync_world_id (office->world), variant = kd_sync_world_id (office->world);
  KdId media = kd_sync_world_id (office->world), category;
  KdStoreBlob blob = { .size = 3 * 1024 * 1024, .mime = (char *) "image/png" };
  char hex[KD_HASH_TEXT_LENGTH + 1];

  for (gsize i = 0; i < 3 * 1024 * 1024; i++)
    data[i] = (guint8) (i * 31 >> 3);
  bytes = g_bytes_new_take (data, 3 * 1024 * 1024);
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_assert_true (kd_hash_parse (sum, &blob.sha256));
  path = kd_sync_media_path (office->world->folder, &blob.sha256, 0);
  parent = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, (const char *) data, 3 * 1024 * 1024, NULL));
  kd_sync_device_add_blob (kd_office_desk (office, 0), &blob);

  kd_office_line (office, 0)->blob_cut = 300000;
  g_assert_true (kd_sync_device_do (kd_office_desk (office, 0), NULL, "product.save",
                                    "{\"id\":\"%s\",\"set\":{\"name\":\"Kaos\"},\"variants\":[{\"id\":\"%s\"}]}",
                                    T (product, a), T (variant, b)));
  g_assert_true (kd_sync_device_do (kd_office_desk (office, 0), NULL, "media.add",
                                    "{\"id\":\"%s\",\"product\":\"%s\",\"blob\":\"%s\",\"mime\":\"image/png\"}", T (media, a),
                                    T (product, b), kd_hash_to_text (&blob.sha256, hex)));
  g_assert_cmpint (kd_sync_device_count (kd_office_desk (office, 0), "SELECT count(*) FROM outbox WHERE waits_for IS NOT NULL"), ==, 1);
  category = kd_office_add_category (office, 0);
  kd_office_pass (office, 1000);
  {
    g_autoptr (KdRecord) there = kd_sync_world_get (office->world, &kd_kind_category, &category);
    g_assert_nonnull (there);
  }
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  g_assert_cmpuint (((GByteArray *) g_hash_table_lookup (kd_office_line (office, 0)->blobs, sum))->len, ==, 3 * 1024 * 1024);
  g_assert_cmpuint (kd_office_line (office, 0)->n_blob, ==, 1 + 11);
  g_unlink (path);
  g_rmdir (parent);
  kd_office_settle (office);
}

typedef struct
{
  gboolean done;
  GError *error;
} Flushed;

static void
flushed_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  Flushed *flushed = data;

  kd_sync_engine_flush_finish (KD_SYNC_ENGINE (source), result, &flushed->error);
  flushed->done = TRUE;
}

/* The command line waits for the end of it, or hears why there is none. */
static void
test_flush (void)
{
  g_autoptr (KdOffice) office = kd_office_new (9, 3);
  Flushed flushed = { 0 };

  kd_office_add_category (office, 0);
  kd_sync_engine_flush_async (office->engines->pdata[0], 3, NULL, flushed_cb, &flushed);
  kd_fake_time_pass (office->time, 1000);
  g_assert_no_error (flushed.error);
  g_assert_true (flushed.done);
  g_assert_cmpint (kd_office_waiting (office, 0), ==, 0);
  kd_office_line (office, 0)->fault = KD_FAULT_UNREACHABLE;
  kd_office_add_category (office, 0);
  kd_sync_engine_flush_async (office->engines->pdata[0], 3, NULL, flushed_cb, &flushed);
  kd_fake_time_pass (office->time, 60000);
  g_assert_error (flushed.error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE);
  g_clear_error (&flushed.error);
}

void
add_engine_tests (void)
{
  static const struct { const char *name; KdFault fault; } faults[] = {
    { "unreachable", KD_FAULT_UNREACHABLE }, { "silent", KD_FAULT_SILENT }, { "F01-answer-lost", KD_FAULT_ANSWER_LOST },
    { "F04-answer-cut", KD_FAULT_CUT }, { "F09-portal", KD_FAULT_PORTAL }, { "F33-busy", KD_FAULT_BUSY },
  };

  g_test_add_func ("/sync/engine/at-once", test_at_once);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/sync/engine/fault/", faults[i].name, NULL);
      g_test_add_data_func (path, GINT_TO_POINTER (faults[i].fault), test_faults);
    }
  g_test_add_func ("/sync/engine/F08-answer-late", test_late);
  g_test_add_func ("/sync/engine/too-large", test_too_large);
  g_test_add_func ("/sync/engine/auth", test_auth);
  g_test_add_func ("/sync/engine/F52-hints", test_hints);
  g_test_add_func ("/sync/engine/picture", test_picture);
  g_test_add_func ("/sync/engine/flush", test_flush);
}
