/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-cli.h"
#include "kd-csv-writer.h"
#include "kd-import-columns.h"

G_BEGIN_DECLS

typedef struct
{
  KdCli *cli;
  KdSqlConnection *connection;  /* the reader's, inside its transaction */
  GOutputStream *stream;
  GString *out;                 /* (owned): what is not yet in the file */
  KdCsvWriter *csv;             /* (owned) */
  KdShopProfile *profile;       /* (owned) (nullable) */
  const char *currency;
  int money_digits;
  gboolean json;
  guint n;
} KdCliExport;

/* KD_EMPTY is an empty cell. */
void kd_cli_export_number (KdCliExport *self, gint64 value, int digits);
void kd_cli_export_money (KdCliExport *self, gint64 value);

/* A product: one row a variant, what is the product's own on the first. */
gboolean kd_cli_export_product (KdCliExport *self, const KdRecord *record, GError **error);

G_END_DECLS
