/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-child.h"

#include "kd-child-private.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _KdChild
{
  gatomicrefcount refs;
  GSubprocess *process;
  int pipe;              /* our end; -1 once closed */
  KdChildEndedFunc ended;
  gpointer data;
};

typedef struct
{
  KdChild *child;
  GSource *timer;
  gboolean killed;
} Stop;

static KdChild *
child_ref (KdChild *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
child_unref (KdChild *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->process);
  g_free (self);
}

static void
close_pipe (KdChild *self)
{
  if (self->pipe >= 0)
    close (self->pipe);
  self->pipe = -1;
}

static int
status_of (GSubprocess *process)
{
  if (g_subprocess_get_if_signaled (process))
    return -g_subprocess_get_term_sig (process);
  return g_subprocess_get_exit_status (process);
}

/* A pair of sockets serves as the pipe, because writing to one whose reader has died can be told
 * not to raise SIGPIPE. Both ends are closed by any other exec. */
static gboolean
open_pipe (const char *secret,
           int ends[2],
           GError **error)
{
  g_autofree char *line = g_strconcat (secret ? secret : "", "\n", NULL);
  gsize n = strlen (line);
  gboolean ok;

  if (n > KD_CHILD_SECRET_MAX || strchr (line, '\n') != line + n - 1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "The secret is not one line");
      return FALSE;
    }
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "No pipe: %s",
                   g_strerror (errno));
      return FALSE;
    }
  /* Written before the child lives, so nobody has to be waited for: it fits. */
  ok = send (ends[0], line, n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t) n;
  explicit_bzero (line, n);
  if (ok)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The pipe does not take the secret");
  close (ends[0]);
  close (ends[1]);
  return FALSE;
}

/* Runs between fork and exec: nothing here may allocate or lock. */
static void
child_setup_cb (gpointer data)
{
  setsid ();
}

static void
ended_cb (GObject *source,
          GAsyncResult *result,
          gpointer data)
{
  KdChild *self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (self->ended)
    {
      KdChildEndedFunc ended = g_steal_pointer (&self->ended);

      close_pipe (self);
      ended (self, status_of (G_SUBPROCESS (source)), self->data);
    }
  child_unref (self);
}

static GSubprocessLauncher *
make_launcher (const KdChildStart *start)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE
      | (start->read_output ? G_SUBPROCESS_FLAGS_STDOUT_PIPE : G_SUBPROCESS_FLAGS_NONE));
  g_autofree char *fd = g_strdup_printf ("%d", KD_CHILD_FD);

  for (guint i = 0; start->set_env && start->set_env[i]; i += 2)
    g_subprocess_launcher_setenv (launcher, start->set_env[i], start->set_env[i + 1], TRUE);
  g_subprocess_launcher_setenv (launcher, KD_CHILD_ENV, fd, TRUE);
  if (start->folder)
    g_subprocess_launcher_set_cwd (launcher, start->folder);
  if (start->log_path)
    g_subprocess_launcher_set_stderr_file_path (launcher, start->log_path);
  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  return launcher;
}

KdChild *
kd_child_spawn (const KdChildStart *start,
                KdChildEndedFunc ended,
                gpointer data,
                GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (start);
  GSubprocess *process;
  KdChild *self;
  int ends[2];

  if (!open_pipe (start->secret, ends, error))
    return NULL;
  g_subprocess_launcher_take_fd (launcher, ends[1], KD_CHILD_FD);
  process = g_subprocess_launcher_spawnv (launcher, start->argv, error);
  /* Our copy of the child's end must go now, or its death would never end the pipe. */
  g_subprocess_launcher_close (launcher);
  if (!process)
    {
      close (ends[0]);
      return NULL;
    }
  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  self = g_new0 (KdChild, 1);
  g_atomic_ref_count_init (&self->refs);
  self->process = process;
  self->pipe = ends[0];
  self->ended = ended;
  self->data = data;
  g_subprocess_wait_async (process, NULL, ended_cb, child_ref (self));
  return self;
}

void
kd_child_free (KdChild *self)
{
  if (!self)
    return;
  self->ended = NULL;
  close_pipe (self);
  child_unref (self);
}

gint64
kd_child_get_pid (KdChild *self)
{
  const char *text = g_subprocess_get_identifier (self->process);

  return text ? g_ascii_strtoll (text, NULL, 10) : 0;
}

GInputStream *
kd_child_get_output (KdChild *self)
{
  return g_subprocess_get_stdout_pipe (self->process);
}

static void
stop_free (gpointer data)
{
  Stop *stop = data;

  g_source_destroy (stop->timer);
  g_source_unref (stop->timer);
  child_unref (stop->child);
  g_free (stop);
}

static gboolean
grace_over_cb (gpointer data)
{
  Stop *stop = data;

  stop->killed = TRUE;
  g_subprocess_force_exit (stop->child->process);
  return G_SOURCE_REMOVE;
}

static void
stopped_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  g_autoptr (GTask) task = data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_task_return_int (task, status_of (G_SUBPROCESS (source)));
}

void
kd_child_stop_async (KdChild *self,
                     guint grace_ms,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Stop *stop = g_new0 (Stop, 1);

  self->ended = NULL;
  stop->child = child_ref (self);
  stop->timer = g_timeout_source_new (grace_ms);
  g_source_set_callback (stop->timer, grace_over_cb, stop, NULL);
  g_source_attach (stop->timer, g_main_context_get_thread_default ());
  g_task_set_source_tag (task, kd_child_stop_async);
  g_task_set_task_data (task, stop, stop_free);
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait_async (self->process, NULL, stopped_cb, task);
}

int
kd_child_stop_finish (KdChild *self,
                      GAsyncResult *result,
                      gboolean *ret_killed)
{
  Stop *stop = g_task_get_task_data (G_TASK (result));

  if (ret_killed)
    *ret_killed = stop->killed;
  return (int) g_task_propagate_int (G_TASK (result), NULL);
}

static void
take_result_cb (GObject *source,
                GAsyncResult *result,
                gpointer data)
{
  GAsyncResult **where = data;

  *where = g_object_ref (result);
}

int
kd_child_stop (KdChild *self,
               guint grace_ms,
               gboolean *ret_killed)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (GAsyncResult) result = NULL;
  int status;

  g_main_context_push_thread_default (context);
  kd_child_stop_async (self, grace_ms, take_result_cb, &result);
  while (!result)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  status = kd_child_stop_finish (self, result, ret_killed);
  return status;
}

void
kd_child_release (KdChild *self)
{
  const char stay = KD_CHILD_STAY;

  self->ended = NULL;
  if (self->pipe >= 0 && send (self->pipe, &stay, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
    g_debug ("The child was gone before it was released");
  close_pipe (self);
}
