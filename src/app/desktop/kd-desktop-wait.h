/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Requests one after the other, as one reads them, on a thread of their own: each is begun, then
 * waited for. Never on the main thread. */
typedef struct
{
  GMainContext *context;
  GAsyncResult *result;
} KdDesktopWait;

/* Gives this thread a context of its own. */
void kd_desktop_wait_begin (KdDesktopWait *wait);
/* The callback for what is waited for; its data is the wait. */
void kd_desktop_wait_cb (GObject *source,
                         GAsyncResult *result,
                         gpointer wait);
/* (transfer full): comes back when the callback was called. */
GAsyncResult *kd_desktop_wait_take (KdDesktopWait *wait) G_GNUC_WARN_UNUSED_RESULT;
/* Lets what was cancelled end, and takes the context away again. */
void kd_desktop_wait_end (KdDesktopWait *wait);

G_END_DECLS
