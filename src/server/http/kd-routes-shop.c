/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

#include "kd-currency.h"
#include "kd-slug.h"

/* Making a shop, and the devices that join it. */

/* ---- POST /v1/shops ---- */

typedef struct
{
  KdRequest *request;
  KdShopRequest *what;
  KdId user;
  char *owner_name;
  gboolean member;
} Make;

static void
make_free (gpointer data)
{
  Make *make = data;

  kd_shop_request_free (make->what);
  kd_request_unref (make->request);
  g_free (make->owner_name);
  g_free (make);
}

static gboolean
check_shop_request (KdRequest *request,
                    const KdShopRequest *what)
{
  if (kd_currency_digits (what->currency) < 0)
    kd_request_refuse_field (request, "currency", "currency.unknown");
  else if (what->slug != NULL && !kd_slug_is_valid (what->slug))
    kd_request_refuse_field (request, "slug", "shop.bad_slug");
  else if (what->demo && request->http->make_demo == NULL)
    kd_request_refuse_field (request, "demo", "not_here");
  else
    return TRUE;
  return FALSE;
}

static void
answer_shop (KdRequest *request,
             guint status,
             const KdShop *shop,
             const char *name,
             KdRole role)
{
  g_autoptr (KdAuthShop) answer = kd_auth_shop_new ();

  answer->id = shop->id;
  answer->slug = g_strdup (kd_server_get_slug (request->http->server, &shop->id));
  answer->name = g_strdup (name);
  answer->role = role;
  kd_request_answer_json (request, status, kd_auth_shop_to_json (answer));
}

static void
created_cb (const KdShop *shop,
            const GError *error,
            gpointer data)
{
  Make *make = data;

  if (error != NULL)
    kd_request_fail (make->request, error);
  else
    {
      kd_live_recheck_user (make->request->http->live, &make->user);
      answer_shop (make->request, 201, shop, make->what->name, KD_ROLE_OWNER);
    }
  make_free (make);
}

static Make *
make_move (Make *make)
{
  Make *copy = g_memdup2 (make, sizeof *make);

  kd_request_ref (make->request);
  *make = (Make){ .request = make->request, .what = kd_shop_request_new () };
  return copy;
}

