/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-platform.h"

#include "kd-child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TOKEN "rahasia-0123456789abcdef"
#define WAIT_MS 10000

/* ---- the other process ---- */

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
parent_gone_cb (gpointer loop)
{
  puts ("parent gone");
  fflush (stdout);
  g_main_loop_quit (loop);
}

/* "echo": says the secret, then lives until its parent or a signal ends it. "deaf": as echo, and
 * takes no SIGTERM. "die": ends at once with code 7. "nest": spawns an echo and crashes. */
int
test_child_main (const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdParent) parent = kd_parent_open (&error);
  GMainLoop *loop;

  if (!parent)
    {
      printf ("no parent %s\n", error ? error->message : "");
      return 3;
    }
  if (g_str_equal (part, "die"))
    return 7;
  if (g_str_equal (part, "nest"))
    {
      const char *argv[] = { "/proc/self/exe", "--child", "echo", NULL };
      KdChildStart start = { .argv = argv, .secret = "cucu" };
      KdChild *grandchild = kd_child_spawn (&start, NULL, NULL, NULL);

      printf ("%d\n", (int) kd_child_get_pid (grandchild));
      fflush (stdout);
      raise (SIGKILL);
    }
  loop = g_main_loop_new (NULL, FALSE);
  if (g_str_equal (part, "deaf"))
    signal (SIGTERM, SIG_IGN);
  else
    g_unix_signal_add (SIGTERM, quit_cb, loop);
  kd_parent_watch (parent, parent_gone_cb, loop);
  printf ("%s %d\n", kd_parent_get_secret (parent) ? kd_parent_get_secret (parent) : "-",
          g_getenv (KD_CHILD_ENV) != NULL);
  fflush (stdout);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  return 0;
}

/* ---- helpers ---- */

typedef struct
{
  gboolean ended;
  int status;
} End;

static void
ended_cb (KdChild *child,
          int status,
          gpointer data)
{
  End *end = data;

  end->ended = TRUE;
  end->status = status;
}

static KdChild *
spawn (const char *part,
       const char *secret,
       End *end)
{
  const char *argv[] = { test_self, "--child", part, NULL };
  const char *env[] = { "ASAN_OPTIONS", "detect_leaks=0", NULL };
  KdChildStart start = { .argv = argv, .set_env = env, .secret = secret, .read_output = TRUE };
  g_autoptr (GError) error = NULL;
  KdChild *child = kd_child_spawn (&start, end ? ended_cb : NULL, end, &error);

  g_assert_no_error (error);
  return child;
}

static char *
read_line (KdChild *child)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  while (g_input_stream_read (kd_child_get_output (child), &c, 1, NULL, NULL) == 1 && c != '\n')
    g_string_append_c (line, c);
  return g_strdup (line->str);
}

