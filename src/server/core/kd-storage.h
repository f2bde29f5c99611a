/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql.h"

G_BEGIN_DECLS

/* The databases of a server, as files: declared here, implemented in storage/. */

typedef enum
{
  KD_STORAGE_WRITER = 0,
  KD_STORAGE_READER = 1 << 0,
  KD_STORAGE_CREATE = 1 << 1,
} KdStorageFlags;

/* Owned by the calling thread. A writer is checked for durable commits. */
KdSqlConnection *kd_storage_open (const char *path, KdStorageFlags flags, GError **error);

/* Between them commits aren't flushed one by one: a new shop's file, before anybody sees it. */
gboolean kd_storage_fill_begin (KdSqlConnection *connection, GError **error);
gboolean kd_storage_fill_end (KdSqlConnection *connection, GError **error);

/* Takes a database away that was never put to use: the file and what SQLite lays beside it. */
void kd_storage_remove (const char *path);

/* Puts one aside that no directory entry names: nothing is deleted. */
gboolean kd_storage_put_aside (const char *path, GError **error);

G_END_DECLS
