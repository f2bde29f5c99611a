/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-desktop-accounts.h"

#include "kd-call.h"
#include "kd-desktop-pairing.h"
#include "kd-desktop-wait.h"
#include "kd-profile.h"
#include "kd-random.h"
#include "kd-real-clock.h"
#include "kd-wire-auth.h"

#include <string.h>

#define DEMO_NAME "Toko Demo"
#define DEMO_OWNER "Sari"
#define DEMO_CURRENCY "IDR"
#define DEFAULT_TIMEZONE "Asia/Jakarta"

struct _KdDesktopAccounts
{
  GObject parent_instance;

  char *data;
  KdDesktopServer *server;    /* (owned) */
  KdDesktopSync *sync;        /* (owned) (nullable): of the open shop */
  KdId owner_server, owner;   /* of the embedded server, once known */
};

/* What is to be done, on a thread of its own. */
typedef struct
{
  char *data, *address;
  gboolean embedded, demo;
  char *owner_token;                            /* (nullable): embedded */
  KdId owner_server, owner;                     /* embedded: a session of an earlier run */
  char *login, *password;                       /* elsewhere */
  char *pairing;                                /* (nullable): elsewhere, by the code of another computer */
  GWeakRef accounts;                            /* joining: who is told the digits */
  char *shop;                                   /* (nullable): which of the account's shops */
  char *shop_name, *owner_name, *currency;      /* (nullable): to be made */
  KdId shop_id;                                 /* of it: asked for twice it is one shop */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free (work->data);
  g_free (work->address);
  kd_secrets_value_free (work->owner_token);
  g_free (work->login);
  g_free (work->pairing);
  g_weak_ref_clear (&work->accounts);
  kd_secrets_value_free (work->password);
  g_free (work->shop);
  g_free (work->shop_name);
  g_free (work->owner_name);
  g_free (work->currency);
  g_free (work);
}

/* ---- on the thread ---- */

typedef struct
{
  KdAccounts *accounts;   /* (owned) */
  char *digits;
} Told;

static gboolean
tell_cb (gpointer data)
{
  Told *told = data;

  kd_accounts_emit_pairing_digits (told->accounts, told->digits);
  return G_SOURCE_REMOVE;
}

static void
told_free (gpointer data)
{
  Told *told = data;

  g_object_unref (told->accounts);
  g_free (told->digits);
  g_free (told);
}

static void
digits_cb (const char *digits,
           gpointer data)
{
  Work *work = data;
  KdAccounts *accounts = g_weak_ref_get (&work->accounts);
  Told *told;

  if (accounts == NULL)
    return;
  told = g_new0 (Told, 1);
  told->accounts = accounts;
  told->digits = g_strdup (digits);
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, tell_cb, told, told_free);
}

static gboolean
sign_in (Work *work,
         KdSecrets *secrets,
         KdDesktopWait *wait,
         GCancellable *cancellable,
         KdAccount **ret_account,
         GError **error)
{
  g_autoptr (KdAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  gboolean ok;

  if (work->pairing != NULL)
    {
      account = kd_desktop_pairing_join (secrets, work->address, work->pairing, wait, digits_cb, work, cancellable, error);
      ok = account != NULL;
    }
  else if (work->embedded && work->owner_token == NULL)
    {
      account = kd_account_open (secrets, work->address, NULL, &work->owner_server, &work->owner, error);
      if (account == NULL)
        return FALSE;
      kd_account_refresh_async (account, NULL, NULL, kd_desktop_wait_cb, wait);
      result = kd_desktop_wait_take (wait);
      ok = kd_account_refresh_finish (account, result, error);
    }
  else
    {
      account = kd_account_new (secrets, work->address, NULL);
      if (work->embedded)
        kd_account_sign_in_owner_async (account, work->owner_token, NULL, kd_desktop_wait_cb, wait);
      else
        kd_account_sign_in_async (account, work->login, work->password, NULL, kd_desktop_wait_cb, wait);
      result = kd_desktop_wait_take (wait);
      ok = kd_account_sign_in_finish (account, result, error);
    }
  if (!ok)
    return FALSE;
  work->owner_server = kd_account_get_server (account);
  work->owner = kd_account_get_user (account);
  *ret_account = g_steal_pointer (&account);
  return TRUE;
}

static char *
shop_request (const Work *work)
{
  g_autoptr (KdShopRequest) request = kd_shop_request_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *zone_name = g_time_zone_get_identifier (zone);
  const char *const *languages = g_get_language_names ();

  request->id = work->shop_id;
  request->name = g_strdup (work->shop_name);
  request->owner_name = g_strdup (work->owner_name);
  request->currency = g_strdup (work->currency);
  request->slug = work->demo ? g_strdup (KD_DEMO_SLUG) : NULL;
  request->demo = work->demo;
  request->timezone = g_strdup (zone_name != NULL && strchr (zone_name, '/') != NULL ? zone_name : DEFAULT_TIMEZONE);
  request->language = g_strdup (languages[0] != NULL && g_str_has_prefix (languages[0], "en") ? "en" : "id");
  return kd_shop_request_to_json (request);
}

static KdAuthShop *
make_shop (const Work *work,
           KdAccount *account,
           KdDesktopWait *wait,
           GError **error)
{
  KdHttpOptions options = { .user_agent = "Kedai/" KD_VERSION, .direct = TRUE };
  g_autoptr (SoupSession) session = kd_http_session_new (&options);
  g_autofree char *url = g_strconcat (work->address, "/v1/shops", NULL);
  g_autofree char *token = kd_account_dup_access_token (account);
  g_autofree char *body = shop_request (work);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  KdHttpCall call = { .method = "POST", .url = url, .token = token, .body = bytes, .max_bytes = KD_AUTH_MAX_BYTES };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KdHttpResult) answer = NULL;
  KdAuthShop *shop = NULL;

  kd_http_send_async (session, &call, NULL, kd_desktop_wait_cb, wait);
  result = kd_desktop_wait_take (wait);
  answer = kd_http_send_finish (session, result, error);
  if (answer != NULL && answer->outcome == KD_HTTP_OK)
    {
      gsize n;
      const char *text = g_bytes_get_data (answer->body, &n);

      shop = kd_auth_shop_parse (text, (gssize) n, error);
    }
  else if (answer != NULL)
    g_set_error_literal (error, KD_ACCOUNT_ERROR,
                         answer->outcome == KD_HTTP_REFUSED ? KD_ACCOUNT_ERROR_REFUSED : KD_ACCOUNT_ERROR_UNREACHABLE,
                         answer->code != NULL ? answer->code : answer->reason != NULL ? answer->reason : "no answer");
  soup_session_abort (session);
  return shop;
}

