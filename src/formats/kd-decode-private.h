/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A byte order mark at the beginning: the encoding's name and its length; %NULL for none. */
const char *kd_decode_find_bom (const guint8 *bytes,
                                gsize n,
                                gsize *ret_length);

/* "UTF-16LE" or "UTF-16BE" where zero bytes stand at one parity alone; %NULL for anything else. */
const char *kd_decode_find_wide (const guint8 *bytes,
                                 gsize n);

/* Name for bytes with at least one that isn't ASCII. @whole: the text ends with them. */
const char *kd_decode_guess (const guint8 *bytes,
                             gsize n,
                             gboolean whole);

G_END_DECLS
