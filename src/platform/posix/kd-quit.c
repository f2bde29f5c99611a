/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-quit.h"

#include <glib-unix.h>
#include <signal.h>

typedef struct
{
  KdQuitFunc func;
  gpointer data;
} Watch;

static gboolean
asked_cb (gpointer data)
{
  Watch *watch = data;

  watch->func (watch->data);
  return G_SOURCE_CONTINUE;
}

void
kd_quit_watch (KdQuitFunc func,
               gpointer data)
{
  static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
  static Watch watch;

  g_return_if_fail (watch.func == NULL);
  watch = (Watch){ func, data };
  signal (SIGPIPE, SIG_IGN);
  kd_quit_mind_limits ();
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], asked_cb, &watch);
}

void
kd_quit_mind_limits (void)
{
  signal (SIGXFSZ, SIG_IGN);
}