/* The shop that is wanted, among those of the account. (nullable) */
static const KdAccountShop *
find_shop (const Work *work,
           GPtrArray *shops)
{
  for (guint i = 0; i < shops->len; i++)
    {
      const KdAccountShop *shop = g_ptr_array_index (shops, i);
      char id[KD_ID_TEXT_LENGTH + 1];

      if (work->shop == NULL || *work->shop == '\0' || g_strcmp0 (work->shop, shop->name) == 0
          || g_strcmp0 (work->shop, kd_id_to_text (&shop->id, id)) == 0)
        return shop;
    }
  return NULL;
}

static KdProfile *
make_profile (Work *work,
              KdAccount *account,
              KdDesktopWait *wait,
              GError **error)
{
  g_autoptr (GPtrArray) shops = kd_account_dup_shops (account);
  const KdAccountShop *known = work->shop_name == NULL || work->demo ? find_shop (work, shops) : NULL;
  g_autoptr (KdAuthShop) made = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  KdAccountShop shop = { 0 };

  if (known != NULL)
    shop = *known;
  else if (work->shop_name == NULL)
    {
      g_set_error_literal (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_REFUSED, "no shop");
      return NULL;
    }
  else
    {
      made = make_shop (work, account, wait, error);
      if (made == NULL)
        return NULL;
      shop = (KdAccountShop) { made->id, made->name, (KdRole) made->role };
    }
  kd_profile_create_async (work->data, account, &shop, work->embedded, NULL, kd_desktop_wait_cb, wait);
  result = kd_desktop_wait_take (wait);
  return kd_profile_create_finish (result, error);
}

