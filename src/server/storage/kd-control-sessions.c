/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-control-private.h"

#include <sodium.h>
#include <string.h>

/* Sessions: one installation of one user, and the tokens it holds. Tokens are random or made with
 * a key of the server, and stored as hashes alone. */

#define ACCESS_PREFIX "kda_"
#define REFRESH_PREFIX "kdr_"

void
kd_control_tokens_clear (KdControlTokens *tokens)
{
  if (tokens->access != NULL)
    sodium_memzero (tokens->access, strlen (tokens->access));
  if (tokens->refresh != NULL)
    sodium_memzero (tokens->refresh, strlen (tokens->refresh));
  g_clear_pointer (&tokens->access, g_free);
  g_clear_pointer (&tokens->refresh, g_free);
}

static char *
token_text (const char *prefix,
            const guint8 bytes[KD_TOKEN_BYTES])
{
  char text[KD_TOKEN_BYTES * 2];

  sodium_bin2base64 (text, sizeof text, bytes, KD_TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strconcat (prefix, text, NULL);
}

static char *
random_token (const KdControl *control,
              const char *prefix)
{
  guint8 bytes[KD_TOKEN_BYTES];

  control->random (control->random_data, bytes, sizeof bytes);
  return token_text (prefix, bytes);
}

/* What follows a refresh token can be made again, so that a lost answer is answered alike. */
static char *
next_token (const KdControl *control,
            const char *prefix,
            const char *refresh)
{
  g_autofree char *what = g_strconcat (prefix, refresh, NULL);
  guint8 key[32], bytes[KD_TOKEN_BYTES];

  kd_control_derive_key (control, "tokens", key);
  crypto_generichash (bytes, sizeof bytes, (const guint8 *) what, strlen (what), key, sizeof key);
  sodium_memzero (what, strlen (what));
  return token_text (prefix, bytes);
}

static gboolean
add_access (KdSqlConnection *connection,
            const KdId *session,
            const char *access,
            gint64 now,
            gint64 until,
            GError **error)
{
  g_autoptr (KdSqlStatement) tidy = kd_sql_prepare (
    connection, "DELETE FROM access WHERE session_id=?1 AND until<?2", error);
  g_autoptr (KdSqlStatement) older = tidy == NULL ? NULL : kd_sql_prepare (
    connection, "UPDATE access SET newest=0 WHERE session_id=?1", error);
  g_autoptr (KdSqlStatement) add = older == NULL ? NULL : kd_sql_prepare (
    connection, "INSERT OR REPLACE INTO access(hash, session_id, until) VALUES(?1, ?2, ?3)", error);
  KdHash hash = kd_control_hash_text (access);

  if (add == NULL)
    return FALSE;
  kd_sql_bind_id (tidy, 1, session);
  kd_sql_bind_int64 (tidy, 2, now);
  kd_sql_bind_id (older, 1, session);
  kd_sql_bind_hash (add, 1, &hash);
  kd_sql_bind_id (add, 2, session);
  kd_sql_bind_int64 (add, 3, until);
  return kd_sql_run (tidy, error) && kd_sql_run (older, error) && kd_sql_run (add, error);
}

gboolean
kd_control_open_session (KdSqlConnection *connection,
                         const KdControl *control,
                         const KdId *user,
                         const char *device_name,
                         KdControlTokens *ret_tokens,
                         GError **error)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdSqlStatement) add = NULL;
  gint64 now = control->clock (control->clock_data);
  KdHash hash;

  *ret_tokens = (KdControlTokens){ .session = kd_control_new_id (control), .user = *user };
  ret_tokens->access = random_token (control, ACCESS_PREFIX);
  ret_tokens->refresh = random_token (control, REFRESH_PREFIX);
  ret_tokens->access_until = now + KD_ACCESS_MS;
  ret_tokens->refresh_until = now + KD_REFRESH_MS;
  if (!kd_sql_begin (&tx, connection, KD_SQL_WRITE, error))
    return FALSE;
  add = kd_sql_prepare (connection,
                        "INSERT INTO session(session_id, user_id, device_name, created, refresh_hash, refresh_until)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6)", error);
  if (add == NULL)
    return FALSE;
  hash = kd_control_hash_text (ret_tokens->refresh);
  kd_sql_bind_id (add, 1, &ret_tokens->session);
  kd_sql_bind_id (add, 2, user);
  kd_sql_bind_text (add, 3, device_name);
  kd_sql_bind_int64 (add, 4, now);
  kd_sql_bind_hash (add, 5, &hash);
  kd_sql_bind_int64 (add, 6, ret_tokens->refresh_until);
  return kd_sql_run (add, error)
         && add_access (connection, &ret_tokens->session, ret_tokens->access, now, ret_tokens->access_until, error)
         && kd_sql_commit (&tx, error);
}

