/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files of the data folder. Errors are of domain G_IO_ERROR (NO_SPACE for a full disk,
 * PERMISSION_DENIED, ...). All calls block: never on the main thread of a window. */

/**
 * kd_files_write:
 * @data: (array length=size): may be %NULL if @size is 0
 *
 * Writes the whole file or nothing: a new file of mode 0600 beside it, flushed to the disk, then
 * renamed over @path, then the folder flushed. After it returned %TRUE a power cut can't undo it.
 */
gboolean kd_files_write (const char *path,
                         gconstpointer data,
                         gsize size,
                         GError **error);

/**
 * kd_files_read:
 * @max: the most that is read; a longer file is an error (G_IO_ERROR_MESSAGE_TOO_LARGE)
 *
 * Returns: (transfer full): what the file holds, NUL behind it; %NULL on error, with
 *   G_IO_ERROR_NOT_FOUND where there is no such file
 */
GBytes *kd_files_read (const char *path,
                       gsize max,
                       GError **error);

/**
 * kd_files_ensure_folder:
 *
 * Makes the folder with mode 0700, and its parents; takes the rights of others away from one that
 * is there. A file or a link at @path is an error.
 */
gboolean kd_files_ensure_folder (const char *path,
                                 GError **error);

/**
 * kd_files_get_free_bytes:
 * @path: anything on the file system in question
 *
 * Returns: what an ordinary user may still write there, in bytes; -1 on error
 */
gint64 kd_files_get_free_bytes (const char *path,
                                GError **error);

/**
 * kd_files_link_or_copy:
 * @from: a file whose content never changes
 * @to: its second name. A file that is already there is kept: names of media say their content
 * @ret_linked: (out) (optional): %TRUE if both names share one file on the disk
 *
 * Gives a file a second name, by a hard link where the file system can, else by a flushed copy.
 */
gboolean kd_files_link_or_copy (const char *from,
                                const char *to,
                                gboolean *ret_linked,
                                GError **error);

G_END_DECLS
