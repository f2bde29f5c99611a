/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-config.h"

#include <string.h>

#define GROUP "server"
#define DEFAULT_LISTEN "127.0.0.1"
#define DEFAULT_PORT 8420

G_DEFINE_QUARK (kd-config-error-quark, kd_config_error)

typedef enum { TEXT, NUMBER, FLAG, LIST } Type;

typedef struct
{
  const char *name;        /* in the file; KEDAI_NAME in the environment */
  Type type;
  gsize offset;
  gint64 min, max;
} Key;

#define KEY(field, t, ...) { #field, t, G_STRUCT_OFFSET (KdConfig, field), ##__VA_ARGS__ }
static const Key keys[] = {
  KEY (data, TEXT),
  KEY (listen, TEXT),
  KEY (port, NUMBER, 0, 65535),
  KEY (embedded, FLAG),
  KEY (certificate, TEXT),
  KEY (key, TEXT),
  KEY (names, LIST),
  KEY (proxies, LIST),
  KEY (sign_up, FLAG),
  KEY (log_level, TEXT),
  KEY (header_ms, NUMBER, 0, 600000), /* 0: the default */
  KEY (body_ms, NUMBER, 0, 600000),
  KEY (live_check_ms, NUMBER, 0, 60000),
};

static const char *const log_levels[] = { "error", "warning", "info", "debug", NULL };

void
kd_config_free (KdConfig *config)
{
  g_free (config->data);
  g_free (config->listen);
  g_free (config->certificate);
  g_free (config->key);
  g_free (config->log_level);
  g_strfreev (config->names);
  g_strfreev (config->proxies);
  g_strfreev (config->command);
  g_free (config);
}

static gboolean
bad_value (const char *name,
           const char *value,
           GError **error)
{
  g_set_error (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_USAGE, "%s can't be \"%s\"", name, value);
  return FALSE;
}

/* "a, b;c" */
static char **
split_list (const char *value)
{
  g_auto (GStrv) parts = g_strsplit_set (value, ", ;", -1);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (list, parts[i]);
  return g_strv_builder_end (list);
}

static gboolean
set_key (KdConfig *config,
         const Key *key,
         const char *value,
         GError **error)
{
  gpointer at = G_STRUCT_MEMBER_P (config, key->offset);

  switch (key->type)
    {
    case TEXT:
      g_free (*(char **) at);
      *(char **) at = *value != '\0' ? g_strdup (value) : NULL;
      return TRUE;
    case NUMBER:
      return g_ascii_string_to_signed (value, 10, key->min, key->max, at, NULL) || bad_value (key->name, value, error);
    case FLAG:
      if (strcmp (value, "true") != 0 && strcmp (value, "false") != 0)
        return bad_value (key->name, value, error);
      *(gboolean *) at = strcmp (value, "true") == 0;
      return TRUE;
    default:
      g_strfreev (*(char ***) at);
      *(char ***) at = split_list (value);
      return TRUE;
    }
}

static const Key *
find_key (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].name, name) == 0)
      return &keys[i];
  return NULL;
}

static gboolean
load_file (KdConfig *config,
           const char *path,
           GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) names = NULL, groups = NULL;
  g_autoptr (GError) failed = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &failed))
    {
      g_set_error (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_FILE, "%s: %s", path, failed->message);
      return FALSE;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (strcmp (groups[i], GROUP) != 0)
      {
        g_set_error (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_USAGE, "%s: there is no section [%s], only [" GROUP "]", path, groups[i]);
        return FALSE;
      }
  names = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      const Key *key = find_key (names[i]);
      g_autofree char *value = g_key_file_get_string (file, GROUP, names[i], NULL);

      if (key == NULL)
        {
          g_set_error (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_USAGE, "%s: there is no setting \"%s\"", path, names[i]);
          return FALSE;
        }
      if (value == NULL || !set_key (config, key, value, error))
        return value != NULL ? FALSE : bad_value (key->name, "", error);
    }
  return TRUE;
}

