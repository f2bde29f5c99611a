/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "kd-demo.h"

G_BEGIN_DECLS

#define KD_DEMO_DAYS 92
#define KD_DEMO_MINUTE (G_GINT64_CONSTANT (60) * 1000)
#define KD_DEMO_HOUR (60 * KD_DEMO_MINUTE)
#define KD_DEMO_DAY (24 * KD_DEMO_HOUR)

/* One variant that orders may name. */
typedef struct
{
  KdId id;
  const char *sku;          /* borrowed */
  gint64 price;
  guint stock;              /* what shall be left in the end */
  guint sold;               /* what the orders take */
} KdDemoVariant;

typedef struct
{
  KdId id;
  JsonObject *json;         /* borrowed */
  guint first, n;           /* its variants */
} KdDemoProduct;

typedef struct _KdDemoTrade KdDemoTrade;

struct _KdDemo
{
  JsonNode *root;
  JsonObject *json;
  char *media_folder;
  gint64 until, now;
  guint64 random;

  /* while it is made */
  KdSqlConnection *connection;
  const KdShop *shop;
  KdId owner, agent;
  KdId stockroom, counter;  /* the two locations */
  GHashTable *categories;   /* key -> KdId */
  GArray *products, *variants;
  GArray *people;           /* KdId of contacts */
  KdDemoTrade *trade;
};

guint kd_demo_random (KdDemo *demo, guint below);
KdId kd_demo_new_id (KdDemo *demo);

/* Runs one mutation: @args taken over. @actor none: nobody's, origin job. */
gboolean kd_demo_run (KdDemo *demo, const KdId *actor, const char *name, JsonObject *args, GError **error);

/* Writing arguments. */
JsonObject *kd_demo_args (const KdId *id);
void kd_demo_set_id (JsonObject *object, const char *name, const KdId *id);
void kd_demo_set_text (JsonObject *object, const char *name, const char *text);

/* Reading the content. A list of it, and text in an item of one. */
JsonArray *kd_demo_list (KdDemo *demo, const char *name);
const char *kd_demo_word (JsonArray *list, guint i, guint j);
const KdDemoProduct *kd_demo_find_product (KdDemo *demo, const char *name);
guint kd_demo_find_variant (KdDemo *demo, const char *sku);

void kd_demo_catalog_plan (KdDemo *demo);
gboolean kd_demo_catalog_run (KdDemo *demo, GError **error);

/* ---- orders ---- */

#define KD_DEMO_LINES_MAX 4

typedef enum
{
  KD_DEMO_CREATE, KD_DEMO_PLACE, KD_DEMO_PAY, KD_DEMO_PAY_PART, KD_DEMO_REFUND, KD_DEMO_PACK, KD_DEMO_READY, KD_DEMO_SHIP,
  KD_DEMO_DELIVER, KD_DEMO_FAIL, KD_DEMO_RETURN, KD_DEMO_CANCEL,
  KD_DEMO_SAY,              /* a line of a conversation */
} KdDemoStep;

typedef struct
{
  KdId id;
  guint person, variants[KD_DEMO_LINES_MAX], quantities[KD_DEMO_LINES_MAX], n;
  gint64 fee, total;        /* total: of the goods */
  guint courier;
  const char *note, *method;
  gboolean draft, beyond;   /* not placed at once; more than there is */
} KdDemoOrder;

/* Content of a day like any other, or as written down (@json). */
KdDemoOrder kd_demo_order_draw (KdDemo *demo);
KdDemoOrder kd_demo_order_read (KdDemo *demo, JsonObject *json);
gboolean kd_demo_order_run (KdDemo *demo, const KdDemoOrder *order, KdDemoStep step, const KdId *conversation, GError **error);

/* ---- conversations ---- */

gboolean kd_demo_chat_say (KdDemo *demo, guint chat, guint line, GError **error);

/* ---- both, in the order of time; drawn first, so that stock can be bought in for what is sold ---- */

KdDemoTrade *kd_demo_trade_plan (KdDemo *demo);
gboolean kd_demo_trade_run (KdDemo *demo, KdDemoTrade *trade, GError **error);
/* One of those written down. */
const KdDemoOrder *kd_demo_trade_get_written (KdDemoTrade *trade, guint i);
void kd_demo_trade_free (KdDemoTrade *trade);

G_END_DECLS
