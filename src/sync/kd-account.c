/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-account.h"

#include "kd-call.h"

#include <string.h>

#define TOKEN_NAME_MAX 120

struct _KdAccount
{
  GObject parent_instance;

  KdSecrets *secrets;           /* borrowed */
  GMutex mutex;
  char *address, *fingerprint;  /* (mutex) */
  char *access;                 /* (mutex) (nullable) */
  KdId server, user;            /* (mutex) */
  GPtrArray *shops;             /* (mutex) of KdAccountShop */
  GPtrArray *refreshing;        /* (mutex) of GTask: they wait for the request that is under way */
};

G_DEFINE_FINAL_TYPE (KdAccount, kd_account, G_TYPE_OBJECT)
G_DEFINE_QUARK (kd-account-error-quark, kd_account_error)

static void
shop_free (gpointer data)
{
  KdAccountShop *shop = data;

  g_free (shop->name);
  g_free (shop);
}

static void
kd_account_finalize (GObject *object)
{
  KdAccount *self = KD_ACCOUNT (object);

  g_free (self->address);
  g_free (self->fingerprint);
  g_clear_pointer (&self->access, kd_secrets_value_free);
  g_ptr_array_unref (self->shops);
  g_ptr_array_unref (self->refreshing);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (kd_account_parent_class)->finalize (object);
}

static void
kd_account_class_init (KdAccountClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_account_finalize;
}

static void
kd_account_init (KdAccount *self)
{
  g_mutex_init (&self->mutex);
  self->shops = g_ptr_array_new_with_free_func (shop_free);
  self->refreshing = g_ptr_array_new ();
}

/* ---- the token in the keyring ---- */

static void
secret_name (KdAccount *self,
             char name[TOKEN_NAME_MAX])
{
  char server[KD_ID_TEXT_LENGTH + 1], user[KD_ID_TEXT_LENGTH + 1];

  g_snprintf (name, TOKEN_NAME_MAX, "refresh.%s.%s", kd_id_to_text (&self->server, server),
              kd_id_to_text (&self->user, user));
}

gboolean
kd_account_take_answer (KdAccount *self,
                        const KdAuthAnswer *answer,
                        GError **error)
{
  char name[TOKEN_NAME_MAX];

  g_mutex_lock (&self->mutex);
  self->server = answer->server_id;
  self->user = answer->user;
  g_clear_pointer (&self->access, kd_secrets_value_free);
  self->access = g_strdup (answer->access);
  g_ptr_array_set_size (self->shops, 0);
  for (guint i = 0; answer->shops != NULL && i < answer->shops->len; i++)
    {
      const KdAuthShop *from = g_ptr_array_index (answer->shops, i);
      KdAccountShop *shop = g_new0 (KdAccountShop, 1);

      shop->id = from->id;
      shop->name = g_strdup (from->name);
      shop->role = (KdRole) from->role;
      g_ptr_array_add (self->shops, shop);
    }
  secret_name (self, name);
  g_mutex_unlock (&self->mutex);
  return kd_secrets_store (self->secrets, name, "Kedai", answer->refresh, error);
}

/* ---- requests ---- */

typedef struct
{
  SoupSession *session;         /* (owned) */
  char *url;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  soup_session_abort (request->session);
  g_object_unref (request->session);
  g_free (request->url);
  g_free (request);
}

static GError *
error_of (const KdHttpResult *result)
{
  int code = KD_ACCOUNT_ERROR_OTHER;

  switch (result->outcome)
    {
    case KD_HTTP_NETWORK:
      code = KD_ACCOUNT_ERROR_UNREACHABLE;
      break;
    case KD_HTTP_TOO_LARGE:
      code = KD_ACCOUNT_ERROR_NOT_KEDAI;
      break;
    default:
      if (result->status == 401 || result->status == 403 || result->status == 404 || result->status == 409)
        code = KD_ACCOUNT_ERROR_REFUSED;
      else if (result->status == 429)
        code = KD_ACCOUNT_ERROR_BUSY;
    }
  return g_error_new_literal (KD_ACCOUNT_ERROR, code,
                              result->code != NULL ? result->code : result->reason != NULL ? result->reason : "no answer");
}

/* Posts @body; @done gets the result with the GTask as its data. */
static void
post (KdAccount *self,
      const char *path,
      const char *body,
      gboolean with_token,
      gsize max_bytes,
      GCancellable *cancellable,
      GAsyncReadyCallback done,
      GTask *task)
{
  Request *request = g_new0 (Request, 1);
  KdHttpOptions options = { .user_agent = "Kedai/" KD_VERSION };
  KdHash pin;
  g_autofree char *token = with_token ? kd_account_dup_access_token (self) : NULL;
  g_autofree char *address = kd_account_dup_address (self), *fingerprint = kd_account_dup_fingerprint (self);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  KdHttpCall call = { .method = "POST", .token = token, .body = bytes, .max_bytes = max_bytes };

  if (fingerprint != NULL && kd_hash_parse (fingerprint, &pin))
    options.pin = pin.b;
  options.direct = g_str_has_prefix (address, "http://127.0.0.1");
  request->session = kd_http_session_new (&options);
  request->url = g_strconcat (address, path, NULL);
  call.url = request->url;
  g_task_set_task_data (task, request, request_free);
  kd_http_send_async (request->session, &call, cancellable, done, task);
}

