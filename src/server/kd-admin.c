/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-admin.h"

#include "kd-currency.h"
#include "kd-demo.h"
#include "kd-json-writer.h"
#include "kd-shop-args.h"
#include "kd-slug.h"
#include "kd-wire-auth.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { DONE = 0, REFUSED = 1, USAGE = 2 };

/* ---- waiting: nothing else runs in this process ---- */

typedef struct
{
  gboolean ended;
  GError *error;
  const KdShop *shop;
} Wait;

static void
ended_cb (gpointer data,
          const GError *error,
          gpointer user_data)
{
  Wait *wait = user_data;

  wait->ended = TRUE;
  wait->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
created_cb (const KdShop *shop,
            const GError *error,
            gpointer user_data)
{
  ((Wait *) user_data)->shop = shop;
  ended_cb (NULL, error, user_data);
}

static gboolean
wait_for (Wait *wait,
          GError **error)
{
  while (!wait->ended)
    g_main_context_iteration (NULL, TRUE);
  if (wait->error == NULL)
    return TRUE;
  g_propagate_error (error, wait->error);
  return FALSE;
}

static gboolean
run_control (KdServer *server,
             KdControlFunc func,
             gpointer data,
             GError **error)
{
  Wait wait = { 0 };

  kd_server_run_control (server, func, data, NULL, ended_cb, &wait);
  return wait_for (&wait, error);
}

/* ---- the demo ---- */

typedef struct
{
  KdDemo *demo;
  KdServerCreatedFunc done;
  gpointer user_data;
} Demo;

static void
demo_made_cb (const KdShop *shop,
              const GError *error,
              gpointer user_data)
{
  Demo *work = user_data;

  work->done (shop, error, work->user_data);
  kd_demo_free (work->demo);
  g_free (work);
}

static void
make_demo (KdServer *server,
           const KdId *id,
           const KdShopNew *asked,
           gint64 present,
           KdServerCreatedFunc done,
           gpointer user_data)
{
  g_autofree char *media = g_build_filename (kd_server_get_folder (server), "blobs", NULL);
  Demo *work = g_new0 (Demo, 1);
  KdShopNew what;
  KdShopFill fill;

  work->demo = kd_demo_new (present, media);
  work->done = done;
  work->user_data = user_data;
  what = kd_demo_get_shop (work->demo);
  what.owner = asked->owner;
  if (asked->name != NULL)
    what.name = asked->name;
  if (asked->slug != NULL)
    what.slug = asked->slug;
  if (asked->owner_name != NULL)
    what.owner_name = asked->owner_name;
  fill = kd_demo_get_fill (work->demo);
  kd_server_create_shop (server, id, &what, &fill, demo_made_cb, work);
}

void
kd_admin_make_demo (KdServer *server,
                    const KdId *id,
                    const KdShopNew *asked,
                    KdServerCreatedFunc done,
                    gpointer user_data)
{
  make_demo (server, id, asked, kd_server_get_now (server), done, user_data);
}

static gboolean
find_owner (KdSqlConnection *connection,
            const KdControl *control,
            gpointer data,
            GError **error)
{
  return kd_control_ensure_owner (connection, control, NULL, data, error);
}

gboolean
kd_admin_ensure_demo (KdServer *server,
                      GError **error)
{
  KdShopNew asked = { 0 };
  Wait wait = { 0 };

  if (kd_server_find_shop (server, KD_DEMO_SLUG) != NULL)
    return TRUE;
  if (!run_control (server, find_owner, &asked.owner, error))
    return FALSE;
  kd_admin_make_demo (server, &KD_ID_NONE, &asked, created_cb, &wait);
  return wait_for (&wait, error);
}

/* ---- commands ---- */

typedef struct
{
  char *name, *slug, *currency, *region, *timezone, *language, *login, *shop, *role, *now;
  char *password, *hash;
  gboolean demo;
  KdId user;
  KdShopRun run;
} Options;

static void
options_clear (Options *options)
{
  char **texts[] = { &options->name, &options->slug, &options->currency, &options->region, &options->timezone, &options->language,
                     &options->login, &options->shop, &options->role, &options->hash, &options->now };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*texts[i]);
  if (options->password != NULL)
    sodium_memzero (options->password, strlen (options->password));
  g_free (options->password);
  kd_shop_run_clear (&options->run);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
refuse (const char *words)
{
  fprintf (stderr, "kedai-server: %s\n", words);
  return REFUSED;
}

static int
usage (const char *words)
{
  fprintf (stderr, "kedai-server: %s\n", words);
  return USAGE;
}

static gboolean
parse (Options *options,
       const char *const *command,
       GError **error)
{
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &options->name, "Of the shop or the person", "NAME" },
    { "slug", 0, 0, G_OPTION_ARG_STRING, &options->slug, "The shop's address for buyers", "SLUG" },
    { "currency", 0, 0, G_OPTION_ARG_STRING, &options->currency, "ISO 4217; IDR", "CODE" },
    { "region", 0, 0, G_OPTION_ARG_STRING, &options->region, "ISO 3166; ID", "CODE" },
    { "timezone", 0, 0, G_OPTION_ARG_STRING, &options->timezone, "Asia/Jakarta", "NAME" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &options->language, "id or en", "CODE" },
    { "owner-login", 0, 0, G_OPTION_ARG_STRING, &options->login, "Whose shop it is", "LOGIN" },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo, "With the demo's content", NULL },
    { "now", 0, 0, G_OPTION_ARG_STRING, &options->now, "The demo's present, so that it is the same again", "TIME" },
    { "login", 0, 0, G_OPTION_ARG_STRING, &options->login, "Of the account", "LOGIN" },
    { "shop", 0, 0, G_OPTION_ARG_STRING, &options->shop, "Slug of a shop to join", "SLUG" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &options->role, "owner, manager, agent, cashier or viewer", "ROLE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) copy = g_strdupv ((char **) command);

  g_option_context_add_main_entries (context, entries, NULL);
  /* the words of the command stand where a program's name would */
  if (!g_option_context_parse_strv (context, &copy, error))
    return FALSE;
  if (g_strv_length (copy) <= 2)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s is not understood", copy[2]);
  return FALSE;
}

