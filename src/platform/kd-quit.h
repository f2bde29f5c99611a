/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KdQuitFunc:
 *
 * The system, or a person at the terminal, asks the program to end.
 */
typedef void (*KdQuitFunc) (gpointer data);

/**
 * kd_quit_watch:
 *
 * Calls @func on the default main context whenever the program is asked to end, instead of ending
 * it on the spot. Writing to a closed pipe, or beyond a limit of files' sizes, becomes an error too,
 * not an end. Once a program, for good.
 */
void kd_quit_watch (KdQuitFunc func,
                    gpointer data);

/* Beyond a limit of files' sizes writing becomes an error, for programs that end by themselves. */
void kd_quit_mind_limits (void);

G_END_DECLS
