/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-random-record.h"

#include <string.h>

#define AT(type) (*(type *) kd_field_at (field, object))
#define LIST_MAX 3
#define SET_MAX 4
#define TEXT_USUAL_MAX 40
#define DAY_MS 86400000

/* SplitMix64: small, and the same on every machine. */
guint64
kd_random_next (KdRandom *random)
{
  guint64 z = random->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

guint
kd_random_below (KdRandom *random,
                 guint n)
{
  return (guint) (kd_random_next (random) % n);
}

gint64
kd_random_between (KdRandom *random,
                   gint64 low,
                   gint64 high)
{
  guint64 span = (guint64) high - (guint64) low;
  guint64 step = kd_random_next (random);

  return (gint64) ((guint64) low + (span == G_MAXUINT64 ? step : step % (span + 1)));
}

static void
random_bytes (KdRandom *random,
              guint8 *bytes,
              gsize n)
{
  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) kd_random_next (random);
}

KdId
kd_random_id (KdRandom *random)
{
  guint8 bytes[10];

  random_bytes (random, bytes, sizeof bytes);
  return kd_id_make (kd_random_between (random, KD_TIME_MIN, KD_TIME_MAX), bytes);
}

char *
kd_random_text (KdRandom *random,
                gsize min,
                gsize max,
                gboolean lines)
{
  static const char *const pieces[] = {
    "a", "Z", "7", " ", "kopi", "\"", "\\", "/", "'", "%", "_", "<b>", "&", "é", "ß", "‍", "日本",
    "😀", "\xc2\xa0", "{", "}", "null", ",", ":", "\x7f",
  };
  static const char *const breaks[] = { "\n", "\t", "\r\n" };
  gsize usual = MAX (min, TEXT_USUAL_MAX);
  gsize limit = max <= usual ? max : kd_random_below (random, 8) == 0 ? MIN (max, 4 * usual) : usual;
  gsize target = min + (gsize) kd_random_below (random, (guint) (limit - min + 1));
  GString *text = g_string_new (NULL);

  while (text->len < target)
    {
      const char *piece = lines && kd_random_below (random, 12) == 0
                            ? breaks[kd_random_below (random, G_N_ELEMENTS (breaks))]
                            : pieces[kd_random_below (random, G_N_ELEMENTS (pieces))];

      if (text->len + strlen (piece) > target)
        piece = "x";
      g_string_append (text, piece);
    }
  return g_string_free (text, FALSE);
}

static char *
random_json (KdRandom *random,
             const KdField *field)
{
  char id[KD_ID_TEXT_LENGTH + 1];
  KdId value = kd_random_id (random);
  guint number = kd_random_below (random, 1000);
  guint first = kd_random_below (random, 6);

  kd_id_to_text (&value, id);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *json = NULL;

      switch ((first + i) % 6)
        {
        case 0:
          json = g_strdup_printf ("[{\"id\":\"%s\",\"name\":\"nilai \\\"%u\\\" 😀\"}]", id, number);
          break;
        case 1:
          json = g_strdup_printf ("{\"a\":%u,\"b\":[\"x\",null,{\"c\":true}]}", number);
          break;
        case 2:
          json = g_strdup_printf ("\"teks %u\\n\"", number);
          break;
        case 3:
          json = g_strdup_printf ("-%u", number + 1);
          break;
        case 4:
          json = g_strdup ("true");
          break;
        default:
          json = g_strdup ("[]");
        }
      if ((gint64) strlen (json) <= (field->max != 0 ? field->max : KD_TEXT_MAX)
          && (field->valid == NULL || field->valid (json)))
        return g_steal_pointer (&json);
    }
  g_assert_not_reached ();
}

static gint64
random_number (KdRandom *random,
               const KdField *field)
{
  gint64 low = field->min, high = field->max, value;

  if (low == 0 && high == 0)
    switch (field->type)
      {
      case KD_TYPE_MONEY:
        high = KD_MONEY_MAX, low = -high;
        break;
      case KD_TYPE_QUANTITY:
        high = KD_QUANTITY_MAX, low = -high;
        break;
      case KD_TYPE_TIME:
        low = KD_TIME_MIN, high = KD_TIME_MAX;
        break;
      case KD_TYPE_DATE:
        low = KD_TIME_MIN / DAY_MS, high = KD_TIME_MAX / DAY_MS;
        break;
      default:
        low = G_MININT64 + 1, high = G_MAXINT64;
      }
  switch (kd_random_below (random, 4))
    {
    case 0:
      return kd_random_below (random, 2) == 0 ? low : high;
    case 1:
      return kd_random_between (random, low, high);
    default:
      value = (gint64) kd_random_below (random, 100000) - 1000;
      return CLAMP (value, low, high);
    }
}

/* 1 to a few members */
static guint
random_size (KdRandom *random,
             const KdField *field,
             guint most)
{
  return 1 + kd_random_below (random, field->max != 0 ? MIN (most, (guint) field->max) : most);
}

static char **
random_text_set (KdRandom *random,
                 const KdField *field)
{
  g_auto (GStrv) members = g_new0 (char *, SET_MAX + 1);
  guint n = random_size (random, field, SET_MAX);

  for (guint i = 0; i < n; i++)
    members[i] = kd_random_text (random, 1, 12, FALSE);
  return kd_text_set_new ((const char *const *) members);
}

