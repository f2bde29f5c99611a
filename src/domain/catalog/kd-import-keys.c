/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-keys.h"

typedef struct
{
  guint64 hash;
  guint64 value;        /* 0: free */
} Slot;

struct _KdImportKeys
{
  Slot *slots;
  guint size, used;     /* size: a power of two */
};

#define FIRST_SIZE 1024

static guint64
mix (guint64 h)
{
  h ^= h >> 33;
  h *= G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  h ^= h >> 33;
  h *= G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return h ^ h >> 33;
}

static guint64
hash_of (char space,
         const char *text)
{
  guint64 h = G_GUINT64_CONSTANT (0xcbf29ce484222325) ^ (guchar) space;

  h *= G_GUINT64_CONSTANT (0x100000001b3);
  for (; *text != '\0'; text++)
    h = (h ^ (guchar) *text) * G_GUINT64_CONSTANT (0x100000001b3);
  return mix (h);
}

KdImportKeys *
kd_import_keys_new (void)
{
  KdImportKeys *keys = g_new0 (KdImportKeys, 1);

  keys->size = FIRST_SIZE;
  keys->slots = g_new0 (Slot, keys->size);
  return keys;
}

void
kd_import_keys_free (KdImportKeys *keys)
{
  if (keys == NULL)
    return;
  g_free (keys->slots);
  g_free (keys);
}

static Slot *
find (KdImportKeys *keys,
      guint64 hash)
{
  guint i = (guint) hash & (keys->size - 1);

  while (keys->slots[i].value != 0 && keys->slots[i].hash != hash)
    i = (i + 1) & (keys->size - 1);
  return &keys->slots[i];
}

static void
grow (KdImportKeys *keys)
{
  Slot *old = keys->slots;
  guint n = keys->size;

  keys->size *= 2;
  keys->slots = g_new0 (Slot, keys->size);
  for (guint i = 0; i < n; i++)
    if (old[i].value != 0)
      *find (keys, old[i].hash) = old[i];
  g_free (old);
}

static guint64
put (KdImportKeys *keys,
     char space,
     const char *text,
     guint64 value,
     gboolean replace)
{
  guint64 hash = hash_of (space, text), before;
  Slot *slot;

  if (keys->used * 4 >= keys->size * 3)
    grow (keys);
  slot = find (keys, hash);
  before = slot->value;
  keys->used += before == 0;
  slot->hash = hash;
  if (before == 0 || replace)
    slot->value = value;
  return before;
}

guint64
kd_import_keys_add (KdImportKeys *keys,
                    char space,
                    const char *text,
                    guint64 value)
{
  return put (keys, space, text, value, FALSE);
}

guint64
kd_import_keys_set (KdImportKeys *keys,
                    char space,
                    const char *text,
                    guint64 value)
{
  return put (keys, space, text, value, TRUE);
}

guint64
kd_import_keys_get (KdImportKeys *keys,
                    char space,
                    const char *text)
{
  return find (keys, hash_of (space, text))->value;
}

guint
kd_import_keys_count (KdImportKeys *keys)
{
  return keys->used;
}