static gboolean
late_cb (gpointer data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

static void
wait_until (gboolean *flag)
{
  guint late = g_timeout_add (WAIT_MS, late_cb, NULL);

  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

/* Whether the process is gone or only waits to be reaped. */
static gboolean
is_dead (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  const char *state;

  if (kill (pid, 0) < 0 && errno == ESRCH)
    return TRUE;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  state = strrchr (text, ')');
  return state && state[1] == ' ' && state[2] == 'Z';
}

static void
wait_dead (int pid)
{
  gint64 until = g_get_monotonic_time () + WAIT_MS * 1000;

  while (!is_dead (pid))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      poll (NULL, 0, 2);
    }
}

/* ---- tests ---- */

static void
test_secret (void)
{
  g_autoptr (KdChild) child = spawn ("echo", TOKEN, NULL);
  g_autoptr (KdChild) without = spawn ("echo", NULL, NULL);
  g_autofree char *said = read_line (child);
  g_autofree char *nothing = read_line (without);
  g_autofree char *path = g_strdup_printf ("/proc/%d/environ", (int) kd_child_get_pid (child));
  g_autofree char *environ_text = NULL;
  gsize n = 0;
  gboolean killed = TRUE;

  g_assert_cmpstr (said, ==, TOKEN " 0");
  g_assert_cmpstr (nothing, ==, "- 0");
  /* The token is nowhere where another user could read it. */
  g_assert_true (g_file_get_contents (path, &environ_text, &n, NULL));
  for (gsize i = 0; i < n; i++)
    if (environ_text[i] == '\0')
      environ_text[i] = ' ';
  g_assert_nonnull (strstr (environ_text, KD_CHILD_ENV));
  g_assert_null (strstr (environ_text, TOKEN));
  g_assert_cmpint (kd_child_stop (child, WAIT_MS, &killed), ==, 0);
  g_assert_false (killed);
  g_assert_cmpint (kd_child_get_pid (child), ==, 0);
  g_assert_cmpint (kd_child_stop (without, WAIT_MS, NULL), ==, 0);
}

static void
test_bad_start (void)
{
  const char *argv[] = { "/nowhere/kedai-server", NULL };
  g_autofree char *long_secret = g_strnfill (KD_CHILD_SECRET_MAX + 1, 'x');
  KdChildStart start = { .argv = argv, .secret = "x" };
  g_autoptr (GError) error = NULL;

  g_assert_null (kd_child_spawn (&start, NULL, NULL, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
  g_clear_error (&error);
  start.secret = "two\nlines";
  g_assert_null (kd_child_spawn (&start, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  start.secret = long_secret;
  g_assert_null (kd_child_spawn (&start, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_death_is_told (void)
{
  End end = { 0 };
  g_autoptr (KdChild) dies = spawn ("die", TOKEN, &end);
  g_autoptr (KdChild) lives = NULL;
  g_autofree char *said = NULL;

  wait_until (&end.ended);
  g_assert_cmpint (end.status, ==, 7);
  end = (End){ 0 };
  lives = spawn ("echo", TOKEN, &end);
  said = read_line (lives);
  g_assert_false (end.ended);
  kill ((pid_t) kd_child_get_pid (lives), SIGKILL);
  wait_until (&end.ended);
  g_assert_cmpint (end.status, ==, -SIGKILL);
}

static void
stopped_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  GAsyncResult **where = data;

  *where = g_object_ref (result);
}

static void
test_grace_then_kill (void)
{
  End end = { 0 };
  g_autoptr (KdChild) deaf = spawn ("deaf", TOKEN, &end);
  g_autofree char *said = read_line (deaf);
  GAsyncResult *result = NULL;
  gboolean killed = FALSE;

  kd_child_stop_async (deaf, 50, stopped_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (kd_child_stop_finish (deaf, result, &killed), ==, -SIGKILL);
  g_assert_true (killed);
  /* An end that was asked for is no news. */
  g_assert_false (end.ended);
  g_object_unref (result);
}

static void
test_parent_crashes (void)
{
  const char *argv[] = { test_self, "--child", "nest", NULL };
  const char *env[] = { "ASAN_OPTIONS", "detect_leaks=0", NULL };
  KdChildStart start = { .argv = argv, .set_env = env, .read_output = TRUE };
  End end = { 0 };
  g_autoptr (KdChild) middle = kd_child_spawn (&start, ended_cb, &end, NULL);
  g_autofree char *pid = read_line (middle);
  int grandchild;

  grandchild = (int) g_ascii_strtoll (pid, NULL, 10);
  g_assert_cmpint (grandchild, >, 0);
  wait_until (&end.ended);
  g_assert_cmpint (end.status, ==, -SIGKILL);
  /* Nobody told the grandchild anything: the closed pipe alone ends it. */
  wait_dead (grandchild);
}

static void
test_release (void)
{
  g_autoptr (KdChild) child = spawn ("echo", TOKEN, NULL);
  g_autofree char *said = read_line (child);
  g_autofree char *rest = NULL;
  int pid = (int) kd_child_get_pid (child);

  kd_child_release (child);
  /* A child that took the closed pipe for a crash would say so; this one waits for a signal. */
  kill (pid, SIGTERM);
  wait_dead (pid);
  rest = read_line (child);
  g_assert_cmpstr (rest, ==, "");
}

static void
test_no_parent (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (g_getenv (KD_CHILD_ENV));
  g_assert_null (kd_parent_open (&error));
  g_assert_no_error (error);
  g_setenv (KD_CHILD_ENV, "987", TRUE);
  g_assert_null (kd_parent_open (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_unsetenv (KD_CHILD_ENV);
}

void
test_child_add (void)
{
  g_test_add_func ("/child/secret", test_secret);
  g_test_add_func ("/child/bad-start", test_bad_start);
  g_test_add_func ("/child/death-is-told", test_death_is_told);
  g_test_add_func ("/child/grace-then-kill", test_grace_then_kill);
  g_test_add_func ("/child/parent-crashes", test_parent_crashes);
  g_test_add_func ("/child/release", test_release);
  g_test_add_func ("/child/no-parent", test_no_parent);
}
