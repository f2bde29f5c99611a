/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-command.h"

G_BEGIN_DECLS

/* Keys that belong to no command: of lists, grids and entries. Texts marked with N_(). */
typedef struct {
  const char *section;
  const char *title;
  const char *accel; /* as in KdCommand */
} KdShortcutHelp;

/* Shows every shortcut that holds where `origin` is, with an entry to search them. extra: n_extra
 * more lines. */
GtkWidget *kd_shortcuts_window_present (GtkWindow *parent,
                                        GtkWidget *origin,
                                        const KdShortcutHelp *extra,
                                        unsigned n_extra);

G_END_DECLS