static gboolean
load_environment (KdConfig *config,
                  GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *upper = g_ascii_strup (keys[i].name, -1);
      g_autofree char *name = g_strconcat ("KEDAI_", upper, NULL);
      const char *value = g_getenv (name);

      if (value != NULL && !set_key (config, &keys[i], value, error))
        return FALSE;
    }
  return TRUE;
}

/* "127.0.0.1:0", "[::1]:80" or an address alone. */
static gboolean
set_listen (KdConfig *config,
            const char *text,
            GError **error)
{
  const char *colon = strrchr (text, ':'), *close = strrchr (text, ']');
  g_autofree char *host = NULL;

  if (colon != NULL && (close != NULL ? colon > close : strchr (text, ':') == colon))
    {
      if (!g_ascii_string_to_signed (colon + 1, 10, 0, 65535, &config->port, NULL))
        return bad_value ("--listen", text, error);
      host = g_strndup (text, (gsize) (colon - text));
    }
  else
    host = g_strdup (text);
  if (*host == '[' && host[strlen (host) - 1] == ']')
    {
      host[strlen (host) - 1] = '\0';
      memmove (host, host + 1, strlen (host));
    }
  g_free (config->listen);
  config->listen = g_strdup (strcmp (host, "localhost") == 0 ? DEFAULT_LISTEN : host);
  return TRUE;
}

typedef struct
{
  char *data, *file, *listen, *certificate, *key, *log_level;
  int port, owner_fd;
  gboolean embedded, print_config, print_address, version, demo, sign_up;
  char **rest;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->data);
  g_free (options->file);
  g_free (options->listen);
  g_free (options->certificate);
  g_free (options->key);
  g_free (options->log_level);
  g_strfreev (options->rest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *options,
               int *argc,
               char ***argv,
               GError **error)
{
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, "Data folder", "DIR" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->file, "Configuration file", "FILE" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen, "Where to listen; port 0 takes any", "ADDRESS[:PORT]" },
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, "Port to listen on", "N" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate, "Certificate to listen with TLS", "PEM" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options->key, "Its private key", "PEM" },
    { "sign-up", 0, 0, G_OPTION_ARG_NONE, &options->sign_up, "Let anybody make an account", NULL },
    { "embedded", 0, 0, G_OPTION_ARG_NONE, &options->embedded, "Serve the desktop that started us", NULL },
    { "owner-fd", 0, 0, G_OPTION_ARG_INT, &options->owner_fd, "Read the owner's one-time token from this descriptor", "N" },
    { "log-level", 0, 0, G_OPTION_ARG_STRING, &options->log_level, "error, warning, info or debug", "LEVEL" },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo, "Make the demo shop if it isn't there", NULL },
    { "print-address", 0, 0, G_OPTION_ARG_NONE, &options->print_address, "Print the address once it listens", NULL },
    { "print-config", 0, 0, G_OPTION_ARG_NONE, &options->print_config, "Print the configuration and end", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and end", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[shop create | user add | user password]");
  g_autoptr (GError) failed = NULL;

  g_option_context_set_summary (context, "The backend of Kedai: sync, REST, the buyers' page.");
  /* what belongs to a subcommand is that one's to read */
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, argc, argv, &failed))
    {
      options->rest = *argc > 1 ? g_strdupv (*argv + 1) : NULL;
      return TRUE;
    }
  g_set_error_literal (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_USAGE, failed->message);
  return FALSE;
}

