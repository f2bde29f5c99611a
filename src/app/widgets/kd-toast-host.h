/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Where toasts appear: a window puts its whole content into one. Pages find it from any widget.
 * Undo activates win.undo-operation with the operation's id, Show win.open-target with the
 * target's text.
 */
#define KD_TYPE_TOAST_HOST (kd_toast_host_get_type ())
G_DECLARE_FINAL_TYPE (KdToastHost, kd_toast_host, KD, TOAST_HOST, GtkWidget)

GtkWidget *kd_toast_host_new (void);
void kd_toast_host_set_child (KdToastHost *self,
                              GtkWidget *child);

/* The nearest one around widget, otherwise the one in its window; or NULL. */
KdToastHost *kd_toast_host_find (GtkWidget *widget);

/* Plain text, no markup; the same text twice in a row is one toast. */
void kd_toast_host_say (KdToastHost *self,
                        const char *text);

/* With one button. action_name is detailed ("win.redo"), target (nullable) floating or not. */
void kd_toast_host_say_action (KdToastHost *self,
                               const char *text,
                               const char *label,
                               const char *action_name,
                               GVariant *target);

/*
 * What was done, for 10 seconds, with Undo and, where show_target (nullable) leads to what was
 * changed, Show. Takes the place of the undo toast before it.
 */
void kd_toast_host_offer_undo (KdToastHost *self,
                               const char *text,
                               const char *operation,
                               const char *show_target);
/* It was undone: nothing is offered any more. */
void kd_toast_host_withdraw_undo (KdToastHost *self);

G_END_DECLS