static GError *
translate (GError *from)
{
  KdAccountsError code = KD_ACCOUNTS_ERROR_OTHER;
  GError *error;

  if (g_error_matches (from, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return from;
  if (from->domain == KD_ACCOUNT_ERROR)
    switch (from->code)
      {
      case KD_ACCOUNT_ERROR_REFUSED:
      case KD_ACCOUNT_ERROR_EXPIRED:
        code = KD_ACCOUNTS_ERROR_REFUSED;
        break;
      case KD_ACCOUNT_ERROR_UNREACHABLE:
        code = KD_ACCOUNTS_ERROR_UNREACHABLE;
        break;
      case KD_ACCOUNT_ERROR_CERTIFICATE:
        code = KD_ACCOUNTS_ERROR_CERTIFICATE;
        break;
      default:
        break;
      }
  error = g_error_new_literal (KD_ACCOUNTS_ERROR, (int) code, from->message);
  g_error_free (from);
  return error;
}

static void
work_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  Work *work = data;
  KdDesktopWait wait;
  KdSecrets *secrets = kd_secrets_open (work->data);
  KdAccount *account = NULL;
  g_autoptr (KdProfile) profile = NULL;
  GError *error = NULL;

  kd_desktop_wait_begin (&wait);
  if (sign_in (work, secrets, &wait, cancellable, &account, &error))
    profile = make_profile (work, account, &wait, &error);
  g_clear_object (&account);
  kd_desktop_wait_end (&wait);
  kd_secrets_free (secrets);
  if (profile == NULL)
    g_task_return_error (task, translate (error));
  else
    {
      KdAccountsResult *result = g_new0 (KdAccountsResult, 1);

      result->shop = profile->shop;
      result->user = profile->user;
      result->shop_name = g_strdup (profile->shop_name);
      result->profile_path = kd_profile_database (profile);
      g_task_return_pointer (task, result, (GDestroyNotify) kd_accounts_result_free);
    }
}

/* ---- on the main thread ---- */

/* Who the owner of the embedded server is, from a profile that is there. */
static void
know_owner (KdDesktopAccounts *self)
{
  g_autoptr (GPtrArray) profiles = kd_profile_list (self->data, NULL);

  for (guint i = 0; profiles != NULL && kd_id_is_none (&self->owner) && i < profiles->len; i++)
    {
      const KdProfile *profile = g_ptr_array_index (profiles, i);

      if (profile->embedded)
        {
          self->owner_server = profile->server;
          self->owner = profile->user;
        }
    }
}

static void
server_ready_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer data)
{
  g_autoptr (GTask) task = data;
  KdDesktopAccounts *self = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!kd_desktop_server_ensure_finish (self->server, result, &error))
    {
      g_task_return_new_error (task, KD_ACCOUNTS_ERROR, KD_ACCOUNTS_ERROR_OTHER, "%s", error->message);
      return;
    }
  know_owner (self);
  work->address = g_strdup (kd_server_control_get_address (KD_SERVER_CONTROL (self->server)));
  work->owner_token = kd_desktop_server_take_owner_token (self->server);
  work->owner_server = self->owner_server;
  work->owner = self->owner;
  g_task_run_in_thread (task, work_thread);
}

static void
begin_embedded (KdDesktopAccounts *self,
                Work *work,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  guint8 random[10];

  kd_random (NULL, random, sizeof random);
  work->shop_id = kd_id_make (kd_real_clock (NULL), random);
  work->embedded = TRUE;
  work->data = g_strdup (self->data);
  g_task_set_task_data (task, work, work_free);
  kd_desktop_server_ensure_async (self->server, server_ready_cb, task);
}

static void
start_shop_async (KdAccounts *accounts,
                  const char *shop_name,
                  const char *owner_name,
                  const char *currency,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  Work *work = g_new0 (Work, 1);

  work->shop_name = g_strdup (shop_name);
  work->owner_name = g_strdup (owner_name);
  work->currency = g_strdup (currency);
  begin_embedded (KD_DESKTOP_ACCOUNTS (accounts), work, cancellable, callback, data);
}

static void
start_demo_async (KdAccounts *accounts,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  Work *work = g_new0 (Work, 1);

  work->demo = TRUE;
  work->shop = g_strdup (DEMO_NAME);
  work->shop_name = g_strdup (DEMO_NAME);
  work->owner_name = g_strdup (DEMO_OWNER);
  work->currency = g_strdup (DEMO_CURRENCY);
  begin_embedded (KD_DESKTOP_ACCOUNTS (accounts), work, cancellable, callback, data);
}