static GArray *
random_refs (KdRandom *random,
             const KdField *field)
{
  KdId members[SET_MAX];
  guint n = random_size (random, field, SET_MAX);

  for (guint i = 0; i < n; i++)
    members[i] = kd_random_id (random);
  return kd_ref_set_new (members, n);
}

static GArray *
random_blobs (KdRandom *random,
              const KdField *field)
{
  GArray *blobs = g_array_new (FALSE, TRUE, sizeof (KdHash));

  g_array_set_size (blobs, random_size (random, field, SET_MAX));
  random_bytes (random, (guint8 *) blobs->data, blobs->len * sizeof (KdHash));
  return blobs;
}

static GPtrArray *
random_list (KdRandom *random,
             const KdField *field,
             const KdKind *kind)
{
  guint n = random_size (random, field, LIST_MAX);
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    {
      gpointer item = kd_shape_new (field->item);

      kd_random_object (random, field->item, kind, item);
      g_ptr_array_add (list, item);
    }
  return list;
}

static gboolean
stays_default (KdRandom *random,
               const KdField *field,
               gpointer object)
{
  const char *code;

  kd_field_reset (field, object);
  return kd_random_below (random, 4) == 0 && kd_field_check (field, object, &code);
}

static guint
count_values (const KdField *field)
{
  return g_strv_length ((char **) field->values);
}

void
kd_random_field (KdRandom *random,
                 const KdField *field,
                 const KdKind *kind,
                 gpointer object)
{
  gsize max = field->max != 0 ? (gsize) field->max
              : field->type == KD_TYPE_POSITION ? KD_POSITION_MAX : KD_TEXT_MAX;

  if (stays_default (random, field, object))
    return;
  switch (field->type)
    {
    case KD_TYPE_ID:
    case KD_TYPE_REF:
      AT (KdId) = kd_random_id (random);
      break;
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_POSITION:
      AT (char *) = kd_random_text (random, MAX (1, (gsize) field->min), max,
                                    (field->flags & KD_FIELD_MULTILINE) != 0);
      break;
    case KD_TYPE_JSON:
      AT (char *) = random_json (random, field);
      break;
    case KD_TYPE_INT:
    case KD_TYPE_QUANTITY:
    case KD_TYPE_MONEY:
    case KD_TYPE_TIME:
    case KD_TYPE_DATE:
      AT (gint64) = random_number (random, field);
      break;
    case KD_TYPE_BOOL:
      AT (gboolean) = TRUE;
      break;
    case KD_TYPE_ENUM:
      AT (int) = (int) kd_random_below (random, count_values (field));
      break;
    case KD_TYPE_TEXT_SET:
      AT (char **) = random_text_set (random, field);
      break;
    case KD_TYPE_REF_SET:
      AT (GArray *) = random_refs (random, field);
      break;
    case KD_TYPE_BLOB_LIST:
      AT (GArray *) = random_blobs (random, field);
      break;
    case KD_TYPE_BLOB_HASH:
      random_bytes (random, AT (KdHash).b, sizeof (KdHash));
      break;
    case KD_TYPE_PARTIAL:
      kind = field->ref != 0 ? kd_kind_by_number (field->ref) : kind;
      AT (KdPartial *) = kd_random_partial (random, kind);
      break;
    case KD_TYPE_LIST:
      AT (GPtrArray *) = random_list (random, field, kind);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
kd_random_object (KdRandom *random,
                  const KdShape *shape,
                  const KdKind *kind,
                  gpointer object)
{
  const KdField *names = kd_shape_find (shape, "kind");
  guint n_kinds;

  /* A number called `kind` says what the partials beside it are. */
  if (names != NULL && names->type == KD_TYPE_INT)
    {
      kind = kd_kinds (&n_kinds)[kd_random_below (random, n_kinds)];
      *(gint64 *) kd_field_at (names, object) = kind->number;
    }
  else
    names = NULL;
  for (guint i = 0; i < shape->n_fields; i++)
    if (&shape->fields[i] != names)
      kd_random_field (random, &shape->fields[i], kind, object);
}

KdRecord *
kd_random_record (KdRandom *random,
                  const KdKind *kind)
{
  KdRecord *record = kd_record_new (kind);

  record->id = kd_random_id (random);
  kd_random_object (random, &kind->shape, kind, record);
  return record;
}

KdPartial *
kd_random_partial (KdRandom *random,
                   const KdKind *kind)
{
  KdPartial *partial = kd_partial_new (kind);

  for (guint i = 0; i < kind->shape.n_fields; i++)
    {
      const KdField *field = &kind->shape.fields[i];

      if ((field->flags & (KD_FIELD_SERVER_ONLY | KD_FIELD_LOCAL_ONLY)) != 0
          || kd_random_below (random, 3) != 0)
        continue;
      kd_random_field (random, field, kind, partial->record);
      partial->mask |= G_GUINT64_CONSTANT (1) << i;
    }
  return partial;
}

KdCall *
kd_random_call (KdRandom *random,
                const KdMutation *mutation)
{
  KdCall *call = kd_call_new (mutation);

  kd_random_object (random, mutation->args, mutation->kind, call->args);
  return call;
}
