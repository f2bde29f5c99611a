/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-photo-loader.h"

G_BEGIN_DECLS

/* A picture that fills a fixed box with rounded corners; an icon until it is there, and where
 * there is none. */
#define KD_TYPE_PHOTO_VIEW (kd_photo_view_get_type ())
G_DECLARE_FINAL_TYPE (KdPhotoView, kd_photo_view, KD, PHOTO_VIEW, GtkWidget)

/* width, height: pixels, before scaling for dense screens. */
GtkWidget *kd_photo_view_new (int width,
                              int height);

/* Shows a picture of a loader. key NULL: none. Cheap to call for the picture it shows already. */
void kd_photo_view_set_photo (KdPhotoView *self,
                              KdPhotoLoader *loader,
                              const char *key);
/* Shows pixels that are there already; NULL: the icon. */
void kd_photo_view_set_paintable (KdPhotoView *self,
                                  GdkPaintable *paintable);
/* What it shows, for a screen reader: the product's name. */
void kd_photo_view_set_name (KdPhotoView *self,
                             const char *name);
/* TRUE: whole in its box; FALSE (at first): fills it, cut at the edges. */
void kd_photo_view_set_whole (KdPhotoView *self,
                              gboolean whole);
GdkPaintable *kd_photo_view_get_paintable (KdPhotoView *self);

G_END_DECLS
