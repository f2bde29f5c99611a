/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Sends one message and takes its answer's body whole, counting the bytes as they come: neither a
 * length nobody told, nor one that unfolds from little, gets past the limit. Private to net/. */

typedef enum
{
  KD_RECEIVED,           /* status, headers and body are there */
  KD_RECEIVE_NETWORK,    /* no whole answer; the error says why */
  KD_RECEIVE_LATE,       /* not within the deadline */
  KD_RECEIVE_TOO_LARGE,
} KdReceiveOutcome;

typedef struct
{
  KdReceiveOutcome outcome;
  GBytes *body;          /* NULL unless KD_RECEIVED */
  GError *error;         /* NULL if KD_RECEIVED */
} KdReceived;

void kd_received_free (KdReceived *received);

void kd_receive_async (SoupSession *session,
                       SoupMessage *message,
                       gsize max_bytes,
                       guint deadline_ms,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data);

/* NULL only with G_IO_ERROR_CANCELLED, when the caller cancelled. */
KdReceived *kd_receive_finish (GAsyncResult *result,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdReceived, kd_received_free)

G_END_DECLS
