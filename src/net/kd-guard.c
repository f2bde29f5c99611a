/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-guard.h"

#include "kd-guard-address.h"
#include "kd-receive.h"

#include <string.h>

#define PORT_HTTP 80
#define PORT_HTTPS 443
#define PORT_OPEN_FROM 1024   /* below, other services than the web's have their ports */

typedef struct
{
  GInetAddress *address;
  guint16 port;
} Allowed;

struct _KdGuard
{
  gatomicrefcount refs;
  GArray *allowed;
};

typedef struct
{
  const char *network;
  guint bits;
} Range;

/* IPv4 that is not the open internet. */
static const Range refused_ipv4[] = {
  { "0.0.0.0", 8 },       { "10.0.0.0", 8 },     { "100.64.0.0", 10 },   { "127.0.0.0", 8 },
  { "169.254.0.0", 16 },  { "172.16.0.0", 12 },  { "192.0.0.0", 24 },    { "192.0.2.0", 24 },
  { "192.88.99.0", 24 },  { "192.168.0.0", 16 }, { "198.18.0.0", 15 },   { "198.51.100.0", 24 },
  { "203.0.113.0", 24 },  { "224.0.0.0", 4 },    { "240.0.0.0", 4 },
};

/* IPv6: only what is given out for the open internet, without the parts of it that are not. */
static const Range open_ipv6 = { "2000::", 3 };
static const Range refused_ipv6[] = {
  { "2001::", 23 },   /* Teredo, benchmarks and other special uses */
  { "2001:db8::", 32 },
  { "3fff::", 20 },
};

/* IPv6 that carries an IPv4 address, and where in it. */
static const struct
{
  Range range;
  guint at;
} carriers[] = {
  { { "::ffff:0:0", 96 }, 12 },
  { { "64:ff9b::", 96 }, 12 },
  { { "2002::", 16 }, 2 },
};

static const char *const error_codes[] = {
  [KD_GUARD_ERROR_URL] = "guard.url",
  [KD_GUARD_ERROR_SCHEME] = "guard.scheme",
  [KD_GUARD_ERROR_PORT] = "guard.port",
  [KD_GUARD_ERROR_ADDRESS] = "guard.address",
  [KD_GUARD_ERROR_REDIRECTS] = "guard.redirects",
  [KD_GUARD_ERROR_NETWORK] = "guard.network",
  [KD_GUARD_ERROR_STATUS] = "guard.status",
  [KD_GUARD_ERROR_TOO_LARGE] = "guard.too_large",
};

G_DEFINE_QUARK (kd-guard-error-quark, kd_guard_error)

const char *
kd_guard_error_code (const GError *error)
{
  if (error->domain != KD_GUARD_ERROR || error->code < 0
      || error->code >= (int) G_N_ELEMENTS (error_codes))
    return NULL;
  return error_codes[error->code];
}

static void
allowed_clear (gpointer item)
{
  g_object_unref (((Allowed *) item)->address);
}

KdGuard *
kd_guard_new (void)
{
  KdGuard *self = g_new0 (KdGuard, 1);

  g_atomic_ref_count_init (&self->refs);
  self->allowed = g_array_new (FALSE, FALSE, sizeof (Allowed));
  g_array_set_clear_func (self->allowed, allowed_clear);
  return self;
}

KdGuard *
kd_guard_ref (KdGuard *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
kd_guard_unref (KdGuard *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->allowed);
  g_free (self);
}

void
kd_guard_allow (KdGuard *self,
                const char *address,
                guint16 port)
{
  Allowed allowed = { g_inet_address_new_from_string (address), port };

  g_return_if_fail (allowed.address);
  g_array_append_val (self->allowed, allowed);
}

/* ---- addresses ---- */

static gboolean
is_in (const guint8 *bytes,
       GSocketFamily family,
       const Range *range)
{
  g_autoptr (GInetAddress) network = g_inet_address_new_from_string (range->network);
  const guint8 *prefix = g_inet_address_to_bytes (network);
  guint whole = range->bits / 8;
  guint rest = range->bits % 8;

  g_assert (g_inet_address_get_family (network) == family);
  return memcmp (bytes, prefix, whole) == 0
         && (rest == 0 || (bytes[whole] ^ prefix[whole]) >> (8 - rest) == 0);
}

