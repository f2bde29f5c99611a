/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-cli.h"
#include "kd-import-run.h"
#include "kd-json-writer.h"

G_BEGIN_DECLS

#define KD_CLI_ALL_OR_NOTHING "some rows are wrong, and it was to be all or nothing: nothing was written"

/* What a code means, for a person who mends the file; NULL for one that isn't an import's. */
const char *kd_cli_import_words (const char *code);
char *kd_cli_import_message (const char *code, const char *value, const char *detail);

/* {"created","updated","skipped", left open; and one object of "errors" or "notes" */
void kd_cli_import_begin (KdJsonWriter *writer, guint64 created, guint64 updated, guint64 skipped);
void kd_cli_import_problem (KdJsonWriter *writer, guint64 row, const char *column, const char *code, const char *message);

/* A file that can't be read: its code and words. */
KdCliCode kd_cli_import_fail (KdCli *cli, const GError *error);
/* --errors and --mode; FALSE: told, with @ret_code */
gboolean kd_cli_import_errors_file (KdCli *cli, KdCliCode *ret_code);
gboolean kd_cli_import_read_mode (KdCli *cli, KdImportMode *ret_mode, KdCliCode *ret_code);

/* Opens the shop, to write unless @dry; with --sync what is imported goes out meanwhile. FALSE: told, with
 * @ret_code. _end() waits until all of it is sent. */
gboolean kd_cli_import_open (KdCli *cli, gboolean dry, KdCliCode *ret_code);
KdCliCode kd_cli_import_end (KdCli *cli, gboolean dry, KdCliCode code);

KdCliCode kd_cli_import_contacts (KdCli *cli);

G_END_DECLS
