/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kind.h"

G_BEGIN_DECLS

/* The structs of all kinds. Texts are NULL when empty; amounts are minor units of the shop's
 * currency; quantities are thousandths of the base unit; times are ms since 1970 in UTC. */

typedef enum { KD_STOCK_POLICY_BLOCK, KD_STOCK_POLICY_ASK, KD_STOCK_POLICY_ALLOW } KdStockPolicy;
typedef enum { KD_DEDUCT_AT_SHIPPING, KD_DEDUCT_AT_PAYMENT } KdDeductAt;
typedef enum { KD_TAX_NONE, KD_TAX_PPN } KdTaxMode;

typedef struct
{
  KdRecord parent;          /* id: the shop's id */
  char *name, *slug;        /* slug: the buyers' address; unique over the server */
  char *currency;           /* ISO 4217, chosen once */
  char *region;             /* ISO 3166, reads phone numbers */
  char *timezone;           /* IANA */
  char *language;           /* of the buyers' page where the browser asks for neither */
  char *about, *phone, *address, *payment_text; /* payment_text: how to transfer */
  KdHash logo;
  int stock_policy, deduct_at, tax_mode;
  gboolean prices_include_tax;
  gint64 hold_minutes, buyer_hold_hours;
  gboolean closed;
} KdShopProfile;

typedef struct
{
  KdRecord parent;          /* id: the user's id */
  char *name;
  int role;                 /* KdRole */
  char **grants;            /* names of scopes and rights held beyond the role's: "chat", "cost" */
  KdHash photo;
  gboolean removed;
} KdMember;

typedef enum { KD_PRODUCT_DRAFT, KD_PRODUCT_ACTIVE, KD_PRODUCT_ARCHIVED } KdProductStatus;

typedef struct
{
  KdRecord parent;
  char *name;
  int status;               /* KdProductStatus */
  char *description;        /* HTML as typed */
  KdId category;            /* the main one */
  GArray *categories;       /* all, the main one among them */
  char **tags;
  char *brand;
  gint64 price, compare_at; /* defaults that an empty variant inherits */
  gint64 weight;            /* grams */
  gint64 length, width, height; /* mm */
  char *tax_class;
  KdId op;
} KdProduct;

typedef struct
{
  KdRecord parent;
  KdId product;
  char *position;
  char *name;               /* "Size" */
  char *values;             /* JSON [{"id","name","archived"?}], in order */
} KdOption;

typedef struct
{
  KdRecord parent;
  KdId product;
  char *position;
  GArray *values;           /* ids of option values, one of each option; NULL on the hidden variant */
  char *title;              /* derived: "L / Red" in the order of the options */
  char *sku;
  char *sku_key;            /* derived: trimmed and case-folded */
  gint64 price, compare_at; /* KD_EMPTY: inherits the product's */
  gint64 weight, length, width, height;
  gboolean untracked;       /* always available */
  gboolean oversell;        /* may be sold beyond stock */
  gboolean by_weight;       /* quantities may have fractions */
  gint64 buffer;            /* kept back from sale */
  KdHash photo;
  gboolean archived;
  KdId op;
} KdVariant;

typedef struct
{
  KdRecord parent;
  KdId variant;
  gint64 cost;              /* minor units x 10,000 */
  char *supplier;
} KdVariantCost;

typedef struct
{
  KdRecord parent;
  KdId variant;
  char *code;               /* a barcode, checked */
  char *unit;               /* NULL: the base unit */
  gint64 factor;            /* thousandths of the base unit in one */
  gint64 price;             /* of one such unit, KD_EMPTY: factor x the variant's */
} KdVariantCode;

typedef struct
{
  KdRecord parent;
  KdId up;                  /* the category above */
  char *position;
  char *name;
} KdCategory;

typedef struct
{
  KdRecord parent;
  char *system;             /* "woocommerce", "shopify", ... */
  gint64 ref_kind;
  KdId ref;
  char *external;           /* that system's id or handle, options in it where it names a variant */
} KdExternalRef;

