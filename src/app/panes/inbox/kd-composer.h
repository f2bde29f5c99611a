/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* Where an answer is written. What stands in it is a draft on the disk. Enter sends, Shift+Enter
 * breaks the line, "/" in an empty composer picks a product.
 * Signals: send (const char *text, gboolean note), product (gpointer KdId). */
#define KD_TYPE_COMPOSER (kd_composer_get_type ())
G_DECLARE_FINAL_TYPE (KdComposer, kd_composer, KD, COMPOSER, GtkWidget)

GtkWidget *kd_composer_new (KdSession *session);
/* @conversation: (nullable) */
void kd_composer_set_conversation (KdComposer *self, const KdId *conversation);
void kd_composer_focus (KdComposer *self);
void kd_composer_pick_product (KdComposer *self);
/* What is written next is for the staff alone. */
void kd_composer_set_note (KdComposer *self, gboolean note);
gboolean kd_composer_get_note (KdComposer *self);

G_END_DECLS
