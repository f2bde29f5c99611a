/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-fault-vfs.h"

#include <sqlite3.h>
#include <string.h>

typedef struct
{
  sqlite3_file parent;
  char *path;             /* (owned) (nullable) */
  sqlite3_file *real;     /* behind this struct */
  GArray *undo;           /* (owned) (nullable) of Undo: writes that are not synced, the oldest first */
} File;

/* What stood where an unsynced write went. */
typedef struct
{
  sqlite3_int64 offset, size;   /* size: of the file before */
  GBytes *before;               /* (owned) */
} Undo;

static sqlite3_vfs vfs;
static sqlite3_vfs *disk;
static GMutex mutex;
static char *armed_path;
static KdDiskFault armed_fault;
static guint armed_after;
static gboolean armed, struck, watching;
static GPtrArray *watched;      /* of File, open now */

static void
undo_clear (gpointer data)
{
  g_bytes_unref (((Undo *) data)->before);
}

static gboolean
is_meant (const char *path)
{
  return armed_path != NULL && path != NULL && g_str_has_prefix (path, armed_path);
}

/* SQLITE_OK, or what a write to @path gives. */
static int
write_fault (const char *path,
             int dead)
{
  int rc = SQLITE_OK;

  g_mutex_lock (&mutex);
  if (armed && is_meant (path))
    {
      if (armed_after > 0)
        armed_after--;
      else
        {
          struck = TRUE;
          rc = armed_fault == KD_DISK_FULL ? SQLITE_FULL : dead;
        }
    }
  g_mutex_unlock (&mutex);
  return rc;
}

/* Before @n bytes at @offset change. */
static void
remember (File *self,
          sqlite3_int64 offset,
          sqlite3_int64 n)
{
  Undo undo = { .offset = offset };
  sqlite3_int64 there;
  guint8 *bytes;

  if (self->undo == NULL || self->real->pMethods->xFileSize (self->real, &undo.size) != SQLITE_OK)
    return;
  there = CLAMP (undo.size - offset, 0, n);
  bytes = g_malloc ((gsize) there + 1);
  if (there > 0)
    self->real->pMethods->xRead (self->real, bytes, (int) there, offset);
  undo.before = g_bytes_new_take (bytes, (gsize) there);
  g_array_append_val (self->undo, undo);
}

static void
take_back (File *self)
{
  for (guint i = self->undo->len; i-- > 0;)
    {
      const Undo *undo = &g_array_index (self->undo, Undo, i);
      gsize n;
      gconstpointer bytes = g_bytes_get_data (undo->before, &n);

      if (n > 0)
        self->real->pMethods->xWrite (self->real, bytes, (int) n, undo->offset);
      self->real->pMethods->xTruncate (self->real, undo->size);
    }
  g_array_set_size (self->undo, 0);
}

/* ---- files ---- */

static int
file_close (sqlite3_file *file)
{
  File *self = (File *) file;
  int rc = self->real->pMethods->xClose (self->real);

  g_mutex_lock (&mutex);
  g_ptr_array_remove_fast (watched, self);
  g_mutex_unlock (&mutex);
  g_clear_pointer (&self->undo, g_array_unref);
  g_clear_pointer (&self->path, g_free);
  return rc;
}

static int
file_read (sqlite3_file *file,
           void *data,
           int n,
           sqlite3_int64 offset)
{
  File *self = (File *) file;
  return self->real->pMethods->xRead (self->real, data, n, offset);
}

static int
file_write (sqlite3_file *file,
            const void *data,
            int n,
            sqlite3_int64 offset)
{
  File *self = (File *) file;
  int rc = write_fault (self->path, SQLITE_IOERR_WRITE);

  if (rc != SQLITE_OK)
    return rc;
  remember (self, offset, n);
  return self->real->pMethods->xWrite (self->real, data, n, offset);
}

static int
file_truncate (sqlite3_file *file,
               sqlite3_int64 size)
{
  File *self = (File *) file;
  int rc = write_fault (self->path, SQLITE_IOERR_TRUNCATE);
  sqlite3_int64 now = 0;

  if (rc != SQLITE_OK)
    return rc;
  if (self->undo != NULL && self->real->pMethods->xFileSize (self->real, &now) == SQLITE_OK && now > size)
    remember (self, size, now - size);
  return self->real->pMethods->xTruncate (self->real, size);
}

static int
file_sync (sqlite3_file *file,
           int flags)
{
  File *self = (File *) file;
  int rc = write_fault (self->path, SQLITE_IOERR_FSYNC);

  if (rc != SQLITE_OK)
    return rc;
  if (self->undo != NULL)
    g_array_set_size (self->undo, 0);
  return self->real->pMethods->xSync (self->real, flags);
}

static int
file_size (sqlite3_file *file,
           sqlite3_int64 *ret_size)
{
  File *self = (File *) file;
  return self->real->pMethods->xFileSize (self->real, ret_size);
}

static int
file_lock (sqlite3_file *file,
           int level)
{
  File *self = (File *) file;
  return self->real->pMethods->xLock (self->real, level);
}

