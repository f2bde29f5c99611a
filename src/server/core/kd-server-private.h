/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-server.h"

G_BEGIN_DECLS

#define KD_SHOPS_FOLDER "shops"

typedef enum
{
  KD_SERVER_SHOP_CLOSED,
  KD_SERVER_SHOP_OPENING,
  KD_SERVER_SHOP_OPEN,
} KdServerShopState;

typedef struct
{
  KdServer *server;
  KdControlShop *entry;
  KdShop shop;
  char *path;
  KdServerShopState state;
  KdSqlWorker *writer, *reader;
  GQueue waiting;             /* work until it is open */
  guint busy;                 /* work under way: it stays open */
} KdServerShop;

struct _KdServer
{
  char *folder;
  GMainContext *context;
  KdControl control;
  KdSqlWorker *worker;        /* control.db's */
  GThreadPool *pool;
  int pool_pending;           /* atomic */
  GHashTable *shops;          /* KdId -> KdServerShop */
  GHashTable *slugs;          /* slug -> KdServerShop, borrowed */
  GHashTable *claimed;        /* slugs of shops that are being made */
  GQueue open;                /* of KdServerShop, the one used longest ago first */
  KdServerMovedFunc moved;
  gpointer moved_data;
  gboolean ready;
};

KdServerShop *kd_server_shop_new (KdServer *server, const KdControlShop *entry);
void kd_server_enter_shop (KdServer *server, KdServerShop *shop);
char *kd_server_shop_path (KdServer *server, const KdId *id);

G_END_DECLS