typedef struct
{
  KdRecord parent;
  char *position;
  char *name;
  gboolean transit;         /* the hidden one, never sellable */
  gboolean archived;
} KdLocation;

typedef enum
{
  KD_MOVE_OPENING, KD_MOVE_RECEIPT, KD_MOVE_SALE, KD_MOVE_SHIPMENT, KD_MOVE_RETURN, KD_MOVE_DAMAGE,
  KD_MOVE_ADJUST, KD_MOVE_COUNT, KD_MOVE_TRANSFER,
} KdMoveClass;

typedef struct
{
  KdRecord parent;
  KdId variant, location;
  gint64 quantity;          /* signed */
  int class_;               /* KdMoveClass; "class" in JSON */
  char *reason;
  KdId order;               /* the document */
  gint64 effective;         /* when it happened */
  KdId op;
} KdStockMove;

typedef struct
{
  KdRecord parent;          /* id derived from (variant, location) */
  KdId variant, location;
  gint64 on_hand, reserved;
} KdStockLevel;

typedef struct
{
  KdRecord parent;
  KdId order, line;
  KdId variant, location;
  gint64 quantity;
  gint64 expires;           /* 0: never; judged at read */
  KdId op;
} KdReservation;

typedef struct
{
  KdRecord parent;
  KdId product;             /* one of product and message is set */
  KdId message;
  char *position;
  KdHash blob;
  char *mime;
  char *name, *alt;
  gint64 size, width, height;
  char *source;             /* URL it is to be fetched from; the blob is empty until then */
  int scope;                /* KdScope */
} KdMedia;

typedef struct
{
  KdRecord parent;
  char *name;
  char *phone;              /* E.164 where it could be read */
  gboolean phone_verified;
  char *email, *address, *notes;
  char **tags;
  char *language;
  gboolean blocked;
} KdContact;

typedef enum { KD_CHANNEL_PAGE, KD_CHANNEL_STAFF, KD_CHANNEL_COUNTER } KdChannel;

typedef struct
{
  KdRecord parent;
  KdId contact;
  int channel;              /* KdChannel */
  char *handle;             /* the channel's name for the person */
  gboolean verified;
} KdIdentity;

typedef enum { KD_CONVERSATION_OPEN, KD_CONVERSATION_RESOLVED } KdConversationState;

typedef struct
{
  KdRecord parent;
  KdId contact;
  int channel;
  int state;                /* KdConversationState */
  KdId assignee;
  char **labels;
  gint64 staff_seen, buyer_seen; /* `received` of the newest message seen */
  gint64 last_at;           /* derived: `at` of the newest message */
  gint64 last_in;           /* derived: `received` of the newest message of the buyer */
} KdConversation;

typedef enum { KD_MESSAGE_IN, KD_MESSAGE_OUT, KD_MESSAGE_NOTE, KD_MESSAGE_EVENT } KdDirection;
typedef enum { KD_BODY_TEXT, KD_BODY_PRODUCT, KD_BODY_ORDER, KD_BODY_IMAGE } KdBody;
typedef enum
{
  KD_DELIVERY_QUEUED, KD_DELIVERY_SENDING, KD_DELIVERY_UNKNOWN, KD_DELIVERY_SENT,
  KD_DELIVERY_DELIVERED, KD_DELIVERY_READ, KD_DELIVERY_FAILED, KD_DELIVERY_HELD,
} KdDelivery;

typedef struct
{
  KdRecord parent;
  KdId conversation;
  int direction;            /* KdDirection */
  int body;                 /* KdBody */
  KdId author;              /* member or contact */
  char *text;
  KdId product, order, media, reply_to; /* product of a card, or that the question is about */
  gint64 at;                /* place in the thread */
  gint64 received;          /* when the server accepted it; unread and notifications compare this */
  int delivery;             /* KdDelivery, derived */
  KdId op;
} KdMessage;

