/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-storage.h"

#include "kd-sqlite.h"

#include <errno.h>
#include <glib/gstdio.h>

static const char *const beside[] = { "", "-wal", "-shm" };

KdSqlConnection *
kd_storage_open (const char *path,
                 KdStorageFlags flags,
                 GError **error)
{
  KdSqliteFlags how = flags & KD_STORAGE_READER ? KD_SQLITE_READ_ONLY
                      : flags & KD_STORAGE_CREATE ? KD_SQLITE_CREATE : KD_SQLITE_DEFAULT;
  g_autoptr (KdSqlConnection) connection = kd_sqlite_open (path, how, error);

  if (connection == NULL
      || (!(flags & KD_STORAGE_READER) && !kd_sqlite_check_durable (connection, error)))
    return NULL;
  return g_steal_pointer (&connection);
}

gboolean
kd_storage_fill_begin (KdSqlConnection *connection,
                       GError **error)
{
  return kd_sqlite_load_begin (connection, error);
}

gboolean
kd_storage_fill_end (KdSqlConnection *connection,
                     GError **error)
{
  return kd_sqlite_load_end (connection, error);
}

void
kd_storage_remove (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (beside); i++)
    {
      g_autofree char *name = g_strconcat (path, beside[i], NULL);

      g_unlink (name);
    }
}

gboolean
kd_storage_put_aside (const char *path,
                      GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (beside); i++)
    {
      g_autofree char *from = g_strconcat (path, beside[i], NULL);
      g_autofree char *to = g_strconcat (path, ".orphan", beside[i], NULL);

      if (g_file_test (from, G_FILE_TEST_EXISTS) && g_rename (from, to) != 0)
        {
          int code = errno;

          g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (code), "%s: %s", from, g_strerror (code));
          return FALSE;
        }
    }
  return TRUE;
}