#define ENDED 1
#define REVOKED 2

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_REFUSED, "unknown, wrong or expired");
  return FALSE;
}

static gboolean
refuse_ended (gint64 ended,
              GError **error)
{
  if (ended != REVOKED)
    return refuse (error);
  g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_REVOKED, "the device was revoked");
  return FALSE;
}

typedef struct
{
  KdId session, user;
  gboolean current;     /* the newest refresh token, not the one before */
  gint64 until;         /* of the token presented */
  gint64 refresh_until;
  gboolean seen;        /* whether the newest was ever used */
} Holder;

static gboolean
find_holder (KdSqlConnection *connection,
             const char *refresh,
             Holder *ret_holder,
             GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT s.session_id, s.user_id, s.refresh_hash=?1, s.refresh_until, s.before_until, s.seen, s.ended"
    " FROM session s JOIN account a USING(user_id)"
    " WHERE (s.refresh_hash=?1 OR s.before_hash=?1) AND a.disabled=0 ORDER BY s.ended LIMIT 1", error);
  KdHash hash = kd_control_hash_text (refresh);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_hash (read, 1, &hash);
  step = kd_sql_step (read, error);
  if (step != KD_SQL_ROW)
    return step == KD_SQL_DONE ? refuse (error) : FALSE;
  if (kd_sql_column_int64 (read, 6) != 0)
    return refuse_ended (kd_sql_column_int64 (read, 6), error);
  kd_sql_column_id (read, 0, &ret_holder->session);
  kd_sql_column_id (read, 1, &ret_holder->user);
  ret_holder->current = kd_sql_column_int64 (read, 2) != 0;
  ret_holder->refresh_until = kd_sql_column_int64 (read, 3);
  ret_holder->until = ret_holder->current ? ret_holder->refresh_until : kd_sql_column_int64 (read, 4);
  ret_holder->seen = kd_sql_column_int64 (read, 5) != 0;
  return TRUE;
}

static gboolean
rotate (KdSqlConnection *connection,
        const Holder *holder,
        const char *refresh,
        const KdControlTokens *tokens,
        gint64 now,
        GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection,
    "UPDATE session SET before_hash=?2, before_until=?3, refresh_hash=?4, refresh_until=?5, seen=0 WHERE session_id=?1", error);
  KdHash before = kd_control_hash_text (refresh), next = kd_control_hash_text (tokens->refresh);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &holder->session);
  kd_sql_bind_hash (write, 2, &before);
  kd_sql_bind_int64 (write, 3, now + KD_REFRESH_GRACE_MS);
  kd_sql_bind_hash (write, 4, &next);
  kd_sql_bind_int64 (write, 5, tokens->refresh_until);
  return kd_sql_run (write, error);
}

