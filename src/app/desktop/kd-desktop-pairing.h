/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-account.h"
#include "kd-desktop-wait.h"
#include "kd-services.h"

G_BEGIN_DECLS

/* *Add a computer*, both of its sides, against a server (SECURITY 3). */

/* What a person types as the code, without blanks: NULL where that isn't six digits. */
char *kd_desktop_pairing_tidy_name (const char *typed);

/**
 * kd_desktop_pairing_ask_async:
 * @account: of the shop that is open
 * @address: what the newcomer has to type
 * @path: "/v1/pairings", or that of the answer
 * @answer: (nullable): of a POST whether the newcomer is let in
 *
 * One request about the caller's pairing, on a thread of its own, with the tokens renewed where
 * that is due. The task's source is @source.
 */
void kd_desktop_pairing_ask_async (gpointer source,
                                   KdAccount *account,
                                   const char *address,
                                   const char *method,
                                   const char *path,
                                   const gboolean *answer,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
/* Errors are KD_ACCOUNT_ERROR. */
KdPairingNews *kd_desktop_pairing_ask_finish (GAsyncResult *result,
                                              GError **error);

/* Told on the thread that joins. */
typedef void (*KdDesktopDigitsFunc) (const char *digits, gpointer data);

/**
 * kd_desktop_pairing_join:
 * @secrets: outlives the account
 * @name: six digits
 *
 * The newcomer's side, from the first request until somebody has answered over there: on a thread
 * that may wait. The certificate that was seen is pinned in the account.
 *
 * Returns: (transfer full): signed in
 */
KdAccount *kd_desktop_pairing_join (KdSecrets *secrets,
                                    const char *address,
                                    const char *name,
                                    KdDesktopWait *wait,
                                    KdDesktopDigitsFunc digits,
                                    gpointer data,
                                    GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
