/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-photo-strip.h"

G_BEGIN_DECLS

#define KD_PHOTO_TILE_SIZE 96

/* One picture of a KdPhotoStrip. Signals, all for the strip: remove, activate, moved (int by),
 * focus-by (int by), dropped (KdPhotoTile *). */
#define KD_TYPE_PHOTO_TILE (kd_photo_tile_get_type ())
G_DECLARE_FINAL_TYPE (KdPhotoTile, kd_photo_tile, KD, PHOTO_TILE, GtkWidget)

GtkWidget *kd_photo_tile_new (KdPhotoLoader *loader);
/* place: counted from 1. */
void kd_photo_tile_show (KdPhotoTile *self,
                         const KdPhoto *photo,
                         unsigned place,
                         unsigned of,
                         gboolean editable);
void kd_photo_tile_set_editable (KdPhotoTile *self,
                                 gboolean editable);
const char *kd_photo_tile_get_id (KdPhotoTile *self);

G_END_DECLS
