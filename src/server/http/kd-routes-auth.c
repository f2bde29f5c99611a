/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-auth-answer.h"
#include "kd-text.h"

#include <sodium.h>
#include <string.h>

/* Accounts and sessions (SECURITY 3). A wrong login and a wrong password are the same answer, after
 * the same time. */

#define TRIES 10              /* passwords for one login from one network in the window */
#define TRIES_LOGIN 100       /* for one login from anywhere */
#define TRIES_WINDOW_MS (15 * 60 * 1000)

typedef struct
{
  KdRequest *request;         /* borrowed: the job holds it */
  KdAuthRequest *auth;
  char *prefix;
  char *hash;                 /* (nullable) */
  KdId user, ended;
  gboolean right;
  KdControlTokens tokens;
} Sign;

static void
sign_free (gpointer data)
{
  Sign *sign = data;

  kd_auth_request_free (sign->auth);
  kd_control_tokens_clear (&sign->tokens);
  g_free (sign->prefix);
  g_free (sign->hash);
  g_free (sign);
}

/* NULL: answered. */
static Sign *
sign_new (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  KdAuthRequest *auth = kd_auth_request_parse (text, size, &error);
  Sign *sign;

  if (auth == NULL)
    {
      kd_request_fail (request, error);
      return NULL;
    }
  sign = g_new0 (Sign, 1);
  sign->request = request;
  sign->auth = auth;
  sign->prefix = g_strdup (request->prefix);
  return sign;
}

static gboolean
is_given (KdRequest *request,
          const char *value,
          const char *field)
{
  if (value != NULL && !kd_text_is_blank (value))
    return TRUE;
  kd_request_refuse_field (request, field, "field.required");
  return FALSE;
}

static gboolean
open_session (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Sign *sign = data;

  return kd_control_open_session (connection, control, &sign->user, sign->auth->device_name, &sign->tokens, error);
}

static void
signed_in_cb (KdRequest *request,
              gpointer data,
              const GError *error)
{
  Sign *sign = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else
    kd_auth_respond (request, 200, &sign->user, &sign->tokens);
}

/* ---- signing up ---- */

static gboolean
hash_password (gpointer data,
               GError **error)
{
  Sign *sign = data;

  sign->hash = kd_password_hash (sign->auth->password, error);
  return sign->hash != NULL;
}

static gboolean
add_account (KdSqlConnection *connection,
             const KdControl *control,
             gpointer data,
             GError **error)
{
  Sign *sign = data;

  return kd_control_add_account (connection, control, sign->auth->login, sign->auth->name, sign->hash, &sign->user, error)
         && open_session (connection, control, sign, error);
}

static Sign *
sign_move (Sign *sign)
{
  Sign *copy = g_memdup2 (sign, sizeof *sign);

  *sign = (Sign){ .auth = kd_auth_request_new () };
  return copy;
}

static void
hashed_cb (KdRequest *request,
           gpointer data,
           const GError *error)
{
  if (error != NULL)
    kd_request_fail (request, error);
  else
    kd_request_run_control (request, add_account, sign_move (data), sign_free, signed_in_cb);
}

static void
sign_up_cb (KdRequest *request)
{
  Sign *sign;

  if (!request->http->sign_up)
    {
      kd_request_refuse (request, 403, "sign_up_closed");
      return;
    }
  sign = sign_new (request);
  if (sign == NULL)
    return;
  if (!is_given (request, sign->auth->login, "login") || !is_given (request, sign->auth->password, "password")
      || !is_given (request, sign->auth->name, "name"))
    sign_free (sign);
  else if (g_utf8_strlen (sign->auth->password, -1) < KD_PASSWORD_MIN)
    {
      kd_request_refuse_field (request, "password", "text.too_short");
      sign_free (sign);
    }
  else
    kd_request_run_pool (request, hash_password, sign, sign_free, hashed_cb);
}

/* ---- signing in ---- */

static char *
throttle_key (const Sign *sign,
              gboolean anywhere)
{
  g_autofree char *login = kd_text_key (sign->auth->login);

  return anywhere ? g_strdup_printf ("login %s", login) : g_strdup_printf ("login %s %s", sign->prefix, login);
}

