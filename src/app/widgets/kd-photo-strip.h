/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-photo-loader.h"

G_BEGIN_DECLS

/*
 * The pictures of a record in their order: added by the button, by dropping and by pasting,
 * moved by dragging or with Ctrl and the arrow keys, removed with Delete. It changes nothing by
 * itself: it tells, and shows what set_photos says.
 *
 * Signals:
 *   add-files (GListModel *files)        of GFile
 *   add-bytes (GBytes *png)              a pasted or dropped picture
 *   move (const char *id, uint place)    place: its index afterwards
 *   remove (const char *id)
 *   activate (const char *id)            to look at it in full size
 */
#define KD_TYPE_PHOTO_STRIP (kd_photo_strip_get_type ())
G_DECLARE_FINAL_TYPE (KdPhotoStrip, kd_photo_strip, KD, PHOTO_STRIP, GtkWidget)

typedef struct {
  const char *id;   /* of the picture in this record */
  const char *key;  /* for the loader */
  const char *name; /* (nullable) alternative text */
} KdPhoto;

GtkWidget *kd_photo_strip_new (KdPhotoLoader *loader);
void kd_photo_strip_set_photos (KdPhotoStrip *self,
                                const KdPhoto *photos,
                                unsigned n_photos);
/* FALSE: it only shows. */
void kd_photo_strip_set_editable (KdPhotoStrip *self,
                                  gboolean editable);

G_END_DECLS
