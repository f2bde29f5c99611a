/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-random-record.h"
#include "kd-store.h"

G_BEGIN_DECLS

/* A store in a folder of its own, with a clock that stands until it is moved, no threads, and an
 * owner who may do everything. */
typedef struct
{
  char *folder, *path;
  KdStore *store;         /* (nullable): between close and open */
  gint64 now;
  KdRandom random;
  KdId shop, user;
  KdId location;          /* "Utama" */
  GMutex mutex;
} KdTestStore;

#define KD_TEST_NOW G_GINT64_CONSTANT (1760000000000)

KdTestStore *kd_test_store_new (guint64 seed);
/* With threads, as the program has it. */
KdTestStore *kd_test_store_new_threaded (guint64 seed);
void kd_test_store_free (KdTestStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdTestStore, kd_test_store_free)

void kd_test_store_close (KdTestStore *self);
KdStore *kd_test_store_open (KdTestStore *self, KdStoreFlags flags, GError **error);
void kd_test_store_reopen (KdTestStore *self);

/* A call from its arguments as JSON text. */
KdCall *kd_test_call (const char *name, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Commits one call, or a list of them; fails the test if anything is refused. */
KdCommit *kd_test_commit (KdTestStore *self, KdCall *call);
/* The same, and what became of it is returned. */
KdCommit *kd_test_try (KdTestStore *self, KdCall *call);
void kd_test_done (KdTestStore *self, KdCall *call);
/* (transfer full): what an undo of that operation came to */
KdCommit *kd_test_undo_operation (KdTestStore *self, const KdId *operation);
/* TRUE if there was something to undo or redo */
gboolean kd_test_undo (KdTestStore *self);
gboolean kd_test_redo (KdTestStore *self);

/* Rows as the server would send them: (transfer full) each, NULL-terminated. */
void kd_test_pull (KdTestStore *self, KdRecord *first, ...) G_GNUC_NULL_TERMINATED;
/* (transfer full) (element-type KdRecord) */
void kd_test_pull_list (KdTestStore *self, GPtrArray *records);
void kd_test_pull_gone (KdTestStore *self, const KdKind *kind, const KdId *id);

/* Frequent rows. */
KdId kd_test_add_product (KdTestStore *self, const char *name, const char *sku, gint64 price, gint64 stock);
KdId kd_test_add_contact (KdTestStore *self, const char *name, const char *phone);
KdId kd_test_add_conversation (KdTestStore *self, const KdId *contact);
/* A message of the buyer, received at `now`, which moves 1 s on. */
KdId kd_test_add_message (KdTestStore *self, const KdId *conversation, const char *text);
KdId kd_test_add_order (KdTestStore *self, const char *name, const KdId *contact, gint64 price, gboolean place);
/* The first variant. */
KdId kd_test_variant_of (KdTestStore *self, const KdId *product);

char *kd_test_id (const KdId *id); /* interned text */
/* A number by SQL, on the writer. */
gint64 kd_test_number (KdTestStore *self, const char *sql);
void kd_test_exec (KdTestStore *self, const char *sql);
/* Every row of every kind, and the outbox: to compare states. */
char *kd_test_dump (KdTestStore *self, gboolean with_outbox);

/* The full text indexes hold what the rows say. */
void kd_test_check_search (KdTestStore *self);

/* Runs the default main context until @done, at most 20 s. */
void kd_test_until (gboolean (*done) (gpointer data), gpointer data);
/* Until nothing more happens by itself. */
void kd_test_settle (void);

G_END_DECLS
