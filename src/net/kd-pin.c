/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-pin.h"

#include <string.h>

#define HTTPS_PORT 443
#define LOOK_S 20

#define KD_TYPE_PIN_DATABASE (kd_pin_database_get_type ())
G_DECLARE_FINAL_TYPE (KdPinDatabase, kd_pin_database, KD, PIN_DATABASE, GTlsDatabase)

struct _KdPinDatabase
{
  GTlsDatabase parent_instance;
  guint8 fingerprint[KD_FINGERPRINT_BYTES];
};

G_DEFINE_FINAL_TYPE (KdPinDatabase, kd_pin_database, G_TYPE_TLS_DATABASE)

void
kd_pin_fingerprint (GTlsCertificate *certificate,
                    guint8 ret_fingerprint[KD_FINGERPRINT_BYTES])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GByteArray) der = NULL;
  gsize n = KD_FINGERPRINT_BYTES;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der)
    g_checksum_update (sum, der->data, der->len);
  g_checksum_get_digest (sum, ret_fingerprint, &n);
}

static GTlsCertificateFlags
verify_chain (GTlsDatabase *database,
              GTlsCertificate *chain,
              const char *purpose,
              GSocketConnectable *identity,
              GTlsInteraction *interaction,
              GTlsDatabaseVerifyFlags flags,
              GCancellable *cancellable,
              GError **error)
{
  KdPinDatabase *self = KD_PIN_DATABASE (database);
  guint8 seen[KD_FINGERPRINT_BYTES];

  kd_pin_fingerprint (chain, seen);
  return memcmp (seen, self->fingerprint, sizeof seen) == 0 ? 0 : G_TLS_CERTIFICATE_UNKNOWN_CA;
}

static void
kd_pin_database_class_init (KdPinDatabaseClass *klass)
{
  G_TLS_DATABASE_CLASS (klass)->verify_chain = verify_chain;
}

static void
kd_pin_database_init (KdPinDatabase *self)
{
}

GTlsDatabase *
kd_pin_database_new (const guint8 fingerprint[KD_FINGERPRINT_BYTES])
{
  KdPinDatabase *self = g_object_new (KD_TYPE_PIN_DATABASE, NULL);

  memcpy (self->fingerprint, fingerprint, sizeof self->fingerprint);
  return G_TLS_DATABASE (self);
}

static gboolean
accept_cb (GTlsConnection *connection,
           GTlsCertificate *certificate,
           GTlsCertificateFlags flags,
           gpointer data)
{
  return TRUE;
}

gboolean
kd_pin_look (const char *address,
             guint8 ret_fingerprint[KD_FINGERPRINT_BYTES],
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) identity = g_network_address_parse_uri (address, HTTPS_PORT, error);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) tls = NULL;

  if (identity == NULL)
    return FALSE;
  g_socket_client_set_timeout (client, LOOK_S);
  connection = g_socket_client_connect (client, identity, cancellable, error);
  if (connection == NULL)
    return FALSE;
  tls = g_tls_client_connection_new (G_IO_STREAM (connection), identity, error);
  if (tls == NULL)
    return FALSE;
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (tls), cancellable, error))
    return FALSE;
  kd_pin_fingerprint (g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls)), ret_fingerprint);
  g_io_stream_close (tls, NULL, NULL);
  return TRUE;
}
