/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-thread-model.h"

G_BEGIN_DECLS

/* The messages of a conversation. It alone touches the scroll position: it follows the end while
 * the reader is there, stays where the reader is otherwise, and fetches more at both ends. */
#define KD_TYPE_THREAD_VIEW (kd_thread_view_get_type ())
G_DECLARE_FINAL_TYPE (KdThreadView, kd_thread_view, KD, THREAD_VIEW, GtkWidget)

GtkWidget *kd_thread_view_new (KdSession *session);
/* @model: (nullable) */
void kd_thread_view_set_model (KdThreadView *self, KdThreadModel *model);
void kd_thread_view_jump (KdThreadView *self, const KdId *message);
void kd_thread_view_to_end (KdThreadView *self);

G_END_DECLS
