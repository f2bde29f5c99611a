/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-auth-answer.h"

/* What signing in, refreshing, pairing and /v1/me answer: the account from control.db, then name and
 * role from each of its shops. */

typedef struct
{
  int ref;
  KdRequest *request;
  guint status;
  KdAuthAnswer *answer;
  KdId user;
  GArray *ids;              /* of KdId */
  guint waiting;
} Respond;

typedef struct
{
  Respond *respond;
  KdAuthShop *shop;
  gboolean member;
} Look;

static void
respond_unref (gpointer data)
{
  Respond *respond = data;

  if (--respond->ref > 0)
    return;
  kd_auth_answer_free (respond->answer);
  g_clear_pointer (&respond->ids, g_array_unref);
  kd_request_unref (respond->request);
  g_free (respond);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_clear_pointer (&look->shop, kd_auth_shop_free);
  respond_unref (look->respond);
  g_free (look);
}

static void
finish_one (Respond *respond)
{
  if (--respond->waiting > 0)
    return;
  respond->answer->now = kd_http_now (respond->request->http);
  kd_request_answer_json (respond->request, respond->status, kd_auth_answer_to_json (respond->answer));
}

static gboolean
read_shop (KdSqlConnection *connection,
           const KdShop *shop,
           gpointer data,
           GError **error)
{
  Look *look = data;
  GError *failed = NULL;
  g_autoptr (KdRecord) profile = NULL;
  KdRole role;
  KdScopes scopes;

  look->member = kd_shop_get_member (connection, shop, &look->respond->user, &role, &scopes, &failed);
  if (look->member)
    {
      look->shop->role = role;
      profile = kd_shop_get (connection, shop, &kd_kind_shop_profile, &shop->id, &failed);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (profile != NULL)
    look->shop->name = g_strdup (((KdShopProfile *) profile)->name);
  return TRUE;
}

static void
shop_read_cb (gpointer data,
              const GError *error,
              gpointer user_data)
{
  Look *look = data;

  /* a shop that can't be read is left out; the others are as good as before */
  if (error == NULL && look->member)
    g_ptr_array_add (look->respond->answer->shops, g_steal_pointer (&look->shop));
  finish_one (look->respond);
}

static gboolean
read_account (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Respond *respond = data;
  g_auto (KdControlAccount) account = { 0 };
  GError *failed = NULL;

  if (!kd_control_get_account (connection, &respond->user, &account, &failed) && failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  respond->answer->server_id = control->server_id;
  respond->answer->login = g_steal_pointer (&account.login);
  respond->answer->name = g_steal_pointer (&account.name);
  respond->ids = kd_control_list_user_shops (connection, &respond->user, error);
  return respond->ids != NULL;
}

static void
account_read_cb (gpointer data,
                 const GError *error,
                 gpointer user_data)
{
  Respond *respond = data;
  KdServer *server = respond->request->http->server;

  if (error != NULL)
    {
      kd_request_fail (respond->request, error);
      return;
    }
  respond->waiting = 1;
  for (guint i = 0; i < MIN (respond->ids->len, KD_SHOPS_MAX); i++)
    {
      Look *look = g_new0 (Look, 1);

      respond->ref++;
      respond->waiting++;
      look->respond = respond;
      look->shop = kd_auth_shop_new ();
      look->shop->id = g_array_index (respond->ids, KdId, i);
      look->shop->slug = g_strdup (kd_server_get_slug (server, &look->shop->id));
      kd_server_run_shop (server, &look->shop->id, KD_LANE_READ, read_shop, look, look_free, shop_read_cb, NULL);
    }
  finish_one (respond);
}

void
kd_auth_respond (KdRequest *request,
                 guint status,
                 const KdId *user,
                 KdControlTokens *tokens)
{
  Respond *respond = g_new0 (Respond, 1);

  respond->ref = 1;
  respond->request = kd_request_ref (request);
  respond->status = status;
  respond->answer = kd_auth_answer_new ();
  respond->user = respond->answer->user = *user;
  respond->answer->session = tokens != NULL ? tokens->session : request->session.session;
  if (tokens != NULL)
    {
      respond->answer->access = g_steal_pointer (&tokens->access);
      respond->answer->access_until = tokens->access_until;
      respond->answer->refresh = g_steal_pointer (&tokens->refresh);
      respond->answer->refresh_until = tokens->refresh_until;
    }
  kd_server_run_control (request->http->server, read_account, respond, respond_unref, account_read_cb, NULL);
}
