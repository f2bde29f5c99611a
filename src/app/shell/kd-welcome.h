/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kd-services.h"

G_BEGIN_DECLS

/* The first window: start a shop here, sign in to a server, or look around the demo shop.
 * Signal: opened (gpointer KdAccountsResult): there is a profile to open now. */
#define KD_TYPE_WELCOME (kd_welcome_get_type ())
G_DECLARE_FINAL_TYPE (KdWelcome, kd_welcome, KD, WELCOME, AdwApplicationWindow)

GtkWidget *kd_welcome_new (GtkApplication *application, KdAccounts *accounts);

G_END_DECLS
