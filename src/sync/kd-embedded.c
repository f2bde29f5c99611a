/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-embedded.h"

#include "kd-call.h"
#include "kd-child.h"
#include "kd-files.h"
#include "kd-random.h"
#include "kd-wire-auth.h"

#include <string.h>

#define READY_TRIES 300           /* of READY_WAIT_MS: how long it may take to answer */
#define READY_WAIT_MS 50
#define OWNER_TOKEN_BYTES 24
#define RUN_FILE_MAX 4096
#define LOG_TAIL_MAX 2000
#define RESTART_MIN_MS 1000
#define RESTART_MAX_MS 60000
#define EXIT_PORT 4               /* kedai-server: another program has the port */

struct _KdEmbedded
{
  GObject parent_instance;

  char *folder;                   /* DATA/server */
  KdEmbeddedState state;
  KdChild *child;                 /* (owned) (nullable): NULL also where another program started it */
  char *address, *owner_token, *error;
  const char *problem;            /* (nullable) */
  int ended;                      /* status of the child that ended last */
  guint restart_source;
  gboolean stopped;               /* stopped on purpose */
  GPtrArray *joined;              /* of GTask: they wait for the start that is under way */
  KdBackoff backoff;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KdEmbedded, kd_embedded, G_TYPE_OBJECT)
G_DEFINE_QUARK (kd-embedded-error-quark, kd_embedded_error)

/* One attempt to have a server that answers. */
typedef struct
{
  SoupSession *session;           /* (owned) */
  guint tries;
  gboolean spawned;
  KdHash nonce;
  KdRunFile *run;                 /* (owned) (nullable) */
} Start;

static void look (GTask *task);

static void
start_free (gpointer data)
{
  Start *start = data;

  g_object_unref (start->session);
  g_clear_pointer (&start->run, kd_run_file_free);
  g_free (start);
}

static void
set_state (KdEmbedded *self,
           KdEmbeddedState state,
           const char *error)
{
  self->state = state;
  g_free (self->error);
  self->error = g_strdup (error);
  g_signal_emit (self, signals[CHANGED], 0);
}

