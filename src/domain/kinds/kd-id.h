/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KdId:
 *
 * The 16 bytes that name a row, a mutation or an operation for ever. Made on the device, ordered
 * by the time of making (UUID version 7, RFC 9562), never renamed.
 */
typedef struct
{
  guint8 b[16];
} KdId;

/**
 * KdHash:
 *
 * A 32-byte hash: BLAKE2b-256 of a mutation, or the SHA-256 that is a picture's address.
 */
typedef struct
{
  guint8 b[32];
} KdHash;

#define KD_ID_NONE ((KdId){ { 0 } })
#define KD_ID_TEXT_LENGTH 36   /* without the final NUL */
#define KD_HASH_TEXT_LENGTH 64

/**
 * KdRandomFunc:
 * @bytes: (out): where to write
 * @n: how many bytes
 *
 * Where randomness comes from; passed in so that a test can repeat a run.
 */
typedef void (*KdRandomFunc) (gpointer data, guint8 *bytes, gsize n);

gboolean kd_id_is_none (const KdId *id);
gboolean kd_id_equal (gconstpointer a, gconstpointer b);
guint kd_id_hash (gconstpointer id);
int kd_id_compare (gconstpointer a, gconstpointer b);

/**
 * kd_id_to_text:
 * @text: (out): room for %KD_ID_TEXT_LENGTH + 1 bytes; lower-case, with hyphens
 */
const char *kd_id_to_text (const KdId *id, char text[KD_ID_TEXT_LENGTH + 1]);
char *kd_id_dup_text (const KdId *id) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_id_parse:
 *
 * Reads the canonical text form alone (36 characters, either case).
 *
 * Returns: whether @text is an id; @ret_id is untouched if not
 */
gboolean kd_id_parse (const char *text, KdId *ret_id);

/**
 * kd_id_make:
 * @time_ms: the time that orders it, milliseconds since 1970 in UTC
 * @random: 10 random bytes
 */
KdId kd_id_make (gint64 time_ms, const guint8 random[10]);
gint64 kd_id_get_time (const KdId *id);

/**
 * kd_id_derive:
 * @seed: the mutation's uid (for what a handler makes), or the first reference of a derived row
 * @kind: number of the kind the new row has
 * @place: the path in the arguments, or the natural key; never a running counter
 *
 * The id of a row that both sides must name alike: the 48-bit time of @seed, then
 * BLAKE2b of (seed, kind, place).
 */
KdId kd_id_derive (const KdId *seed, guint kind, const char *place);

/**
 * kd_id_derive_bytes:
 *
 * As kd_id_derive(), for a natural key given as bytes.
 */
KdId kd_id_derive_bytes (const KdId *seed, guint kind, gconstpointer key, gsize n);

gboolean kd_hash_is_none (const KdHash *hash);
gboolean kd_hash_equal (gconstpointer a, gconstpointer b);
guint kd_hash_hash (gconstpointer hash);
const char *kd_hash_to_text (const KdHash *hash, char text[KD_HASH_TEXT_LENGTH + 1]);
gboolean kd_hash_parse (const char *text, KdHash *ret_hash);

G_END_DECLS
