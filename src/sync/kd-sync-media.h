/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sync-engine.h"

G_BEGIN_DECLS

/* Pictures by their hash (SYNC 4.13): kept in the media folder, sent by the engine's own lane,
 * fetched when somebody looks at them. What was fetched is thrown away again, the least used first,
 * once there is much of it; what the server has not got yet never is. */

#define KD_MEDIA_MAX_BYTES (64 * 1024 * 1024)               /* one picture */
#define KD_MEDIA_FETCHED_MAX (G_GINT64_CONSTANT (512) * 1024 * 1024) /* of all that was fetched */
#define KD_MEDIA_AT_ONCE 3                                  /* fetched at the same time */

/* FOLDER/ab/cdef..., of a smaller version FOLDER/ab/cdef....w256 */
char *kd_sync_media_path (const char *folder, const KdHash *sha256, guint width);

/**
 * kd_sync_media_put_async:
 * @mime: as the caller found by looking into it
 *
 * Keeps a picture here and queues it for the server; it is sent once a mutation names it. To be
 * waited for before that mutation is committed. Works offline.
 */
void kd_sync_media_put_async (KdSyncEngine *engine, GBytes *bytes, const char *mime, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
gboolean kd_sync_media_put_finish (KdSyncEngine *engine, GAsyncResult *result, KdHash *ret_hash, GError **error);

/**
 * kd_sync_media_get_async:
 * @width: longest side wanted: the server's sizes are 256, 512 and 1024; 0: as it is
 *
 * From here or from the server. An original that is here serves for every width. %G_IO_ERROR_NOT_FOUND
 * where the server refuses it, %G_IO_ERROR_HOST_UNREACHABLE where it can't be asked.
 */
void kd_sync_media_get_async (KdSyncEngine *engine, const KdHash *sha256, guint width, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
GBytes *kd_sync_media_get_finish (KdSyncEngine *engine, GAsyncResult *result, GError **error);

/* For the engine: nothing can be fetched any more. On its context. */
void kd_sync_media_give_up (KdSyncEngine *engine);

G_END_DECLS
