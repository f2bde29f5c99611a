/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-platform.h"

#include "kd-files.h"
#include "kd-lock.h"
#include "kd-random.h"
#include "kd-real-clock.h"
#include "kd-secrets.h"

#include <glib/gstdio.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Holds the lock until it is killed. */
int
test_lock_main (const char *path)
{
  KdLock *lock = kd_lock_acquire (path, 0, NULL, NULL);

  puts (lock ? "locked" : "refused");
  fflush (stdout);
  pause ();
  return 0;
}

static guint
mode_of (const char *path)
{
  GStatBuf at;

  g_assert_cmpint (g_lstat (path, &at), ==, 0);
  return at.st_mode & 0777;
}

static guint
count_of (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* ---- locks ---- */

static void
test_lock_excludes (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "profile.lock", NULL);
  g_autoptr (GError) error = NULL;
  KdLock *first = kd_lock_acquire (path, 0, NULL, &error);
  gint64 holder = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (mode_of (path), ==, 0600);
  g_assert_cmpint (kd_lock_get_holder (path), ==, getpid ());
  g_assert_null (kd_lock_acquire (path, 0, &holder, &error));
  g_assert_error (error, KD_LOCK_ERROR, KD_LOCK_ERROR_HELD);
  g_assert_cmpint (holder, ==, getpid ());
  g_clear_error (&error);
  kd_lock_free (first);
  g_assert_cmpint (kd_lock_get_holder (path), ==, 0);
  first = kd_lock_acquire (path, 0, &holder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (holder, ==, 0);
  kd_lock_free (first);
  g_assert_null (kd_lock_acquire ("/nowhere/at/all", 0, NULL, &error));
  g_assert_error (error, KD_LOCK_ERROR, KD_LOCK_ERROR_FAILED);
  test_folder_free (folder);
}

static void
test_lock_ends_with_a_crash (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "server.lock", NULL);
  const char *argv[] = { test_self, "--lock", path, NULL };
  g_autoptr (GSubprocess) other = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KdLock) lock = NULL;
  char said[7] = { 0 };
  gint64 holder = 0;
  gint64 pid = g_ascii_strtoll (g_subprocess_get_identifier (other), NULL, 10);

  g_input_stream_read_all (g_subprocess_get_stdout_pipe (other), said, 6, NULL, NULL, NULL);
  g_assert_cmpstr (said, ==, "locked");
  g_assert_null (kd_lock_acquire (path, 0, &holder, &error));
  g_assert_error (error, KD_LOCK_ERROR, KD_LOCK_ERROR_HELD);
  g_assert_cmpint (holder, ==, pid);
  g_clear_error (&error);
  g_subprocess_force_exit (other);
  g_subprocess_wait (other, NULL, NULL);
  g_assert_cmpint (kd_lock_get_holder (path), ==, 0);
  lock = kd_lock_acquire (path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (kd_lock_get_holder (path), ==, getpid ());
  test_folder_free (folder);
}

/* ---- files ---- */

