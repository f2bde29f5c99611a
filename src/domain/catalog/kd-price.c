/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-price.h"

gint64
kd_effective_price (const KdProduct *product,
                    const KdVariant *variant)
{
  if (variant->price != KD_EMPTY)
    return variant->price;
  return product != NULL ? product->price : KD_EMPTY;
}
