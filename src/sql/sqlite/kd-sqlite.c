/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sqlite.h"

#include "kd-sqlite-private.h"
#include "kd-text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>

#define FILE_MODE 0600
#define FOLDER_MODE 0700
#define CACHE_KIB_WRITER 16384
#define CACHE_KIB_READER 2048 /* the system keeps the file in memory, too */
#define CHECKPOINT_PAGES 4000
#define WAL_KEEP_BYTES (16 * 1024 * 1024) /* what a WAL that grew larger is cut back to */
#define BACKUP_PAGES 2048                 /* copied between two looks whether to stop */

static int default_busy_timeout = KD_SQLITE_BUSY_TIMEOUT_MS; /* atomic */

static KdSqliteConnection *
sqlite_of (KdSqlConnection *connection)
{
  g_assert (connection->driver == &kd_sqlite_driver);
  return (KdSqliteConnection *) connection;
}

/* ---- functions and hooks ---- */

static void
shop_tx_cb (sqlite3_context *context,
            int n,
            sqlite3_value **values)
{
  const KdSqliteConnection *self = sqlite3_user_data (context);

  sqlite3_result_int (context, self->guard);
}

/* kd_fold(text): the form that search compares. */
static void
fold_cb (sqlite3_context *context,
         int n,
         sqlite3_value **values)
{
  const char *text = (const char *) sqlite3_value_text (values[0]);

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    sqlite3_result_null (context);
  else
    sqlite3_result_text (context, kd_text_fold (text), -1, g_free);
}

/* kd_tail(text): the digits of a phone or order number from the last one on, so that an index over
 * it finds numbers by their end. */
static void
tail_cb (sqlite3_context *context,
         int n,
         sqlite3_value **values)
{
  const char *text = (const char *) sqlite3_value_text (values[0]);
  int length = sqlite3_value_bytes (values[0]);
  char *tail;
  int written = 0;

  if (text == NULL)
    {
      sqlite3_result_null (context);
      return;
    }
  tail = g_malloc ((gsize) length + 1);
  for (int i = length; i-- > 0;)
    if (g_ascii_isdigit (text[i]))
      tail[written++] = text[i];
  tail[written] = '\0';
  if (written > 0)
    sqlite3_result_text (context, tail, written, g_free);
  else
    {
      g_free (tail);
      sqlite3_result_null (context);
    }
}

static int
authorize_cb (gpointer data,
              int action,
              const char *table,
              const char *column,
              const char *database,
              const char *trigger)
{
  KdSqliteConnection *self = data;

  if ((action != SQLITE_INSERT && action != SQLITE_UPDATE && action != SQLITE_DELETE)
      || !g_hash_table_contains (self->guarded, table))
    return SQLITE_OK;
  self->touches = TRUE;
  return self->at_once && !self->guard ? SQLITE_DENY : SQLITE_OK;
}

static int
commit_cb (gpointer data)
{
  ((KdSqliteConnection *) data)->guard = FALSE;
  return 0;
}

static void
rollback_cb (gpointer data)
{
  ((KdSqliteConnection *) data)->guard = FALSE;
}

/* Guard triggers are for who is not us. A statement that may run one keeps every page it changes so
 * that it can take itself back, which costs several times what the writing does; our own connection
 * leaves them alone and knows of each of its statements whether it writes such a table. */
gboolean
kd_sqlite_guard_table (KdSqlConnection *connection,
                       const char *table,
                       GError **error)
{
  KdSqliteConnection *self = sqlite_of (connection);
  int rc;

  if (self->guarded == NULL)
    {
      rc = sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
      if (rc != SQLITE_OK)
        {
          kd_sqlite_set_error (error, self->db, rc, NULL);
          return FALSE;
        }
      self->guarded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      sqlite3_set_authorizer (self->db, authorize_cb, self);
    }
  g_hash_table_add (self->guarded, g_strdup (table));
  return TRUE;
}

/* ---- opening ---- */

