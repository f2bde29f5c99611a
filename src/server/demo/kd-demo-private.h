/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "kd-demo.h"

G_BEGIN_DECLS

#define KD_DEMO_DAYS 92
#define KD_DEMO_HOUR (G_GINT64_CONSTANT (3600) * 1000)
#define KD_DEMO_DAY (24 * KD_DEMO_HOUR)

/* One variant that orders may name. */
typedef struct
{
  KdId id;
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
  GHashTable *categories;   /* key -> KdId */
  GArray *products, *variants;
  GArray *people;           /* KdId of contacts */
};

guint kd_demo_random (KdDemo *demo, guint below);
KdId kd_demo_new_id (KdDemo *demo);

/* Runs one mutation: @args taken over. @actor none: nobody's, origin job. */
gboolean kd_demo_run (KdDemo *demo, const KdId *actor, const char *name, JsonObject *args, GError **error);

/* Writing arguments. */
JsonObject *kd_demo_args (const KdId *id);
void kd_demo_set_id (JsonObject *object, const char *name, const KdId *id);
void kd_demo_set_text (JsonObject *object, const char *name, const char *text);

/* Orders are drawn first, so that stock can be bought in for what they will take. */
typedef struct _KdDemoTrade KdDemoTrade;
KdDemoTrade *kd_demo_trade_plan (KdDemo *demo);
gboolean kd_demo_trade_run (KdDemo *demo, KdDemoTrade *trade, GError **error);
void kd_demo_trade_free (KdDemoTrade *trade);

void kd_demo_catalog_plan (KdDemo *demo);
gboolean kd_demo_catalog_run (KdDemo *demo, GError **error);

G_END_DECLS
