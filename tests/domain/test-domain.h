/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each subject adds its cases here; main.c calls them all. */

G_END_DECLS
