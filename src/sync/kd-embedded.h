/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The server in the data folder: found by run.json when it runs, else started, proven before any
 * token goes to it, started again when it ends by itself, stopped with us. */

#define KD_TYPE_EMBEDDED (kd_embedded_get_type ())
G_DECLARE_FINAL_TYPE (KdEmbedded, kd_embedded, KD, EMBEDDED, GObject)

/**
 * KdEmbeddedError:
 * @KD_EMBEDDED_ERROR_NO_PROGRAM: kedai-server isn't installed
 * @KD_EMBEDDED_ERROR_NOT_OURS: something else answers at the address
 * @KD_EMBEDDED_ERROR_START: it ended before it was ready; the message has its last words
 * @KD_EMBEDDED_ERROR_PORT: another program has the port of the shop
 */
typedef enum
{
  KD_EMBEDDED_ERROR_NO_PROGRAM,
  KD_EMBEDDED_ERROR_NOT_OURS,
  KD_EMBEDDED_ERROR_START,
  KD_EMBEDDED_ERROR_PORT,
} KdEmbeddedError;
#define KD_EMBEDDED_ERROR (kd_embedded_error_quark ())
GQuark kd_embedded_error_quark (void);

typedef enum
{
  KD_EMBEDDED_STOPPED,
  KD_EMBEDDED_STARTING,
  KD_EMBEDDED_RUNNING,
  KD_EMBEDDED_WAITING,  /* ended by itself; is started again in a while */
} KdEmbeddedState;

/* $KEDAI_SERVER, else beside this program, else ../server/ as in a build folder, else on the path. */
char *kd_embedded_find_program (GError **error);

/**
 * kd_embedded_new:
 * @folder: DATA/server
 *
 * The signal "changed" tells of state and address, on the thread's default context.
 */
KdEmbedded *kd_embedded_new (const char *folder);

/**
 * kd_embedded_start_async:
 *
 * Ends when the server answers and has proven itself. One that another program of ours runs is used
 * as it is, and left alone by kd_embedded_stop().
 */
void kd_embedded_start_async (KdEmbedded *embedded, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer data);
gboolean kd_embedded_start_finish (KdEmbedded *embedded, GAsyncResult *result, GError **error);

KdEmbeddedState kd_embedded_get_state (KdEmbedded *embedded);
/* (transfer full) (nullable): "http://127.0.0.1:PORT" */
char *kd_embedded_dup_address (KdEmbedded *embedded);
/* (transfer full) (nullable): the one-time token for kd_account_sign_in_owner_async(); NULL if it was
 * used, or if another program started the server */
char *kd_embedded_take_owner_token (KdEmbedded *embedded);
char *kd_embedded_dup_error (KdEmbedded *embedded);
/* (nullable): why it doesn't run, as a code: server.missing, server.not_ours, server.start, server.port */
const char *kd_embedded_get_problem (KdEmbedded *embedded);

/* Ends the server if we started it, and waits for it. */
void kd_embedded_stop_async (KdEmbedded *embedded, GAsyncReadyCallback callback, gpointer data);
gboolean kd_embedded_stop_finish (KdEmbedded *embedded, GAsyncResult *result, GError **error);
void kd_embedded_stop (KdEmbedded *embedded);

/* Leaves it running without us: keep the shop open in the background. */
void kd_embedded_release (KdEmbedded *embedded);

G_END_DECLS
