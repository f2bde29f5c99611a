/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli.h"

#include "kd-call.h"
#include "kd-currency.h"
#include "kd-json-writer.h"
#include "kd-random.h"
#include "kd-real-clock.h"
#include "kd-terminal.h"
#include "kd-wire-auth.h"

#include <stdio.h>
#include <string.h>

/* How a shop comes to this computer: made here, or joined. */

#define PASSWORD_LINE_MAX (KD_PASSWORD_MAX + 2)
#define DEFAULT_CURRENCY "IDR"
#define DEFAULT_TIMEZONE "Asia/Jakarta"

static void
say_profile (KdCli *cli)
{
  g_autofree char *path = kd_profile_database (cli->profile);
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (&writer);
  kd_json_member (&writer, "address");
  kd_json_string (&writer, cli->profile->address);
  kd_json_member (&writer, "name");
  kd_json_string (&writer, cli->profile->shop_name);
  kd_json_member (&writer, "profile");
  kd_json_string (&writer, path);
  kd_json_member (&writer, "shop");
  kd_json_string (&writer, kd_id_to_text (&cli->profile->shop, text));
  kd_json_member (&writer, "user");
  kd_json_string (&writer, kd_id_to_text (&cli->profile->user, text));
  kd_json_end_object (&writer);
  kd_cli_result (cli, out->str, "%s is here (%s)", cli->profile->shop_name, path);
}

/* Registers this computer and fetches the first copy. */
static KdCliCode
take_shop (KdCli *cli,
           const KdAccountShop *shop,
           gboolean embedded)
{
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kd_profile_create_async (cli->data, cli->account, shop, embedded, NULL, kd_cli_wait_cb, &wait);
  result = kd_cli_wait (&wait);
  cli->profile = kd_profile_create_finish (result, &error);
  if (cli->profile == NULL)
    return kd_cli_fail (cli, error);
  cli->lock = kd_profile_lock (cli->profile, 0, &error);
  if (cli->lock != NULL)
    cli->store = kd_profile_open_store (cli->profile, KD_STORE_DEFAULT, &error);
  if (cli->store == NULL || !kd_cli_start_engine (cli, FALSE, &error) || !kd_cli_flush (cli, &error))
    return kd_cli_fail (cli, error);
  say_profile (cli);
  return KD_CLI_DONE;
}

static char *
shop_request (KdCli *cli,
              const char *name)
{
  g_autoptr (KdShopRequest) request = kd_shop_request_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *zone_name = g_time_zone_get_identifier (zone);
  const char *currency = kd_cli_option (cli, "currency");
  guint8 random[10];

  kd_random (NULL, random, sizeof random);
  request->id = kd_id_make (kd_real_clock (NULL), random);
  request->name = g_strdup (name);
  request->owner_name = g_strdup (kd_cli_option (cli, "owner"));
  request->currency = g_strdup (currency != NULL ? currency : DEFAULT_CURRENCY);
  request->timezone = g_strdup (zone_name != NULL && strchr (zone_name, '/') != NULL ? zone_name : DEFAULT_TIMEZONE);
  request->language = g_strdup ("id");
  return kd_shop_request_to_json (request);
}

static KdAuthShop *
make_shop (KdCli *cli,
           const char *name,
           GError **error)
{
  KdHttpOptions options = { .user_agent = "Kedai/" KD_VERSION, .direct = TRUE };
  g_autoptr (SoupSession) session = kd_http_session_new (&options);
  g_autofree char *address = kd_account_dup_address (cli->account);
  g_autofree char *url = g_strconcat (address, "/v1/shops", NULL);
  g_autofree char *token = kd_account_dup_access_token (cli->account);
  g_autofree char *body = shop_request (cli, name);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  KdHttpCall call = { .method = "POST", .url = url, .token = token, .body = bytes, .max_bytes = KD_AUTH_MAX_BYTES };
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KdHttpResult) answer = NULL;
  const char *text;
  gsize n;

  kd_http_send_async (session, &call, NULL, kd_cli_wait_cb, &wait);
  result = kd_cli_wait (&wait);
  answer = kd_http_send_finish (session, result, error);
  if (answer == NULL)
    return NULL;
  if (answer->outcome != KD_HTTP_OK)
    {
      g_set_error_literal (error, KD_ACCOUNT_ERROR,
                           answer->outcome == KD_HTTP_REFUSED ? KD_ACCOUNT_ERROR_REFUSED : KD_ACCOUNT_ERROR_UNREACHABLE,
                           answer->code != NULL ? answer->code : answer->reason != NULL ? answer->reason : "no answer");
      return NULL;
    }
  text = g_bytes_get_data (answer->body, &n);
  return kd_auth_shop_parse (text, (gssize) n, error);
}

/* The owner of the server here: by the token that it got from us, or by a session of a profile. */
static gboolean
sign_in_owner (KdCli *cli,
               GError **error)
{
  g_autofree char *address = kd_embedded_dup_address (cli->embedded);
  g_autofree char *token = kd_embedded_take_owner_token (cli->embedded);
  g_autoptr (GPtrArray) profiles = NULL;
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  cli->secrets = kd_secrets_open (cli->data);
  if (token != NULL)
    {
      cli->account = kd_account_new (cli->secrets, address, NULL);
      kd_account_sign_in_owner_async (cli->account, token, NULL, kd_cli_wait_cb, &wait);
      result = kd_cli_wait (&wait);
      return kd_account_sign_in_finish (cli->account, result, error);
    }
  profiles = kd_profile_list (cli->data, NULL);
  for (guint i = 0; profiles != NULL && i < profiles->len && cli->account == NULL; i++)
    {
      const KdProfile *profile = g_ptr_array_index (profiles, i);

      if (profile->embedded)
        cli->account = kd_account_open (cli->secrets, address, NULL, &profile->server, &profile->user, NULL);
    }
  if (cli->account == NULL)
    {
      g_set_error_literal (error, KD_PROFILE_ERROR, KD_PROFILE_ERROR_IN_USE, "Kedai is open on this data folder");
      return FALSE;
    }
  kd_account_refresh_async (cli->account, NULL, NULL, kd_cli_wait_cb, &wait);
  result = kd_cli_wait (&wait);
  return kd_account_refresh_finish (cli->account, result, error);
}

