/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk between SQLite and the real one, that fails on demand. Once installed it is SQLite's
 * default; files are not touched by it until it is armed for them. */

typedef enum
{
  KD_DISK_FULL,           /* writes say that there is no space */
  KD_DISK_DEAD,           /* nothing reaches the disk any more, as after SIGKILL */
} KdDiskFault;

void kd_fault_vfs_install (void);

/**
 * kd_fault_vfs_arm:
 * @path: of a database; its journals are meant too
 * @after: so many writes still succeed
 */
void kd_fault_vfs_arm (const char *path, KdDiskFault fault, guint after);
/* Whether the fault has shown itself since it was armed. */
gboolean kd_fault_vfs_has_struck (void);
void kd_fault_vfs_disarm (void);

/* From now on what is written to @path is remembered until it is synced. */
void kd_fault_vfs_watch (const char *path);
/* The power fails: what was written and not synced is gone, and the disk is dead until disarmed. */
void kd_fault_vfs_power_cut (void);

G_END_DECLS
