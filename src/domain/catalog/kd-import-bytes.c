/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-private.h"

#include <string.h>

/* What a product takes as JSON, a little more rather than less, so that chunks keep their limit. */

static gsize
partial_bytes (const KdPartial *partial)
{
  gsize n = 16;

  if (partial == NULL)
    return 0;
  for (guint i = 0; i < partial->record->kind->shape.n_fields; i++)
    {
      const KdField *field = &partial->record->kind->shape.fields[i];
      gpointer at = kd_field_at (field, partial->record);

      if ((partial->mask >> i & 1) == 0)
        continue;
      n += strlen (field->name) + 26;
      switch (field->type)
        {
        case KD_TYPE_TEXT:
        case KD_TYPE_HTML:
        case KD_TYPE_JSON:
        case KD_TYPE_POSITION:
          for (const char *c = *(char **) at; c != NULL && *c != '\0'; c++)
            n += (guchar) *c < 0x20 ? 6 : *c == '"' || *c == '\\' ? 2 : 1;
          break;
        case KD_TYPE_REF_SET:
          n += *(GArray **) at != NULL ? 39 * (*(GArray **) at)->len : 0;
          break;
        case KD_TYPE_TEXT_SET:
          for (char **member = *(char ***) at; member != NULL && *member != NULL; member++)
            n += strlen (*member) + 4;
          break;
        default:
          break;
        }
    }
  return n;
}

static gsize
text_bytes (const char *text)
{
  return text != NULL ? strlen (text) + 16 : 0;
}

gsize
kd_import_item_bytes (const KdProductItem *item)
{
  gsize n = 120 + partial_bytes (item->set) + partial_bytes (item->base) + text_bytes (item->external) + text_bytes (item->system);

  for (guint i = 0; item->options != NULL && i < item->options->len; i++)
    {
      const KdOptionItem *one = g_ptr_array_index (item->options, i);
      n += 60 + partial_bytes (one->set) + partial_bytes (one->base);
    }
  for (guint i = 0; i < item->variants->len; i++)
    {
      const KdVariantItem *one = g_ptr_array_index (item->variants, i);
      n += 130 + partial_bytes (one->set) + partial_bytes (one->base) + text_bytes (one->code) + text_bytes (one->external)
           + (one->values != NULL ? 39 * one->values->len : 0);
    }
  for (guint i = 0; item->pictures != NULL && i < item->pictures->len; i++)
    {
      const KdPictureItem *one = g_ptr_array_index (item->pictures, i);
      n += 80 + text_bytes (one->source) + text_bytes (one->alt);
    }
  return n;
}
