/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The desktop's keyring with an end to waiting: every call gives up after @wait_ms with
 * G_IO_ERROR_TIMED_OUT. What it starts lives on a main context of its own, so that no loop has to
 * run on the caller's thread. */
typedef struct _KdKeyring KdKeyring;

/* NULL, with an error, where none answers or the default one is locked. @folder tells the data
 * folders of one user apart. */
KdKeyring *kd_keyring_open (const char *folder,
                            guint wait_ms,
                            GError **error);
void kd_keyring_free (KdKeyring *keyring);

gboolean kd_keyring_store (KdKeyring *keyring,
                           const char *name,
                           const char *label,
                           const char *value,
                           GError **error);
char *kd_keyring_lookup (KdKeyring *keyring,
                         const char *name,
                         GError **error);
gboolean kd_keyring_delete (KdKeyring *keyring,
                            const char *name,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdKeyring, kd_keyring_free)

G_END_DECLS
