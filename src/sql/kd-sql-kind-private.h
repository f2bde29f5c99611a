/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql-driver.h"
#include "kd-sql-kind.h"

/* Columns every table has after its fields: _seq, _by, _extra. */
#define KD_SQL_TAIL_COLUMNS 3

/* Whether the table of this form has a column for the field. */
gboolean kd_sql_kind_has_column (const KdField *field, KdSqlForm form);

/* Appends a name in double quotes; several kinds and fields are keywords. */
void kd_sql_append_name (GString *sql, const char *name);
