/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-pane.h"
#include "kd-session.h"

G_BEGIN_DECLS

/* The shop's products: the list, and the one that is open beside it. Shows kedai:product/ID,
 * kedai:variant/ID (its product) and kedai:category/ID (the products in it). */
#define KD_TYPE_CATALOG_PANE (kd_catalog_pane_get_type ())
G_DECLARE_FINAL_TYPE (KdCatalogPane, kd_catalog_pane, KD, CATALOG_PANE, KdPane)

GtkWidget *kd_catalog_pane_new (KdSession *session);

/* The same page with one product alone, for a window of its own. */
GtkWidget *kd_product_page_new (KdSession *session);

G_END_DECLS