static gboolean
find_account (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Sign *sign = data;
  g_autofree char *here = throttle_key (sign, FALSE), *anywhere = throttle_key (sign, TRUE);
  g_auto (KdControlAccount) account = { 0 };
  GError *failed = NULL;

  if (!kd_control_throttle (connection, control, here, TRIES, TRIES_WINDOW_MS, error)
      || !kd_control_throttle (connection, control, anywhere, TRIES_LOGIN, TRIES_WINDOW_MS, error))
    return FALSE;
  if (kd_control_find_account (connection, sign->auth->login, &account, &failed) && !account.disabled)
    {
      sign->user = account.user;
      sign->hash = g_steal_pointer (&account.password);
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static gboolean
check_password (gpointer data,
                GError **error)
{
  Sign *sign = data;

  sign->right = kd_password_check (sign->hash, sign->auth->password);
  return TRUE;
}

static gboolean
let_in (KdSqlConnection *connection,
        const KdControl *control,
        gpointer data,
        GError **error)
{
  Sign *sign = data;
  g_autofree char *here = throttle_key (sign, FALSE);

  return kd_control_throttle_clear (connection, here, error) && open_session (connection, control, sign, error);
}

static void
password_checked_cb (KdRequest *request,
                     gpointer data,
                     const GError *error)
{
  Sign *sign = data;

  if (sign->right)
    kd_request_run_control (request, let_in, sign_move (sign), sign_free, signed_in_cb);
  else
    kd_request_refuse (request, 401, "auth");
}

static void
account_found_cb (KdRequest *request,
                  gpointer data,
                  const GError *error)
{
  if (error != NULL)
    kd_request_fail (request, error);
  else
    kd_request_run_pool (request, check_password, sign_move (data), sign_free, password_checked_cb);
}

static void
sign_in_cb (KdRequest *request)
{
  Sign *sign = sign_new (request);

  if (sign == NULL)
    return;
  if (is_given (request, sign->auth->login, "login") && is_given (request, sign->auth->password, "password"))
    kd_request_run_control (request, find_account, sign, sign_free, account_found_cb);
  else
    sign_free (sign);
}

/* ---- the owner of an embedded server ---- */

static gboolean
open_owner (KdSqlConnection *connection,
            const KdControl *control,
            gpointer data,
            GError **error)
{
  Sign *sign = data;

  return kd_control_ensure_owner (connection, control, sign->auth->name, &sign->user, error)
         && open_session (connection, control, sign, error);
}

static void
owner_opened_cb (KdRequest *request,
                 gpointer data,
                 const GError *error)
{
  Sign *sign = data;

  /* it was not used after all */
  if (error != NULL && request->http->owner_token == NULL)
    request->http->owner_token = g_strdup (sign->auth->token);
  signed_in_cb (request, data, error);
}

static void
owner_cb (KdRequest *request)
{
  KdHttp *http = request->http;
  Sign *sign = sign_new (request);

  if (sign == NULL)
    return;
  if (http->owner_token != NULL && sign->auth->token != NULL && strlen (sign->auth->token) == strlen (http->owner_token)
      && sodium_memcmp (sign->auth->token, http->owner_token, strlen (http->owner_token)) == 0)
    {
      g_clear_pointer (&http->owner_token, g_free);
      kd_request_run_control (request, open_owner, sign, sign_free, owner_opened_cb);
      return;
    }
  kd_request_refuse (request, 401, "auth");
  sign_free (sign);
}

/* ---- refreshing and signing out ---- */

static gboolean
refresh (KdSqlConnection *connection,
         const KdControl *control,
         gpointer data,
         GError **error)
{
  Sign *sign = data;

  if (!kd_control_refresh (connection, control, sign->auth->token, &sign->tokens, error))
    return FALSE;
  sign->user = sign->tokens.user;
  return TRUE;
}

static void
refresh_cb (KdRequest *request)
{
  Sign *sign = sign_new (request);

  if (sign == NULL)
    return;
  if (is_given (request, sign->auth->token, "token"))
    kd_request_run_control (request, refresh, sign, sign_free, signed_in_cb);
  else
    sign_free (sign);
}

static gboolean
end_session (KdSqlConnection *connection,
             const KdControl *control,
             gpointer data,
             GError **error)
{
  Sign *sign = data;

  return kd_control_end_session_of (connection, sign->auth->token, &sign->ended, error);
}

static void
ended_cb (KdRequest *request,
          gpointer data,
          const GError *error)
{
  Sign *sign = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else
    {
      kd_http_session_ended (request->http, &sign->ended);
      kd_request_answer_empty (request, 204);
    }
}

static void
sign_out_cb (KdRequest *request)
{
  Sign *sign = sign_new (request);

  if (sign == NULL)
    return;
  if (is_given (request, sign->auth->token, "token"))
    kd_request_run_control (request, end_session, sign, sign_free, ended_cb);
  else
    sign_free (sign);
}

static void
me_cb (KdRequest *request)
{
  kd_auth_respond (request, 200, &request->session.user, NULL);
}

#define AUTH_ROUTE(path, handler, words) \
  { "POST", "/v1/auth/" path, KD_AUTH_NONE, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_LONG, KD_RATE_AUTH, handler, words }

const KdRoute kd_routes_auth[] = {
  AUTH_ROUTE ("sign-up", sign_up_cb, "Makes an account and signs in: {login, password, name, device_name}"),
  AUTH_ROUTE ("sign-in", sign_in_cb, "A session for {login, password, device_name}"),
  AUTH_ROUTE ("owner", owner_cb, "A session of an embedded server's owner for its one-time {token}"),
  AUTH_ROUTE ("refresh", refresh_cb, "New tokens for the refresh {token}; a lost answer is given again"),
  AUTH_ROUTE ("sign-out", sign_out_cb, "Ends the session of the refresh {token}"),
  { "GET", "/v1/me", KD_AUTH_SESSION, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_NORMAL, me_cb,
    "Who I am, and the shops where I am a member" },
  { NULL },
};
