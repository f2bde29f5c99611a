/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

#include "kd-json.h"
#include "kd-shop-args.h"
#include "kd-text.h"

#include <sodium.h>
#include <string.h>

/* A member with an account of its own: the account in control.db, the member in the shop's rows by
 * member.invite, whose fence decides. */

typedef struct
{
  KdId user;                /* who asks */
  char *login, *password, *name, *hash;
  int role;                 /* KdRole */
  KdId made;
  KdId shop;
  gboolean may;
  KdShopRun run;
} Add;

static void
add_free (gpointer data)
{
  Add *add = data;

  if (add->password != NULL)
    sodium_memzero (add->password, strlen (add->password));
  g_free (add->login);
  g_free (add->password);
  g_free (add->name);
  g_free (add->hash);
  kd_shop_run_clear (&add->run);
  g_free (add);
}

static Add *
add_move (Add *add)
{
  Add *copy = g_memdup2 (add, sizeof *add);

  *add = (Add){ 0 };
  return copy;
}

/* ---- the last step: where the new member finds the shop ---- */

static gboolean
enter (KdSqlConnection *connection,
       const KdControl *control,
       gpointer data,
       GError **error)
{
  Add *add = data;

  return kd_control_add_user_shop (connection, &add->made, &add->shop, error);
}

static void
entered_cb (KdRequest *request,
            gpointer data,
            const GError *error)
{
  Add *add = data;
  char text[KD_ID_TEXT_LENGTH + 1];

  if (error != NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  kd_live_recheck_user (request->http->live, &add->made);
  kd_request_answer_json (request, 201, g_strdup_printf ("{\"id\":\"%s\"}", kd_id_to_text (&add->made, text)));
}

/* ---- the member ---- */

static gboolean
invite (KdSqlConnection *connection,
        const KdShop *shop,
        gpointer data,
        GError **error)
{
  Add *add = data;
  g_autoptr (KdCall) call = kd_call_new_by_name ("member.invite");
  KdMemberInviteArgs *args = call->args;
  KdActor actor = { .type = KD_ACTOR_MEMBER, .id = add->user, .origin = KD_ORIGIN_DEVICE };
  char credential[KD_ID_TEXT_LENGTH + 1];

  args->id = add->made;
  args->name = g_strdup (add->name);
  args->role = add->role;
  return kd_shop_run (connection, shop, &actor, kd_id_to_text (&add->user, credential), NULL, 0, TRUE, call, NULL, NULL, &add->run, error);
}

static void
invited_cb (KdRequest *request,
            gpointer data,
            const GError *error)
{
  Add *add = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else if (add->run.status != KD_APPLIED)
    kd_request_refuse (request, g_strcmp0 (add->run.code, "scope") == 0 ? 403 : 409, add->run.code);
  else
    kd_request_run_control (request, enter, add_move (add), add_free, entered_cb);
}

/* ---- the account ---- */

static gboolean
add_account (KdSqlConnection *connection,
             const KdControl *control,
             gpointer data,
             GError **error)
{
  Add *add = data;

  return kd_control_add_account (connection, control, add->login, add->name, add->hash, &add->made, error);
}

static void
account_added_cb (KdRequest *request,
                  gpointer data,
                  const GError *error)
{
  if (error != NULL)
    kd_request_fail (request, error);
  else
    kd_request_run_shop (request, &request->shop->id, KD_LANE_WRITE, invite, add_move (data), add_free, invited_cb);
}

static gboolean
hash (gpointer data,
      GError **error)
{
  Add *add = data;

  add->hash = kd_password_hash (add->password, error);
  return add->hash != NULL;
}

static void
hashed_cb (KdRequest *request,
           gpointer data,
           const GError *error)
{
  if (error != NULL)
    kd_request_fail (request, error);
  else
    kd_request_run_control (request, add_account, add_move (data), add_free, account_added_cb);
}

/* ---- who asks: judged before an account is made ---- */

static gboolean
read_role (KdSqlConnection *connection,
           const KdShop *shop,
           gpointer data,
           GError **error)
{
  Add *add = data;
  GError *failed = NULL;
  KdRole role;
  KdScopes scopes;

  add->may = kd_shop_get_member (connection, shop, &add->user, &role, &scopes, &failed)
             && (KD_ROLES_MANAGERS >> role & 1) != 0 && add->role >= (int) role;
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static void
role_read_cb (KdRequest *request,
              gpointer data,
              const GError *error)
{
  Add *add = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else if (!add->may)
    kd_request_refuse (request, 403, "scope");
  else
    kd_request_run_pool (request, hash, add_move (add), add_free, hashed_cb);
}

static const char *
member_text (JsonObject *object,
             const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
}

static void
add_member_cb (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  g_autoptr (JsonNode) node = kd_json_parse_object (text, size, KD_AUTH_MAX_BYTES, &error);
  const KdField *role = kd_shape_find (&kd_kind_member.shape, "role");
  JsonObject *object = node != NULL ? json_node_get_object (node) : NULL;
  Add *add;

  if (object == NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  add = g_new0 (Add, 1);
  add->user = request->session.user;
  add->shop = request->shop->id;
  add->login = g_strdup (member_text (object, "login"));
  add->password = g_strdup (member_text (object, "password"));
  add->name = g_strdup (member_text (object, "name"));
  add->role = kd_enum_from_text (role, member_text (object, "role"));
  if (kd_text_is_blank (add->login) || strlen (add->login) > KD_EMAIL_MAX)
    kd_request_refuse_field (request, "login", "field.required");
  else if (kd_text_is_blank (add->name))
    kd_request_refuse_field (request, "name", "field.required");
  else if (g_utf8_strlen (add->password, -1) < KD_PASSWORD_MIN || strlen (add->password) > KD_PASSWORD_MAX)
    kd_request_refuse_field (request, "password", "text.too_short");
  else if (add->role < 0 || add->role > KD_ROLE_VIEWER)
    kd_request_refuse_field (request, "role", "field.type");
  else
    {
      kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, read_role, add, add_free, role_read_cb);
      return;
    }
  add_free (add);
}

const KdRoute kd_routes_member[] = {
  { "POST", "/v1/shops/{shop}/accounts", KD_AUTH_SHOP, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_LONG, KD_RATE_AUTH, add_member_cb,
    "A member with an account of its own: {login, password, name, role}" },
  { NULL },
};
