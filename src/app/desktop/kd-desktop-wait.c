/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-desktop-wait.h"

void
kd_desktop_wait_begin (KdDesktopWait *wait)
{
  wait->context = g_main_context_new ();
  wait->result = NULL;
  g_main_context_push_thread_default (wait->context);
}

void
kd_desktop_wait_cb (GObject *source,
                    GAsyncResult *result,
                    gpointer data)
{
  KdDesktopWait *wait = data;

  wait->result = g_object_ref (result);
}

GAsyncResult *
kd_desktop_wait_take (KdDesktopWait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (wait->context, TRUE);
  return g_steal_pointer (&wait->result);
}

void
kd_desktop_wait_end (KdDesktopWait *wait)
{
  while (g_main_context_iteration (wait->context, FALSE))
    ;
  g_main_context_pop_thread_default (wait->context);
  g_clear_pointer (&wait->context, g_main_context_unref);
}
