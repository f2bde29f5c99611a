/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kind.h"

G_BEGIN_DECLS

/* The canonical form of a row and what is hashed of rows and mutations: the same bytes on every
 * device, server and engine. */

/**
 * kd_wire_canonical:
 *
 * The row as JSON: fields in name order with the members of `extra` among them, what is at its
 * default left out, no white space; without id, seq, by, and what stays on one side.
 */
char *kd_wire_canonical (const KdRecord *record) G_GNUC_WARN_UNUSED_RESULT;
void kd_wire_canonical_append (GString *out,
                               const KdRecord *record);

/* The first 8 bytes of BLAKE2b (kind number, id, canonical form), read as little-endian. */
guint64 kd_wire_row_hash (const KdRecord *record);
guint64 kd_wire_row_hash_text (guint kind,
                               const KdId *id,
                               const char *canonical,
                               gsize len);

/**
 * KdDigest:
 *
 * What a device compares: how many rows of a kind a scope has, and the sum of their hashes modulo
 * 2^64.
 */
typedef struct
{
  guint scope;
  guint kind;
  gint64 n;
  guint64 sum;
} KdDigest;

#define KD_SUM_TEXT_LENGTH 16
const char *kd_wire_sum_to_text (guint64 sum,
                                 char text[KD_SUM_TEXT_LENGTH + 1]);
gboolean kd_wire_sum_parse (const char *text,
                            guint64 *ret_sum);

/**
 * kd_wire_mutation_hash:
 * @args: canonical JSON of the arguments, as kd_wire_call_to_args() or kd_json_canonical() makes it
 *
 * BLAKE2b-256 of everything a mutation says.
 */
KdHash kd_wire_mutation_hash (const KdId *uid,
                              const KdId *op,
                              const char *name,
                              guint version,
                              gint64 made_at,
                              gint64 base_seq,
                              const char *args);

/* The chain of a device after one more mutation. A new device begins with KdHash of zeros. */
KdHash kd_wire_chain (const KdHash *chain,
                      const KdHash *hash);

G_END_DECLS
