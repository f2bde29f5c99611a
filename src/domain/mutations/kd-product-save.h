/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"
#include "kd-mutation.h"

G_BEGIN_DECLS

/* A product as one person or one file saves it: itself, its options, variants and pictures.
 * product.save takes one, catalog.import_chunk a list. Rows that don't exist are made, others
 * patched; what is not named stays. */

#define KD_ITEM_OPTIONS_MAX 20
#define KD_ITEM_VARIANTS_MAX 3000
#define KD_ITEM_PICTURES_MAX 100
#define KD_CHUNK_PRODUCTS_MAX 500

typedef struct
{
  KdId id;
  KdPartial *set, *base;  /* of an option */
  gboolean remove;
} KdOptionItem;

typedef struct
{
  KdId id;
  KdPartial *set, *base;  /* of a variant */
  GArray *values;         /* ids of option values; NULL leaves what is there */
  gboolean clear_values;  /* becomes the hidden variant */
  gboolean remove;        /* archived if it has history */
  gint64 opening;         /* thousandths; new variants alone, KD_EMPTY for none */
  KdId location;          /* of the opening movement, none for the first */
  gint64 cost;            /* minor units x 10,000, KD_EMPTY leaves it */
  char *code;             /* a barcode it shall have */
  char *external;         /* its name in the system it comes from */
} KdVariantItem;

typedef struct
{
  KdId id;
  char *source, *alt, *position;
} KdPictureItem;

typedef struct
{
  KdId id;
  KdPartial *set, *base;  /* of a product */
  gboolean only_if_base;
  gboolean restore;       /* may take the id of a deleted product (an undo) */
  GPtrArray *options, *variants, *pictures;
  char *system, *external; /* where it comes from */
} KdProductItem;

typedef struct
{
  GPtrArray *categories;  /* KdRowArgs: made where absent */
  GPtrArray *products;    /* KdProductItem */
} KdImportChunk;

typedef struct
{
  KdId op;                /* of the mutation it takes back, as the device named it */
  GPtrArray *rows;        /* KdRowArgs */
} KdRevert;

extern const KdShape kd_product_item_shape, kd_variant_item_shape, kd_option_item_shape,
  kd_picture_item_shape, kd_revert_shape, kd_row_of_kind_shape;

/* Whether the item can be applied whole; refuses without having written anything. */
gboolean kd_product_item_may_apply (KdRows *rows, const KdContext *ctx, const KdProductItem *item, KdOutcome *outcome);
/* @first: (inout): none, then the first location, so that a list of items looks for it once */
gboolean kd_product_item_apply (KdRows *rows, const KdContext *ctx, const KdProductItem *item, const char *place,
                                KdId *first, KdOutcome *outcome);
/* Rows (KdRowArgs) that take it back are appended to @revert. */
void kd_product_item_inverse (KdRows *rows, const KdProductItem *item, GPtrArray *revert);
guint64 kd_product_item_weight (const KdProductItem *item);

KdId kd_variant_cost_id (const KdId *variant);
KdId kd_external_ref_id (const char *system, const char *external);

G_END_DECLS
