/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-category-tree.h"

G_BEGIN_DECLS

/*
 * The categories a product is in: a button that says which, and the tree to choose from, with a
 * search and a way to add one. Signal: changed ().
 */
#define KD_TYPE_CATEGORY_PICKER (kd_category_picker_get_type ())
G_DECLARE_FINAL_TYPE (KdCategoryPicker, kd_category_picker, KD, CATEGORY_PICKER, GtkWidget)

GtkWidget *kd_category_picker_new (void);
void kd_category_picker_set_session (KdCategoryPicker *self,
                                     KdSession *session);

/* Ids separated by spaces, the main category first. Setting them doesn't tell. */
const char *kd_category_picker_get_ids (KdCategoryPicker *self);
void kd_category_picker_set_ids (KdCategoryPicker *self,
                                 const char *ids);

/* Their names, as people read them. (transfer full) */
char *kd_category_picker_words (KdCategoryPicker *self,
                                const char *ids);
GtkWidget *kd_category_picker_get_button (KdCategoryPicker *self);

G_END_DECLS