static void
test_write (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "run.json", NULL);
  g_autofree char *inside = g_build_filename (path, "no", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_chmod (path, 0644);
  g_assert_true (kd_files_write (path, "new text", 8, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (mode_of (path), ==, 0600);
  bytes = kd_files_read (path, 8, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "new text", 8);
  g_assert_null (kd_files_read (path, 7, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (kd_files_write (inside, "x", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_clear_error (&error);
  /* A folder in the way: refused, and nothing is left beside it. */
  g_assert_false (kd_files_write (folder, "x", 1, &error));
  g_assert_nonnull (error);
  g_assert_true (kd_files_write (path, NULL, 0, NULL));
  g_assert_cmpuint (count_of (folder), ==, 1);
  test_folder_free (folder);
}

static void
test_folders (void)
{
  char *folder = test_folder_new ();
  g_autofree char *deep = g_build_filename (folder, "a", "b", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *name = g_build_filename (folder, "link", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (kd_files_ensure_folder (deep, &error));
  g_assert_cmpuint (mode_of (deep), ==, 0700);
  g_chmod (deep, 0755);
  g_assert_true (kd_files_ensure_folder (deep, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (mode_of (deep), ==, 0700);
  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
  g_assert_false (kd_files_ensure_folder (file, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (symlink (deep, name), ==, 0);
  g_assert_false (kd_files_ensure_folder (name, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_clear_error (&error);
  g_assert_cmpint (kd_files_get_free_bytes (folder, &error), >=, 0);
  g_assert_no_error (error);
  g_assert_cmpint (kd_files_get_free_bytes ("/nowhere", &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  test_folder_free (folder);
}

static void
test_link_or_copy (void)
{
  char *folder = test_folder_new ();
  g_autofree char *from = g_build_filename (folder, "from", NULL);
  g_autofree char *to = g_build_filename (folder, "to", NULL);
  g_autofree char *none = g_build_filename (folder, "none", NULL);
  g_autofree char *third = g_build_filename (folder, "third", NULL);
  g_autofree char *elsewhere = g_strdup_printf ("/dev/shm/kd-platform-%d", (int) getpid ());
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean linked = FALSE;

  g_assert_true (g_file_set_contents (from, "foto", -1, NULL));
  g_assert_true (kd_files_link_or_copy (from, to, &linked, &error));
  g_assert_true (linked);
  g_assert_true (kd_files_link_or_copy (from, to, &linked, &error));
  g_assert_true (linked);
  g_assert_true (g_file_set_contents (third, "lain", -1, NULL));
  g_assert_true (kd_files_link_or_copy (from, third, &linked, &error));
  g_assert_no_error (error);
  g_assert_false (linked);
  g_assert_true (g_file_get_contents (third, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "lain");
  g_assert_false (kd_files_link_or_copy (none, to, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  if (g_access ("/dev/shm", W_OK) == 0)
    {
      g_autofree char *copied = NULL;

      g_assert_true (kd_files_link_or_copy (from, elsewhere, &linked, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (elsewhere, &copied, NULL, NULL));
      g_assert_cmpstr (copied, ==, "foto");
      g_unlink (elsewhere);
    }
  test_folder_free (folder);
}

/* ---- secrets ---- */

static void
test_secrets (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "secrets", NULL);
  g_autofree char *long_value = g_strnfill (KD_SECRETS_VALUE_MAX + 1, 'x');
  g_autoptr (KdSecrets) one = kd_secrets_open (folder);
  g_autoptr (KdSecrets) two = kd_secrets_open (folder);
  g_autoptr (GError) error = NULL;
  char *value;

  g_assert_cmpint (kd_secrets_get_backend (one), ==, KD_SECRETS_FILE);
  g_assert_null (kd_secrets_lookup (one, "refresh.a1", &error));
  g_assert_no_error (error);
  g_assert_true (kd_secrets_delete (one, "refresh.a1", &error));
  g_assert_true (kd_secrets_store (one, "refresh.a1", "Kedai", " spasi, =;#\n[é] ", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (mode_of (path), ==, 0600);
  g_assert_true (kd_secrets_store (two, "run.key", "Kedai", "lain", &error));
  value = kd_secrets_lookup (two, "refresh.a1", &error);
  g_assert_cmpstr (value, ==, " spasi, =;#\n[é] ");
  kd_secrets_value_free (value);
  g_assert_true (kd_secrets_store (two, "refresh.a1", "Kedai", "baru", &error));
  value = kd_secrets_lookup (one, "refresh.a1", &error);
  g_assert_cmpstr (value, ==, "baru");
  kd_secrets_value_free (value);
  g_assert_true (kd_secrets_delete (one, "refresh.a1", &error));
  g_assert_null (kd_secrets_lookup (two, "refresh.a1", &error));
  g_assert_no_error (error);
  g_assert_false (kd_secrets_store (one, "Bad Name", "Kedai", "x", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (kd_secrets_store (one, "long", "Kedai", long_value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "no key file", -1, NULL));
  g_assert_null (kd_secrets_lookup (one, "run.key", &error));
  g_assert_nonnull (error);
  test_folder_free (folder);
}

/* No bus at all must mean the file, at once. */
static void
test_secrets_without_bus (void)
{
  char *folder = test_folder_new ();
  g_autoptr (KdSecrets) secrets = NULL;
  gint64 began = g_get_monotonic_time ();

  g_unsetenv (KD_SECRETS_ENV);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus", TRUE);
  secrets = kd_secrets_open (folder);
  g_assert_cmpint (kd_secrets_get_backend (secrets), ==, KD_SECRETS_FILE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, (KD_SECRETS_WAIT_MS + 1000) * 1000LL);
  g_setenv (KD_SECRETS_ENV, "file", TRUE);
  test_folder_free (folder);
}

static void
test_random_and_clock (void)
{
  guint8 a[700] = { 0 };
  guint8 b[700] = { 0 };
  gint64 now = g_get_real_time () / 1000;

  kd_random (NULL, a, sizeof a);
  kd_random (NULL, b, sizeof b);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
  kd_random (NULL, NULL, 0);
  g_assert_cmpint (ABS (kd_real_clock (NULL) - now), <, 60000);
}

void
test_files_add (void)
{
  g_test_add_func ("/lock/excludes", test_lock_excludes);
  g_test_add_func ("/lock/ends-with-a-crash", test_lock_ends_with_a_crash);
  g_test_add_func ("/files/write", test_write);
  g_test_add_func ("/files/folders", test_folders);
  g_test_add_func ("/files/link-or-copy", test_link_or_copy);
  g_test_add_func ("/secrets/file", test_secrets);
  g_test_add_func ("/secrets/without-bus", test_secrets_without_bus);
  g_test_add_func ("/random-and-clock", test_random_and_clock);
}
