/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-columns.h"

G_BEGIN_DECLS

/* A heading in its plain form: folded, signs as single spaces, a number as #. */
typedef struct
{
  const char *text;
  KdImportField field;
} KdImportHeading;

extern const KdImportHeading kd_import_headings_own[], kd_import_headings_woocommerce[],
  kd_import_headings_shopify[], kd_import_headings_generic[];

/* Headings that only a list of orders, or of people, has. */
extern const char *const kd_import_headings_orders[], *const kd_import_headings_contacts[];

G_END_DECLS
