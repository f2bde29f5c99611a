/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  KD_CHOOSE_OPEN,
  KD_CHOOSE_OPEN_MANY,
  KD_CHOOSE_SAVE,
  KD_CHOOSE_FOLDER,
} KdChooseMode;

/* A filter: translated label; mime types ("image/png") and suffixes ("csv", no dot), each a
 * NULL-terminated list or NULL. */
typedef struct {
  const char *label;
  const char *const *mimes;
  const char *const *suffixes;
} KdFileFilter;

/*
 * Lets the person choose files. suggested_name (nullable) is for KD_CHOOSE_SAVE alone.
 * The first filter is the chosen one. Closing without a choice, like cancelling, gives
 * G_IO_ERROR_CANCELLED, which callers pass over in silence.
 */
void kd_choose_file_async (GtkWidget *parent,
                           KdChooseMode mode,
                           const char *title,
                           const char *suggested_name,
                           const KdFileFilter *filters,
                           unsigned n_filters,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/* The one file (of KD_CHOOSE_OPEN_MANY the first). (transfer full) */
GFile *kd_choose_file_finish (GAsyncResult *result,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every chosen file: a list of GFile. (transfer full) */
GListModel *kd_choose_files_finish (GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
