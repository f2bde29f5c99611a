/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-http-private.h"

G_BEGIN_DECLS

struct _KdBuyersRequest
{
  KdRequest *request;       /* borrowed: it owns this */
  char *slug;
  char **parts;
  GHashTable *form, *cookies;
  const KdShop *shop;
  char *origin;
};

/* One budget of a session, a network and a shop. */
gboolean kd_buyers_spend (KdHttp *http, const KdShop *shop, const char *prefix, KdBudget budget, const char *session);

/* A reader's work in one snapshot, a writer's as it is. */
typedef struct
{
  KdBuyersLane lane;
  KdBuyersWorkFunc work;
  gpointer data;
  GDestroyNotify destroy;
} KdBuyersWork;
gboolean kd_buyers_work (KdSqlConnection *connection, const KdShop *shop, gpointer data, GError **error);

G_END_DECLS
