/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KdLockError:
 * @KD_LOCK_ERROR_HELD: another process, or this one, holds it
 * @KD_LOCK_ERROR_FAILED: the lock file can't be made or locked
 */
typedef enum
{
  KD_LOCK_ERROR_HELD,
  KD_LOCK_ERROR_FAILED,
} KdLockError;

#define KD_LOCK_ERROR (kd_lock_error_quark ())
GQuark kd_lock_error_quark (void);

/**
 * KdLock:
 *
 * An exclusive lock on a file beside the data it protects (a profile, a server's data folder).
 * It ends with kd_lock_free(), or with the process, however that ends. The file itself stays.
 */
typedef struct _KdLock KdLock;

/**
 * kd_lock_acquire:
 * @path: the lock file; made with mode 0600 if it isn't there
 * @wait_ms: how long to wait for another holder; 0 for not at all
 * @ret_holder: (out) (optional): the process that holds it when that is why it failed, or 0 where
 *   nobody knows
 *
 * Returns: (nullable): the lock, or %NULL with a KdLockError
 */
KdLock *kd_lock_acquire (const char *path,
                         guint wait_ms,
                         gint64 *ret_holder,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

void kd_lock_free (KdLock *lock);

/**
 * kd_lock_get_holder:
 *
 * Returns: the process id that holds @path now, 0 if nobody does or it isn't known. By the time
 *   it is read it may have changed: for messages alone
 */
gint64 kd_lock_get_holder (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdLock, kd_lock_free)

G_END_DECLS