static gboolean
read_owner_name (KdSqlConnection *connection,
                 const KdControl *control,
                 gpointer data,
                 GError **error)
{
  Make *make = data;
  g_auto (KdControlAccount) account = { 0 };
  GError *failed = NULL;

  kd_control_get_account (connection, &make->user, &account, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  make->owner_name = g_strdup (account.name != NULL ? account.name : account.login);
  return TRUE;
}

static void
owner_name_cb (KdRequest *request,
               gpointer data,
               const GError *error)
{
  Make *make;
  KdShopRequest *what;
  KdShopNew shop;

  if (error != NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  make = make_move (data);
  what = make->what;
  shop = (KdShopNew){ .name = what->name, .slug = what->slug, .currency = what->currency, .region = what->region,
                      .timezone = what->timezone, .language = what->language, .location = what->location,
                      .owner = make->user };
  shop.owner_name = what->owner_name != NULL ? what->owner_name : make->owner_name;
  if (shop.owner_name == NULL)
    shop.owner_name = what->name;
  if (what->demo)
    request->http->make_demo (request->http->server, &what->id, &shop, created_cb, make);
  else
    kd_server_create_shop (request->http->server, &what->id, &shop, NULL, created_cb, make);
}

/* It is there already: told to its members alone. */
static gboolean
read_member (KdSqlConnection *connection,
             const KdShop *shop,
             gpointer data,
             GError **error)
{
  Make *make = data;
  KdRole role;
  KdScopes scopes;

  make->member = kd_shop_get_member (connection, shop, &make->user, &role, &scopes, NULL) && role == KD_ROLE_OWNER;
  return TRUE;
}

static void
member_read_cb (KdRequest *request,
                gpointer data,
                const GError *error)
{
  Make *make = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else if (!make->member)
    kd_request_refuse (request, 403, "scope");
  else
    answer_shop (request, 200, kd_server_get_shop (request->http->server, &make->what->id), make->what->name, KD_ROLE_OWNER);
}

static void
create_shop_cb (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  KdShopRequest *what = kd_shop_request_parse (text, size, &error);
  Make *make;

  if (what == NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  if (!check_shop_request (request, what))
    {
      kd_shop_request_free (what);
      return;
    }
  make = g_new0 (Make, 1);
  make->request = kd_request_ref (request);
  make->what = what;
  make->user = request->session.user;
  if (!kd_id_is_none (&what->id) && kd_server_get_shop (request->http->server, &what->id) != NULL)
    kd_request_run_shop (request, &what->id, KD_LANE_READ, read_member, make, make_free, member_read_cb);
  else
    kd_request_run_control (request, read_owner_name, make, make_free, owner_name_cb);
}

/* ---- devices ---- */

typedef struct
{
  KdShopAuth auth;
  KdDeviceRequest *asked;
  KdShopDevice device;
  KdId target, session;
  GPtrArray *list;
  KdProblem *problem;
} Device;

static void
device_free (gpointer data)
{
  Device *device = data;

  g_clear_pointer (&device->asked, kd_device_request_free);
  g_clear_pointer (&device->list, g_ptr_array_unref);
  g_clear_pointer (&device->problem, kd_problem_free);
  kd_shop_device_clear (&device->device);
  g_free (device);
}

static Device *
device_new (KdRequest *request)
{
  Device *device = g_new0 (Device, 1);

  device->auth.user = request->session.user;
  device->auth.session = request->session.session;
  return device;
}

/* FALSE: it has been answered. */
static gboolean
went_well (KdRequest *request,
           Device *device,
           const GError *error)
{
  if (error != NULL)
    kd_request_fail (request, error);
  else if (device->problem != NULL)
    kd_request_problem (request, g_steal_pointer (&device->problem));
  else
    return TRUE;
  return FALSE;
}

static gboolean
register_device (KdSqlConnection *connection,
                 const KdShop *shop,
                 gpointer data,
                 GError **error)
{
  Device *device = data;
  GError *failed = NULL;

  kd_shop_register_device (connection, shop, &device->auth, device->asked->install_nonce.b, &device->asked->device_id,
                           device->asked->app_version, &device->device, &device->problem, &failed);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static void
registered_cb (KdRequest *request,
               gpointer data,
               const GError *error)
{
  Device *device = data;
  g_autoptr (KdDeviceAnswer) answer = NULL;

  if (!went_well (request, device, error))
    return;
  answer = kd_device_answer_new ();
  answer->device_id = device->device.device_id;
  answer->epoch = device->device.epoch;
  answer->letter = g_strdup (device->device.letter);
  answer->next_alias = device->device.next_alias;
  answer->scopes = device->device.scopes;
  answer->now = kd_http_now (request->http);
  kd_request_answer_json (request, 200, kd_device_answer_to_json (answer));
}

static void
register_cb (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  KdDeviceRequest *asked = kd_device_request_parse (text, size, &error);
  Device *device;

  if (asked == NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  device = device_new (request);
  device->asked = asked;
  kd_request_run_shop (request, &request->shop->id, KD_LANE_WRITE, register_device, device, device_free, registered_cb);
}

static gboolean
list_devices (KdSqlConnection *connection,
              const KdShop *shop,
              gpointer data,
              GError **error)
{
  Device *device = data;

  device->list = kd_shop_list_devices (connection, shop, &device->auth.user, &device->problem, error);
  return device->list != NULL || device->problem != NULL;
}

static void
write_id (KdJsonWriter *writer,
          const char *name,
          const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_member (writer, name);
  kd_json_string (writer, kd_id_to_text (id, text));
}

static void
listed_cb (KdRequest *request,
           gpointer data,
           const GError *error)
{
  Device *device = data;
  GString *out;
  KdJsonWriter writer;

  if (!went_well (request, device, error))
    return;
  out = g_string_new (NULL);
  writer = KD_JSON_WRITER (out);
  kd_json_begin_object (&writer);
  kd_json_member (&writer, "devices");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < device->list->len; i++)
    {
      const KdShopDeviceInfo *info = g_ptr_array_index (device->list, i);

      kd_json_begin_object (&writer);
      kd_json_member (&writer, "app_version");
      kd_json_string (&writer, info->app_version);
      write_id (&writer, "id", &info->device);
      kd_json_member (&writer, "letter");
      kd_json_string (&writer, info->letter);
      kd_json_member (&writer, "revoked");
      kd_json_bool (&writer, info->revoked);
      kd_json_member (&writer, "seen_at");
      kd_json_int (&writer, info->seen_at);
      kd_json_member (&writer, "this");
      kd_json_bool (&writer, kd_id_equal (&info->session, &request->session.session));
      write_id (&writer, "user", &info->user);
      kd_json_end_object (&writer);
    }
  kd_json_end_array (&writer);
  kd_json_end_object (&writer);
  kd_request_answer_json (request, 200, g_string_free (out, FALSE));
}

static void
list_cb (KdRequest *request)
{
  kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, list_devices, device_new (request), device_free, listed_cb);
}

static gboolean
revoke_device (KdSqlConnection *connection,
               const KdShop *shop,
               gpointer data,
               GError **error)
{
  Device *device = data;

  return kd_shop_revoke_device_by (connection, shop, &device->auth.user, &device->target, &device->session, &device->problem, error)
         || device->problem != NULL;
}

static gboolean
end_session (KdSqlConnection *connection,
             const KdControl *control,
             gpointer data,
             GError **error)
{
  Device *device = data;

  return kd_id_is_none (&device->session) || kd_control_end_session (connection, &device->session, TRUE, error);
}

static void
session_ended_cb (KdRequest *request,
                  gpointer data,
                  const GError *error)
{
  Device *device = data;

  kd_http_session_ended (request->http, &device->session);
  if (error != NULL)
    kd_request_fail (request, error);
  else
    kd_request_answer_empty (request, 204);
}

static void
revoked_cb (KdRequest *request,
            gpointer data,
            const GError *error)
{
  Device *device = data, *next;

  if (!went_well (request, device, error))
    return;
  next = device_new (request);
  next->session = device->session;
  kd_request_run_control (request, end_session, next, device_free, session_ended_cb);
}

static void
revoke_cb (KdRequest *request)
{
  Device *device;
  KdId target;

  if (!kd_request_param_id (request, "device", &target))
    return;
  device = device_new (request);
  device->target = target;
  kd_request_run_shop (request, &request->shop->id, KD_LANE_WRITE, revoke_device, device, device_free, revoked_cb);
}

const KdRoute kd_routes_shop[] = {
  { "POST", "/v1/shops", KD_AUTH_SESSION, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_LONG, KD_RATE_NORMAL, create_shop_cb,
    "Makes a shop, with the caller as its owner" },
  { "POST", "/v1/shops/{shop}/devices", KD_AUTH_SHOP, KD_BODY_JSON, KD_DEVICE_MAX_BYTES, KD_TIME_LONG, KD_RATE_NORMAL, register_cb,
    "Registers this installation; the same one gets the same device again" },
  { "GET", "/v1/shops/{shop}/devices", KD_AUTH_SHOP, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_NORMAL, list_cb,
    "Devices of the shop: all for the owner, one's own for the others" },
  { "DELETE", "/v1/shops/{shop}/devices/{device}", KD_AUTH_SHOP, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_NORMAL, revoke_cb,
    "Revokes a device and its session at once" },
  { NULL },
};