static gboolean
find_account (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Options *options = data;
  g_auto (KdControlAccount) account = { 0 };
  GError *failed = NULL;

  if (kd_control_find_account (connection, options->login, &account, &failed))
    {
      options->user = account.user;
      if (options->name == NULL)
        options->name = g_strdup (account.name);
      return TRUE;
    }
  if (failed == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no account \"%s\"", options->login);
  else
    g_propagate_error (error, failed);
  return FALSE;
}

static void
print_shop (KdServer *server,
            const KdShop *shop)
{
  g_autoptr (KdAuthShop) answer = kd_auth_shop_new ();
  g_autofree char *json = NULL;

  answer->id = shop->id;
  answer->slug = g_strdup (kd_server_get_slug (server, &shop->id));
  json = kd_auth_shop_to_json (answer);
  printf ("%s\n", json);
}

static int
create_shop (KdServer *server,
             Options *options)
{
  g_autoptr (GDateTime) present = options->now != NULL ? g_date_time_new_from_iso8601 (options->now, NULL) : NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shop_name = g_strdup (options->name);
  Wait wait = { 0 };
  KdShopNew what = { 0 };

  if (options->login == NULL || (shop_name == NULL && !options->demo))
    return usage ("shop create needs --name and --owner-login");
  if (options->slug != NULL && !kd_slug_is_valid (options->slug))
    return usage ("a slug is 3 to 40 of a-z, 0-9 and -, and none of the server's own words");
  if (options->currency != NULL && kd_currency_digits (options->currency) < 0)
    return usage ("that currency is unknown");
  if (options->now != NULL && (present == NULL || !options->demo))
    return usage ("--now goes with --demo and is a time as 2026-08-17T10:00:00Z");
  if (!run_control (server, find_account, options, &error))
    return refuse (error->message);
  what = (KdShopNew){ .name = shop_name, .slug = options->slug, .currency = options->currency != NULL ? options->currency : "IDR",
                      .region = options->region != NULL ? options->region : "ID",
                      .timezone = options->timezone != NULL ? options->timezone : "Asia/Jakarta",
                      .language = options->language != NULL ? options->language : "id", .owner = options->user,
                      .owner_name = options->name != NULL ? options->name : options->login };
  if (options->demo)
    make_demo (server, &KD_ID_NONE, &what, present != NULL ? g_date_time_to_unix (present) * 1000 : kd_server_get_now (server),
               created_cb, &wait);
  else
    kd_server_create_shop (server, &KD_ID_NONE, &what, NULL, created_cb, &wait);
  if (!wait_for (&wait, &error))
    return refuse (g_error_matches (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_TAKEN) ? "that slug is taken" : error->message);
  print_shop (server, wait.shop);
  return DONE;
}

/* One line from standard input: never an argument, which others on this computer could read. */
static char *
read_password (void)
{
  char line[KD_PASSWORD_MAX + 2];
  char *password = NULL;

  if (fgets (line, sizeof line, stdin) != NULL)
    {
      line[strcspn (line, "\r\n")] = '\0';
      if (g_utf8_validate (line, -1, NULL) && g_utf8_strlen (line, -1) >= KD_PASSWORD_MIN)
        password = g_strdup (line);
    }
  sodium_memzero (line, sizeof line);
  return password;
}

