/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-session.h"

G_BEGIN_DECLS

/* What was said of the prices of a file, kept for the next time the same file comes. */
typedef struct
{
  char currency[4];       /* "": the shop's */
  gint64 rate;            /* x 1,000,000; 0: the shop's currency */
  gint64 rounding;
} KdImportAnswer;

/* @hash: of the file's bytes */
gboolean kd_import_answers_find (KdSession *session,
                                 const char *hash,
                                 KdImportAnswer *ret_answer);
void kd_import_answers_keep (KdSession *session,
                             const char *hash,
                             const KdImportAnswer *answer);

G_END_DECLS
