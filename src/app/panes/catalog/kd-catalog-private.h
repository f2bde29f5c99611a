/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-catalog-pane.h"
#include "kd-product-editor.h"
#include "kd-product-list.h"

G_BEGIN_DECLS

struct _KdCatalogPane
{
  KdPane parent_instance;

  KdSession *session;     /* (owned) */
  gboolean single;        /* one product, no list */
  GtkWidget *split;
  GtkWidget *list;        /* (nullable) KdProductList */
  GtkWidget *editor;      /* KdProductEditor */
  KdOpenRecord *resolving; /* (nullable): a variant whose product is wanted */
};

const KdCommand *kd_catalog_commands (unsigned *ret_n);

/* What the buttons and the context menu offer for one product. */
GMenuModel *kd_catalog_product_menu (void);
/* What is done with the whole catalog. */
GMenuModel *kd_catalog_more_menu (void);

/* Shows a product in the editor. begin: it doesn't exist yet. */
void kd_catalog_pane_open (KdCatalogPane *self,
                           const KdId *id,
                           gboolean begin);
/* Nothing is open any more. */
void kd_catalog_pane_close (KdCatalogPane *self);
/* (nullable): the form of the product that is open and loaded */
KdProductForm *kd_catalog_pane_get_form (KdCatalogPane *self);

/* What is done to all selected products, in one operation. */
typedef enum
{
  KD_BULK_PUBLISH,
  KD_BULK_ARCHIVE,
  KD_BULK_DELETE,
} KdBulk;
void kd_catalog_bulk (KdCatalogPane *self,
                      KdBulk what);
/* A copy of the open product, as a draft. */
void kd_catalog_duplicate (KdCatalogPane *self);

G_END_DECLS
