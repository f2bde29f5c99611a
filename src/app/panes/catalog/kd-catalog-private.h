/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-catalog-pane.h"
#include "kd-import-job.h"
#include "kd-product-editor.h"
#include "kd-product-list.h"

G_BEGIN_DECLS

struct _KdCatalogPane
{
  KdPane parent_instance;

  KdSession *session;     /* (owned) */
  gboolean single;        /* one product, no list */
  GtkWidget *stack;       /* the products, or an import */
  GtkWidget *split;
  GtkWidget *drop_words;  /* (nullable) */
  GtkWidget *import_page; /* (nullable) KdImportPage: once there was an import */
  KdImportJob *job;       /* (owned) (nullable) */
  GtkWidget *list;        /* (nullable) KdProductList */
  GtkWidget *editor;      /* KdProductEditor */
  KdOpenRecord *resolving; /* (nullable): a variant whose product is wanted */
};

const KdCommand *kd_catalog_commands (unsigned *ret_n);

/* What the buttons and the context menu offer for one product. */
GMenuModel *kd_catalog_product_menu (void);

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
/* ---- import (kd-catalog-import.c) ---- */

void kd_catalog_import_file (KdCatalogPane *self,
                             GFile *file);
/* The products again; an import that writes goes on, another one is forgotten. */
void kd_catalog_import_leave (KdCatalogPane *self);
void kd_catalog_import_dispose (KdCatalogPane *self);
void kd_catalog_import_accept_drops (KdCatalogPane *self,
                                     GtkWidget *overlay);
void kd_catalog_run_import (gpointer context,
                            GVariant *param);
KdCommandState kd_catalog_import_run_state (gpointer context,
                                            const char **ret_reason);
void kd_catalog_run_import_run (gpointer context,
                                GVariant *param);
KdCommandState kd_catalog_import_close_state (gpointer context,
                                              const char **ret_reason);
void kd_catalog_run_import_close (gpointer context,
                                  GVariant *param);
KdCommandState kd_catalog_import_save_state (gpointer context,
                                             const char **ret_reason);
void kd_catalog_run_import_save (gpointer context,
                                 GVariant *param);

/* A copy of the open product, as a draft. */
void kd_catalog_duplicate (KdCatalogPane *self);

G_END_DECLS
