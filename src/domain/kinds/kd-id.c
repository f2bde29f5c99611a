/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-id.h"

#include <sodium.h>
#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

static gboolean
read_hex (const char *text, guint8 *ret_byte)
{
  int high = g_ascii_xdigit_value (text[0]);
  int low = high < 0 ? -1 : g_ascii_xdigit_value (text[1]);

  if (low < 0)
    return FALSE;
  *ret_byte = (guint8) (high << 4 | low);
  return TRUE;
}

gboolean
kd_id_is_none (const KdId *id)
{
  static const KdId none;
  return memcmp (id, &none, sizeof none) == 0;
}

gboolean
kd_id_equal (gconstpointer a,
             gconstpointer b)
{
  return memcmp (a, b, sizeof (KdId)) == 0;
}

guint
kd_id_hash (gconstpointer id)
{
  guint32 tail;

  /* The last bytes are the random ones. */
  memcpy (&tail, ((const KdId *) id)->b + 12, sizeof tail);
  return tail;
}

int
kd_id_compare (gconstpointer a,
               gconstpointer b)
{
  return memcmp (a, b, sizeof (KdId));
}

const char *
kd_id_to_text (const KdId *id,
               char text[KD_ID_TEXT_LENGTH + 1])
{
  char *at = text;

  for (guint i = 0; i < sizeof id->b; i++)
    {
      if (i == 4 || i == 6 || i == 8 || i == 10)
        *at++ = '-';
      *at++ = hex_digits[id->b[i] >> 4];
      *at++ = hex_digits[id->b[i] & 15];
    }
  *at = '\0';
  return text;
}

char *
kd_id_dup_text (const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  return g_strdup (kd_id_to_text (id, text));
}

gboolean
kd_id_parse (const char *text,
             KdId *ret_id)
{
  KdId id;

  if (text == NULL || strnlen (text, KD_ID_TEXT_LENGTH + 1) != KD_ID_TEXT_LENGTH)
    return FALSE;
  for (guint i = 0; i < sizeof id.b; i++)
    {
      if (i == 4 || i == 6 || i == 8 || i == 10)
        if (*text++ != '-')
          return FALSE;
      if (!read_hex (text, &id.b[i]))
        return FALSE;
      text += 2;
    }
  *ret_id = id;
  return TRUE;
}

static void
put_time (KdId *id,
          guint64 time_ms)
{
  for (int i = 5; i >= 0; i--, time_ms >>= 8)
    id->b[i] = (guint8) time_ms;
  id->b[6] = (guint8) ((id->b[6] & 0x0f) | 0x70); /* version 7 */
  id->b[8] = (guint8) ((id->b[8] & 0x3f) | 0x80); /* the RFC's variant */
}

KdId
kd_id_make (gint64 time_ms,
            const guint8 random[10])
{
  KdId id;

  memcpy (id.b + 6, random, 10);
  put_time (&id, (guint64) MAX (time_ms, 0));
  return id;
}

gint64
kd_id_get_time (const KdId *id)
{
  gint64 time_ms = 0;

  for (guint i = 0; i < 6; i++)
    time_ms = time_ms << 8 | id->b[i];
  return time_ms;
}

KdId
kd_id_derive_bytes (const KdId *seed,
                    guint kind,
                    gconstpointer key,
                    gsize n)
{
  crypto_generichash_state state;
  guint8 number[2] = { (guint8) kind, (guint8) (kind >> 8) };
  KdId id;

  crypto_generichash_init (&state, NULL, 0, sizeof id.b);
  crypto_generichash_update (&state, seed->b, sizeof seed->b);
  crypto_generichash_update (&state, number, sizeof number);
  crypto_generichash_update (&state, key, n);
  crypto_generichash_final (&state, id.b, sizeof id.b);
  put_time (&id, (guint64) kd_id_get_time (seed));
  return id;
}

KdId
kd_id_derive (const KdId *seed,
              guint kind,
              const char *place)
{
  return kd_id_derive_bytes (seed, kind, place, strlen (place));
}

gboolean
kd_hash_is_none (const KdHash *hash)
{
  static const KdHash none;
  return memcmp (hash, &none, sizeof none) == 0;
}

gboolean
kd_hash_equal (gconstpointer a,
               gconstpointer b)
{
  return memcmp (a, b, sizeof (KdHash)) == 0;
}

guint
kd_hash_hash (gconstpointer hash)
{
  guint32 head;

  memcpy (&head, hash, sizeof head);
  return head;
}

const char *
kd_hash_to_text (const KdHash *hash,
                 char text[KD_HASH_TEXT_LENGTH + 1])
{
  for (guint i = 0; i < sizeof hash->b; i++)
    {
      text[2 * i] = hex_digits[hash->b[i] >> 4];
      text[2 * i + 1] = hex_digits[hash->b[i] & 15];
    }
  text[KD_HASH_TEXT_LENGTH] = '\0';
  return text;
}

gboolean
kd_hash_parse (const char *text,
               KdHash *ret_hash)
{
  KdHash hash;

  if (text == NULL || strnlen (text, KD_HASH_TEXT_LENGTH + 1) != KD_HASH_TEXT_LENGTH)
    return FALSE;
  for (guint i = 0; i < sizeof hash.b; i++)
    if (!read_hex (text + 2 * i, &hash.b[i]))
      return FALSE;
  *ret_hash = hash;
  return TRUE;
}