static int
file_unlock (sqlite3_file *file,
             int level)
{
  File *self = (File *) file;
  return self->real->pMethods->xUnlock (self->real, level);
}

static int
file_check_lock (sqlite3_file *file,
                 int *ret_reserved)
{
  File *self = (File *) file;
  return self->real->pMethods->xCheckReservedLock (self->real, ret_reserved);
}

static int
file_control (sqlite3_file *file,
              int op,
              void *data)
{
  File *self = (File *) file;
  return self->real->pMethods->xFileControl (self->real, op, data);
}

static int
file_sector_size (sqlite3_file *file)
{
  File *self = (File *) file;
  return self->real->pMethods->xSectorSize (self->real);
}

static int
file_characteristics (sqlite3_file *file)
{
  File *self = (File *) file;
  return self->real->pMethods->xDeviceCharacteristics (self->real);
}

static int
file_shm_map (sqlite3_file *file,
              int page,
              int size,
              int extend,
              void volatile **ret_map)
{
  File *self = (File *) file;
  return self->real->pMethods->xShmMap (self->real, page, size, extend, ret_map);
}

static int
file_shm_lock (sqlite3_file *file,
               int offset,
               int n,
               int flags)
{
  File *self = (File *) file;
  return self->real->pMethods->xShmLock (self->real, offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  File *self = (File *) file;
  self->real->pMethods->xShmBarrier (self->real);
}

static int
file_shm_unmap (sqlite3_file *file,
                int remove)
{
  File *self = (File *) file;
  return self->real->pMethods->xShmUnmap (self->real, remove);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_characteristics,
  .xShmMap = file_shm_map,
  .xShmLock = file_shm_lock,
  .xShmBarrier = file_shm_barrier,
  .xShmUnmap = file_shm_unmap,
};

/* ---- the disk ---- */

static int
disk_open (sqlite3_vfs *self,
           const char *path,
           sqlite3_file *file,
           int flags,
           int *ret_flags)
{
  File *ours = (File *) file;
  int rc;

  memset (ours, 0, sizeof *ours);
  ours->real = (sqlite3_file *) (ours + 1);
  rc = disk->xOpen (disk, path, ours->real, flags, ret_flags);
  if (rc != SQLITE_OK)
    return rc;
  ours->parent.pMethods = &methods;
  ours->path = g_strdup (path);
  g_mutex_lock (&mutex);
  if (watching && is_meant (path))
    {
      ours->undo = g_array_new (FALSE, FALSE, sizeof (Undo));
      g_array_set_clear_func (ours->undo, undo_clear);
    }
  g_ptr_array_add (watched, ours);
  g_mutex_unlock (&mutex);
  return SQLITE_OK;
}

static int
disk_delete (sqlite3_vfs *self,
             const char *path,
             int sync)
{
  int rc = write_fault (path, SQLITE_IOERR_DELETE);
  return rc != SQLITE_OK ? rc : disk->xDelete (disk, path, sync);
}

void
kd_fault_vfs_install (void)
{
  if (disk != NULL)
    return;
  disk = sqlite3_vfs_find (NULL);
  watched = g_ptr_array_new ();
  vfs = *disk;
  vfs.zName = "kd-fault";
  vfs.pNext = NULL;
  vfs.szOsFile = (int) sizeof (File) + disk->szOsFile;
  vfs.xOpen = disk_open;
  vfs.xDelete = disk_delete;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}

void
kd_fault_vfs_arm (const char *path,
                  KdDiskFault fault,
                  guint after)
{
  g_mutex_lock (&mutex);
  g_free (armed_path);
  armed_path = g_strdup (path);
  armed_fault = fault;
  armed_after = after;
  armed = TRUE;
  struck = FALSE;
  g_mutex_unlock (&mutex);
}

gboolean
kd_fault_vfs_has_struck (void)
{
  return struck;
}

void
kd_fault_vfs_disarm (void)
{
  g_mutex_lock (&mutex);
  armed = watching = FALSE;
  g_clear_pointer (&armed_path, g_free);
  for (guint i = 0; i < watched->len; i++)
    g_clear_pointer (&((File *) watched->pdata[i])->undo, g_array_unref);
  g_mutex_unlock (&mutex);
}

void
kd_fault_vfs_watch (const char *path)
{
  g_mutex_lock (&mutex);
  g_free (armed_path);
  armed_path = g_strdup (path);
  watching = TRUE;
  for (guint i = 0; i < watched->len; i++)
    {
      File *file = watched->pdata[i];

      if (!is_meant (file->path) || file->undo != NULL)
        continue;
      file->undo = g_array_new (FALSE, FALSE, sizeof (Undo));
      g_array_set_clear_func (file->undo, undo_clear);
    }
  g_mutex_unlock (&mutex);
}

void
kd_fault_vfs_power_cut (void)
{
  g_mutex_lock (&mutex);
  for (guint i = 0; i < watched->len; i++)
    if (((File *) watched->pdata[i])->undo != NULL)
      take_back (watched->pdata[i]);
  armed = TRUE;
  armed_after = 0;
  armed_fault = KD_DISK_DEAD;
  g_mutex_unlock (&mutex);
}
