/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli.h"

#include "kd-quit.h"

#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* kedai-cli COMMAND [WORDS] [OPTIONS]: options stand before or after the command. */

static const KdCliOption common_options[] = {
  { "data", "DIR" }, { "shop", "SHOP" }, { "json" }, { "help" }, { "version" }, { NULL },
};
static const KdCliOption init_options[] = {
  { "owner", "NAME" }, { "currency", "CODE" }, { "server", "URL" }, { "user", "LOGIN" }, { NULL },
};
static const KdCliOption login_options[] = { { "user", "LOGIN" }, { NULL } };
static const KdCliOption sync_options[] = { { "watch" }, { "input" }, { NULL } };
static const KdCliOption query_options[] = {
  { "search", "TEXT" }, { "where", "FIELD=VALUE", TRUE }, { "limit", "N" }, { NULL },
};
static const KdCliOption import_options[] = {
  { "dry-run" }, { "mode", "create|update|both" }, { "rate", "CUR=N", TRUE }, { "all-or-nothing" }, { "errors", "FILE" },
  { "encoding", "NAME" }, { "empty-clears" }, { "sync" }, { NULL },
};

const KdCliCommand kd_cli_commands[] = {
  { "init", "--shop NAME [--currency IDR] [--owner NAME]", "make a shop with its own server in the data folder",
    0, 0, init_options, kd_cli_init },
  { "login", "URL --user U [--shop S]", "join a shop on a server; the password comes from standard input", 1, 1,
    login_options, kd_cli_login },
  { "sync", "[--watch [--input]]", "send what waits and fetch what changed; --watch goes on until it is ended,\n"
    "      --input makes the changes that come in on standard input, one a line: MUTATION {JSON}", 0, 0, sync_options,
    kd_cli_sync },
  { "status", "", "what waits, what was refused, how sync stands", 0, 0, NULL, kd_cli_status },
  { "query", "KIND [--search TEXT] [--where FIELD=VALUE] [--limit N]", "records as JSON, one a line", 1, 1, query_options,
    kd_cli_query },
  { "list", "KIND", "the same", 1, 1, query_options, kd_cli_query },
  { "get", "KIND ID", "one record as JSON", 2, 2, NULL, kd_cli_get },
  { "set", "KIND ID FIELD=VALUE...", "change a record", 3, G_MAXUINT, NULL, kd_cli_set },
  { "run", "MUTATION {JSON}", "make any change by its name", 2, 2, NULL, kd_cli_run },
  { "undo", "[OPERATION]", "take back the last change, or that one", 0, 1, NULL, kd_cli_undo },
  { "import", "products|contacts FILE [--dry-run] [--mode M] [--rate CUR=N] [--all-or-nothing] [--errors FILE]\n"
    "         [--sync]",
    "read a file into the shop; --sync sends it meanwhile and waits until all of it is sent", 2, 2, import_options, kd_cli_import },
  { "export", "products|contacts|orders FILE", "write a .csv or .jsonl file", 2, 2, NULL, kd_cli_export },
  { "server", "ARGUMENTS", "runs kedai-server with them", 0, G_MAXUINT, NULL, kd_cli_server },
  { NULL },
};

static void
print_help (void)
{
  printf ("kedai-cli [--data DIR] [--shop SHOP] [--json] COMMAND\n\n");
  for (const KdCliCommand *c = kd_cli_commands; c->name != NULL; c++)
    printf ("  %s %s\n      %s\n", c->name, c->usage, c->about);
  printf ("\nExit codes: 0 done, 1 refused with reasons, 2 wrong usage, 3 could not reach or open something.\n");
}

static const KdCliOption *
find_option (const KdCliOption *options,
             const char *name,
             gsize n)
{
  for (; options != NULL && options->name != NULL; options++)
    if (strlen (options->name) == n && strncmp (options->name, name, n) == 0)
      return options;
  return NULL;
}

static const KdCliCommand *
find_command (const char *name)
{
  for (const KdCliCommand *c = kd_cli_commands; c->name != NULL; c++)
    if (strcmp (c->name, name) == 0)
      return c;
  return NULL;
}

/* Options may stand before the command whose they are: its word is looked for first. */
static int
find_command_word (int argc,
                   char **argv)
{
  for (int i = 1; i < argc; i++)
    {
      const KdCliOption *common;

      if (!g_str_has_prefix (argv[i], "--"))
        return i;
      if (strchr (argv[i], '=') != NULL)
        continue;
      common = find_option (common_options, argv[i] + 2, strlen (argv[i]) - 2);
      for (const KdCliCommand *c = kd_cli_commands; common == NULL && c->name != NULL; c++)
        common = find_option (c->options, argv[i] + 2, strlen (argv[i]) - 2);
      if (common != NULL && common->value != NULL)
        i++;
    }
  return 0;
}

