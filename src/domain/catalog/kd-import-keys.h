/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KdImportKeys:
 *
 * A table from texts (SKUs, barcodes, handles of a file) to numbers that holds 16 bytes a text,
 * not the texts: a file with millions of rows fits. Two texts are taken for the same one time in
 * about 10^10 among a million.
 */
typedef struct _KdImportKeys KdImportKeys;

KdImportKeys *kd_import_keys_new (void) G_GNUC_WARN_UNUSED_RESULT;
void kd_import_keys_free (KdImportKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdImportKeys, kd_import_keys_free)

/**
 * kd_import_keys_add:
 * @space: texts of different spaces are never the same
 * @value: above 0
 *
 * Returns: the value that was there already, and stays; 0 if @text is new
 */
guint64 kd_import_keys_add (KdImportKeys *keys,
                            char space,
                            const char *text,
                            guint64 value);

/* Likewise, but @value replaces what was there. */
guint64 kd_import_keys_set (KdImportKeys *keys,
                            char space,
                            const char *text,
                            guint64 value);

/* 0 for none. */
guint64 kd_import_keys_get (KdImportKeys *keys,
                            char space,
                            const char *text);
guint kd_import_keys_count (KdImportKeys *keys);

G_END_DECLS
