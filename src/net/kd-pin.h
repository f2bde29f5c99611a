/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KD_FINGERPRINT_BYTES 32   /* SHA-256 of a certificate as it is sent (DER) */

/**
 * kd_pin_database_new:
 *
 * A certificate database that accepts one certificate alone, whatever name or issuer it has, and
 * refuses every other, those of public authorities included.
 */
GTlsDatabase *kd_pin_database_new (const guint8 fingerprint[KD_FINGERPRINT_BYTES]);

/* The fingerprint of a certificate: what a pairing shows and pins. */
void kd_pin_fingerprint (GTlsCertificate *certificate,
                         guint8 ret_fingerprint[KD_FINGERPRINT_BYTES]);

/**
 * kd_pin_look:
 * @address: "https://host:port"
 *
 * Shakes hands with a server and gives the fingerprint of the certificate it shows, whoever made
 * it: for pairing, where people compare what both sides saw. Blocks: not on the main thread.
 */
gboolean kd_pin_look (const char *address,
                      guint8 ret_fingerprint[KD_FINGERPRINT_BYTES],
                      GCancellable *cancellable,
                      GError **error);

G_END_DECLS