typedef enum { KD_ORDER_DRAFT, KD_ORDER_PLACED, KD_ORDER_DONE, KD_ORDER_CANCELLED } KdOrderState;
typedef enum
{
  KD_PAYMENT_UNPAID, KD_PAYMENT_PARTLY_PAID, KD_PAYMENT_PAID, KD_PAYMENT_PARTLY_REFUNDED,
  KD_PAYMENT_REFUNDED,
} KdPaymentState;
typedef enum
{
  KD_FULFILMENT_UNFULFILLED, KD_FULFILMENT_PACKED, KD_FULFILMENT_READY_TO_SHIP,
  KD_FULFILMENT_SHIPPED, KD_FULFILMENT_DELIVERED, KD_FULFILMENT_DELIVERY_FAILED,
  KD_FULFILMENT_RETURNED,
} KdFulfilmentState;
typedef enum { KD_ORIGIN_IS_STAFF, KD_ORIGIN_IS_BUYER } KdOrderOrigin;
typedef enum { KD_METHOD_TRANSFER, KD_METHOD_COD, KD_METHOD_CASH } KdPayMethod;

typedef struct
{
  KdRecord parent;
  char *number;             /* derived: the server's, NULL until it has one */
  char *alias;              /* "<letter>-<counter>" of an order made offline, for ever */
  KdId contact, conversation;
  int origin;               /* KdOrderOrigin */
  int state, payment, fulfilment; /* derived */
  gboolean on_hold, cancel_requested;
  char *name, *phone, *address, *note;
  int method;               /* KdPayMethod */
  gint64 shipping_fee;
  char *courier, *tracking;
  char *token;              /* 32 hex digits: the unguessable link; secret */
  KdId location;            /* where its stock is reserved */
  gint64 at;                /* when it was made */
  gint64 placed;            /* 0 until placed */
  KdId op;
} KdOrder;

typedef struct
{
  KdRecord parent;
  KdId order;
  char *position;
  KdId product, variant;
  char *name, *title, *sku; /* as sold */
  gint64 price;             /* of one unit */
  gint64 quantity;
  KdId op;
} KdOrderLine;

typedef struct
{
  KdRecord parent;
  KdId order;
  gint64 amount;            /* negative: a refund */
  int method;
  char *reference;
  gint64 at;
  KdId reverses;            /* the payment that this one takes back: a correction, no refund */
} KdPayment;

typedef enum { KD_CONFLICT_OPEN, KD_CONFLICT_USED, KD_CONFLICT_DISMISSED } KdConflictState;

typedef struct
{
  KdRecord parent;
  gint64 ref_kind;
  KdId ref;
  char *field;
  char *value;              /* the value that lost, as JSON */
  KdId lost_by, won_by;
  gint64 lost_at, won_at;   /* when each was edited */
  int state;
  int scope;                /* KdScope of the row it speaks of */
} KdConflict;

typedef enum { KD_TASK_OVERSOLD, KD_TASK_RACE, KD_TASK_LOOP, KD_TASK_PICTURE } KdTaskType;
typedef enum { KD_TASK_OPEN, KD_TASK_DONE } KdTaskState;

typedef struct
{
  KdRecord parent;
  int type;                 /* KdTaskType */
  gint64 ref_kind;
  KdId ref;
  char *values;             /* JSON object with what its words need */
  gint64 at;
  int state;
  int scope;
} KdTask;

typedef struct
{
  KdRecord parent;
  char *key;
  char *value;              /* JSON */
} KdSetting;

extern const KdKind kd_kind_shop_profile, kd_kind_member, kd_kind_product, kd_kind_option,
  kd_kind_variant, kd_kind_variant_cost, kd_kind_variant_code, kd_kind_category,
  kd_kind_external_ref, kd_kind_location, kd_kind_stock_move, kd_kind_stock_level,
  kd_kind_reservation, kd_kind_media, kd_kind_contact, kd_kind_identity, kd_kind_conversation,
  kd_kind_message, kd_kind_order, kd_kind_order_line, kd_kind_payment, kd_kind_conflict,
  kd_kind_task, kd_kind_setting;

#define kd_product_new() ((KdProduct *) kd_record_new (&kd_kind_product))
#define kd_variant_new() ((KdVariant *) kd_record_new (&kd_kind_variant))

G_END_DECLS
