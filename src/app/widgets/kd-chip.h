/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-tone.h"

G_BEGIN_DECLS

/* A status in a few words with an icon: an order's state, a stock warning, the sync chip. */
#define KD_TYPE_CHIP (kd_chip_get_type ())
G_DECLARE_FINAL_TYPE (KdChip, kd_chip, KD, CHIP, GtkWidget)

GtkWidget *kd_chip_new (void);

/* icon_name (nullable): a symbolic icon. text is translated; it is also the accessible name. */
void kd_chip_set (KdChip *self,
                  const char *icon_name,
                  const char *text,
                  KdTone tone);
const char *kd_chip_get_text (KdChip *self);

/* Where there is no room for words. They stay the accessible name. */
void kd_chip_set_icon_only (KdChip *self,
                            gboolean icon_only);

/* A flat button around a chip; its accessible name follows the chip. Connect to "clicked" or give
 * it an action. */
GtkWidget *kd_chip_button_new (void);
KdChip *kd_chip_button_get_chip (GtkWidget *button);

G_END_DECLS
