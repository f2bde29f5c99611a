/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-services.h"

G_BEGIN_DECLS

/* The server of the open profile: the embedded one of the data folder, which is started and
 * stopped here, or one elsewhere, of which only the address is known. */
#define KD_TYPE_DESKTOP_SERVER (kd_desktop_server_get_type ())
G_DECLARE_FINAL_TYPE (KdDesktopServer, kd_desktop_server, KD, DESKTOP_SERVER, GObject)

/* @folder: DATA/server */
KdDesktopServer *kd_desktop_server_new (const char *folder);

/* @address: (nullable): of a server elsewhere; NULL: the embedded one */
void kd_desktop_server_set_remote (KdDesktopServer *self,
                                   const char *address);

/**
 * kd_desktop_server_ensure_async:
 *
 * Ends when the embedded server answers, or could not be started (KdEmbeddedError); at once where
 * it runs. May be called any number of times.
 */
void kd_desktop_server_ensure_async (KdDesktopServer *self,
                                     GAsyncReadyCallback callback,
                                     gpointer data);
gboolean kd_desktop_server_ensure_finish (KdDesktopServer *self,
                                          GAsyncResult *result,
                                          GError **error);

/* (transfer full) (nullable): the embedded server's one-time token; see kd-embedded.h */
char *kd_desktop_server_take_owner_token (KdDesktopServer *self);

/* Ends the embedded server if we started it, and waits for it. */
void kd_desktop_server_end (KdDesktopServer *self);

G_END_DECLS