char *
kd_embedded_find_program (GError **error)
{
  static const char *const near[] = { "kedai-server", "../server/kedai-server", "../../server/kedai-server", "../server/http/kedai-server", "../../server/http/kedai-server" };
  const char *given = g_getenv ("KEDAI_SERVER");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  char *found;

  if (given != NULL && *given != '\0')
    return g_strdup (given);
  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (near); i++)
    {
      g_autofree char *path = g_build_filename (folder, near[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  found = g_find_program_in_path ("kedai-server");
  if (found == NULL)
    g_set_error_literal (error, KD_EMBEDDED_ERROR, KD_EMBEDDED_ERROR_NO_PROGRAM, "kedai-server isn't installed");
  return found;
}

/* ---- its end ---- */

static gboolean restart_cb (gpointer data);

static void
restart_later (KdEmbedded *self,
               const char *why)
{
  set_state (self, KD_EMBEDDED_WAITING, why);
  if (self->restart_source == 0)
    self->restart_source = g_timeout_add ((guint) kd_backoff_next (&self->backoff, kd_random, NULL), restart_cb, self);
}

/* What fails once is tried again, later and later: a disk that was full has room some day. */
static void
restarted_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  KdEmbedded *self = KD_EMBEDDED (source);
  g_autoptr (GError) error = NULL;

  if (kd_embedded_start_finish (self, result, &error))
    return;
  g_message ("the shop's server: %s", error->message);
  if (self->state == KD_EMBEDDED_STOPPED && !self->stopped)
    restart_later (self, error->message);
}

static gboolean
restart_cb (gpointer data)
{
  KdEmbedded *self = data;

  self->restart_source = 0;
  kd_embedded_start_async (self, NULL, restarted_cb, NULL);
  return G_SOURCE_REMOVE;
}

static void
ended_cb (KdChild *child,
          int status,
          gpointer data)
{
  KdEmbedded *self = data;
  g_autofree char *words = g_strdup_printf ("the server ended with %d", status);

  g_clear_pointer (&self->child, kd_child_free);
  self->ended = status;
  if (self->state == KD_EMBEDDED_STARTING)
    {
      set_state (self, KD_EMBEDDED_STARTING, words);
      return;
    }
  restart_later (self, words);
}

/* ---- starting ---- */

static char *
make_token (void)
{
  guint8 bytes[OWNER_TOKEN_BYTES];
  GString *text = g_string_new (NULL);

  kd_random (NULL, bytes, sizeof bytes);
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static gboolean
spawn (KdEmbedded *self,
       GError **error)
{
  g_autofree char *program = kd_embedded_find_program (error);
  g_autofree char *log = g_build_filename (self->folder, "server.log", NULL);
  g_autofree char *data = g_path_get_dirname (self->folder); /* the server has DATA/server for its own */
  const char *argv[] = { program, "--embedded", "--data", data, NULL };
  KdChildStart start = { .argv = argv, .log_path = log };

  if (program == NULL || !kd_files_ensure_folder (self->folder, error))
    return FALSE;
  g_free (self->owner_token);
  self->owner_token = make_token ();
  start.secret = self->owner_token;
  g_debug ("starting the shop's server");
  self->child = kd_child_spawn (&start, ended_cb, self, error);
  return self->child != NULL;
}

static char *
log_tail (KdEmbedded *self)
{
  g_autofree char *path = g_build_filename (self->folder, "server.log", NULL);
  g_autofree char *text = NULL;
  gsize n;

  if (!g_file_get_contents (path, &text, &n, NULL))
    return g_strdup ("");
  return g_strdup (text + (n > LOG_TAIL_MAX ? n - LOG_TAIL_MAX : 0));
}

/* Who asked for a start while one was under way gets what came of it. */
static void
answer_joined (KdEmbedded *self,
               int code,
               const char *message)
{
  g_autoptr (GPtrArray) joined = g_steal_pointer (&self->joined);

  self->joined = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < joined->len; i++)
    if (message == NULL)
      g_task_return_boolean (g_ptr_array_index (joined, i), TRUE);
    else
      g_task_return_new_error (g_ptr_array_index (joined, i), KD_EMBEDDED_ERROR, code, "%s", message);
}

static void
fail_start (GTask *task,
            int code,
            const char *message)
{
  static const char *const problems[] = { "server.missing", "server.not_ours", "server.start", "server.port" };
  KdEmbedded *self = g_task_get_source_object (task);

  self->problem = problems[code];
  set_state (self, KD_EMBEDDED_STOPPED, message);
  answer_joined (self, code, message);
  g_task_return_new_error (task, KD_EMBEDDED_ERROR, code, "%s", message);
  g_object_unref (task);
}

static gboolean
look_again_cb (gpointer data)
{
  look (data);
  return G_SOURCE_REMOVE;
}

static void
wait_or_spawn (GTask *task)
{
  KdEmbedded *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!start->spawned)
    {
      start->spawned = TRUE;
      if (!spawn (self, &error))
        {
          fail_start (task, KD_EMBEDDED_ERROR_NO_PROGRAM, error->message);
          return;
        }
    }
  else if (self->child == NULL || ++start->tries > READY_TRIES)
    {
      g_autofree char *tail = log_tail (self);
      g_autofree char *message = g_strdup_printf ("the shop's server did not start: %s", tail);

      fail_start (task, self->child == NULL && self->ended == EXIT_PORT ? KD_EMBEDDED_ERROR_PORT : KD_EMBEDDED_ERROR_START, message);
      return;
    }
  g_timeout_add (READY_WAIT_MS, look_again_cb, task);
}

/* Before any token goes to it, it has to know the key of this run. */
static void
hello_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  GTask *task = data;
  KdEmbedded *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);
  g_autoptr (KdHttpResult) answer = kd_http_send_finish (SOUP_SESSION (source), result, NULL);
  g_autoptr (KdHello) hello = NULL;
  const char *text;
  gsize n;

  if (answer == NULL || answer->outcome != KD_HTTP_OK)
    {
      wait_or_spawn (task);
      return;
    }
  text = g_bytes_get_data (answer->body, &n);
  hello = kd_hello_parse (text, (gssize) n, NULL);
  if (hello == NULL || !kd_hello_check (hello, &start->run->run_key, &start->nonce, start->run->address))
    {
      /* ours may answer already and not yet have written its key of this run */
      if (start->spawned && self->child != NULL)
        {
          wait_or_spawn (task);
          return;
        }
      fail_start (task, KD_EMBEDDED_ERROR_NOT_OURS, "something else answers at the address of the shop's server");
      return;
    }
  g_free (self->address);
  self->address = g_strdup (start->run->address);
  kd_backoff_reset (&self->backoff);
  self->problem = NULL;
  set_state (self, KD_EMBEDDED_RUNNING, NULL);
  answer_joined (self, 0, NULL);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
