/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-import-run.h"
#include "kd-row-cache.h"
#include "kd-sql.h"

G_BEGIN_DECLS

struct _KdImport
{
  GObject parent_instance;

  KdStore *store;               /* (owned) */
  char *path;
  KdImportOptions options;
  char *encoding, *rate_currency; /* (owned): the options' texts */
  char *currency;
  KdImportFile *file;           /* (owned) */
  int progress_ms;
};

/* ---- the rows that are there, for reading alone (kd-import-rows.c) ---- */

typedef struct
{
  KdRows rows;
  KdSqlConnection *connection;  /* (owned) */
  KdRowCache *cache;            /* (owned) */
  KdSqlTransaction transaction;
  GError *error;                /* (owned) (nullable): the first failure */
} KdImportRows;

KdImportRows *kd_import_rows_new (const char *path, GError **error);
void kd_import_rows_free (KdImportRows *rows);
/* Forgets what was read. */
void kd_import_rows_clear (KdImportRows *rows);
/* Sees what has been committed since. */
void kd_import_rows_refresh (KdImportRows *rows);

/* ---- the saved state (kd-import-state.c) ---- */

typedef enum
{
  KD_IMPORT_STATE_RUNNING = 0,
  KD_IMPORT_STATE_DONE,
  KD_IMPORT_STATE_CANCELLED,
} KdImportStateKind;

typedef struct
{
  KdId operation;
  guint64 next;                 /* products that are done */
  KdImportCounts counts;
  GPtrArray *problems;          /* (owned) (nullable): of KdImportProblem */
} KdImportState;
void kd_import_state_clear (KdImportState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdImportState, kd_import_state_clear)

/* What makes two runs the same one. */
char *kd_import_state_choices (KdImport *import);
/* @ret_found: whether an interrupted run of this file can go on. */
gboolean kd_import_state_load (KdImport *import, KdSqlConnection *connection, KdImportState *ret_state,
                               gboolean *ret_found, GError **error);
/* In the chunk's own transaction. The state's problems are those that came since the last chunk; @first
 * of all there were before. */
gboolean kd_import_state_save (KdImport *import, KdSqlConnection *connection, const KdImportState *state,
                               KdImportStateKind kind, guint first, GError **error);

G_END_DECLS