static gboolean
apply_options (KdConfig *config,
               Options *options,
               GError **error)
{
  struct { char **from, **to; } texts[] = {
    { &options->data, &config->data }, { &options->certificate, &config->certificate },
    { &options->key, &config->key }, { &options->log_level, &config->log_level },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (*texts[i].from != NULL)
      {
        g_free (*texts[i].to);
        *texts[i].to = g_steal_pointer (texts[i].from);
      }
  if (options->listen != NULL && !set_listen (config, options->listen, error))
    return FALSE;
  if (options->port != -1)
    {
      if (options->port < 0 || options->port > 65535)
        return bad_value ("--port", "", error);
      config->port = options->port;
    }
  config->embedded |= options->embedded;
  config->sign_up |= options->sign_up;
  config->demo = options->demo;
  config->print_config = options->print_config;
  config->print_address = options->print_address;
  config->print_version = options->version;
  config->command = g_steal_pointer (&options->rest);
  return TRUE;
}

static gboolean
check (const KdConfig *config,
       GError **error)
{
  if (config->data == NULL || config->listen == NULL)
    return bad_value (config->data == NULL ? "data" : "listen", "", error);
  if (config->log_level == NULL || !g_strv_contains (log_levels, config->log_level))
    return bad_value ("log_level", config->log_level != NULL ? config->log_level : "", error);
  if ((config->certificate != NULL) != (config->key != NULL))
    {
      g_set_error_literal (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_USAGE, "certificate and key belong together: one is missing");
      return FALSE;
    }
  if (!g_hostname_is_ip_address (config->listen))
    return bad_value ("listen", config->listen, error);
  if (!kd_config_is_loopback (config) && config->certificate == NULL)
    {
      g_set_error (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_USAGE,
                   "Listening on %s, beyond this computer, needs a certificate and a key", config->listen);
      return FALSE;
    }
  if (config->embedded && config->sign_up)
    {
      g_set_error_literal (error, KD_CONFIG_ERROR, KD_CONFIG_ERROR_USAGE, "An embedded server has no sign-up");
      return FALSE;
    }
  return TRUE;
}

KdConfig *
kd_config_load (int *argc,
                char ***argv,
                GError **error)
{
  g_auto (Options) options = { .port = -1, .owner_fd = -1 };
  g_autoptr (KdConfig) config = g_new0 (KdConfig, 1);
  const char *file;

  config->data = g_build_filename (g_get_user_data_dir (), "kedai", NULL);
  config->listen = g_strdup (DEFAULT_LISTEN);
  config->port = -1;
  config->log_level = g_strdup ("info");
  if (!parse_options (&options, argc, argv, error))
    return NULL;
  file = options.file != NULL ? options.file : g_getenv ("KEDAI_CONFIG");
  if ((file != NULL && !load_file (config, file, error)) || !load_environment (config, error)
      || !apply_options (config, &options, error) || !check (config, error))
    return NULL;
  if (config->port < 0 && !config->embedded)
    config->port = DEFAULT_PORT;
  if (options.owner_fd >= 0)
    {
      g_autofree char *text = g_strdup_printf ("%d", options.owner_fd);

      g_setenv ("KEDAI_PARENT_FD", text, TRUE);
    }
  return g_steal_pointer (&config);
}

char *
kd_config_to_text (const KdConfig *config)
{
  GString *out = g_string_new ("[" GROUP "]\n");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gconstpointer at = G_STRUCT_MEMBER_P (config, keys[i].offset);
      g_autofree char *list = NULL;

      g_string_append_printf (out, "%s=", keys[i].name);
      switch (keys[i].type)
        {
        case TEXT:
          g_string_append (out, *(char *const *) at != NULL ? *(char *const *) at : "");
          break;
        case NUMBER:
          g_string_append_printf (out, "%" G_GINT64_FORMAT, *(const gint64 *) at);
          break;
        case FLAG:
          g_string_append (out, *(const gboolean *) at ? "true" : "false");
          break;
        default:
          list = *(char **const *) at != NULL ? g_strjoinv (", ", *(char **const *) at) : g_strdup ("");
          g_string_append (out, list);
          break;
        }
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

gboolean
kd_config_is_loopback (const KdConfig *config)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (config->listen);

  return address != NULL && g_inet_address_get_is_loopback (address);
}
