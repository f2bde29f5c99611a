/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-kinds.h"
#include "kd-mutation.h"
#include "kd-quantity-words.h"
#include "kd-tone.h"

G_BEGIN_DECLS

/* What the catalog calls things. All strings are translated; (transfer full) where they are char *. */

const char *kd_status_words (int status);
const char *kd_status_icon (int status);
KdTone kd_status_tone (int status);

/* "Rp15.000", or "No price". */
char *kd_price_words (gint64 amount,
                      const char *currency);
/* "Rp15.000 – Rp20.000" */
char *kd_price_range_words (gint64 min,
                            gint64 max,
                            const char *currency);

/* "+3", "−2" */
char *kd_quantity_change_words (gint64 quantity,
                                const char *currency);
/* Sums such as "12+5" are understood. FALSE: ret_words says what is wrong. */
gboolean kd_quantity_parse (const char *text,
                            const char *currency,
                            gint64 *ret_quantity,
                            const char **ret_code);

/* "12", "Out of stock", "Untracked": what may be sold. G_MAXINT64: untracked. */
char *kd_stock_words (gint64 available,
                      const char *currency);
KdTone kd_stock_tone (gint64 available);
const char *kd_stock_icon (gint64 available);

/* Why there is a movement. */
const char *kd_move_words (int class_);

/* Why something was refused. NULL for a code that isn't ours. */
const char *kd_catalog_reason (const char *code);
/* Never NULL: the code itself where it isn't known. */
const char *kd_catalog_reason_or_code (const char *code);

/* "3 March, 14:05" on this computer. */
char *kd_catalog_time_words (gint64 ms);

G_END_DECLS
