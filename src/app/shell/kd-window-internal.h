/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-window.h"

#include "kd-banner.h"
#include "kd-chip.h"
#include "kd-command.h"
#include "kd-page.h"
#include "kd-rail.h"
#include "kd-toast-host.h"

G_BEGIN_DECLS

struct _KdWindow
{
  AdwApplicationWindow parent_instance;

  KdSession *session;           /* borrowed from the application */
  KdCommandGroup *commands;     /* (owned) */

  /* widgets of the window */
  KdToastHost *toasts;
  KdBanner *banner;
  KdRail *rail;
  GtkStack *stack;
  AdwWindowTitle *title;
  GtkWidget *sync_button;
  GtkWidget *activities;
  GtkWidget *menu_button;

  GPtrArray *back, *forward;    /* (owned) of char *: targets */
  gboolean moving;              /* going back or forward: not to be recorded */
  guint save_source;
};

/* kd-window-commands.c */
const KdCommand *kd_window_command_table (unsigned *ret_n);
GMenuModel *kd_window_build_menu (KdWindow *self);
KdPage *kd_window_get_page (KdWindow *self);
void kd_window_record_target (KdWindow *self, const char *target);

/* kd-window-status.c: chip, banner, badges, toasts */
void kd_window_watch_status (KdWindow *self);
/* The row of a long work. */
GtkWidget *kd_window_activity_row_new (KdWindow *self, KdActivity *activity);

G_END_DECLS
