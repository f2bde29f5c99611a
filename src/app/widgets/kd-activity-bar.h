/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-tone.h"

G_BEGIN_DECLS

/*
 * One long work: what it is, how far it is, and a way to stop it. The same row stands in the
 * page, the header and the palette. Signals: cancel, action (the button of an outcome).
 */
#define KD_TYPE_ACTIVITY_BAR (kd_activity_bar_get_type ())
G_DECLARE_FINAL_TYPE (KdActivityBar, kd_activity_bar, KD, ACTIVITY_BAR, GtkWidget)

GtkWidget *kd_activity_bar_new (void);

/* While it runs. total 0: not known, the bar pulses. words: "3,200 of 10,000 products". */
void kd_activity_bar_set_progress (KdActivityBar *self,
                                   const char *title,
                                   const char *words,
                                   uint64_t done,
                                   uint64_t total);
void kd_activity_bar_set_can_cancel (KdActivityBar *self,
                                     gboolean can_cancel);

/* When it has ended. button (nullable): "Resume", "Undo". */
void kd_activity_bar_set_outcome (KdActivityBar *self,
                                  const char *title,
                                  const char *words,
                                  KdTone tone,
                                  const char *button);

G_END_DECLS
