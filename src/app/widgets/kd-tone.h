/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How something is meant; shown by colour, always beside a word or an icon. */
typedef enum {
  KD_TONE_NEUTRAL,
  KD_TONE_ACCENT,
  KD_TONE_GOOD,
  KD_TONE_WARNING,
  KD_TONE_BAD,
} KdTone;

/* Gives widget the style class of a tone and takes the other ones away. */
void kd_tone_apply (GtkWidget *widget,
                    KdTone tone);

G_END_DECLS