static gboolean
fail_file (GError **error,
           KdSqlError code,
           const char *path,
           const char *why)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, KD_SQL_ERROR, code, "%s: %s", shown, why);
  return FALSE;
}

static KdSqlError
errno_code (int saved)
{
  switch (saved)
    {
    case EACCES:
    case EPERM:
    case EROFS:
      return KD_SQL_ERROR_READ_ONLY;
    case ENOSPC:
      return KD_SQL_ERROR_FULL;
    case ENOENT:
      return KD_SQL_ERROR_NOT_FOUND;
    default:
      return KD_SQL_ERROR_IO;
    }
}

/* Made here and not by SQLite, so that it is private from its first moment. An existing file is
 * never opened besides SQLite: closing any descriptor of it would drop this process's locks. */
static gboolean
make_file (const char *path,
           GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0)
    {
      int saved = errno;
      return fail_file (error, errno_code (saved), folder, g_strerror (saved));
    }
  fd = g_open (path, O_RDWR | O_CREAT | O_EXCL, FILE_MODE);
  if (fd < 0 && errno != EEXIST)
    {
      int saved = errno;
      return fail_file (error, errno_code (saved), path, g_strerror (saved));
    }
  if (fd >= 0)
    g_close (fd, NULL);
  return TRUE;
}

static gboolean
check_file (const char *path,
            KdSqliteFlags flags,
            GError **error)
{
  GStatBuf st;

  if (g_stat (path, &st) != 0)
    {
      int saved = errno;

      if (saved != ENOENT || (flags & KD_SQLITE_CREATE) == 0)
        return fail_file (error, errno_code (saved), path, g_strerror (saved));
      return make_file (path, error);
    }
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return fail_file (error, KD_SQL_ERROR_NOT_DATABASE, path, "is a folder");
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return fail_file (error, KD_SQL_ERROR_NOT_DATABASE, path, "is not a file");
  if ((flags & KD_SQLITE_READ_ONLY) == 0 && (st.st_mode & 0077) != 0
      && g_chmod (path, FILE_MODE) != 0)
    g_info ("the database's mode can't be set: %s", g_strerror (errno));
  return TRUE;
}

/* What goes wrong while opening: that a lock stands in the way means somebody holds it all. */
static gboolean
fail_open (KdSqliteConnection *self,
           int rc,
           GError **error)
{
  g_autofree char *shown = g_filename_display_name (self->path);

  kd_sqlite_set_error (error, self->db, rc, shown);
  if (error != NULL && *error != NULL && (*error)->code == KD_SQL_ERROR_BUSY)
    (*error)->code = KD_SQL_ERROR_LOCKED;
  return FALSE;
}

