/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

#include <string.h>

/* Who holds an access token. What was asked a moment ago is remembered, so that a client's burst
 * of requests is one look into control.db; what ends is forgotten at once. */

#define REMEMBER_US (5 * G_USEC_PER_SEC)
#define REMEMBER_MAX 10000

typedef struct
{
  KdControlSession session;
  gint64 at;                /* monotonic, us */
} Known;

struct _KdSessions
{
  KdServer *server;
  GHashTable *known;        /* hash of the token -> Known */
};

typedef struct
{
  KdSessions *sessions;
  char *token;
  KdControlSession session;
  KdSessionFunc func;
  gpointer data;
} Lookup;

KdSessions *
kd_sessions_new (KdServer *server)
{
  KdSessions *self = g_new0 (KdSessions, 1);

  self->server = server;
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
kd_sessions_free (KdSessions *self)
{
  g_hash_table_unref (self->known);
  g_free (self);
}

static gboolean
is_of_session_cb (gpointer key,
                  gpointer value,
                  gpointer session)
{
  return kd_id_equal (&((Known *) value)->session.session, session);
}

void
kd_sessions_forget (KdSessions *self,
                    const KdId *session)
{
  g_hash_table_foreach_remove (self->known, is_of_session_cb, (gpointer) session);
}

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_free (lookup->token);
  g_free (lookup);
}

static gboolean
look_up (KdSqlConnection *connection,
         const KdControl *control,
         gpointer data,
         GError **error)
{
  Lookup *lookup = data;

  return kd_control_find_access (connection, control, lookup->token, &lookup->session, error);
}

static void
looked_up_cb (gpointer data,
              const GError *error,
              gpointer user_data)
{
  Lookup *lookup = data;
  KdSessions *self = lookup->sessions;

  if (error == NULL)
    {
      Known *known = g_new0 (Known, 1);

      if (g_hash_table_size (self->known) >= REMEMBER_MAX)
        g_hash_table_remove_all (self->known);
      *known = (Known){ lookup->session, g_get_monotonic_time () };
      g_hash_table_replace (self->known, g_strdup (lookup->token), known);
      lookup->func (&lookup->session, NULL, lookup->data);
    }
  else if (g_error_matches (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_REFUSED))
    lookup->func (NULL, NULL, lookup->data);
  else
    lookup->func (NULL, error, lookup->data);
}

void
kd_sessions_find (KdSessions *self,
                  const char *authorization,
                  KdSessionFunc func,
                  gpointer data)
{
  static const char bearer[] = "Bearer ";
  const char *token;
  Known *known;
  Lookup *lookup;

  if (authorization == NULL || g_ascii_strncasecmp (authorization, bearer, strlen (bearer)) != 0
      || strlen (authorization) > KD_TOKEN_MAX)
    {
      func (NULL, NULL, data);
      return;
    }
  token = authorization + strlen (bearer);
  known = g_hash_table_lookup (self->known, token);
  if (known != NULL && g_get_monotonic_time () - known->at < REMEMBER_US
      && known->session.until > kd_server_get_now (self->server))
    {
      KdControlSession session = known->session;

      func (&session, NULL, data);
      return;
    }
  lookup = g_new0 (Lookup, 1);
  lookup->sessions = self;
  lookup->token = g_strdup (token);
  lookup->func = func;
  lookup->data = data;
  kd_server_run_control (self->server, look_up, lookup, lookup_free, looked_up_cb, NULL);
}
