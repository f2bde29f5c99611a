/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-chat-args.h"
#include "kd-kinds.h"
#include "kd-order-args.h"
#include "kd-order-machine.h"
#include "kd-product-save.h"

G_BEGIN_DECLS

/* Typed makers of the calls that kd_session_commit_async() takes. All return (transfer full). */

/* A list of one or more calls: (transfer full) each. */
GPtrArray *kd_calls_new (KdCall *first, ...) G_GNUC_NULL_TERMINATED;

/* ---- any kind with generated mutations ---- */

/* @set: (transfer full) */
KdCall *kd_call_create (const KdKind *kind, const KdId *id, KdPartial *set);
/* @set, @base: (transfer full); @base: the values seen while editing */
KdCall *kd_call_patch (const KdKind *kind, const KdId *id, KdPartial *set, KdPartial *base);
KdCall *kd_call_delete (const KdKind *kind, const KdId *id);

/* What differs between the record shown and the one wanted, as a patch; NULL where nothing does. */
KdCall *kd_call_patch_between (const KdRecord *shown, const KdRecord *wanted);
KdCall *kd_call_product_patch (const KdProduct *shown, const KdProduct *wanted);
KdCall *kd_call_variant_patch (const KdVariant *shown, const KdVariant *wanted);
KdCall *kd_call_contact_patch (const KdContact *shown, const KdContact *wanted);
KdCall *kd_call_category_patch (const KdCategory *shown, const KdCategory *wanted);
KdCall *kd_call_shop_patch (const KdShopProfile *shown, const KdShopProfile *wanted);

/* ---- bulk: at most KD_CALL_ROWS_MAX rows each ---- */

#define KD_CALL_ROWS_MAX 500
KdCall *kd_call_rows_new (void);
/* A field that holds something else by then is left. @set, @base: (transfer full) */
void kd_call_rows_add (KdCall *call, const KdKind *kind, const KdId *id, KdPartial *set, KdPartial *base);
guint kd_call_rows_count (const KdCall *call);

/* ---- catalog ---- */

/* Empty: fill its KdProductItem with the functions below. */
KdCall *kd_call_product_save (const KdId *product);
KdProductItem *kd_call_product_item (KdCall *call);
/* (transfer none): new items, with nothing set */
KdVariantItem *kd_product_item_add_variant (KdProductItem *item, const KdId *id);
KdOptionItem *kd_product_item_add_option (KdProductItem *item, const KdId *id);
KdCall *kd_call_product_delete (const KdId *product);
KdCall *kd_call_stock_adjust (const KdId *variant, const KdId *location, gint64 delta, KdMoveClass class_,
                              const char *reason);
KdCall *kd_call_stock_count (const KdId *variant, const KdId *location, gint64 counted, gint64 seen,
                             const char *reason);
/* @media: its id, product, position, blob, mime, name, alt, size, width, height */
KdCall *kd_call_media_add (const KdMedia *media);
KdCall *kd_call_media_update (const KdId *media, const char *position, const char *alt);
KdCall *kd_call_media_remove (const KdId *media);
KdCall *kd_call_conflict_settle (const KdId *conflict, KdConflictState state);
KdCall *kd_call_task_done (const KdId *task);

/* ---- chat ---- */

KdCall *kd_call_conversation_start (const KdId *id, const KdId *contact, KdChannel channel);
KdCall *kd_call_message_text (const KdId *id, const KdId *conversation, const char *text, const KdId *reply_to);
KdCall *kd_call_message_note (const KdId *id, const KdId *conversation, const char *text);
KdCall *kd_call_message_product (const KdId *id, const KdId *conversation, const KdId *product, const char *text);
KdCall *kd_call_message_order (const KdId *id, const KdId *conversation, const KdId *order, const char *text);
KdCall *kd_call_message_image (const KdId *id, const KdId *conversation, const KdId *media, const char *text);
KdCall *kd_call_conversation_seen (const KdId *conversation, gint64 received);
KdCall *kd_call_conversation_set_state (const KdConversation *shown, KdConversationState state);
KdCall *kd_call_conversation_assign (const KdConversation *shown, const KdId *member);
KdCall *kd_call_contact_verify (const KdContact *shown, gboolean verified);

/* ---- orders ---- */

/* A draft; the caller fills what more is known (kd_call_order_args()). @token: 32 random hex
 * digits, made here. */
KdCall *kd_call_order_create (const KdId *id, const guint8 random[16]);
KdOrderCreateArgs *kd_call_order_args (KdCall *call);
void kd_call_order_add_line (KdCall *call, const KdId *variant, const char *name, gint64 quantity, gint64 price);
/* Lines as wanted; @shown (element-type KdOrderLine): as they stood on the screen */
KdCall *kd_call_order_set_lines (const KdId *order, GPtrArray *shown);
void kd_call_order_set_lines_add (KdCall *call, const KdId *line, const KdId *variant, const char *name,
                                  gint64 quantity, gint64 price);
KdCall *kd_call_order_discard (const KdId *order);
/* Of the shop's own draft; @shown as above */
KdCall *kd_call_order_place (const KdOrder *order, GPtrArray *shown, gboolean beyond_stock);
/* @order: as shown: its state of that machine goes along */
KdCall *kd_call_order_transition (const KdOrder *order, KdMachine machine, int to, const char *reason);
KdCall *kd_call_order_ship (const KdOrder *order, const char *courier, const char *tracking, gboolean beyond_stock);
KdCall *kd_call_order_update (const KdOrder *shown, const KdOrder *wanted);
KdCall *kd_call_payment_record (const KdId *id, const KdId *order, gint64 amount, KdPayMethod method,
                                const char *reference);
KdCall *kd_call_payment_reverse (const KdId *id, const KdPayment *payment);

G_END_DECLS
