/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-id.h"

G_BEGIN_DECLS

/* The files of blobs: FOLDER/ab/cdef..., named by the SHA-256 of what they hold, and uploads that
 * are not complete in FOLDER/partial. Blocking; any thread. */

#define KD_BLOB_MAX (64 * 1024 * 1024)
#define KD_BLOB_CHUNK_MAX (4 * 1024 * 1024)
#define KD_BLOB_PARTIAL_MS (G_GINT64_CONSTANT (7) * 24 * 3600 * 1000)

#define KD_BLOB_ERROR (kd_blob_error_quark ())
GQuark kd_blob_error_quark (void);
typedef enum
{
  KD_BLOB_ERROR_OFFSET,   /* the upload stands elsewhere */
  KD_BLOB_ERROR_HASH,     /* the bytes are not what their name says; the upload is gone */
  KD_BLOB_ERROR_SIZE,     /* more bytes than were announced */
} KdBlobError;

/* What a blob turned out to be. */
typedef struct
{
  gint64 size, width, height;
  const char *mime;       /* static */
} KdBlobInfo;

/* Where an upload of a user stands: @picture, whether it says it is one. */
typedef struct
{
  const char *folder;
  KdHash sha256;
  KdId user;
} KdUpload;

gboolean kd_blob_exists (const char *folder, const KdHash *sha256);

/* (nullable): the bytes, mapped; NULL with G_IO_ERROR_NOT_FOUND or another error */
GBytes *kd_blob_read (const char *folder, const KdHash *sha256, GError **error);

/**
 * kd_blob_read_small:
 * @edge: longest edge in pixels
 *
 * A picture made small, or a drawing made a picture; kept beside the blob for the next time.
 *
 * Returns: (nullable): with errors of KD_PICTURE_ERROR too
 */
GBytes *kd_blob_read_small (const char *folder, const KdHash *sha256, guint edge, gsize max_bytes, const char **ret_mime, GError **error);

/* Begins an upload, or finds the one that was begun; uploads that nobody went on with are tidied
 * away. */
gboolean kd_upload_begin (const KdUpload *upload, gint64 size, gboolean picture, gint64 *ret_offset, GError **error);

/* -1: none was begun */
gint64 kd_upload_get_offset (const KdUpload *upload);

/**
 * kd_upload_append:
 * @ret_done: (out): it was the last piece, and the blob is in its place
 * @ret_info: (out): then, what it is
 *
 * A picture is checked before it is put in place (errors of KD_PICTURE_ERROR).
 */
gboolean kd_upload_append (const KdUpload *upload, gint64 offset, GBytes *bytes, gint64 *ret_offset, gboolean *ret_done,
                           KdBlobInfo *ret_info, GError **error);

/* Puts bytes in place at once. */
gboolean kd_blob_put (const char *folder, GBytes *bytes, const KdHash *sha256, KdBlobInfo *ret_info, GError **error);

G_END_DECLS