gboolean
kd_control_refresh (KdSqlConnection *connection,
                    const KdControl *control,
                    const char *refresh,
                    KdControlTokens *ret_tokens,
                    GError **error)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  gint64 now = control->clock (control->clock_data);
  Holder holder;

  *ret_tokens = (KdControlTokens){ 0 };
  if (!kd_sql_begin (&tx, connection, KD_SQL_WRITE, error) || !find_holder (connection, refresh, &holder, error))
    return FALSE;
  if (holder.current ? now > holder.until : now > holder.until && holder.seen)
    {
      /* an old one after its successor was used: two hold it, and one of them is no friend */
      if (!holder.current && (!kd_control_end_session (connection, &holder.session, FALSE, error) || !kd_sql_commit (&tx, error)))
        return FALSE;
      return refuse (error);
    }
  ret_tokens->session = holder.session;
  ret_tokens->user = holder.user;
  ret_tokens->refresh = next_token (control, REFRESH_PREFIX, refresh);
  ret_tokens->access = next_token (control, ACCESS_PREFIX, refresh);
  ret_tokens->access_until = now + KD_ACCESS_MS;
  ret_tokens->refresh_until = holder.current ? now + KD_REFRESH_MS : holder.refresh_until;
  if (holder.current && !rotate (connection, &holder, refresh, ret_tokens, now, error))
    return FALSE;
  return add_access (connection, &holder.session, ret_tokens->access, now, ret_tokens->access_until, error)
         && kd_sql_commit (&tx, error);
}

gboolean
kd_control_find_access (KdSqlConnection *connection,
                        const KdControl *control,
                        const char *access,
                        KdControlSession *ret_session,
                        GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection,
    "SELECT s.session_id, s.user_id, a.until, s.seen, a.newest, s.ended FROM access a JOIN session s USING(session_id)"
    " JOIN account u USING(user_id) WHERE a.hash=?1 AND u.disabled=0", error);
  KdHash hash = kd_control_hash_text (access);
  gboolean first;
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_hash (read, 1, &hash);
  step = kd_sql_step (read, error);
  if (step != KD_SQL_ROW)
    return step == KD_SQL_DONE ? refuse (error) : FALSE;
  if (kd_sql_column_int64 (read, 5) != 0)
    return refuse_ended (kd_sql_column_int64 (read, 5), error);
  *ret_session = (KdControlSession){ .until = kd_sql_column_int64 (read, 2) };
  kd_sql_column_id (read, 0, &ret_session->session);
  kd_sql_column_id (read, 1, &ret_session->user);
  first = kd_sql_column_int64 (read, 3) == 0 && kd_sql_column_int64 (read, 4) != 0;
  kd_sql_reset (read);
  if (ret_session->until <= control->clock (control->clock_data))
    return refuse (error);
  if (first)
    {
      g_autoptr (KdSqlStatement) seen = kd_sql_prepare (connection, "UPDATE session SET seen=1 WHERE session_id=?1", error);

      if (seen == NULL)
        return FALSE;
      kd_sql_bind_id (seen, 1, &ret_session->session);
      return kd_sql_run (seen, error);
    }
  return TRUE;
}

gboolean
kd_control_session_is_open (KdSqlConnection *connection,
                            const KdId *session,
                            gboolean *ret_open,
                            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT 1 FROM session JOIN account USING(user_id) WHERE session_id=?1 AND ended=0 AND disabled=0", error);
  KdSqlStep step;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, session);
  step = kd_sql_step (read, error);
  *ret_open = step == KD_SQL_ROW;
  return step != KD_SQL_ERRED;
}

gboolean
kd_control_end_session (KdSqlConnection *connection,
                        const KdId *session,
                        gboolean revoked,
                        GError **error)
{
  g_autoptr (KdSqlStatement) end = kd_sql_prepare (connection, "UPDATE session SET ended=?2 WHERE session_id=?1", error);

  if (end == NULL)
    return FALSE;
  kd_sql_bind_id (end, 1, session);
  kd_sql_bind_int64 (end, 2, revoked ? REVOKED : ENDED);
  return kd_sql_run (end, error);
}

gboolean
kd_control_end_session_of (KdSqlConnection *connection,
                           const char *refresh,
                           KdId *ret_session,
                           GError **error)
{
  GError *failed = NULL;
  Holder holder;

  *ret_session = KD_ID_NONE;
  if (!find_holder (connection, refresh, &holder, &failed))
    {
      if (failed->domain == KD_CONTROL_ERROR)
        {
          g_clear_error (&failed);
          return TRUE;
        }
      g_propagate_error (error, failed);
      return FALSE;
    }
  *ret_session = holder.session;
  return kd_control_end_session (connection, &holder.session, FALSE, error);
}
