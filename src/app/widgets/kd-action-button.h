/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  KD_ACTION_LABEL,
  KD_ACTION_ICON,
  KD_ACTION_ICON_AND_LABEL,
} KdActionLook;

/*
 * The button of a command. It finds the command among the groups of the widgets around it and
 * follows its state: hidden with it; refused it stays focusable, is told to assistive
 * technologies as disabled with the reason as description, and shows the reason when pressed.
 */
#define KD_TYPE_ACTION_BUTTON (kd_action_button_get_type ())
G_DECLARE_FINAL_TYPE (KdActionButton, kd_action_button, KD, ACTION_BUTTON, GtkButton)

/* command: detailed name, "page.order-pay". */
GtkWidget *kd_action_button_new (const char *command,
                                 KdActionLook look);

/* For a place that has become narrow or wide. */
void kd_action_button_set_look (KdActionButton *self,
                                KdActionLook look);
/* Words in place of the command's title. */
void kd_action_button_set_text (KdActionButton *self,
                                const char *text);
/* The command's parameter; floating is taken. */
void kd_action_button_set_param (KdActionButton *self,
                                 GVariant *param);

G_END_DECLS
