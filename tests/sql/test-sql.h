/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql.h"

G_BEGIN_DECLS

/* An engine, as the cases that hold for every engine see it. */
typedef struct
{
  const char *name;
  KdSqlConnection *(*open) (const char *folder, GError **error); /* the same database each time */
  void (*hurry) (KdSqlConnection *connection); /* no waiting for locks */
} TestEngine;

extern const TestEngine *const test_engines[]; /* NULL-terminated */

/* A folder of its own for a case; removed whole by test_folder_free(). */
typedef char TestFolder;
TestFolder *test_folder_new (void);
void test_folder_free (TestFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFolder, test_folder_free)
char *test_path (const TestFolder *folder, const char *name) G_GNUC_WARN_UNUSED_RESULT;

KdSqlConnection *test_open (const TestEngine *engine, const TestFolder *folder);
void test_exec (KdSqlConnection *connection, const char *sql);
gint64 test_int64 (KdSqlConnection *connection, const char *sql);

/* Adds @func for each engine as /sql/<engine>/<name>. */
void test_add (const char *name, void (*func) (const TestEngine *engine));

void test_add_connection (void);
void test_add_kind (void);
void test_add_migrate (void);
void test_add_sqlite (void);
void test_add_worker (void);
void test_add_overhead (void);

G_END_DECLS