static gboolean
add_account (KdSqlConnection *connection,
             const KdControl *control,
             gpointer data,
             GError **error)
{
  Options *options = data;

  return kd_control_add_account (connection, control, options->login, options->name, options->hash, &options->user, error);
}

static gboolean
invite (KdSqlConnection *connection,
        const KdShop *shop,
        gpointer data,
        GError **error)
{
  Options *options = data;
  g_autoptr (KdCall) call = kd_call_new_by_name ("member.invite");
  KdMemberInviteArgs *args = call->args;
  KdActor actor = { .type = KD_ACTOR_JOB, .id = options->user, .origin = KD_ORIGIN_JOB, .scopes = KD_SCOPES_ALL };

  args->id = options->user;
  args->name = g_strdup (options->name);
  args->role = kd_enum_from_text (kd_shape_find (&kd_kind_member.shape, "role"), options->role != NULL ? options->role : "agent");
  if (!kd_shop_run (connection, shop, &actor, "admin", NULL, 0, TRUE, call, NULL, NULL, &options->run, error))
    return FALSE;
  if (options->run.status != KD_APPLIED)
    g_set_error_literal (error, KD_SHOP_ERROR, KD_SHOP_ERROR_STORAGE, options->run.code);
  return options->run.status == KD_APPLIED;
}

typedef struct
{
  KdId user, shop;
} Enter;

static gboolean
enter (KdSqlConnection *connection,
       const KdControl *control,
       gpointer data,
       GError **error)
{
  Enter *what = data;

  return kd_control_add_user_shop (connection, &what->user, &what->shop, error);
}

static gboolean
join_shop (KdServer *server,
           Options *options,
           const KdShop *shop,
           GError **error)
{
  Enter what = { options->user, shop->id };
  Wait wait = { 0 };

  kd_server_run_shop (server, &shop->id, KD_LANE_WRITE, invite, options, NULL, ended_cb, &wait);
  return wait_for (&wait, error) && run_control (server, enter, &what, error);
}

static int
add_user (KdServer *server,
          Options *options)
{
  g_autoptr (GError) error = NULL;
  const KdField *role = kd_shape_find (&kd_kind_member.shape, "role");
  const KdShop *shop = options->shop != NULL ? kd_server_find_shop (server, options->shop) : NULL;
  char text[KD_ID_TEXT_LENGTH + 1];

  if (options->login == NULL || options->name == NULL)
    return usage ("user add needs --login and --name, and the password on standard input");
  if (options->role != NULL && kd_enum_from_text (role, options->role) > KD_ROLE_VIEWER)
    return usage ("a role is owner, manager, agent, cashier or viewer");
  if (options->shop != NULL && shop == NULL)
    return refuse ("there is no shop of that slug");
  options->password = read_password ();
  if (options->password == NULL)
    return refuse ("a password has at least 8 characters");
  options->hash = kd_password_hash (options->password, &error);
  if (options->hash == NULL || !run_control (server, add_account, options, &error)
      || (shop != NULL && !join_shop (server, options, shop, &error)))
    return refuse (g_error_matches (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_TAKEN) ? "that login is taken" : error->message);
  printf ("{\"id\":\"%s\"}\n", kd_id_to_text (&options->user, text));
  return DONE;
}

static gboolean
set_password (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Options *options = data;

  return find_account (connection, control, data, error) && kd_control_set_password (connection, &options->user, options->hash, error);
}

static int
change_password (KdServer *server,
                 Options *options)
{
  g_autoptr (GError) error = NULL;

  if (options->login == NULL)
    return usage ("user password needs --login, and the password on standard input");
  options->password = read_password ();
  if (options->password == NULL)
    return refuse ("a password has at least 8 characters");
  options->hash = kd_password_hash (options->password, &error);
  if (options->hash == NULL || !run_control (server, set_password, options, &error))
    return refuse (error->message);
  printf ("{}\n");
  return DONE;
}

int
kd_admin_run (KdServer *server,
              const char *const *command)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *what = command[0] != NULL && command[1] != NULL ? g_strjoin (" ", command[0], command[1], NULL) : g_strdup ("");

  if (!parse (&options, command, &error))
    return usage (error->message);
  if (strcmp (what, "shop create") == 0)
    return create_shop (server, &options);
  if (strcmp (what, "user add") == 0)
    return add_user (server, &options);
  if (strcmp (what, "user password") == 0)
    return change_password (server, &options);
  return usage ("commands are \"shop create\", \"user add\" and \"user password\"");
}
