/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli.h"

#include "kd-json-writer.h"
#include "kd-quit.h"

#include <stdio.h>
#include <string.h>

/* sync and status. */

static const char *const activities[] = { "off", "connecting", "offline", "online", "busy", "stopped" };

/* ---- status ---- */

static gpointer
status_read (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  return kd_store_status (store, connection, error);
}

static void
write_number (KdJsonWriter *writer,
              const char *name,
              gint64 value)
{
  kd_json_member (writer, name);
  kd_json_int (writer, value);
}

static void
write_text (KdJsonWriter *writer,
            const char *name,
            const char *value)
{
  kd_json_member (writer, name);
  kd_json_string (writer, value);
}

/* In name order; @engine: (nullable) */
static char *
status_json (KdCli *cli,
             const KdStoreStatus *status,
             const KdSyncStatus *engine)
{
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (&writer);
  if (engine != NULL)
    write_text (&writer, "activity", activities[engine->activity]);
  write_number (&writer, "conflicts", status->conflicts);
  write_number (&writer, "cursor", status->cur_seq);
  if (engine != NULL && engine->error != NULL)
    write_text (&writer, "error", engine->error);
  write_number (&writer, "head", status->seen_head);
  write_number (&writer, "last_pull", status->last_pull_ok);
  write_number (&writer, "last_push", status->last_push_ok);
  write_text (&writer, "name", cli->profile->shop_name);
  write_number (&writer, "oldest", status->oldest);
  write_number (&writer, "problems", status->problems);
  write_text (&writer, "reason", engine != NULL && engine->reason != NULL ? engine->reason : status->pause_reason);
  write_text (&writer, "server", cli->profile->address);
  write_text (&writer, "shop", kd_id_to_text (&cli->profile->shop, text));
  write_text (&writer, "state", status->state);
  write_number (&writer, "tasks", status->tasks);
  write_number (&writer, "waiting", status->waiting);
  kd_json_end_object (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
say (KdCli *cli,
     const KdStoreStatus *status,
     const KdSyncStatus *engine)
{
  g_autofree char *json = status_json (cli, status, engine);

  kd_cli_result (cli, json, "%s: %u waiting, %u refused, %u conflicts, %u tasks; at %" G_GINT64_FORMAT "%s%s",
                 cli->profile->shop_name, status->waiting, status->problems, status->conflicts, status->tasks,
                 status->cur_seq, status->pause_reason != NULL ? "; sync has stopped: " : "",
                 status->pause_reason != NULL ? status->pause_reason : "");
}

static KdCliCode
say_status (KdCli *cli)
{
  g_autoptr (GError) error = NULL;
  KdStoreStatus *status = kd_store_read (cli->store, status_read, NULL, &error);
  g_autoptr (KdSyncStatus) engine = cli->engine != NULL ? kd_sync_engine_get_status (cli->engine) : NULL;

  if (status == NULL)
    return kd_cli_fail (cli, error);
  say (cli, status, engine);
  kd_store_status_free (status);
  return KD_CLI_DONE;
}

KdCliCode
kd_cli_status (KdCli *cli)
{
  KdCliCode code;

  return kd_cli_open_to_read (cli, &code) ? say_status (cli) : code;
}

/* ---- sync --watch ---- */

typedef struct
{
  KdCli *cli;
  GMainLoop *loop;
  GIOChannel *input;      /* (owned) (nullable) */
  char *said;             /* (owned) (nullable): without the times */
  gboolean stopped;
} Watch;

static void
quit_cb (gpointer data)
{
  g_main_loop_quit (((Watch *) data)->loop);
}

/* Only what is new: the times of the last pull and push alone are not. What is said is what was
 * compared: the engine may be at something else by now. */
static void
say_news (Watch *watch,
          const KdSyncStatus *engine)
{
  KdStoreStatus *status = kd_store_read (watch->cli->store, status_read, NULL, NULL);
  gint64 pulled, pushed;
  g_autofree char *news = NULL;

  if (status == NULL)
    return;
  pulled = status->last_pull_ok;
  pushed = status->last_push_ok;
  status->last_pull_ok = status->last_push_ok = 0;
  news = status_json (watch->cli, status, engine);
  status->last_pull_ok = pulled;
  status->last_push_ok = pushed;
  if (g_strcmp0 (news, watch->said) != 0)
    {
      g_free (watch->said);
      watch->said = g_steal_pointer (&news);
      say (watch->cli, status, engine);
    }
  kd_store_status_free (status);
}

static void
engine_changed_cb (KdSyncEngine *engine,
                   gpointer data)
{
  Watch *watch = data;
  g_autoptr (KdSyncStatus) status = kd_sync_engine_get_status (engine);

  if (status->activity == KD_SYNC_BUSY)
    return;
  say_news (watch, status);
  if (status->activity == KD_SYNC_STOPPED)
    {
      watch->stopped = TRUE;
      g_main_loop_quit (watch->loop);
    }
}

static gboolean
input_cb (GIOChannel *channel,
          GIOCondition condition,
          gpointer data)
{
  Watch *watch = data;
  g_autofree char *line = NULL;
  g_autofree char *json = NULL;
  KdCliCode code;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL || line == NULL)
    {
      g_main_loop_quit (watch->loop);
      return G_SOURCE_REMOVE;
    }
  g_strchomp (line);
  json = kd_cli_run_line (watch->cli, line, &code);
  puts (json);
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

static KdCliCode
watch_changes (KdCli *cli)
{
  Watch watch = { .cli = cli, .loop = g_main_loop_new (NULL, FALSE) };
  gulong handler = g_signal_connect (cli->engine, "changed", G_CALLBACK (engine_changed_cb), &watch);
  guint source = 0;

  kd_quit_watch (quit_cb, &watch);
  if (kd_cli_flag (cli, "input"))
    {
      watch.input = g_io_channel_unix_new (0);
      /* bytes: what isn't UTF-8 is refused like other bad input */
      g_io_channel_set_encoding (watch.input, NULL, NULL);
      source = g_io_add_watch (watch.input, G_IO_IN | G_IO_HUP, input_cb, &watch);
    }
  engine_changed_cb (cli->engine, &watch);
  g_main_loop_run (watch.loop);
  g_signal_handler_disconnect (cli->engine, handler);
  if (source != 0 && g_main_context_find_source_by_id (NULL, source) != NULL)
    g_source_remove (source);
  g_clear_pointer (&watch.input, g_io_channel_unref);
  g_main_loop_unref (watch.loop);
  g_free (watch.said);
  return watch.stopped ? KD_CLI_REFUSED : KD_CLI_DONE;
}

/* Without --watch: the changes first, then the end of it is waited for. */
static void
take_input (KdCli *cli)
{
  g_autoptr (GString) line = g_string_new (NULL);
  KdCliCode code;
  int c;

  while ((c = getchar ()) != EOF || line->len > 0)
    {
      if (c != '\n' && c != EOF)
        {
          g_string_append_c (line, (char) c);
          continue;
        }
      if (line->len > 0)
        {
          g_autofree char *json = kd_cli_run_line (cli, line->str, &code);
          puts (json);
        }
      g_string_truncate (line, 0);
      if (c == EOF)
        break;
    }
}

KdCliCode
kd_cli_sync (KdCli *cli)
{
  gboolean watch = kd_cli_flag (cli, "watch");
  g_autoptr (GError) error = NULL;
  KdCliCode code;

  if (!kd_cli_open_to_write (cli, &code))
    return code;
  if (!watch && kd_cli_flag (cli, "input"))
    take_input (cli);
  if (!kd_cli_start_engine (cli, watch, &error))
    return kd_cli_fail (cli, error);
  if (watch)
    return watch_changes (cli);
  if (!kd_cli_flush (cli, &error))
    return kd_cli_fail (cli, error);
  return say_status (cli);
}
