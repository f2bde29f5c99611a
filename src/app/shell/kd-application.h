/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* The program: owns the session of the open profile, its windows borrow it. What the outside gives
 * comes in through the functions of KdApplicationHost, so that this knows no network. */
#define KD_TYPE_APPLICATION (kd_application_get_type ())
G_DECLARE_FINAL_TYPE (KdApplication, kd_application, KD, APPLICATION, AdwApplication)

typedef struct
{
  /* Opens the profile and its services; NULL with @error. Called on the main thread. */
  KdSession *(*open_profile) (gpointer data, const char *profile_path, const KdServices **ret_services, GError **error);
  /* After the first frame: server, sync, in this order. */
  void (*start_services) (gpointer data);
  /* Some time after another pane was shown, when what that needed for a moment is free again. */
  void (*rest) (gpointer data);
  /* Before the program ends; waits for what must end in order. */
  void (*stop) (gpointer data);
  /* The profile used last, NULL: show the welcome page. (transfer full) */
  char *(*last_profile) (gpointer data);
  KdAccounts *(*get_accounts) (gpointer data);
  gpointer data;
} KdApplicationHost;

KdApplication *kd_application_new (const char *application_id, const KdApplicationHost *host, gboolean demo);
KdSession *kd_application_get_session (KdApplication *self);
/* Shows a target in the window that is for it. */
void kd_application_open (KdApplication *self, const char *target);

G_END_DECLS
