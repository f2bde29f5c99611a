/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-pane-table.h"

#include "kd-catalog-pane.h"
#include "kd-inbox-pane.h"
#include "kd-orders-pane.h"

#include <glib/gi18n.h>

static const char *const inbox_kinds[] = { "conversation", "message", "contact", NULL };
static const char *const orders_kinds[] = { "order", "order_line", "payment", NULL };
static const char *const catalog_kinds[] = { "product", "variant", "category", NULL };

static const KdPaneEntry panes[] = {
  { "inbox", 1, N_("Inbox"), "kd-inbox-symbolic", kd_inbox_pane_new, inbox_kinds, NULL, KD_ROLES_ALL },
  { "orders", 3, N_("Orders"), "kd-orders-symbolic", kd_orders_pane_new, orders_kinds, NULL, KD_ROLES_ALL },
  { "catalog", 4, N_("Catalog"), "kd-catalog-symbolic", kd_catalog_pane_new, catalog_kinds, NULL, KD_ROLES_ALL },
};

const KdPaneEntry *
kd_pane_table (unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (panes);
  return panes;
}

const KdPaneEntry *
kd_pane_table_find (const char *id)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (panes); i++)
    if (g_strcmp0 (panes[i].id, id) == 0)
      return &panes[i];
  return NULL;
}

const KdPaneEntry *
kd_pane_table_for_kind (const KdKind *kind)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (panes); i++)
    if (g_strv_contains (panes[i].kinds, kind->shape.name))
      return &panes[i];
  return NULL;
}
