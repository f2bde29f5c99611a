/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-files.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define COPY_BLOCK (256 * 1024)
#define FOLDER_MODE 0700

static gboolean
fail (GError **error,
      const char *what,
      const char *path)
{
  int why = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (why), "%s can't be %s: %s", path, what,
               g_strerror (why));
  return FALSE;
}

static gboolean
write_all (int fd,
           const char *data,
           gsize size)
{
  while (size > 0)
    {
      ssize_t n = write (fd, data, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      size -= (gsize) n;
    }
  return TRUE;
}

/* A rename is safe from a power cut only when its folder is on the disk too. */
static gboolean
flush_folder_of (const char *path,
                 GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  gboolean done;
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return fail (error, "opened", folder);
  /* Some file systems can't flush a folder and say EINVAL; they have no safer way to offer. */
  done = fsync (fd) == 0 || errno == EINVAL;
  if (!done)
    fail (error, "flushed", folder);
  close (fd);
  return done;
}

static int
open_beside (const char *path,
             char **ret_temp)
{
  g_autofree char *temp = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (temp, O_RDWR | O_CLOEXEC, 0600);

  *ret_temp = fd < 0 ? NULL : g_steal_pointer (&temp);
  return fd;
}

/* Ends what open_beside() began: flushed and renamed, or gone without a trace. */
static gboolean
put_in_place (int fd,
              gboolean written,
              const char *temp,
              const char *path,
              GError **error)
{
  gboolean done = written && fsync (fd) == 0;
  int why = errno;

  if (close (fd) < 0 && done)
    {
      done = FALSE;
      why = errno;
    }
  if (done && g_rename (temp, path) < 0)
    {
      done = FALSE;
      why = errno;
    }
  if (!done)
    {
      g_unlink (temp);
      errno = why;
      return fail (error, "written", path);
    }
  return flush_folder_of (path, error);
}

gboolean
kd_files_write (const char *path,
                gconstpointer data,
                gsize size,
                GError **error)
{
  g_autofree char *temp = NULL;
  int fd = open_beside (path, &temp);

  if (fd < 0)
    return fail (error, "written", path);
  return put_in_place (fd, write_all (fd, data, size), temp, path, error);
}

GBytes *
kd_files_read (const char *path,
               gsize max,
               GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autofree guint8 *block = g_malloc (COPY_BLOCK);
  ssize_t n;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  if (fd < 0)
    {
      fail (error, "opened", path);
      return NULL;
    }
  while ((n = read (fd, block, COPY_BLOCK)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail (error, "read", path);
          close (fd);
          return NULL;
        }
      if ((gsize) n > max - all->len)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                       "%s is longer than %" G_GSIZE_FORMAT " bytes", path, max);
          close (fd);
          return NULL;
        }
      g_byte_array_append (all, block, (guint) n);
    }
  close (fd);
  g_byte_array_append (all, (const guint8 *) "", 1);
  g_byte_array_set_size (all, all->len - 1);
  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

gboolean
kd_files_ensure_folder (const char *path,
                        GError **error)
{
  GStatBuf at;

  if (g_mkdir_with_parents (path, FOLDER_MODE) < 0)
    return fail (error, "made", path);
  if (g_lstat (path, &at) < 0)
    return fail (error, "read", path);
  if (!S_ISDIR (at.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, "%s is not a folder", path);
      return FALSE;
    }
  if ((at.st_mode & 0077) != 0 && g_chmod (path, FOLDER_MODE) < 0)
    return fail (error, "closed to others", path);
  return TRUE;
}

gint64
kd_files_get_free_bytes (const char *path,
                         GError **error)
{
  struct statvfs fs;

  if (statvfs (path, &fs) < 0)
    {
      fail (error, "measured", path);
      return -1;
    }
  if (fs.f_frsize > 0 && fs.f_bavail > (guint64) G_MAXINT64 / fs.f_frsize)
    return G_MAXINT64;
  return (gint64) (fs.f_bavail * fs.f_frsize);
}

static gboolean
copy_file (const char *from,
           const char *to,
           GError **error)
{
  g_autofree char *temp = NULL;
  g_autofree char *block = g_malloc (COPY_BLOCK);
  gboolean written = TRUE;
  ssize_t n;
  int out;
  int in = g_open (from, O_RDONLY | O_CLOEXEC, 0);

  if (in < 0)
    return fail (error, "opened", from);
  out = open_beside (to, &temp);
  if (out < 0)
    {
      fail (error, "written", to);
      close (in);
      return FALSE;
    }
  while (written && (n = read (in, block, COPY_BLOCK)) != 0)
    if (n > 0)
      written = write_all (out, block, (gsize) n);
    else if (errno != EINTR)
      written = FALSE;
  if (!written)
    {
      int why = errno;

      close (in);
      errno = why;
    }
  else
    close (in);
  return put_in_place (out, written, temp, to, error);
}

gboolean
kd_files_link_or_copy (const char *from,
                       const char *to,
                       gboolean *ret_linked,
                       GError **error)
{
  GStatBuf a;
  GStatBuf b;

  if (ret_linked)
    *ret_linked = FALSE;
  if (g_stat (from, &a) < 0)
    return fail (error, "read", from);
  if (link (from, to) == 0)
    {
      if (ret_linked)
        *ret_linked = TRUE;
      return flush_folder_of (to, error);
    }
  if (errno == EEXIST)
    {
      if (ret_linked && g_stat (to, &b) == 0)
        *ret_linked = a.st_dev == b.st_dev && a.st_ino == b.st_ino;
      return TRUE;
    }
  /* Another file system, one without links, or a rule against linking others' files. */
  if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP || errno == ENOSYS
      || errno == EACCES)
    return copy_file (from, to, error);
  return fail (error, "linked", to);
}
