/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Takes callers in for a SoupServer. SoupServer 3.2 could do so itself, but keeps a reference to
 * each socket for ever, and never accepts again after it has once run out of descriptors. */

#define KD_ACCEPT_AT_ONCE 64       /* callers taken in one go, so that the others get their turn */
#define KD_ACCEPT_PAUSE_MS 200     /* after an accept that failed: no descriptors left, say */

typedef struct _KdAcceptor KdAcceptor;

/**
 * kd_acceptor_new:
 * @socket: from kd_listen_open(); closed by kd_acceptor_free()
 * @certificate: (nullable): speak TLS with it
 *
 * Begins to take callers in, on the main context of the thread that calls.
 */
KdAcceptor *kd_acceptor_new (SoupServer *server,
                             GSocket *socket,
                             GTlsCertificate *certificate);
void kd_acceptor_free (KdAcceptor *acceptor);

/**
 * kd_acceptor_get_socket:
 *
 * Returns: (transfer full) (nullable): the socket that @message comes over; %NULL when it is gone
 */
GSocket *kd_acceptor_get_socket (SoupServerMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdAcceptor, kd_acceptor_free)

G_END_DECLS
