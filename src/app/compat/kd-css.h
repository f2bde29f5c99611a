/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Loads the style sheet at a resource path for the default display, once per path. */
void kd_css_load (const char *resource_path);

G_END_DECLS