static void
signed_in_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GTask) task = data;
  KdAccount *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (KdHttpResult) answer = kd_http_send_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (KdAuthAnswer) parsed = NULL;
  const char *text;
  gsize n;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer->outcome != KD_HTTP_OK)
    {
      g_task_return_error (task, error_of (answer));
      return;
    }
  text = g_bytes_get_data (answer->body, &n);
  parsed = kd_auth_answer_parse (text, (gssize) n, NULL);
  if (parsed == NULL || parsed->access == NULL || parsed->refresh == NULL)
    g_task_return_new_error (task, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_NOT_KEDAI, "this is no Kedai server");
  else if (!kd_account_take_answer (self, parsed, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
kd_account_sign_in_async (KdAccount *self,
                          const char *login,
                          const char *password,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autoptr (KdAuthRequest) request = kd_auth_request_new ();
  g_autofree char *body = NULL;

  request->login = g_strdup (login);
  request->password = g_strdup (password);
  request->device_name = g_strdup (g_get_host_name ());
  body = kd_auth_request_to_json (request);
  post (self, "/v1/auth/sign-in", body, FALSE, KD_AUTH_ANSWER_MAX_BYTES, cancellable, signed_in_cb, task);
}

void
kd_account_sign_in_owner_async (KdAccount *self,
                                const char *owner_token,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autoptr (KdAuthRequest) request = kd_auth_request_new ();
  g_autofree char *body = NULL;

  request->token = g_strdup (owner_token);
  request->name = g_strdup (g_get_real_name ());
  request->device_name = g_strdup (g_get_host_name ());
  body = kd_auth_request_to_json (request);
  post (self, "/v1/auth/owner", body, FALSE, KD_AUTH_ANSWER_MAX_BYTES, cancellable, signed_in_cb, task);
}

gboolean
kd_account_sign_in_finish (KdAccount *self,
                           GAsyncResult *result,
                           GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- refresh: several at once are one request ---- */

static void
refreshed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  KdAccount *self = KD_ACCOUNT (source);
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  g_mutex_lock (&self->mutex);
  waiting = self->refreshing;
  self->refreshing = g_ptr_array_new ();
  g_mutex_unlock (&self->mutex);
  if (g_error_matches (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_REFUSED))
    error->code = KD_ACCOUNT_ERROR_EXPIRED;
  for (guint i = 0; i < waiting->len; i++)
    {
      g_autoptr (GTask) task = g_ptr_array_index (waiting, i);

      if (ok)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, g_error_copy (error));
    }
}

static void
send_refresh (KdAccount *self,
              const char *refresh)
{
  GTask *task = g_task_new (self, NULL, refreshed_cb, NULL);
  g_autoptr (KdAuthRequest) request = kd_auth_request_new ();
  g_autofree char *body = NULL;

  request->token = g_strdup (refresh);
  body = kd_auth_request_to_json (request);
  post (self, "/v1/auth/refresh", body, FALSE, KD_AUTH_ANSWER_MAX_BYTES, NULL, signed_in_cb, task);
}

void
kd_account_refresh_async (KdAccount *self,
                          const char *stale,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  char name[TOKEN_NAME_MAX];
  char *refresh;
  gboolean fresh, first;

  g_mutex_lock (&self->mutex);
  fresh = self->access != NULL && g_strcmp0 (self->access, stale) != 0;
  first = !fresh && self->refreshing->len == 0;
  if (!fresh)
    g_ptr_array_add (self->refreshing, g_object_ref (task));
  secret_name (self, name);
  g_mutex_unlock (&self->mutex);
  if (fresh)
    g_task_return_boolean (task, TRUE);
  else if (first)
    {
      refresh = kd_secrets_lookup (self->secrets, name, NULL);
      if (refresh != NULL)
        send_refresh (self, refresh);
      else
        {
          g_mutex_lock (&self->mutex);
          g_ptr_array_remove (self->refreshing, task);
          g_mutex_unlock (&self->mutex);
          g_object_unref (task);
          g_task_return_new_error (task, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_EXPIRED, "not signed in");
        }
      kd_secrets_value_free (refresh);
    }
  g_object_unref (task);
}

gboolean
kd_account_refresh_finish (KdAccount *self,
                           GAsyncResult *result,
                           GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- devices ---- */

static void
registered_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (KdHttpResult) answer = kd_http_send_finish (SOUP_SESSION (source), result, &error);
  KdDeviceAnswer *device;
  const char *text;
  gsize n;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer->outcome != KD_HTTP_OK)
    {
      g_task_return_error (task, error_of (answer));
      return;
    }
  text = g_bytes_get_data (answer->body, &n);
  device = kd_device_answer_parse (text, (gssize) n, &error);
  if (device == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, device, (GDestroyNotify) kd_device_answer_free);
}

