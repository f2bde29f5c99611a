/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-session.h"
#include "kd-store-records.h"

G_BEGIN_DECLS

/*
 * A record that is open in one or more pages, with all that its page shows. One object per
 * (kind, id) in a session; it reads itself again when anything it shows changes, and values just
 * typed show in it before they are committed.
 *
 * Signal: changed (). Kinds: product, order, contact, conversation; any other kind has its row
 * alone.
 */
#define KD_TYPE_OPEN_RECORD (kd_open_record_get_type ())
G_DECLARE_FINAL_TYPE (KdOpenRecord, kd_open_record, KD, OPEN_RECORD, GObject)

/* (transfer full): the one that is open, or a new one that loads */
KdOpenRecord *kd_open_record_get (KdSession *session, const KdKind *kind, const KdId *id);

const KdKind *kd_open_record_get_kind (KdOpenRecord *self);
const KdId *kd_open_record_get_id (KdOpenRecord *self);
/* FALSE until the first read has ended. */
gboolean kd_open_record_is_loaded (KdOpenRecord *self);
/* Loaded, and there is no such row (not yet made, or deleted). */
gboolean kd_open_record_is_gone (KdOpenRecord *self);
/* A change of it is not acknowledged yet. */
gboolean kd_open_record_is_waiting (KdOpenRecord *self);
/* (nullable): why the last read failed, for a log */
const char *kd_open_record_get_message (KdOpenRecord *self);

/* (nullable) (transfer none): valid until the next `changed` */
const KdRecord *kd_open_record_get_record (KdOpenRecord *self);
const KdProductDetail *kd_open_record_get_product (KdOpenRecord *self);
const KdOrderDetail *kd_open_record_get_order (KdOpenRecord *self);
/* Of an order, a conversation or the contact itself. */
const KdContact *kd_open_record_get_contact (KdOpenRecord *self);

/* Reads it again, after an error. */
void kd_open_record_reload (KdOpenRecord *self);

G_END_DECLS
