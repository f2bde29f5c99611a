/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-palette.h"

G_BEGIN_DECLS

/* The commands around a widget whose title or keywords hold every word of text, best first: of
 * KdPaletteResult. origin NULL: none. */
GPtrArray *kd_palette_find_commands (GtkWidget *origin,
                                     const char *text);

/* How well words fit a text: 0 not at all; higher is better. Case doesn't count. */
unsigned kd_palette_fit (const char *words,
                         const char *title,
                         const char *keywords);

G_END_DECLS
