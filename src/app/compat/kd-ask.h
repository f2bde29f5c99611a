/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  KD_ASK_PLAIN,
  KD_ASK_SUGGESTED,
  KD_ASK_DESTRUCTIVE,
} KdAskLook;

/* One answer: id comes back from kd_ask_finish(), label is translated and has its access key. */
typedef struct {
  const char *id;
  const char *label;
  KdAskLook look;
} KdAskResponse;

/*
 * Asks a question in a dialog over parent's window (parent may be NULL).
 * The first response is also the answer of Escape and of closing the window.
 * default_id (nullable) is the answer of Enter.
 * Cancelling closes the dialog; finish then gives G_IO_ERROR_CANCELLED.
 */
void kd_ask_async (GtkWidget *parent,
                   const char *heading,
                   const char *body,
                   const KdAskResponse *responses,
                   unsigned n_responses,
                   const char *default_id,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data);

/* The chosen id. (transfer full) */
char *kd_ask_finish (GAsyncResult *result,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
