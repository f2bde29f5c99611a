/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include <string.h>

/* What a product takes as JSON, a little more rather than less, so that chunks keep their limit. */

#define ID_BYTES (KD_ID_TEXT_LENGTH + 3)

static gsize
number_bytes (gint64 value)
{
  gsize n = 2;

  if (value == KD_EMPTY) /* "null"; ABS() can't take it */
    return 5;
  for (guint64 rest = (guint64) ABS (value); rest > 9; rest /= 10)
    n++;
  return n;
}

static gsize
text_bytes (const char *text)
{
  gsize n = 3;

  for (const char *c = text; c != NULL && *c != '\0'; c++)
    n += (guchar) *c < 0x20 ? 6 : *c == '"' || *c == '\\' ? 2 : 1;
  return n;
}

static gsize
value_bytes (const KdField *field,
             gpointer at)
{
  gsize n = 3;

  switch (field->type)
    {
    case KD_TYPE_TEXT:
    case KD_TYPE_HTML:
    case KD_TYPE_JSON:
    case KD_TYPE_POSITION:
      return text_bytes (*(char **) at);
    case KD_TYPE_INT:
    case KD_TYPE_MONEY:
    case KD_TYPE_QUANTITY:
      return number_bytes (*(gint64 *) at);
    case KD_TYPE_REF_SET:
      return n + (*(GArray **) at != NULL ? ID_BYTES * (*(GArray **) at)->len : 0);
    case KD_TYPE_TEXT_SET:
      for (char **member = *(char ***) at; member != NULL && *member != NULL; member++)
        n += text_bytes (*member);
      return n;
    default:
      return ID_BYTES;
    }
}

static gsize
partial_bytes (const KdPartial *partial)
{
  gsize n = sizeof "\"base\":{},";

  if (partial == NULL)
    return 0;
  for (guint i = 0; i < partial->record->kind->shape.n_fields; i++)
    {
      const KdField *field = &partial->record->kind->shape.fields[i];

      if ((partial->mask >> i & 1) != 0)
        n += strlen (field->name) + 4 + value_bytes (field, kd_field_at (field, partial->record));
    }
  return n;
}

static gsize
member_bytes (const char *text)
{
  return text != NULL ? 12 + text_bytes (text) : 0;
}

gsize
kd_import_item_bytes (const KdProductItem *item)
{
  gsize n = 90 + partial_bytes (item->set) + partial_bytes (item->base) + member_bytes (item->external)
            + member_bytes (item->system);

  for (guint i = 0; item->options != NULL && i < item->options->len; i++)
    {
      const KdOptionItem *one = g_ptr_array_index (item->options, i);
      n += 60 + partial_bytes (one->set) + partial_bytes (one->base);
    }
  for (guint i = 0; i < item->variants->len; i++)
    {
      const KdVariantItem *one = g_ptr_array_index (item->variants, i);

      n += 50 + partial_bytes (one->set) + partial_bytes (one->base) + member_bytes (one->code) + member_bytes (one->external)
           + (one->values != NULL ? 12 + ID_BYTES * one->values->len : 0)
           + (one->opening != KD_EMPTY ? 12 + number_bytes (one->opening) : 0)
           + (kd_id_is_none (&one->location) ? 0 : 12 + ID_BYTES)
           + (one->cost != KD_EMPTY ? 8 + number_bytes (one->cost) : 0);
    }
  for (guint i = 0; item->pictures != NULL && i < item->pictures->len; i++)
    {
      const KdPictureItem *one = g_ptr_array_index (item->pictures, i);
      n += 60 + member_bytes (one->source) + member_bytes (one->alt) + member_bytes (one->position);
    }
  return n;
}