static gboolean
is_loopback (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  return g_strcmp0 (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

/* As a person types it: without a scheme, with a slash at its end. */
static char *
tidy_address (const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autofree char *plain = g_strconcat ("http://", text, NULL);
  char *address = strstr (text, "://") != NULL ? g_strdup (text)
                  : is_loopback (plain)        ? g_strdup (plain)
                                               : g_strconcat ("https://", text, NULL);

  while (g_str_has_suffix (address, "/"))
    address[strlen (address) - 1] = '\0';
  return address;
}

static void
sign_in_async (KdAccounts *accounts,
               const char *address,
               const char *user,
               const char *password,
               const char *shop,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer data)
{
  KdDesktopAccounts *self = KD_DESKTOP_ACCOUNTS (accounts);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Work *work = g_new0 (Work, 1);

  work->data = g_strdup (self->data);
  work->address = tidy_address (address);
  work->login = g_strdup (user);
  work->password = g_strdup (password);
  work->shop = g_strdup (shop);
  g_task_set_task_data (task, work, work_free);
  /* A password never goes over the network in the clear. */
  if (!g_str_has_prefix (work->address, "https://") && !is_loopback (work->address))
    g_task_return_new_error (task, KD_ACCOUNTS_ERROR, KD_ACCOUNTS_ERROR_CERTIFICATE, "the address is not https");
  else
    g_task_run_in_thread (task, work_thread);
}

/* ---- add a computer ---- */

static void
pair_async (KdAccounts *accounts,
            const char *address,
            const char *code,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer data)
{
  KdDesktopAccounts *self = KD_DESKTOP_ACCOUNTS (accounts);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Work *work = g_new0 (Work, 1);

  work->data = g_strdup (self->data);
  work->address = tidy_address (address);
  work->pairing = kd_desktop_pairing_tidy_name (code);
  g_weak_ref_init (&work->accounts, self);
  g_task_set_task_data (task, work, work_free);
  if (work->pairing == NULL)
    g_task_return_new_error (task, KD_ACCOUNTS_ERROR, KD_ACCOUNTS_ERROR_REFUSED, "pairing");
  else if (!g_str_has_prefix (work->address, "https://") && !is_loopback (work->address))
    g_task_return_new_error (task, KD_ACCOUNTS_ERROR, KD_ACCOUNTS_ERROR_CERTIFICATE, "the address is not https");
  else
    g_task_run_in_thread (task, work_thread);
}

static void
ask_pairing (KdAccounts *accounts,
             const char *method,
             const char *path,
             const gboolean *answer,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer data)
{
  KdDesktopAccounts *self = KD_DESKTOP_ACCOUNTS (accounts);
  KdAccount *account = self->sync != NULL ? kd_desktop_sync_get_account (self->sync) : NULL;
  const char *address = kd_server_control_get_address (KD_SERVER_CONTROL (self->server));

  if (account == NULL || address == NULL)
    g_task_report_new_error (self, callback, data, ask_pairing, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_UNREACHABLE,
                             "the server does not run");
  else
    kd_desktop_pairing_ask_async (self, account, address, method, path, answer, cancellable, callback, data);
}

static void
make_pairing_async (KdAccounts *accounts,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  ask_pairing (accounts, "POST", "/v1/pairings", NULL, cancellable, callback, data);
}

static void
look_pairing_async (KdAccounts *accounts,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  ask_pairing (accounts, "GET", "/v1/pairings", NULL, cancellable, callback, data);
}

static void
answer_pairing_async (KdAccounts *accounts,
                      gboolean allow,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  ask_pairing (accounts, "POST", "/v1/pairings/answer", &allow, cancellable, callback, data);
}

static KdPairingNews *
pairing_finish (KdAccounts *accounts,
                GAsyncResult *result,
                GError **error)
{
  GError *problem = NULL;
  KdPairingNews *news = kd_desktop_pairing_ask_finish (result, &problem);

  if (news == NULL)
    g_propagate_error (error, translate (problem));
  return news;
}

static KdAccountsResult *
finish (KdAccounts *accounts,
        GAsyncResult *result,
        GError **error)
{
  KdDesktopAccounts *self = KD_DESKTOP_ACCOUNTS (accounts);
  const Work *work = g_task_get_task_data (G_TASK (result));

  if (work->embedded && !kd_id_is_none (&work->owner))
    {
      self->owner_server = work->owner_server;
      self->owner = work->owner;
    }
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
kd_desktop_accounts_iface_init (KdAccountsInterface *iface)
{
  iface->start_shop_async = start_shop_async;
  iface->start_demo_async = start_demo_async;
  iface->sign_in_async = sign_in_async;
  iface->pair_async = pair_async;
  iface->finish = finish;
  iface->make_pairing_async = make_pairing_async;
  iface->look_pairing_async = look_pairing_async;
  iface->answer_pairing_async = answer_pairing_async;
  iface->pairing_finish = pairing_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KdDesktopAccounts, kd_desktop_accounts, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KD_TYPE_ACCOUNTS, kd_desktop_accounts_iface_init))

static void
kd_desktop_accounts_finalize (GObject *object)
{
  KdDesktopAccounts *self = KD_DESKTOP_ACCOUNTS (object);

  g_free (self->data);
  g_clear_object (&self->server);
  g_clear_object (&self->sync);
  G_OBJECT_CLASS (kd_desktop_accounts_parent_class)->finalize (object);
}

static void
kd_desktop_accounts_class_init (KdDesktopAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_desktop_accounts_finalize;
}

static void
kd_desktop_accounts_init (KdDesktopAccounts *self)
{
}

KdDesktopAccounts *
kd_desktop_accounts_new (const char *data,
                         KdDesktopServer *server)
{
  KdDesktopAccounts *self = g_object_new (KD_TYPE_DESKTOP_ACCOUNTS, NULL);

  self->data = g_strdup (data);
  self->server = g_object_ref (server);
  return self;
}

void
kd_desktop_accounts_set_sync (KdDesktopAccounts *self,
                              KdDesktopSync *sync)
{
  g_set_object (&self->sync, sync);
}
