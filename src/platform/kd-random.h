/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kd_random:
 * @data: unused; there so that the function is a KdRandomFunc
 * @bytes: (out): where to write
 * @n: how many bytes
 *
 * Fills @bytes from the system's generator, fit for keys and tokens. Callable on any thread.
 * A system without randomness ends the program: there is nothing safe to go on with.
 */
void kd_random (gpointer data,
                guint8 *bytes,
                gsize n);

G_END_DECLS