static void
add_option (KdCli *cli,
            const char *name,
            const char *value)
{
  GPtrArray *values = g_hash_table_lookup (cli->options, name);

  if (values == NULL)
    {
      values = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (cli->options, g_strdup (name), values);
    }
  g_ptr_array_add (values, g_strdup (value));
}

/* The index after it; 0: wrong. */
static int
take_option (KdCli *cli,
             int argc,
             char **argv,
             int i)
{
  const char *name = argv[i] + 2, *equals = strchr (name, '=');
  gsize n = equals != NULL ? (gsize) (equals - name) : strlen (name);
  const KdCliOption *option = find_option (common_options, name, n);

  if (option == NULL && cli->command != NULL)
    option = find_option (cli->command->options, name, n);
  if (option == NULL)
    return kd_cli_usage (cli, "there is no option --%.*s here", (int) n, name), 0;
  if (option->value == NULL && equals != NULL)
    return kd_cli_usage (cli, "--%s takes no value", option->name), 0;
  if (option->value != NULL && equals == NULL && i + 1 >= argc)
    return kd_cli_usage (cli, "--%s needs %s", option->name, option->value), 0;
  if (option->value == NULL)
    add_option (cli, option->name, "");
  else
    add_option (cli, option->name, equals != NULL ? equals + 1 : argv[++i]);
  return i + 1;
}

static gboolean
parse (KdCli *cli,
       int argc,
       char **argv)
{
  int at = find_command_word (argc, argv);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gboolean plain = FALSE;

  for (int i = 1; i < argc; i++)
    cli->json |= strcmp (argv[i], "--json") == 0;
  cli->command = at != 0 ? find_command (argv[at]) : NULL;
  if (at != 0 && cli->command == NULL)
    return kd_cli_usage (cli, "there is no command “%s”; see kedai-cli --help", argv[at]), FALSE;
  for (int i = 1; i < argc;)
    {
      if (i == at)
        plain |= cli->command->run == kd_cli_server;
      else if (!plain && strcmp (argv[i], "--") == 0)
        plain = TRUE;
      else if (!plain && g_str_has_prefix (argv[i], "--"))
        {
          i = take_option (cli, argc, argv, i);
          if (i == 0)
            return FALSE;
          continue;
        }
      else
        g_ptr_array_add (words, g_strdup (argv[i]));
      i++;
    }
  g_ptr_array_add (words, NULL);
  cli->n_words = words->len - 1;
  g_ptr_array_set_free_func (words, NULL);
  cli->words = (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  return TRUE;
}

static KdCliCode
run (KdCli *cli)
{
  g_autoptr (GError) error = NULL;

  if (kd_cli_flag (cli, "version"))
    {
      puts (KD_VERSION);
      return KD_CLI_DONE;
    }
  if (kd_cli_flag (cli, "help"))
    {
      print_help ();
      return KD_CLI_DONE;
    }
  if (cli->command == NULL)
    return kd_cli_usage (cli, "no command was given; see kedai-cli --help");
  if (cli->n_words < cli->command->min || cli->n_words > cli->command->max)
    return kd_cli_usage (cli, "usage: kedai-cli %s %s", cli->command->name, cli->command->usage);
  cli->data = kd_profile_data_folder (kd_cli_option (cli, "data"), &error);
  if (cli->data == NULL)
    return kd_cli_fail (cli, error);
  return cli->command->run (cli);
}

int
main (int argc,
      char **argv)
{
  KdCli cli = { .options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref) };
  KdCliCode code = KD_CLI_USAGE;

  setlocale (LC_ALL, "");
  kd_quit_mind_limits ();
  if (sodium_init () < 0)
    return KD_CLI_OPEN;
  if (parse (&cli, argc, argv))
    code = run (&cli);
  kd_cli_stop_all (&cli);
  kd_cli_close (&cli);
  /* a disk that is full shows when the buffer is written */
  if (fflush (stdout) != 0 || ferror (stdout))
    {
      fprintf (stderr, "kedai-cli: the output could not be written\n");
      code = KD_CLI_OPEN;
    }
  g_clear_pointer (&cli.profile, kd_profile_free);
  g_strfreev (cli.words);
  g_hash_table_unref (cli.options);
  g_free (cli.data);
  return code;
}