KdCliCode
kd_cli_init (KdCli *cli)
{
  const char *name = kd_cli_option (cli, "shop"), *currency = kd_cli_option (cli, "currency");
  g_autoptr (KdProfile) known = NULL;
  g_autoptr (KdAuthShop) made = NULL;
  g_autoptr (GError) error = NULL;
  KdAccountShop shop;

  if (kd_cli_option (cli, "server") != NULL)
    return kd_cli_login (cli);
  if (name == NULL || *name == '\0')
    return kd_cli_usage (cli, "usage: kedai-cli init --shop NAME [--currency IDR]");
  if (currency != NULL && kd_currency_digits (currency) < 0)
    return kd_cli_usage (cli, "no currency is called %s", currency);
  known = kd_profile_find (cli->data, name, NULL);
  if (known != NULL)
    return kd_cli_refuse (cli, KD_CLI_REFUSED, "exists", "a shop of that name is here already");
  if (!kd_cli_start_server (cli, &error) || !sign_in_owner (cli, &error))
    return kd_cli_fail (cli, error);
  made = make_shop (cli, name, &error);
  if (made == NULL)
    return kd_cli_fail (cli, error);
  shop = (KdAccountShop){ made->id, made->name, (KdRole) made->role };
  return take_shop (cli, &shop, TRUE);
}

/* ---- login ---- */

static char *
read_password (const char *user)
{
  char *line = g_malloc0 (PASSWORD_LINE_MAX);
  gboolean person = kd_terminal_is_there ();

  if (person)
    fprintf (stderr, "Password of %s: ", user);
  kd_terminal_hide (TRUE);
  if (fgets (line, PASSWORD_LINE_MAX, stdin) == NULL)
    *line = '\0';
  kd_terminal_hide (FALSE);
  if (person)
    fputc ('\n', stderr);
  line[strcspn (line, "\r\n")] = '\0';
  return line;
}

static gboolean
is_loopback (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  return g_strcmp0 (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

static const KdAccountShop *
choose_shop (KdCli *cli,
             GPtrArray *shops)
{
  const char *wanted = kd_cli_option (cli, "shop");

  for (guint i = 0; i < shops->len; i++)
    {
      const KdAccountShop *shop = g_ptr_array_index (shops, i);
      char id[KD_ID_TEXT_LENGTH + 1];

      if (wanted == NULL || g_strcmp0 (wanted, shop->name) == 0 || g_strcmp0 (wanted, kd_id_to_text (&shop->id, id)) == 0)
        return shop;
    }
  return NULL;
}

static KdCliCode
refuse_which_shop (KdCli *cli,
                   GPtrArray *shops)
{
  g_autoptr (GString) message = g_string_new ("this account is a member of several shops; choose with --shop: ");

  for (guint i = 0; i < shops->len; i++)
    g_string_append_printf (message, "%s“%s”", i == 0 ? "" : ", ", ((const KdAccountShop *) g_ptr_array_index (shops, i))->name);
  return kd_cli_refuse (cli, KD_CLI_REFUSED, "which_shop", message->str);
}

KdCliCode
kd_cli_login (KdCli *cli)
{
  const char *url = cli->n_words > 0 ? cli->words[0] : kd_cli_option (cli, "server");
  const char *user = kd_cli_option (cli, "user");
  g_autofree char *address = g_strdup (url);
  char *password;
  KdCliWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) shops = NULL;
  g_autoptr (GError) error = NULL;
  const KdAccountShop *shop;

  if (user == NULL || *user == '\0')
    return kd_cli_usage (cli, "usage: kedai-cli login URL --user U [--shop S]");
  while (g_str_has_suffix (address, "/"))
    address[strlen (address) - 1] = '\0';
  if (!g_str_has_prefix (address, "https://") && !is_loopback (address))
    return kd_cli_usage (cli, "the address must begin with https://: a password never goes over the network in the clear");
  password = read_password (user);
  if (*password == '\0')
    {
      kd_secrets_value_free (password);
      return kd_cli_usage (cli, "the password comes from standard input, and there was none");
    }
  cli->secrets = kd_secrets_open (cli->data);
  cli->account = kd_account_new (cli->secrets, address, NULL);
  kd_account_sign_in_async (cli->account, user, password, NULL, kd_cli_wait_cb, &wait);
  kd_secrets_value_free (password);
  result = kd_cli_wait (&wait);
  if (!kd_account_sign_in_finish (cli->account, result, &error))
    return kd_cli_fail (cli, error);
  shops = kd_account_dup_shops (cli->account);
  if (shops->len > 1 && kd_cli_option (cli, "shop") == NULL)
    return refuse_which_shop (cli, shops);
  shop = choose_shop (cli, shops);
  if (shop == NULL)
    return kd_cli_refuse (cli, KD_CLI_REFUSED, "no_shop", shops->len == 0 ? "this account is a member of no shop"
                                                                          : "this account is no member of that shop");
  return take_shop (cli, shop, FALSE);
}
