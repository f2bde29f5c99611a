/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-session.h"
#include "kd-store-records.h"

G_BEGIN_DECLS

typedef enum
{
  KD_THREAD_MESSAGE,
  KD_THREAD_DAY,          /* a day's heading */
  KD_THREAD_UNREAD,       /* the line above the first unread message, where it was when opened */
} KdThreadItemType;

/* One line of a thread. Signal: changed (): the message was read again (ticks, edited card). */
#define KD_TYPE_THREAD_ITEM (kd_thread_item_get_type ())
G_DECLARE_FINAL_TYPE (KdThreadItem, kd_thread_item, KD, THREAD_ITEM, GObject)

KdThreadItemType kd_thread_item_get_item_type (KdThreadItem *self);
/* (nullable): of a message */
const KdThreadEntry *kd_thread_item_get_entry (KdThreadItem *self);
/* ms UTC: the message's time, or the beginning of the day, in local time */
gint64 kd_thread_item_get_time (KdThreadItem *self);

#define KD_THREAD_MAX 200      /* entries in the model */
#define KD_THREAD_PAGE 50

/*
 * A window of at most KD_THREAD_MAX entries into a conversation, oldest first; as a GListModel it
 * holds KdThreadItems. It opens at the newest messages.
 *
 * Properties (read only, notified): at-start, at-end, loading (gboolean), newer (guint: messages
 * that arrived beyond the window's end since it was left).
 */
#define KD_TYPE_THREAD_MODEL (kd_thread_model_get_type ())
G_DECLARE_FINAL_TYPE (KdThreadModel, kd_thread_model, KD, THREAD_MODEL, GObject)

KdThreadModel *kd_thread_model_new (KdSession *session, const KdId *conversation);
const KdId *kd_thread_model_get_conversation (KdThreadModel *self);

gboolean kd_thread_model_get_at_start (KdThreadModel *self);
gboolean kd_thread_model_get_at_end (KdThreadModel *self);
gboolean kd_thread_model_get_loading (KdThreadModel *self);
guint kd_thread_model_get_newer (KdThreadModel *self);

/* One page more at an end; the far end is trimmed after it was added. No-ops at the end. */
void kd_thread_model_load_older (KdThreadModel *self);
void kd_thread_model_load_newer (KdThreadModel *self);
/* Swaps the window for the newest messages. */
void kd_thread_model_to_end (KdThreadModel *self);

/**
 * kd_thread_model_jump_async:
 * @message: comes into the middle of the window, in one range of items-changed
 *
 * Finish gives its position, or KD_NO_POSITION (G_MAXUINT) where there is no such message.
 */
void kd_thread_model_jump_async (KdThreadModel *self, const KdId *message, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer data);
guint kd_thread_model_jump_finish (KdThreadModel *self, GAsyncResult *result, GError **error);

/* The position of a message or of the unread line; G_MAXUINT where it isn't in the window. */
guint kd_thread_model_find (KdThreadModel *self, const KdId *message);
guint kd_thread_model_find_unread (KdThreadModel *self);
/* `received` of the newest message in the window: what conversation.staff_seen is told. 0: none. */
gint64 kd_thread_model_get_newest_received (KdThreadModel *self);

G_END_DECLS
