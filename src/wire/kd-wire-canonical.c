/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-canonical.h"

#include "kd-wire-record.h"

#include <sodium.h>
#include <string.h>

/* Names what is hashed, so that no mutation's bytes are ever another thing's. */
#define MUTATION_TAG "KSP1 mutation"

static void
hash_number (crypto_generichash_state *state,
             guint64 number)
{
  guint64 bytes = GUINT64_TO_LE (number);

  crypto_generichash_update (state, (const guint8 *) &bytes, sizeof bytes);
}

static void
hash_text (crypto_generichash_state *state,
           const char *text)
{
  gsize n = strlen (text);

  hash_number (state, n);
  crypto_generichash_update (state, (const guint8 *) text, n);
}

void
kd_wire_canonical_append (GString *out,
                          const KdRecord *record)
{
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_wire_write_record (&writer, record, 0);
}

char *
kd_wire_canonical (const KdRecord *record)
{
  return kd_wire_record_to_text (record, 0);
}

guint64
kd_wire_row_hash_text (guint kind,
                       const KdId *id,
                       const char *canonical,
                       gsize len)
{
  guint16 number = GUINT16_TO_LE ((guint16) kind);
  crypto_generichash_state state;
  KdHash hash;
  guint64 first;

  crypto_generichash_init (&state, NULL, 0, sizeof hash.b);
  crypto_generichash_update (&state, (const guint8 *) &number, sizeof number);
  crypto_generichash_update (&state, id->b, sizeof id->b);
  crypto_generichash_update (&state, (const guint8 *) canonical, len);
  crypto_generichash_final (&state, hash.b, sizeof hash.b);
  memcpy (&first, hash.b, sizeof first);
  return GUINT64_FROM_LE (first);
}

guint64
kd_wire_row_hash (const KdRecord *record)
{
  GString *text = g_string_sized_new (256);
  guint64 hash;

  kd_wire_canonical_append (text, record);
  hash = kd_wire_row_hash_text (record->kind->number, &record->id, text->str, text->len);
  g_string_free (text, TRUE);
  return hash;
}

const char *
kd_wire_sum_to_text (guint64 sum,
                     char text[KD_SUM_TEXT_LENGTH + 1])
{
  g_snprintf (text, KD_SUM_TEXT_LENGTH + 1, "%016" G_GINT64_MODIFIER "x", sum);
  return text;
}

gboolean
kd_wire_sum_parse (const char *text,
                   guint64 *ret_sum)
{
  guint64 sum = 0;

  if (strlen (text) != KD_SUM_TEXT_LENGTH)
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isxdigit (*text))
        return FALSE;
      sum = sum << 4 | (guint64) g_ascii_xdigit_value (*text);
    }
  *ret_sum = sum;
  return TRUE;
}

KdHash
kd_wire_mutation_hash (const KdId *uid,
                       const KdId *op,
                       const char *name,
                       guint version,
                       gint64 made_at,
                       gint64 base_seq,
                       const char *args)
{
  crypto_generichash_state state;
  KdHash hash;

  crypto_generichash_init (&state, NULL, 0, sizeof hash.b);
  hash_text (&state, MUTATION_TAG);
  crypto_generichash_update (&state, uid->b, sizeof uid->b);
  crypto_generichash_update (&state, op->b, sizeof op->b);
  hash_text (&state, name);
  hash_number (&state, version);
  hash_number (&state, (guint64) made_at);
  hash_number (&state, (guint64) base_seq);
  hash_text (&state, args);
  crypto_generichash_final (&state, hash.b, sizeof hash.b);
  return hash;
}

KdHash
kd_wire_chain (const KdHash *chain,
               const KdHash *hash)
{
  guint8 both[2 * sizeof (KdHash)];
  KdHash next;

  memcpy (both, chain->b, sizeof chain->b);
  memcpy (both + sizeof chain->b, hash->b, sizeof hash->b);
  crypto_generichash (next.b, sizeof next.b, both, sizeof both, NULL, 0);
  return next;
}
