/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-thread-model.h"

G_BEGIN_DECLS

struct _KdThreadModel
{
  GObject parent_instance;

  KdSession *session;           /* (owned) */
  KdId conversation;
  GTimeZone *zone;              /* (owned): where days begin */

  GPtrArray *items;             /* (owned): of KdThreadItem */
  KdThreadItem *unread_item;    /* (owned) (nullable) */
  gint64 unread_rid;            /* first message that was unread when it opened; 0: none */
  gboolean at_start, at_end, loading, opened;
  guint newer;

  GCancellable *cancellable;    /* (owned): of the read under way */
  gboolean reading;
  gboolean again;               /* the window is to be read again */
  guint64 changed;              /* generation of the last change that touches it */
  guint source;
};

/* kd-thread-model.c */
KdThreadItem *kd_thread_item_new (KdThreadItemType type, gint64 time, KdThreadEntry *entry);
/* (transfer full) @entry. Emits `changed` where something differs. */
void kd_thread_item_take_entry (KdThreadItem *self, KdThreadEntry *entry);
gint64 kd_thread_item_get_rid (KdThreadItem *self);

void kd_thread_model_set_ends (KdThreadModel *self, gboolean at_start, gboolean at_end);
void kd_thread_model_set_loading (KdThreadModel *self, gboolean loading);
void kd_thread_model_set_newer (KdThreadModel *self, guint newer);
/* (transfer full): the window's messages, KdThreadItem, without days and line */
GPtrArray *kd_thread_model_messages (KdThreadModel *self);
/* (transfer full): with days and line */
GPtrArray *kd_thread_model_lines (KdThreadModel *self, GPtrArray *messages);
/* (transfer full) @lines */
void kd_thread_model_show (KdThreadModel *self, GPtrArray *lines);

/* kd-thread-read.c */
void kd_thread_model_open (KdThreadModel *self);
void kd_thread_model_changes_cb (KdSession *session, const KdChangeSet *changes, KdThreadModel *self);

G_END_DECLS
