/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-cli.h"
#include "kd-json-writer.h"

G_BEGIN_DECLS

/* What a code means, for a person who mends the file. */
char *kd_cli_import_message (const char *code, const char *value, const char *detail);

/* {"created","updated","skipped", left open; and one object of "errors" or "notes" */
void kd_cli_import_begin (KdJsonWriter *writer, guint64 created, guint64 updated, guint64 skipped);
void kd_cli_import_problem (KdJsonWriter *writer, guint64 row, const char *column, const char *code, const char *message);

KdCliCode kd_cli_import_contacts (KdCli *cli);

G_END_DECLS
