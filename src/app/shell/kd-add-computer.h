/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-session.h"

G_BEGIN_DECLS

/* *Add a computer*: opens a pairing, shows what to type on the other computer, and lets it in once
 * somebody has compared the digits. Closing the window ends the pairing. */
void kd_add_computer_present (GtkWindow *parent, KdSession *session);

/* "493027" as people read it: "493 027". (transfer full) */
char *kd_add_computer_digits (const char *digits);

G_END_DECLS