static gboolean
is_open_ipv4 (const guint8 *bytes)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused_ipv4); i++)
    if (is_in (bytes, G_SOCKET_FAMILY_IPV4, &refused_ipv4[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_open_ipv6 (const guint8 *bytes)
{
  for (guint i = 0; i < G_N_ELEMENTS (carriers); i++)
    if (is_in (bytes, G_SOCKET_FAMILY_IPV6, &carriers[i].range))
      return is_open_ipv4 (bytes + carriers[i].at);
  if (!is_in (bytes, G_SOCKET_FAMILY_IPV6, &open_ipv6))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (refused_ipv6); i++)
    if (is_in (bytes, G_SOCKET_FAMILY_IPV6, &refused_ipv6[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_allowed (KdGuard *self,
            GInetAddress *address,
            guint16 port)
{
  for (guint i = 0; i < self->allowed->len; i++)
    {
      Allowed *allowed = &g_array_index (self->allowed, Allowed, i);

      if (allowed->port == port && g_inet_address_equal (allowed->address, address))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_open_port (guint16 port)
{
  return port == PORT_HTTP || port == PORT_HTTPS || port >= PORT_OPEN_FROM;
}

gboolean
kd_guard_may_connect (KdGuard *self,
                      GInetAddress *address,
                      guint16 port)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (is_allowed (self, address, port))
    return TRUE;
  if (!is_open_port (port))
    return FALSE;
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return is_open_ipv4 (bytes);
  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 && is_open_ipv6 (bytes);
}

static GUri *
parse_url (KdGuard *self,
           const char *url,
           GError **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GInetAddress) numeric = NULL;
  const char *scheme;
  guint16 port;

  if (strlen (url) <= KD_GUARD_URL_MAX)
    uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  if (!uri)
    {
      g_set_error (error, KD_GUARD_ERROR, KD_GUARD_ERROR_URL, "That is no address");
      return NULL;
    }
  scheme = g_uri_get_scheme (uri);
  if (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https"))
    {
      g_set_error (error, KD_GUARD_ERROR, KD_GUARD_ERROR_SCHEME, "Neither http nor https");
      return NULL;
    }
  if (!g_uri_get_host (uri) || !*g_uri_get_host (uri) || g_uri_get_userinfo (uri))
    {
      g_set_error (error, KD_GUARD_ERROR, KD_GUARD_ERROR_URL, "The address has no plain host");
      return NULL;
    }
  port = (guint16) g_uri_get_port (uri);
  numeric = g_inet_address_new_from_string (g_uri_get_host (uri));
  if (numeric && is_allowed (self, numeric, port))
    return g_steal_pointer (&uri);
  if (numeric && !kd_guard_may_connect (self, numeric, PORT_HTTPS))
    {
      g_set_error (error, KD_GUARD_ERROR, KD_GUARD_ERROR_ADDRESS,
                   "The address leads into a private network");
      return NULL;
    }
  if (!is_open_port (port))
    {
      g_set_error (error, KD_GUARD_ERROR, KD_GUARD_ERROR_PORT, "Port %u is not the web's", port);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

gboolean
kd_guard_check_url (KdGuard *self,
                    const char *url,
                    GError **error)
{
  g_autoptr (GUri) uri = parse_url (self, url, error);

  return uri != NULL;
}

/* ---- sessions ---- */

static SoupSession *
make_session (KdGuard *self,
              GUri *uri,
              const KdHttpOptions *options,
              KdGuardAddress **ret_address)
{
  KdHttpOptions direct = options ? *options : (KdHttpOptions){ 0 };
  g_autoptr (KdGuardAddress) address = kd_guard_address_new (
      self, g_uri_get_host (uri), (guint16) g_uri_get_port (uri), g_uri_get_scheme (uri));
  SoupSession *session;

  direct.direct = TRUE;
  session = kd_http_session_new_for (&direct, G_SOCKET_CONNECTABLE (address));
  if (ret_address)
    *ret_address = g_steal_pointer (&address);
  return session;
}

SoupSession *
kd_guard_session_new (KdGuard *self,
                      const char *url,
                      const KdHttpOptions *options,
                      GError **error)
{
  g_autoptr (GUri) uri = parse_url (self, url, error);

  return uri ? make_session (self, uri, options, NULL) : NULL;
}

/* ---- fetching ---- */

typedef struct
{
  KdGuard *guard;
  GUri *uri;
  SoupSession *session;
  SoupMessage *message;
  KdGuardAddress *address;
  gsize max_bytes;
  gint64 until;
  guint hops;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *self = data;

  kd_guard_unref (self->guard);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->message);
  g_clear_object (&self->address);
  g_free (self);
}

static void fetch_hop (GTask *task);

static void
follow (GTask *task,
        const char *location)
{
  Fetch *self = g_task_get_task_data (task);
  g_autofree char *base = g_uri_to_string (self->uri);
  g_autofree char *url = NULL;
  GError *error = NULL;

  if (location)
    url = g_uri_resolve_relative (base, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (!url || ++self->hops > KD_GUARD_REDIRECTS_MAX)
    {
      g_task_return_new_error (task, KD_GUARD_ERROR, KD_GUARD_ERROR_REDIRECTS,
                               "The redirects don't end");
      g_object_unref (task);
      return;
    }
  g_clear_pointer (&self->uri, g_uri_unref);
  self->uri = parse_url (self->guard, url, &error);
  if (!self->uri)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  fetch_hop (task);
}

static void
fail (GTask *task,
      const KdReceived *received)
{
  Fetch *self = g_task_get_task_data (task);

  if (received->outcome == KD_RECEIVE_TOO_LARGE)
    g_task_return_new_error (task, KD_GUARD_ERROR, KD_GUARD_ERROR_TOO_LARGE, "%s",
                             received->error->message);
  else if (kd_guard_address_was_refused (self->address))
    g_task_return_new_error (task, KD_GUARD_ERROR, KD_GUARD_ERROR_ADDRESS,
                             "The address leads into a private network");
  else
    g_task_return_new_error (task, KD_GUARD_ERROR, KD_GUARD_ERROR_NETWORK, "%s",
                             received->error->message);
  g_object_unref (task);
}

static void
hop_cb (GObject *source,
        GAsyncResult *result,
        gpointer data)
{
  GTask *task = data;
  Fetch *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (KdReceived) received = kd_receive_finish (result, &error);
  guint status = soup_message_get_status (self->message);

  if (!received)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
  else if (received->outcome != KD_RECEIVED)
    fail (task, received);
  else if (SOUP_STATUS_IS_REDIRECTION (status) && status != SOUP_STATUS_NOT_MODIFIED)
    follow (task, soup_message_headers_get_one (
                      soup_message_get_response_headers (self->message), "Location"));
  else if (status != SOUP_STATUS_OK)
    {
      g_task_return_new_error (task, KD_GUARD_ERROR, KD_GUARD_ERROR_STATUS, "Status %u", status);
      g_object_unref (task);
    }
  else
    {
      g_task_return_pointer (task, g_bytes_ref (received->body), (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
    }
}

/* Each hop has a session of its own, bound to the host it was checked for. */
static void
fetch_hop (GTask *task)
{
  Fetch *self = g_task_get_task_data (task);
  gint64 left = (self->until - g_get_monotonic_time ()) / 1000;

  g_clear_object (&self->message);
  g_clear_object (&self->address);
  g_clear_object (&self->session);
  self->session = make_session (self->guard, self->uri, NULL, &self->address);
  self->message = soup_message_new_from_uri ("GET", self->uri);
  soup_message_add_flags (self->message,
                          SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_message_headers_replace (soup_message_get_request_headers (self->message), "Connection",
                                "close");
  kd_receive_async (self->session, self->message, self->max_bytes, (guint) MAX (left, 0),
                    g_task_get_cancellable (task), hop_cb, task);
}

void
kd_guard_fetch_async (KdGuard *guard,
                      const char *url,
                      gsize max_bytes,
                      guint deadline_ms,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Fetch *self = g_new0 (Fetch, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, kd_guard_fetch_async);
  g_task_set_task_data (task, self, fetch_free);
  self->guard = kd_guard_ref (guard);
  self->max_bytes = max_bytes;
  self->until = g_get_monotonic_time () + (gint64) deadline_ms * 1000;
  self->uri = parse_url (guard, url, &error);
  if (!self->uri)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  fetch_hop (task);
}

GBytes *
kd_guard_fetch_finish (KdGuard *guard,
                       GAsyncResult *result,
                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
