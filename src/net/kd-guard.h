/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-call.h"

G_BEGIN_DECLS

/* The fence around addresses that somebody else has chosen: pictures named in a file, servers a
 * seller types. Only http and https, only the open internet: no address of this computer, of a
 * local network or of a cloud's own services. What is checked is the very address that is
 * connected to, after the name was looked up, for each redirect anew: a name that answers
 * differently the second time gains nothing. A guard may be used on any thread. */

#define KD_GUARD_URL_MAX 2000
#define KD_GUARD_REDIRECTS_MAX 5
#define KD_GUARD_DEADLINE_MS 10000

/**
 * KdGuardError:
 *
 * Each has a stable code: kd_guard_error_code().
 */
typedef enum
{
  KD_GUARD_ERROR_URL,         /* guard.url: no address, or one with a user name in it */
  KD_GUARD_ERROR_SCHEME,      /* guard.scheme: neither http nor https */
  KD_GUARD_ERROR_PORT,        /* guard.port: a port of another service */
  KD_GUARD_ERROR_ADDRESS,     /* guard.address: it leads into a private network */
  KD_GUARD_ERROR_REDIRECTS,   /* guard.redirects: too many, or one that leads nowhere */
  KD_GUARD_ERROR_NETWORK,     /* guard.network: no connection, cut off, too late */
  KD_GUARD_ERROR_STATUS,      /* guard.status: the server gave an error */
  KD_GUARD_ERROR_TOO_LARGE,   /* guard.too_large */
} KdGuardError;

#define KD_GUARD_ERROR (kd_guard_error_quark ())
GQuark kd_guard_error_quark (void);

/* The stable code of an error of this domain; NULL for one of another. */
const char *kd_guard_error_code (const GError *error);

typedef struct _KdGuard KdGuard;

KdGuard *kd_guard_new (void);
KdGuard *kd_guard_ref (KdGuard *guard);
void kd_guard_unref (KdGuard *guard);

/**
 * kd_guard_allow:
 * @address: a numeric address
 *
 * Opens one address and port that would be refused. For tests and for a configuration that names
 * it; to be called before the guard is used.
 */
void kd_guard_allow (KdGuard *guard,
                     const char *address,
                     guint16 port);

/* Whether an address may be connected to. */
gboolean kd_guard_may_connect (KdGuard *guard,
                               GInetAddress *address,
                               guint16 port);

/* What can be told from the text alone; names are looked up when they are connected to. */
gboolean kd_guard_check_url (KdGuard *guard,
                             const char *url,
                             GError **error);

/**
 * kd_guard_session_new:
 * @url: where the session will call
 *
 * A session that connects to that host and port alone, and to no private address of theirs; for
 * calls that must not be redirected (connectors). A refused address fails as a network failure.
 */
SoupSession *kd_guard_session_new (KdGuard *guard,
                                   const char *url,
                                   const KdHttpOptions *options,
                                   GError **error);

/**
 * kd_guard_fetch_async:
 * @max_bytes: what the answer may have
 * @deadline_ms: for the whole, redirects included
 *
 * Gets what lies at an address, without cookies or credentials. A body in chunks that was cut off
 * looks whole (libsoup 3.2 doesn't tell): check what came, as kd_picture_check() does.
 */
void kd_guard_fetch_async (KdGuard *guard,
                           const char *url,
                           gsize max_bytes,
                           guint deadline_ms,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data);

/**
 * kd_guard_fetch_finish:
 *
 * Returns: the bytes; %NULL with a KdGuardError, or G_IO_ERROR_CANCELLED
 */
GBytes *kd_guard_fetch_finish (KdGuard *guard,
                               GAsyncResult *result,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdGuard, kd_guard_unref)

G_END_DECLS