static gboolean
configure (KdSqliteConnection *self,
           KdSqliteFlags flags,
           GError **error)
{
  gboolean writes = (flags & KD_SQLITE_READ_ONLY) == 0;
  g_autofree char *pragmas = NULL;
  int rc;

  sqlite3_busy_timeout (self->db, g_atomic_int_get (&default_busy_timeout));
  /* A file from elsewhere may hold a hostile schema: nothing in it runs functions with effects,
   * and no statement writes to its inner tables. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);

  rc = sqlite3_exec (self->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
  if (rc == SQLITE_OK && writes)
    rc = sqlite3_exec (self->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
  if (rc != SQLITE_OK)
    return fail_open (self, rc, error);

  /* No mmap: a disk error would be a signal there, and the mapping counts as our memory. */
  pragmas = g_strdup_printf ("PRAGMA synchronous = FULL;"
                             "PRAGMA foreign_keys = ON;"
                             "PRAGMA temp_store = MEMORY;"
                             "PRAGMA mmap_size = 0;"
                             "PRAGMA cache_size = -%d;"
                             "PRAGMA journal_size_limit = %d;"
                             "PRAGMA wal_autocheckpoint = %d;",
                             writes ? CACHE_KIB_WRITER : CACHE_KIB_READER, WAL_KEEP_BYTES,
                             CHECKPOINT_PAGES);
  rc = sqlite3_exec (self->db, pragmas, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function_v2 (self->db, "kd_shop_tx", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, self,
                                     shop_tx_cb, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function_v2 (self->db, "kd_fold", 1,
                                     SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL,
                                     fold_cb, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function_v2 (self->db, "kd_tail", 1,
                                     SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL,
                                     tail_cb, NULL, NULL, NULL);
  if (rc != SQLITE_OK)
    return fail_open (self, rc, error);
  sqlite3_commit_hook (self->db, commit_cb, self);
  sqlite3_rollback_hook (self->db, rollback_cb, self);
  return TRUE;
}

KdSqlConnection *
kd_sqlite_open (const char *path,
                KdSqliteFlags flags,
                GError **error)
{
  g_autoptr (KdSqlConnection) connection = NULL;
  KdSqliteConnection *self;
  int mode = (flags & KD_SQLITE_READ_ONLY) != 0 ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  int rc;

  if (!check_file (path, flags, error))
    return NULL;
  self = g_new0 (KdSqliteConnection, 1);
  self->path = g_strdup (path);
  connection = &self->parent;
  kd_sql_connection_init (connection, &kd_sqlite_driver);
  /* One thread at a time is asserted above, so SQLite's own mutex is not needed. */
  rc = sqlite3_open_v2 (path, &self->db, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc != SQLITE_OK)
    {
      fail_open (self, rc, error);
      return NULL;
    }
  if (!configure (self, flags, error))
    return NULL;
  return g_steal_pointer (&connection);
}

const char *
kd_sqlite_get_path (KdSqlConnection *connection)
{
  return sqlite_of (connection)->path;
}

/* ---- what else a connection can do ---- */

gboolean
kd_sqlite_check_durable (KdSqlConnection *connection,
                         GError **error)
{
  g_autofree char *journal = NULL;
  gint64 synchronous, keys;

  if (!kd_sql_query_text (connection, "PRAGMA journal_mode", &journal, error)
      || !kd_sql_query_int64 (connection, "PRAGMA synchronous", 0, &synchronous, error)
      || !kd_sql_query_int64 (connection, "PRAGMA foreign_keys", 0, &keys, error))
    return FALSE;
  if (g_strcmp0 (journal, "wal") == 0 && synchronous >= 2 && keys == 1)
    return TRUE;
  g_set_error (error, KD_SQL_ERROR, KD_SQL_ERROR_OTHER,
               "commits are not durable: journal_mode %s, synchronous %" G_GINT64_FORMAT
               ", foreign_keys %" G_GINT64_FORMAT, journal, synchronous, keys);
  return FALSE;
}

void
kd_sqlite_set_guard (KdSqlConnection *connection,
                     gboolean open)
{
  kd_sql_assert_owner (connection);
  sqlite_of (connection)->guard = open;
}

void
kd_sqlite_set_busy_timeout (KdSqlConnection *connection,
                            int ms)
{
  kd_sql_assert_owner (connection);
  sqlite3_busy_timeout (sqlite_of (connection)->db, ms);
}

void
kd_sqlite_set_default_busy_timeout (int ms)
{
  g_atomic_int_set (&default_busy_timeout, ms);
}

gboolean
kd_sqlite_quick_check (KdSqlConnection *connection,
                       GError **error)
{
  g_autofree char *fault = NULL;

  if (!kd_sql_query_text (connection, "PRAGMA quick_check(1)", &fault, error))
    return FALSE;
  if (g_strcmp0 (fault, "ok") == 0)
    return TRUE;
  g_set_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CORRUPT, "the database is damaged: %s", fault);
  return FALSE;
}

gboolean
kd_sqlite_checkpoint (KdSqlConnection *connection,
                      GError **error)
{
  gint64 busy;

  /* A statement and not sqlite3_wal_checkpoint_v2(): that one would still see an old interrupt. */
  return kd_sql_query_int64 (connection, "PRAGMA wal_checkpoint (TRUNCATE)", 0, &busy, error);
}

/* A file, or a folder: the names in it. Where folders can't be opened, they need no flush. */
static gboolean
flush_file (const char *path,
            gboolean folder,
            GError **error)
{
  int fd = g_open (path, folder ? O_RDONLY : O_RDWR, 0);
  int saved;

  if (fd < 0)
    return folder || fail_file (error, errno_code (errno), path, g_strerror (errno));
  saved = g_fsync (fd) == 0 || folder ? 0 : errno;
  g_close (fd, NULL);
  return saved == 0 || fail_file (error, errno_code (saved), path, g_strerror (saved));
}

gboolean
kd_sqlite_load_begin (KdSqlConnection *connection,
                      GError **error)
{
  return kd_sql_exec (connection, "PRAGMA synchronous = OFF", error);
}

gboolean
kd_sqlite_load_end (KdSqlConnection *connection,
                    GError **error)
{
  const char *path = kd_sqlite_get_path (connection);
  g_autofree char *folder = g_path_get_dirname (path);

  /* The checkpoint flushes what it moves; what earlier ones have moved, nobody has flushed. */
  return kd_sql_exec (connection, "PRAGMA synchronous = FULL", error)
         && kd_sqlite_checkpoint (connection, error)
         && flush_file (path, FALSE, error)
         && flush_file (folder, TRUE, error)
         && kd_sqlite_check_durable (connection, error);
}

/* ---- backup ---- */

static gboolean
copy_pages (KdSqliteConnection *self,
            sqlite3 *to,
            GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", self->db, "main");
  int rc;

  if (backup == NULL)
    {
      kd_sqlite_set_error (error, to, sqlite3_extended_errcode (to), "backup");
      return FALSE;
    }
  do
    {
      if (g_atomic_int_get (&self->parent.stopped))
        {
          sqlite3_backup_finish (backup);
          g_set_error_literal (error, KD_SQL_ERROR, KD_SQL_ERROR_INTERRUPTED, "interrupted");
          return FALSE;
        }
      rc = sqlite3_backup_step (backup, BACKUP_PAGES);
    }
  while (rc == SQLITE_OK);
  sqlite3_backup_finish (backup);
  if (rc == SQLITE_DONE)
    return TRUE;
  kd_sqlite_set_error (error, to, rc, "backup");
  return FALSE;
}

static gboolean
copy_into (KdSqlConnection *connection,
           const char *path,
           GError **error)
{
  KdSqliteConnection *self = sqlite_of (connection);
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  gint64 unused;
  sqlite3 *to = NULL;
  gboolean done;
  int rc;

  /* One snapshot for the whole copy: else each commit of another connection starts it again. */
  if (!kd_sql_in_transaction (connection)
      && (!kd_sql_begin (&tx, connection, KD_SQL_READ, error)
          || !kd_sql_query_int64 (connection, "SELECT count(*) FROM sqlite_schema", 0, &unused, error)))
    return FALSE;
  rc = sqlite3_open_v2 (path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc != SQLITE_OK)
    {
      kd_sqlite_set_error (error, to, rc, "backup");
      sqlite3_close_v2 (to);
      return FALSE;
    }
  done = copy_pages (self, to, error);
  rc = sqlite3_close (to);
  if (done && rc != SQLITE_OK)
    {
      kd_sqlite_set_error (error, NULL, rc, "backup");
      return FALSE;
    }
  return done;
}

gboolean
kd_sqlite_backup (KdSqlConnection *connection,
                  const char *path,
                  GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  kd_sql_assert_owner (connection);
  g_unlink (part);
  if (!make_file (part, error))
    return FALSE;
  if (!copy_into (connection, part, error))
    {
      g_unlink (part);
      return FALSE;
    }
  if (g_rename (part, path) != 0)
    {
      int saved = errno;

      g_unlink (part);
      return fail_file (error, errno_code (saved), path, g_strerror (saved));
    }
  /* The name must be as durable as the copy. */
  return flush_file (folder, TRUE, error);
}
