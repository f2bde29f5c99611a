/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-blob-store.h"

#include "kd-picture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PARTIAL "partial"
#define OCTETS "application/octet-stream"
#define FOLDER_MODE 0700
#define FILE_MODE 0600

G_DEFINE_QUARK (kd-blob-error-quark, kd_blob_error)

static gboolean
fail_errno (const char *path,
            GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static char *
blob_path (const char *folder,
           const KdHash *sha256,
           const char *suffix)
{
  char text[KD_HASH_TEXT_LENGTH + 1];
  g_autofree char *name = NULL, *part = NULL;

  kd_hash_to_text (sha256, text);
  part = g_strndup (text, 2);
  name = g_strconcat (text + 2, suffix, NULL);
  return g_build_filename (folder, part, name, NULL);
}

gboolean
kd_blob_exists (const char *folder,
                const KdHash *sha256)
{
  g_autofree char *path = blob_path (folder, sha256, "");

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static GBytes *
map (const char *path,
     GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &failed);

  if (file != NULL)
    return g_mapped_file_get_bytes (file);
  if (g_error_matches (failed, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such blob");
  else
    g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

GBytes *
kd_blob_read (const char *folder,
              const KdHash *sha256,
              GError **error)
{
  g_autofree char *path = blob_path (folder, sha256, "");

  return map (path, error);
}

/* Written beside, flushed, then renamed: a name never stands for half a file. */
static gboolean
write_file (const char *path,
            GBytes *bytes,
            GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *beside = g_strdup_printf ("%s.%08x.new", path, g_random_int ());
  gsize size, done = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  int fd;

  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0 || (fd = g_open (beside, O_WRONLY | O_CREAT | O_EXCL, FILE_MODE)) < 0)
    return fail_errno (folder, error);
  while (done < size)
    {
      ssize_t n = write (fd, data + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      done += (gsize) n;
    }
  if (done < size || fsync (fd) != 0)
    {
      fail_errno (path, error);
      close (fd);
      g_unlink (beside);
      return FALSE;
    }
  close (fd);
  if (g_rename (beside, path) == 0)
    return TRUE;
  fail_errno (path, error);
  g_unlink (beside);
  return FALSE;
}

GBytes *
kd_blob_read_small (const char *folder,
                    const KdHash *sha256,
                    guint edge,
                    gsize max_bytes,
                    const char **ret_mime,
                    GError **error)
{
  g_autofree char *suffix = g_strdup_printf (".w%u%s", edge, max_bytes != 0 ? "s" : "");
  g_autofree char *path = blob_path (folder, sha256, suffix);
  g_autoptr (GBytes) whole = NULL, small = map (path, NULL);
  KdPictureInfo info;

  if (small != NULL)
    {
      gsize size;
      const void *data = g_bytes_get_data (small, &size);

      *ret_mime = kd_picture_format_mime (kd_picture_sniff (data, size));
      if (*ret_mime != NULL)
        return g_steal_pointer (&small);
      g_clear_pointer (&small, g_bytes_unref);
    }
  whole = kd_blob_read (folder, sha256, error);
  if (whole == NULL)
    return NULL;
  small = kd_picture_thumbnail (whole, KD_PICTURE_ALLOW_SVG, (int) edge, max_bytes, &info, NULL, error);
  if (small == NULL)
    return NULL;
  *ret_mime = info.mime;
  /* that it couldn't be kept is no reason not to show it */
  write_file (path, small, NULL);
  return g_steal_pointer (&small);
}

/* ---- what it is ---- */

static gboolean
inspect (GBytes *bytes,
         gboolean picture,
         KdBlobInfo *ret_info,
         GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  KdPictureInfo info;

  *ret_info = (KdBlobInfo){ .size = (gint64) size, .mime = OCTETS };
  if (!picture && kd_picture_sniff (data, size) == KD_PICTURE_NONE)
    return TRUE;
  if (!kd_picture_check (bytes, KD_PICTURE_ALLOW_SVG, &info, error))
    return FALSE;
  ret_info->mime = info.mime;
  ret_info->width = info.width;
  ret_info->height = info.height;
  return TRUE;
}

static gboolean
is_hash_of (GBytes *bytes,
            const KdHash *sha256)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size, length = sizeof (KdHash);
  const guint8 *data = g_bytes_get_data (bytes, &size);
  KdHash ours;

  for (gsize done = 0; done < size; done += MIN (size - done, KD_BLOB_CHUNK_MAX))
    g_checksum_update (checksum, data + done, (gssize) MIN (size - done, KD_BLOB_CHUNK_MAX));
  g_checksum_get_digest (checksum, ours.b, &length);
  return kd_hash_equal (&ours, sha256);
}

gboolean
kd_blob_put (const char *folder,
             GBytes *bytes,
             const KdHash *sha256,
             KdBlobInfo *ret_info,
             GError **error)
{
  g_autofree char *path = blob_path (folder, sha256, "");

  return inspect (bytes, FALSE, ret_info, error)
         && (g_file_test (path, G_FILE_TEST_IS_REGULAR) || write_file (path, bytes, error));
}

/* ---- uploads ---- */

static char *
upload_path (const KdUpload *upload,
             const char *suffix)
{
  char hash[KD_HASH_TEXT_LENGTH + 1], user[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *name = g_strconcat (kd_hash_to_text (&upload->sha256, hash), "-", kd_id_to_text (&upload->user, user), suffix, NULL);

  return g_build_filename (upload->folder, PARTIAL, name, NULL);
}

static void
tidy (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, PARTIAL, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gint64 oldest = g_get_real_time () / 1000 - KD_BLOB_PARTIAL_MS;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      GStatBuf about;

      if (g_stat (file, &about) == 0 && (gint64) about.st_mtime * 1000 < oldest)
        g_unlink (file);
    }
}

gint64
kd_upload_get_offset (const KdUpload *upload)
{
  g_autofree char *path = upload_path (upload, "");
  GStatBuf about;

  return g_stat (path, &about) == 0 ? (gint64) about.st_size : -1;
}

gboolean
kd_upload_begin (const KdUpload *upload,
                 gint64 size,
                 gboolean picture,
                 gint64 *ret_offset,
                 GError **error)
{
  g_autofree char *path = upload_path (upload, ""), *about = upload_path (upload, ".about");
  g_autofree char *folder = g_build_filename (upload->folder, PARTIAL, NULL);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT " %d", size, picture);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  int fd;

  tidy (upload->folder);
  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0)
    return fail_errno (folder, error);
  if (!write_file (about, bytes, error))
    return FALSE;
  fd = g_open (path, O_WRONLY | O_CREAT, FILE_MODE);
  if (fd < 0)
    return fail_errno (path, error);
  close (fd);
  *ret_offset = kd_upload_get_offset (upload);
  if (*ret_offset <= size)
    return TRUE;
  /* announced anew with another size: from the start */
  *ret_offset = 0;
  return g_unlink (path) == 0 || fail_errno (path, error);
}

static gboolean
read_about (const KdUpload *upload,
            gint64 *ret_size,
            gboolean *ret_picture)
{
  g_autofree char *path = upload_path (upload, ".about"), *text = NULL;
  g_auto (GStrv) parts = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  parts = g_strsplit (text, " ", 2);
  if (parts[0] == NULL || parts[1] == NULL || !g_ascii_string_to_signed (parts[0], 10, 0, KD_BLOB_MAX, ret_size, NULL))
    return FALSE;
  *ret_picture = strcmp (parts[1], "1") == 0;
  return TRUE;
}

static gboolean
append (const char *path,
        GBytes *bytes,
        GError **error)
{
  gsize size, done = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  int fd = g_open (path, O_WRONLY | O_APPEND, FILE_MODE);

  if (fd < 0)
    return fail_errno (path, error);
  while (done < size)
    {
      ssize_t n = write (fd, data + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail_errno (path, error);
          close (fd);
          return FALSE;
        }
      done += (gsize) n;
    }
  if (fsync (fd) == 0 && close (fd) == 0)
    return TRUE;
  return fail_errno (path, error);
}

static gboolean
publish (const KdUpload *upload,
         const char *partial,
         gboolean picture,
         KdBlobInfo *ret_info,
         GError **error)
{
  g_autofree char *path = blob_path (upload->folder, &upload->sha256, ""), *folder = g_path_get_dirname (path);
  g_autofree char *about = upload_path (upload, ".about");
  g_autoptr (GBytes) bytes = map (partial, error);
  gboolean right;

  if (bytes == NULL)
    return FALSE;
  right = is_hash_of (bytes, &upload->sha256);
  if (!right)
    g_set_error_literal (error, KD_BLOB_ERROR, KD_BLOB_ERROR_HASH, "the bytes have another hash");
  if (!right || !inspect (bytes, picture, ret_info, error))
    {
      g_unlink (partial);
      g_unlink (about);
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0 || g_rename (partial, path) != 0)
    return fail_errno (path, error);
  g_unlink (about);
  return TRUE;
}

gboolean
kd_upload_append (const KdUpload *upload,
                  gint64 offset,
                  GBytes *bytes,
                  gint64 *ret_offset,
                  gboolean *ret_done,
                  KdBlobInfo *ret_info,
                  GError **error)
{
  g_autofree char *path = upload_path (upload, "");
  gboolean picture;
  gint64 size;

  *ret_done = FALSE;
  *ret_offset = kd_upload_get_offset (upload);
  if (*ret_offset < 0 || !read_about (upload, &size, &picture))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no upload was begun");
      return FALSE;
    }
  if (*ret_offset != offset)
    {
      g_set_error_literal (error, KD_BLOB_ERROR, KD_BLOB_ERROR_OFFSET, "the upload stands elsewhere");
      return FALSE;
    }
  if (offset + (gint64) g_bytes_get_size (bytes) > size)
    {
      g_set_error_literal (error, KD_BLOB_ERROR, KD_BLOB_ERROR_SIZE, "more than was announced");
      return FALSE;
    }
  if (g_bytes_get_size (bytes) > 0 && !append (path, bytes, error))
    return FALSE;
  *ret_offset += (gint64) g_bytes_get_size (bytes);
  if (*ret_offset < size)
    return TRUE;
  *ret_done = TRUE;
  return publish (upload, path, picture, ret_info, error);
}
