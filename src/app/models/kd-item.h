/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-store-lists.h"

G_BEGIN_DECLS

/*
 * A row of a list. The same rid is the same object as long as anyone holds it. It may come without
 * values (`loaded` is FALSE and its row struct is all empty) and be filled later.
 *
 * Signal: changed (), whenever loaded or a value changed. There is no notify for single values.
 */
#define KD_TYPE_ITEM (kd_item_get_type ())
G_DECLARE_DERIVABLE_TYPE (KdItem, kd_item, KD, ITEM, GObject)

struct _KdItemClass
{
  GObjectClass parent_class;

  KdListKind kind;        /* of its row struct */
};

gint64 kd_item_get_rid (KdItem *self);
/* None until it was loaded for the first time. */
const KdId *kd_item_get_id (KdItem *self);
gboolean kd_item_is_loaded (KdItem *self);
/* (not nullable): the list's row struct; empty while not loaded. Valid until the next `changed`. */
const KdListRow *kd_item_get_row (KdItem *self);

#define KD_TYPE_LISTED_PRODUCT (kd_listed_product_get_type ())
G_DECLARE_FINAL_TYPE (KdListedProduct, kd_listed_product, KD, LISTED_PRODUCT, KdItem)
const KdProductRow *kd_listed_product_get_row (KdListedProduct *self);

#define KD_TYPE_LISTED_ORDER (kd_listed_order_get_type ())
G_DECLARE_FINAL_TYPE (KdListedOrder, kd_listed_order, KD, LISTED_ORDER, KdItem)
const KdOrderRow *kd_listed_order_get_row (KdListedOrder *self);

#define KD_TYPE_LISTED_CONVERSATION (kd_listed_conversation_get_type ())
G_DECLARE_FINAL_TYPE (KdListedConversation, kd_listed_conversation, KD, LISTED_CONVERSATION, KdItem)
const KdConversationRow *kd_listed_conversation_get_row (KdListedConversation *self);

#define KD_TYPE_LISTED_CONTACT (kd_listed_contact_get_type ())
G_DECLARE_FINAL_TYPE (KdListedContact, kd_listed_contact, KD, LISTED_CONTACT, KdItem)
const KdContactRow *kd_listed_contact_get_row (KdListedContact *self);

/* What a list is a list of. */
const KdKind *kd_item_kind (KdListKind kind);
/* The item type of a list. */
GType kd_item_type_for (KdListKind kind);

G_END_DECLS
