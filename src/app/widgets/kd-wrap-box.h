/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Children beside each other at their natural widths, in as many lines as it takes: filters,
 * chips, buttons, pictures. A child with hexpand takes what is left of its line. As narrow as its
 * widest child's minimum.
 */
#define KD_TYPE_WRAP_BOX (kd_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (KdWrapBox, kd_wrap_box, KD, WRAP_BOX, GtkWidget)

/* spacing: pixels between children and between lines. */
GtkWidget *kd_wrap_box_new (int spacing);
void kd_wrap_box_append (KdWrapBox *self,
                         GtkWidget *child);
/* sibling NULL: at the end. */
void kd_wrap_box_insert_before (KdWrapBox *self,
                                GtkWidget *child,
                                GtkWidget *sibling);
void kd_wrap_box_remove (KdWrapBox *self,
                         GtkWidget *child);

G_END_DECLS
