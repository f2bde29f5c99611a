/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a server is told: a command line, over the environment, over a file, over defaults. */

#define KD_CONFIG_ERROR (kd_config_error_quark ())
GQuark kd_config_error_quark (void);
typedef enum
{
  KD_CONFIG_ERROR_USAGE,   /* an unknown option, key or value */
  KD_CONFIG_ERROR_FILE,    /* the file can't be read */
} KdConfigError;

typedef struct
{
  char *data;              /* the data folder; the server's part is in DATA/server */
  char *listen;            /* an IP address */
  gint64 port;             /* 0: any; -1, embedded: the one it had, else any, which it keeps */
  gboolean embedded;
  char *certificate, *key; /* PEM files; both or none */
  char **names;            /* other hosts it is asked for */
  char **proxies;          /* whose X-Forwarded-For counts */
  gboolean sign_up;
  char *log_level;         /* "error", "warning", "info", "debug" */
  gint64 header_ms, body_ms, live_check_ms;

  /* of this run alone */
  char **command;          /* (nullable): "shop create", "user add" and what follows */
  gboolean print_config, print_address, print_version, demo;
} KdConfig;

/**
 * kd_config_load:
 * @argv: changed: what was understood is taken out
 *
 * Returns: (nullable): NULL with an error of KD_CONFIG_ERROR whose message is for a person
 */
KdConfig *kd_config_load (int *argc,
                          char ***argv,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void kd_config_free (KdConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdConfig, kd_config_free)

/* Every key with its value, as a file would have it; paths of secrets, never secrets. */
char *kd_config_to_text (const KdConfig *config) G_GNUC_WARN_UNUSED_RESULT;

/* Whether only this computer can reach it. */
gboolean kd_config_is_loopback (const KdConfig *config);

G_END_DECLS
