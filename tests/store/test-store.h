/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-run.h"
#include "kd-store-lists.h"
#include "kd-store-records.h"
#include "kd-test-store.h"

G_BEGIN_DECLS

/* Each subject adds its cases here; main.c calls them all. */
void test_commit_add (void);
void test_files_add (void);
void test_import_add (void);
void test_import_bad_add (void);
void test_lists_add (void);
void test_records_add (void);
void test_search_add (void);
void test_undo_add (void);
void test_watch_add (void);

/* (transfer full): the rids of a query, waiting */
GArray *test_list_rids (KdTestStore *self, const KdListQuery *query, guint limit);
/* (transfer full): the rows of all its rids */
GPtrArray *test_list_rows (KdTestStore *self, const KdListQuery *query);
/* (transfer full): the names of all its rows, joined by "|" */
char *test_list_names (KdTestStore *self, const KdListQuery *query);

/* (transfer full): the path of a file in the store's folder */
char *test_import_write (KdTestStore *self, const char *name, const char *bytes, gssize n);
KdImportResult *test_import_run (KdTestStore *self, const char *path, const KdImportOptions *options, gboolean dry);

/* Random work as a person does it, by the domain's mutations; what is refused is left out. */
typedef struct
{
  KdTestStore *store;
  GArray *products, *contacts, *conversations, *orders; /* of KdId */
  GArray *made_in;        /* (nullable): where the call's new id belongs if it is not refused */
  KdId made;
} TestShop;

TestShop *test_shop_new (guint64 seed);
void test_shop_free (TestShop *shop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestShop, test_shop_free)
/* One step; TRUE if something was written. */
gboolean test_shop_step (TestShop *shop);
/* The same, of work that can be undone alone. */
gboolean test_shop_local_step (TestShop *shop);

G_END_DECLS