look (GTask *task)
{
  KdEmbedded *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);
  g_autofree char *path = g_build_filename (self->folder, KD_RUN_FILE_NAME, NULL);
  g_autofree char *url = NULL;
  g_autoptr (GBytes) bytes = kd_files_read (path, RUN_FILE_MAX, NULL);
  char nonce[KD_HASH_TEXT_LENGTH + 1];
  KdHttpCall call = { .max_bytes = KD_AUTH_MAX_BYTES };
  const char *text;
  gsize n;

  g_clear_pointer (&start->run, kd_run_file_free);
  if (bytes != NULL)
    {
      text = g_bytes_get_data (bytes, &n);
      start->run = kd_run_file_parse (text, (gssize) n, NULL);
    }
  if (start->run == NULL)
    {
      wait_or_spawn (task);
      return;
    }
  kd_random (NULL, start->nonce.b, sizeof start->nonce.b);
  url = g_strdup_printf ("%s/v1/hello?nonce=%s", start->run->address, kd_hash_to_text (&start->nonce, nonce));
  call.url = url;
  kd_http_send_async (start->session, &call, g_task_get_cancellable (task), hello_cb, task);
}

void
kd_embedded_start_async (KdEmbedded *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  KdHttpOptions options = { .user_agent = "Kedai/" KD_VERSION, .direct = TRUE };
  Start *start;

  g_task_set_source_tag (task, kd_embedded_start_async);
  self->stopped = FALSE;
  if (self->state == KD_EMBEDDED_STARTING)
    {
      g_ptr_array_add (self->joined, task);
      return;
    }
  g_clear_handle_id (&self->restart_source, g_source_remove);
  start = g_new0 (Start, 1);
  start->session = kd_http_session_new (&options);
  g_task_set_task_data (task, start, start_free);
  set_state (self, KD_EMBEDDED_STARTING, NULL);
  look (task);
}

gboolean
kd_embedded_start_finish (KdEmbedded *self,
                          GAsyncResult *result,
                          GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- stopping ---- */

static void
stopped_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GTask) task = data;
  KdEmbedded *self = g_task_get_source_object (task);
  KdChild *child = g_task_get_task_data (task);

  kd_child_stop_finish (child, result, NULL);
  set_state (self, KD_EMBEDDED_STOPPED, NULL);
  g_task_return_boolean (task, TRUE);
}

void
kd_embedded_stop_async (KdEmbedded *self,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  KdChild *child = g_steal_pointer (&self->child);

  self->stopped = TRUE;
  g_clear_handle_id (&self->restart_source, g_source_remove);
  if (child == NULL)
    {
      set_state (self, KD_EMBEDDED_STOPPED, NULL);
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, child, (GDestroyNotify) kd_child_free);
  kd_child_stop_async (child, KD_CHILD_GRACE_MS, stopped_cb, task);
}

gboolean
kd_embedded_stop_finish (KdEmbedded *self,
                         GAsyncResult *result,
                         GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
kd_embedded_stop (KdEmbedded *self)
{
  self->stopped = TRUE;
  g_clear_handle_id (&self->restart_source, g_source_remove);
  if (self->child != NULL)
    kd_child_stop (self->child, KD_CHILD_GRACE_MS, NULL);
  g_clear_pointer (&self->child, kd_child_free);
  self->state = KD_EMBEDDED_STOPPED;
}

void
kd_embedded_release (KdEmbedded *self)
{
  if (self->child != NULL)
    kd_child_release (self->child);
  g_clear_pointer (&self->child, kd_child_free);
}

/* ---- asking it ---- */

KdEmbeddedState
kd_embedded_get_state (KdEmbedded *self)
{
  return self->state;
}

char *
kd_embedded_dup_address (KdEmbedded *self)
{
  return g_strdup (self->address);
}

char *
kd_embedded_take_owner_token (KdEmbedded *self)
{
  return g_steal_pointer (&self->owner_token);
}

char *
kd_embedded_dup_error (KdEmbedded *self)
{
  return g_strdup (self->error);
}

const char *
kd_embedded_get_problem (KdEmbedded *self)
{
  return self->problem;
}

static void
kd_embedded_finalize (GObject *object)
{
  KdEmbedded *self = KD_EMBEDDED (object);

  g_clear_handle_id (&self->restart_source, g_source_remove);
  g_clear_pointer (&self->child, kd_child_free);
  g_ptr_array_unref (self->joined);
  g_free (self->folder);
  g_free (self->address);
  g_free (self->owner_token);
  g_free (self->error);
  G_OBJECT_CLASS (kd_embedded_parent_class)->finalize (object);
}

static void
kd_embedded_class_init (KdEmbeddedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_embedded_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_EMBEDDED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_embedded_init (KdEmbedded *self)
{
  self->joined = g_ptr_array_new_with_free_func (g_object_unref);
  kd_backoff_init (&self->backoff, RESTART_MIN_MS, RESTART_MAX_MS);
}

KdEmbedded *
kd_embedded_new (const char *folder)
{
  KdEmbedded *self = g_object_new (KD_TYPE_EMBEDDED, NULL);

  self->folder = g_strdup (folder);
  return self;
}
