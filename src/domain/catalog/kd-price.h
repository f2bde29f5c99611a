/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/**
 * kd_effective_price:
 * @product: (nullable): the variant's product
 *
 * What one base unit of a variant costs: its own price, else the product's.
 *
 * Returns: minor units, or %KD_EMPTY where neither has a price
 */
gint64 kd_effective_price (const KdProduct *product, const KdVariant *variant);

G_END_DECLS
