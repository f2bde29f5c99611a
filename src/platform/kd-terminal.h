/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a person types standard input. */
gboolean kd_terminal_is_there (void);

/**
 * kd_terminal_hide:
 * @hide: whether what is typed from now on stays invisible
 *
 * For a password; nothing happens where standard input is no terminal. Show it again afterwards.
 */
void kd_terminal_hide (gboolean hide);

G_END_DECLS
