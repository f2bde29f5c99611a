/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-item-private.h"

typedef struct
{
  gint64 rid;
  KdListRow *row;               /* (owned) (nullable): NULL while not loaded */
  guint64 wanted;               /* generation that a row must have at least */
  gboolean stale;
} KdItemPrivate;

struct _KdListedProduct { KdItem parent_instance; };
struct _KdListedOrder { KdItem parent_instance; };
struct _KdListedConversation { KdItem parent_instance; };
struct _KdListedContact { KdItem parent_instance; };

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KdItem, kd_item, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (KdListedProduct, kd_listed_product, KD_TYPE_ITEM)
G_DEFINE_FINAL_TYPE (KdListedOrder, kd_listed_order, KD_TYPE_ITEM)
G_DEFINE_FINAL_TYPE (KdListedConversation, kd_listed_conversation, KD_TYPE_ITEM)
G_DEFINE_FINAL_TYPE (KdListedContact, kd_listed_contact, KD_TYPE_ITEM)

static guint changed_signal;

static KdItemPrivate *
private_of (KdItem *self)
{
  return kd_item_get_instance_private (self);
}

/* What stands for a row that isn't loaded. */
static const KdListRow *
empty_row (KdListKind kind)
{
  static const KdProductRow product = { .price_min = KD_EMPTY, .price_max = KD_EMPTY };
  static const KdOrderRow order = { .total = KD_EMPTY, .due = KD_EMPTY };
  static const KdConversationRow conversation = { 0 };
  static const KdContactRow contact = { 0 };
  const KdListRow *const rows[] = {
    [KD_LIST_PRODUCTS] = &product.row,
    [KD_LIST_ORDERS] = &order.row,
    [KD_LIST_CONVERSATIONS] = &conversation.row,
    [KD_LIST_CONTACTS] = &contact.row,
  };

  return rows[kind];
}

/* ---- typed values ---- */

static gboolean
has_field (const KdRecord *pending,
           guint64 mask,
           const char *name)
{
  int index = kd_shape_index (&pending->kind->shape, name);

  return index >= 0 && (mask >> index & 1) != 0;
}

static void
set_text (char **text,
          const KdRecord *pending,
          guint64 mask,
          const char *name)
{
  if (!has_field (pending, mask, name))
    return;
  g_free (*text);
  *text = g_strdup (*(char **) kd_field_at (kd_shape_find (&pending->kind->shape, name), pending));
}

static void
set_int (int *value,
         const KdRecord *pending,
         guint64 mask,
         const char *name)
{
  if (has_field (pending, mask, name))
    *value = *(int *) kd_field_at (kd_shape_find (&pending->kind->shape, name), pending);
}

/* What a row shows as it was typed; what follows from it is shown when it is read again. */
static void
lay_over (KdListKind kind,
          KdListRow *row,
          const KdRecord *pending,
          guint64 mask)
{
  KdProductRow *product = (KdProductRow *) row;
  KdOrderRow *order = (KdOrderRow *) row;
  KdContactRow *contact = (KdContactRow *) row;

  switch (kind)
    {
    case KD_LIST_PRODUCTS:
      set_text (&product->name, pending, mask, "name");
      set_int (&product->status, pending, mask, "status");
      break;
    case KD_LIST_ORDERS:
      set_text (&order->name, pending, mask, "name");
      set_text (&order->phone, pending, mask, "phone");
      set_int (&order->on_hold, pending, mask, "on_hold");
      break;
    case KD_LIST_CONTACTS:
      set_text (&contact->name, pending, mask, "name");
      set_text (&contact->phone, pending, mask, "phone");
      set_text (&contact->email, pending, mask, "email");
      break;
    case KD_LIST_CONVERSATIONS:
    default:
      break;
    }
}

const KdKind *
kd_item_kind (KdListKind kind)
{
  const KdKind *const kinds[] = {
    [KD_LIST_PRODUCTS] = &kd_kind_product,
    [KD_LIST_ORDERS] = &kd_kind_order,
    [KD_LIST_CONVERSATIONS] = &kd_kind_conversation,
    [KD_LIST_CONTACTS] = &kd_kind_contact,
  };

  return kinds[kind];
}

/* @generation: of the row; 0 where it is older than what is being typed now */
static gboolean
lay_pending (KdItem *self,
             KdSession *session,
             guint64 generation)
{
  KdItemPrivate *priv = private_of (self);
  KdListKind kind = KD_ITEM_GET_CLASS (self)->kind;
  const KdRecord *pending;
  guint64 mask = 0;

  if (priv->row == NULL || session == NULL)
    return FALSE;
  pending = kd_session_get_pending (session, kd_item_kind (kind), &priv->row->id, &mask);
  if (pending != NULL)
    {
      g_autoptr (KdRecord) read = kd_record_new (pending->kind);

      /* a row read after the commit has the value, and ends its being typed */
      read->id = priv->row->id;
      if (!kd_session_apply_pending (session, read, generation))
        return FALSE;
      lay_over (kind, priv->row, pending, mask);
    }
  return pending != NULL;
}

