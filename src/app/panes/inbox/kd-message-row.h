/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-thread-model.h"

G_BEGIN_DECLS

/* A line of a thread: a bubble, a card, a day or the unread line. Its height is final once bound. */
#define KD_TYPE_MESSAGE_ROW (kd_message_row_get_type ())
G_DECLARE_FINAL_TYPE (KdMessageRow, kd_message_row, KD, MESSAGE_ROW, GtkWidget)

GtkWidget *kd_message_row_new (KdSession *session);
/* @item: (nullable) */
void kd_message_row_set_item (KdMessageRow *self, KdThreadItem *item);
/* What a screen reader says for the line: (transfer full) */
char *kd_message_row_name (KdThreadItem *item);

G_END_DECLS
