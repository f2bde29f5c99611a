/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Pictures for widgets: fetched by the caller's functions, decoded by a pool of two threads, the
 * latest kept in memory. A picture is known by its key (the hash of its bytes, as text).
 */
#define KD_TYPE_PHOTO_LOADER (kd_photo_loader_get_type ())
G_DECLARE_FINAL_TYPE (KdPhotoLoader, kd_photo_loader, KD, PHOTO_LOADER, GObject)

/* Begins to get a picture's bytes; edge: the longest side wanted in pixels, a hint. Both are
 * called on the main thread. */
typedef void (*KdPhotoFetch) (const char *key,
                              int edge,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer callback_data,
                              gpointer user_data);
typedef GBytes *(*KdPhotoFetchFinish) (GAsyncResult *result,
                                       gpointer user_data,
                                       GError **error);

KdPhotoLoader *kd_photo_loader_new (KdPhotoFetch fetch,
                                    KdPhotoFetchFinish finish,
                                    gpointer user_data,
                                    GDestroyNotify destroy);

/* (transfer none) (nullable) A picture that is in memory already. */
GdkTexture *kd_photo_loader_peek (KdPhotoLoader *self,
                                  const char *key,
                                  int edge);

void kd_photo_loader_load_async (KdPhotoLoader *self,
                                 const char *key,
                                 int edge,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GdkTexture *kd_photo_loader_load_finish (KdPhotoLoader *self,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