/* ---- type ---- */

static void
kd_item_finalize (GObject *object)
{
  KdItem *self = KD_ITEM (object);

  kd_list_row_free (KD_ITEM_GET_CLASS (self)->kind, private_of (self)->row);
  G_OBJECT_CLASS (kd_item_parent_class)->finalize (object);
}

static void
kd_item_class_init (KdItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_item_finalize;
  changed_signal = g_signal_new ("changed", KD_TYPE_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_item_init (KdItem *self)
{
}

static void
kd_listed_product_class_init (KdListedProductClass *klass)
{
  KD_ITEM_CLASS (klass)->kind = KD_LIST_PRODUCTS;
}

static void
kd_listed_product_init (KdListedProduct *self)
{
}

static void
kd_listed_order_class_init (KdListedOrderClass *klass)
{
  KD_ITEM_CLASS (klass)->kind = KD_LIST_ORDERS;
}

static void
kd_listed_order_init (KdListedOrder *self)
{
}

static void
kd_listed_conversation_class_init (KdListedConversationClass *klass)
{
  KD_ITEM_CLASS (klass)->kind = KD_LIST_CONVERSATIONS;
}

static void
kd_listed_conversation_init (KdListedConversation *self)
{
}

static void
kd_listed_contact_class_init (KdListedContactClass *klass)
{
  KD_ITEM_CLASS (klass)->kind = KD_LIST_CONTACTS;
}

static void
kd_listed_contact_init (KdListedContact *self)
{
}

/* ---- public ---- */

GType
kd_item_type_for (KdListKind kind)
{
  switch (kind)
    {
    case KD_LIST_PRODUCTS:
      return KD_TYPE_LISTED_PRODUCT;
    case KD_LIST_ORDERS:
      return KD_TYPE_LISTED_ORDER;
    case KD_LIST_CONVERSATIONS:
      return KD_TYPE_LISTED_CONVERSATION;
    case KD_LIST_CONTACTS:
    default:
      return KD_TYPE_LISTED_CONTACT;
    }
}

KdItem *
kd_item_new (KdListKind kind,
             gint64 rid)
{
  KdItem *self = g_object_new (kd_item_type_for (kind), NULL);

  private_of (self)->rid = rid;
  private_of (self)->stale = TRUE;
  return self;
}

gint64
kd_item_get_rid (KdItem *self)
{
  return private_of (self)->rid;
}

void
kd_item_set_rid (KdItem *self,
                 gint64 rid)
{
  KdItemPrivate *priv = private_of (self);

  priv->rid = rid;
  if (priv->row != NULL)
    priv->row->rid = rid;
}

const KdId *
kd_item_get_id (KdItem *self)
{
  return &kd_item_get_row (self)->id;
}

gboolean
kd_item_is_loaded (KdItem *self)
{
  return private_of (self)->row != NULL;
}

const KdListRow *
kd_item_get_row (KdItem *self)
{
  KdItemPrivate *priv = private_of (self);

  return priv->row != NULL ? priv->row : empty_row (KD_ITEM_GET_CLASS (self)->kind);
}

void
kd_item_take_row (KdItem *self,
                  KdSession *session,
                  KdListRow *row,
                  guint64 generation)
{
  KdItemPrivate *priv = private_of (self);

  kd_list_row_free (KD_ITEM_GET_CLASS (self)->kind, priv->row);
  priv->row = row;
  priv->stale = generation < priv->wanted;
  lay_pending (self, session, generation);
  g_signal_emit (self, changed_signal, 0);
}

void
kd_item_show_pending (KdItem *self,
                      KdSession *session)
{
  if (lay_pending (self, session, 0))
    g_signal_emit (self, changed_signal, 0);
}

void
kd_item_set_stale (KdItem *self,
                   guint64 generation)
{
  KdItemPrivate *priv = private_of (self);

  priv->wanted = MAX (priv->wanted, generation);
  priv->stale = TRUE;
}

gboolean
kd_item_is_stale (KdItem *self)
{
  return private_of (self)->stale;
}

gboolean
kd_item_needs_newer_than (KdItem *self,
                          guint64 generation)
{
  return private_of (self)->wanted > generation;
}

const KdProductRow *
kd_listed_product_get_row (KdListedProduct *self)
{
  return (const KdProductRow *) kd_item_get_row (KD_ITEM (self));
}

const KdOrderRow *
kd_listed_order_get_row (KdListedOrder *self)
{
  return (const KdOrderRow *) kd_item_get_row (KD_ITEM (self));
}

const KdConversationRow *
kd_listed_conversation_get_row (KdListedConversation *self)
{
  return (const KdConversationRow *) kd_item_get_row (KD_ITEM (self));
}

const KdContactRow *
kd_listed_contact_get_row (KdListedContact *self)
{
  return (const KdContactRow *) kd_item_get_row (KD_ITEM (self));
}