void
kd_account_register_device_async (KdAccount *self,
                                  const KdId *shop,
                                  const KdDeviceRequest *request,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  char id[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *path = g_strdup_printf ("/v1/shops/%s/devices", kd_id_to_text (shop, id));
  g_autofree char *body = kd_device_request_to_json (request);

  post (self, path, body, TRUE, KD_DEVICE_MAX_BYTES, cancellable, registered_cb, task);
}

KdDeviceAnswer *
kd_account_register_device_finish (KdAccount *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- signing out ---- */

static void
signed_out_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (KdHttpResult) answer = kd_http_send_finish (SOUP_SESSION (source), result, NULL);

  /* the tokens here are gone whatever the server said */
  g_task_return_boolean (task, answer != NULL && answer->outcome == KD_HTTP_OK);
}

void
kd_account_sign_out_async (KdAccount *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autoptr (KdAuthRequest) request = kd_auth_request_new ();
  g_autofree char *body = NULL;
  char name[TOKEN_NAME_MAX];
  char *refresh;

  g_mutex_lock (&self->mutex);
  secret_name (self, name);
  g_mutex_unlock (&self->mutex);
  refresh = kd_secrets_lookup (self->secrets, name, NULL);
  request->token = g_strdup (refresh);
  kd_secrets_value_free (refresh);
  kd_secrets_delete (self->secrets, name, NULL);
  body = kd_auth_request_to_json (request);
  post (self, "/v1/auth/sign-out", body, TRUE, KD_AUTH_ANSWER_MAX_BYTES, cancellable, signed_out_cb, task);
}

gboolean
kd_account_sign_out_finish (KdAccount *self,
                            GAsyncResult *result,
                            GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- making one, asking it ---- */

KdAccount *
kd_account_new (KdSecrets *secrets,
                const char *address,
                const char *fingerprint)
{
  KdAccount *self = g_object_new (KD_TYPE_ACCOUNT, NULL);

  self->secrets = secrets;
  self->address = g_strdup (address);
  self->fingerprint = fingerprint != NULL && *fingerprint != '\0' ? g_strdup (fingerprint) : NULL;
  return self;
}

KdAccount *
kd_account_open (KdSecrets *secrets,
                 const char *address,
                 const char *fingerprint,
                 const KdId *server,
                 const KdId *user,
                 GError **error)
{
  g_autoptr (KdAccount) self = kd_account_new (secrets, address, fingerprint);
  char name[TOKEN_NAME_MAX];
  char *refresh;

  self->server = *server;
  self->user = *user;
  secret_name (self, name);
  refresh = kd_secrets_lookup (secrets, name, error);
  if (refresh == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_EXPIRED, "not signed in");
      return NULL;
    }
  kd_secrets_value_free (refresh);
  return g_steal_pointer (&self);
}

void
kd_account_set_address (KdAccount *self,
                        const char *address)
{
  g_mutex_lock (&self->mutex);
  g_free (self->address);
  self->address = g_strdup (address);
  g_mutex_unlock (&self->mutex);
}

static char *
dup_locked (KdAccount *self,
            char *const *text)
{
  char *copy;

  g_mutex_lock (&self->mutex);
  copy = g_strdup (*text);
  g_mutex_unlock (&self->mutex);
  return copy;
}

char *
kd_account_dup_address (KdAccount *self)
{
  return dup_locked (self, &self->address);
}

char *
kd_account_dup_fingerprint (KdAccount *self)
{
  return dup_locked (self, &self->fingerprint);
}

char *
kd_account_dup_access_token (KdAccount *self)
{
  return dup_locked (self, &self->access);
}

KdId
kd_account_get_server (KdAccount *self)
{
  return self->server;
}

KdId
kd_account_get_user (KdAccount *self)
{
  return self->user;
}

GPtrArray *
kd_account_dup_shops (KdAccount *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (shop_free);

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->shops->len; i++)
    {
      const KdAccountShop *from = g_ptr_array_index (self->shops, i);
      KdAccountShop *shop = g_memdup2 (from, sizeof *from);

      shop->name = g_strdup (from->name);
      g_ptr_array_add (copy, shop);
    }
  g_mutex_unlock (&self->mutex);
  return copy;
}
