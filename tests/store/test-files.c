/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include "kd-sqlite.h"

#include <glib/gstdio.h>
#include <string.h>

/* The file under the store: each way it can be wrong has its own answer, and nothing is lost. */

/* Opens it again and expects that answer; the file stays byte for byte what it was. */
static void
refuses (KdTestStore *self,
         KdStoreError code)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize n_before = 0, n_after = 0;
  GError *error = NULL;
  gboolean readable = g_file_get_contents (self->path, &before, &n_before, NULL);

  g_assert_null (kd_test_store_open (self, KD_STORE_INLINE, &error));
  g_assert_error (error, KD_STORE_ERROR, (int) code);
  g_error_free (error);
  if (!readable)
    return;
  g_assert_true (g_file_get_contents (self->path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
test_newer (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (1);

  kd_test_exec (self, "PRAGMA user_version=9999");
  kd_test_store_close (self);
  refuses (self, KD_STORE_ERROR_NEWER);
}

static void
test_not_a_database (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (2);

  kd_test_store_close (self);
  g_assert_true (g_file_set_contents (self->path, "this is a text, and a longer one than sixteen bytes at that", -1, NULL));
  refuses (self, KD_STORE_ERROR_CORRUPT);
}

static void
test_corrupt (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (3);
  g_autofree char *bytes = NULL;
  gsize n = 0;

  kd_test_store_close (self);
  g_assert_true (g_file_get_contents (self->path, &bytes, &n, NULL));
  memset (bytes + 100, 0xa5, 3000); /* the schema's page */
  g_assert_true (g_file_set_contents (self->path, bytes, (gssize) n, NULL));
  refuses (self, KD_STORE_ERROR_CORRUPT);
}

static void
test_folder (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (4);

  kd_test_store_close (self);
  g_remove (self->path);
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  refuses (self, KD_STORE_ERROR_CORRUPT);
}

static void
test_locked (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (5);
  g_autoptr (KdSqlConnection) other = NULL;
  GError *error = NULL;

  kd_test_store_close (self);
  other = kd_sqlite_open (self->path, KD_SQLITE_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (kd_sql_exec (other, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE", &error));
  kd_sqlite_set_default_busy_timeout (50);
  g_assert_null (kd_test_store_open (self, KD_STORE_INLINE, &error));
  g_assert_error (error, KD_STORE_ERROR, KD_STORE_ERROR_IN_USE);
  g_clear_error (&error);
  kd_sqlite_set_default_busy_timeout (KD_SQLITE_BUSY_TIMEOUT_MS);
  g_assert_true (kd_sql_exec (other, "ROLLBACK", &error));
  g_clear_pointer (&other, kd_sql_close);
  kd_test_store_open (self, KD_STORE_INLINE, &error);
  g_assert_no_error (error);
}

/* A commit that finds no room fails whole, says why, and goes through when there is room. */
static void
test_full (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (6);
  g_autofree char *before = NULL, *after = NULL, *name = g_strnfill (110, 'x');
  gint64 pages = kd_test_number (self, "PRAGMA page_count");
  g_autofree char *limit = g_strdup_printf ("PRAGMA max_page_count=%d", (int) pages + 2);
  GError *error = NULL;
  KdCommit *commit = NULL;

  before = kd_test_dump (self, TRUE);
  kd_test_number (self, limit);
  for (guint i = 0; i < 400 && error == NULL; i++)
    {
      GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
      KdId id = kd_store_new_id (self->store);

      g_free (before);
      before = kd_test_dump (self, TRUE);
      g_ptr_array_add (calls, kd_test_call ("contact.create", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\"}}", kd_test_id (&id), name));
      commit = kd_store_commit (self->store, "Add", calls, &error);
      if (commit != NULL)
        kd_commit_free (commit);
    }
  g_assert_error (error, KD_STORE_ERROR, KD_STORE_ERROR_FULL);
  g_clear_error (&error);
  after = kd_test_dump (self, TRUE);
  g_assert_cmpstr (before, ==, after);
  kd_test_number (self, "PRAGMA max_page_count=1000000");
  kd_test_add_product (self, "Kopi", NULL, 1000, 0);
  kd_test_check_search (self);
}

static void
test_read_only (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (7);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  g_autofree char *names = NULL;
  GError *error = NULL;

  kd_test_add_product (self, "Kopi", NULL, 1000, 0);
  kd_test_store_close (self);
  kd_test_store_open (self, KD_STORE_READ_ONLY | KD_STORE_INLINE, &error);
  g_assert_no_error (error);
  names = test_list_names (self, query);
  g_assert_cmpstr (names, ==, "Kopi");
  g_assert_cmpint (kd_store_get_identity (self->store)->role, ==, KD_ROLE_OWNER);
}

/* With its threads, as the program has it. */
static void
test_threads (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new_threaded (8);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  g_autofree char *names = NULL;

  kd_test_add_product (self, "Kopi", NULL, 1000, 0);
  kd_test_add_product (self, "Teh", NULL, 1000, 0);
  g_assert_true (kd_test_undo (self));
  names = test_list_names (self, query);
  g_assert_cmpstr (names, ==, "Kopi");
}

/* The full text that a bulk load left behind is made at its end, or at the next start. */
static void
test_stale_search (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (9);
  g_autoptr (KdListQuery) query = kd_list_query_new (KD_LIST_PRODUCTS);
  g_autofree char *names = NULL;

  kd_test_add_product (self, "Kopi", NULL, 1000, 0);
  kd_test_exec (self, "INSERT INTO product_fts(product_fts) VALUES('delete-all');"
                      "INSERT INTO search_stale(kind) VALUES(3)");
  query->search = g_strdup ("kopi");
  kd_test_store_reopen (self);
  names = test_list_names (self, query);
  g_assert_cmpstr (names, ==, "Kopi");
  kd_test_check_search (self);
}

void
test_files_add (void)
{
  g_test_add_func ("/files/newer", test_newer);
  g_test_add_func ("/files/not-a-database", test_not_a_database);
  g_test_add_func ("/files/corrupt", test_corrupt);
  g_test_add_func ("/files/folder", test_folder);
  g_test_add_func ("/files/locked", test_locked);
  g_test_add_func ("/files/full", test_full);
  g_test_add_func ("/files/read-only", test_read_only);
  g_test_add_func ("/files/threads", test_threads);
  g_test_add_func ("/files/stale-search", test_stale_search);
}
