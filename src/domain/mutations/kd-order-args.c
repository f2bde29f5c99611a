/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-private.h"

#define KD_STRUCT KdOrderLineArgs
static const KdField line_fields[] = {
  KD_ARG (1, line, REF, .ref = 20),
  KD_ARG (2, variant, REF, .ref = 5),
  KD_ARG (3, name, TEXT, .max = 300),
  KD_ARG (4, quantity, QUANTITY, .min = 1, .max = KD_QUANTITY_MAX),
  KD_ARG (5, price, MONEY, .flags = KD_FIELD_EMPTY, .min = 0, .max = KD_MONEY_MAX),
};
#undef KD_STRUCT
const KdShape kd_order_line_args = {
  .name = "line", .size = sizeof (KdOrderLineArgs),
  .fields = line_fields, .n_fields = G_N_ELEMENTS (line_fields),
};

#define KD_STRUCT KdLineSeenArgs
static const KdField seen_fields[] = {
  KD_ARG (1, line, REF, .ref = 20, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, price, MONEY, .min = 0, .max = KD_MONEY_MAX),
  KD_ARG (3, quantity, QUANTITY, .min = 1, .max = KD_QUANTITY_MAX),
};
#undef KD_STRUCT
const KdShape kd_line_seen_args = {
  .name = "line_seen", .size = sizeof (KdLineSeenArgs),
  .fields = seen_fields, .n_fields = G_N_ELEMENTS (seen_fields),
};

static gpointer
add_item (GPtrArray **list,
          const KdShape *shape)
{
  gpointer item = kd_shape_new (shape);

  if (*list == NULL)
    *list = g_ptr_array_new ();
  g_ptr_array_add (*list, item);
  return item;
}

KdOrderLineArgs *
kd_order_line_args_add (GPtrArray **lines)
{
  return add_item (lines, &kd_order_line_args);
}

KdLineSeenArgs *
kd_line_seen_args_add (GPtrArray **lines_seen)
{
  return add_item (lines_seen, &kd_line_seen_args);
}
