/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-embedded.h"
#include "kd-profile.h"
#include "kd-sync-engine.h"

G_BEGIN_DECLS

/* kedai-cli: the store and sync without a window. What a command says for programs is one JSON
 * object in the last line (--json); exit codes are part of its interface. */

typedef enum
{
  KD_CLI_DONE = 0,
  KD_CLI_REFUSED = 1,   /* with reasons */
  KD_CLI_USAGE = 2,
  KD_CLI_OPEN = 3,      /* something can't be reached or opened; the profile is in use */
} KdCliCode;

typedef struct
{
  const char *name;
  const char *value;    /* (nullable): what it takes; NULL for a flag */
  gboolean many;
} KdCliOption;

typedef struct _KdCli KdCli;

typedef struct
{
  const char *name;
  const char *usage;    /* what stands behind the name */
  const char *about;
  guint min, max;       /* words */
  const KdCliOption *options; /* (nullable): ends with a NULL name */
  KdCliCode (*run) (KdCli *cli);
} KdCliCommand;

struct _KdCli
{
  const KdCliCommand *command;
  char **words;         /* (owned): behind the command's name */
  guint n_words;
  GHashTable *options;  /* (owned): name -> GPtrArray of values */
  char *data;           /* (owned): the data folder */
  gboolean json;
  KdProfile *profile;   /* (owned) (nullable): once opened */
  KdLock *lock;         /* (owned) (nullable) */
  KdStore *store;       /* (owned) (nullable) */
  KdEmbedded *embedded; /* (owned) (nullable) */
  KdSecrets *secrets;   /* (owned) (nullable) */
  KdAccount *account;   /* (owned) (nullable) */
  KdSyncEngine *engine; /* (owned) (nullable) */
};

extern const KdCliCommand kd_cli_commands[];

/* ---- options (kd-cli.c) ---- */

/* (nullable): the last one given */
const char *kd_cli_option (KdCli *cli, const char *name);
gboolean kd_cli_flag (KdCli *cli, const char *name);
/* (element-type utf8) (nullable) */
GPtrArray *kd_cli_options (KdCli *cli, const char *name);

/* ---- saying something ---- */

KdCliCode kd_cli_usage (KdCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Why it can't be done: {"error","message"} in the last line with --json. */
KdCliCode kd_cli_refuse (KdCli *cli, KdCliCode code, const char *error, const char *message);
/* By the error's domain: KD_CLI_OPEN for what can't be reached or opened. */
KdCliCode kd_cli_fail (KdCli *cli, const GError *error);
/* @json: an object: printed with --json; else @text. */
void kd_cli_result (KdCli *cli, const char *json, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Text, only without --json. */
void kd_cli_say (KdCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* ---- the profile ---- */

/* For reading, beside a window that is open. */
gboolean kd_cli_open_to_read (KdCli *cli, KdCliCode *ret_code);
/* For writing, with the lock. */
gboolean kd_cli_open_to_write (KdCli *cli, KdCliCode *ret_code);
/* With the lock alone released again: before another part opens it. */
void kd_cli_close (KdCli *cli);

/* ---- the server (kd-cli-server.c) ---- */

/* The embedded server, where the profile (NULL: none yet) has one; the account; the engine. */
gboolean kd_cli_start_server (KdCli *cli, GError **error);
gboolean kd_cli_start_engine (KdCli *cli, gboolean live, GError **error);
/* Sends and fetches until nothing is left to do. */
gboolean kd_cli_flush (KdCli *cli, GError **error);
void kd_cli_stop_all (KdCli *cli);

/* One request after the other: pass it as callback, then take the result. */
typedef struct
{
  GAsyncResult *result;
} KdCliWait;
void kd_cli_wait_cb (GObject *source, GAsyncResult *result, gpointer wait);
GAsyncResult *kd_cli_wait (KdCliWait *wait); /* (transfer full) */

/* ---- the commands ---- */

KdCliCode kd_cli_init (KdCli *cli);
KdCliCode kd_cli_login (KdCli *cli);
KdCliCode kd_cli_sync (KdCli *cli);
KdCliCode kd_cli_status (KdCli *cli);
KdCliCode kd_cli_query (KdCli *cli);
KdCliCode kd_cli_get (KdCli *cli);
KdCliCode kd_cli_set (KdCli *cli);
KdCliCode kd_cli_run (KdCli *cli);
KdCliCode kd_cli_undo (KdCli *cli);
KdCliCode kd_cli_import (KdCli *cli);
KdCliCode kd_cli_export (KdCli *cli);
KdCliCode kd_cli_server (KdCli *cli);

/* One call of a mutation, committed; the outcome as a JSON object. @ret_refusal: (optional): why
 * it was refused, in words (kd-cli-change.c) */
char *kd_cli_commit (KdCli *cli, KdCall *call, const char *label, KdCliCode *ret_code, char **ret_refusal, GError **error);
/* "NAME {ARGS}": one line of input */
char *kd_cli_run_line (KdCli *cli, const char *line, KdCliCode *ret_code);

G_END_DECLS
