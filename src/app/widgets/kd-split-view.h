/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Up to three columns: list | detail | side panel. Below collapse-width, or where the columns'
 * minimum widths don't fit, one column is shown at a time and slides. Children are never
 * reparented, so focus, scroll position and typed text survive. A side panel that doesn't fit
 * beside the others lies over the detail.
 *
 * Properties: collapsed (read only), can-go-back (read only: collapsed, and not at the list),
 * collapse-width (pixels, 720), list-width and side-width (pixels, moved by the person),
 * show-detail, show-side. Action: split.back, also on Escape; enabled with can-go-back.
 */
#define KD_TYPE_SPLIT_VIEW (kd_split_view_get_type ())
G_DECLARE_FINAL_TYPE (KdSplitView, kd_split_view, KD, SPLIT_VIEW, GtkWidget)

GtkWidget *kd_split_view_new (void);

/* Set once; each may be left out. */
void kd_split_view_set_list (KdSplitView *self,
                             GtkWidget *list);
void kd_split_view_set_detail (KdSplitView *self,
                               GtkWidget *detail);
void kd_split_view_set_side (KdSplitView *self,
                             GtkWidget *side);

gboolean kd_split_view_get_collapsed (KdSplitView *self);
gboolean kd_split_view_get_show_detail (KdSplitView *self);
void kd_split_view_set_show_detail (KdSplitView *self,
                                    gboolean show_detail);
gboolean kd_split_view_get_show_side (KdSplitView *self);
void kd_split_view_set_show_side (KdSplitView *self,
                                  gboolean show_side);

/* One step towards the list while collapsed. FALSE where there is none. */
gboolean kd_split_view_back (KdSplitView *self);

/* A back button for the header of the detail or the side panel: seen only with can-go-back. */
GtkWidget *kd_split_view_back_button_new (KdSplitView *self);

G_END_DECLS
