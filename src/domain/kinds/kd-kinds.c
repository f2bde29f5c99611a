/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

const char *const kd_names_channel[] = { "page", "staff", "counter", NULL };
const char *const kd_names_pay_method[] = { "transfer", "cod", "cash", NULL };
const char *const kd_names_scope[] = { "everyone", "chat", "manager", "owner", NULL };

static const KdKind *const all[] = {
  &kd_kind_shop_profile,
  &kd_kind_member,
  &kd_kind_product,
  &kd_kind_option,
  &kd_kind_variant,
  &kd_kind_variant_cost,
  &kd_kind_variant_code,
  &kd_kind_category,
  &kd_kind_external_ref,
  &kd_kind_location,
  &kd_kind_stock_move,
  &kd_kind_stock_level,
  &kd_kind_reservation,
  &kd_kind_media,
  &kd_kind_contact,
  &kd_kind_identity,
  &kd_kind_conversation,
  &kd_kind_message,
  &kd_kind_order,
  &kd_kind_order_line,
  &kd_kind_payment,
  &kd_kind_conflict,
  &kd_kind_task,
  &kd_kind_setting,
};

const KdKind *const *
kd_kinds (guint *ret_n)
{
  if (ret_n != NULL)
    *ret_n = G_N_ELEMENTS (all);
  return all;
}

const KdKind *
kd_kind_by_number (guint number)
{
  /* Numbers run from 1 without gaps; a test holds the table to that. */
  return number >= 1 && number <= G_N_ELEMENTS (all) ? all[number - 1] : NULL;
}

const KdKind *
kd_kind_by_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i]->shape.name, name) == 0)
      return all[i];
  return NULL;
}
