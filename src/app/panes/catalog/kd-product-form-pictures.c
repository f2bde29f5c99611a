/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-form-private.h"

#include "kd-calls.h"
#include "kd-position.h"

#include <glib/gi18n.h>

/* Pictures of a stored product are rows and change at once; those of one that isn't saved yet lie
 * in its draft, as a GVariant's text, and are added when it is saved. */

#define PICTURES_TYPE "a(sssssxxx)"
#define PICTURE_FORMAT "(sssssxxx)"

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
}

static GPtrArray *
read_draft (KdProductForm *self)
{
  const char *text = kd_draft_get_text (self->draft, KD_DRAFT_PICTURES);
  g_autoptr (GVariant) all = NULL;
  GPtrArray *pictures = new_list ();
  const char *id, *blob, *mime, *name, *alt;
  gint64 size, width, height;
  GVariantIter iter;

  if (text != NULL)
    all = g_variant_parse (G_VARIANT_TYPE (PICTURES_TYPE), text, NULL, NULL, NULL);
  if (all == NULL)
    return pictures;
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "(&s&s&s&s&sxxx)", &id, &blob, &mime, &name, &alt, &size, &width, &height))
    {
      KdMedia *picture = (KdMedia *) kd_record_new (&kd_kind_media);

      g_ptr_array_add (pictures, picture);
      kd_id_parse (id, &picture->parent.id);
      kd_hash_parse (blob, &picture->blob);
      picture->mime = g_strdup (mime);
      picture->name = g_strdup (name);
      picture->alt = *alt != '\0' ? g_strdup (alt) : NULL;
      picture->size = size;
      picture->width = width;
      picture->height = height;
    }
  return pictures;
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
write_draft (KdProductForm *self,
             GPtrArray *pictures)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (PICTURES_TYPE));
  g_autoptr (GVariant) all = NULL;
  g_autofree char *text = NULL;
  char id[KD_ID_TEXT_LENGTH + 1], blob[KD_HASH_TEXT_LENGTH + 1];

  for (guint i = 0; i < pictures->len; i++)
    {
      const KdMedia *picture = g_ptr_array_index (pictures, i);

      g_variant_builder_add (&builder, PICTURE_FORMAT, kd_id_to_text (&picture->parent.id, id),
                             kd_hash_to_text (&picture->blob, blob), or_empty (picture->mime),
                             or_empty (picture->name), or_empty (picture->alt), picture->size, picture->width,
                             picture->height);
    }
  all = g_variant_ref_sink (g_variant_builder_end (&builder));
  text = pictures->len > 0 ? g_variant_print (all, FALSE) : NULL;
  kd_draft_set_text (self->draft, KD_DRAFT_PICTURES, text, NULL);
}

GPtrArray *
kd_product_form_dup_pictures (KdProductForm *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  GPtrArray *pictures;

  if (detail == NULL)
    return read_draft (self);
  pictures = new_list ();
  for (guint i = 0; i < detail->media->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (detail->media, i);

      if (!kd_hash_is_none (&media->blob))
        g_ptr_array_add (pictures, kd_record_copy (&media->parent));
    }
  return pictures;
}

guint
kd_product_form_count_awaited (KdProductForm *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  guint n = 0;

  for (guint i = 0; detail != NULL && i < detail->media->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (detail->media, i);

      if (kd_hash_is_none (&media->blob) && media->source != NULL)
        n++;
    }
  return n;
}

static void
commit (KdProductForm *self,
        const char *label,
        KdCall *call)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);

  kd_session_commit_one_async (self->session, label, detail->product->name, call, NULL, NULL);
}

static const char *
last_position (const KdProductDetail *detail)
{
  const char *last = NULL;

  for (guint i = 0; i < detail->media->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (detail->media, i);

      if (g_strcmp0 (media->position, last) > 0)
        last = media->position;
    }
  return last;
}

void
kd_product_form_add_picture (KdProductForm *self,
                             const KdMedia *picture)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);
  KdMedia *media = (KdMedia *) kd_record_copy (&picture->parent);
  g_autoptr (KdRecord) record = &media->parent;

  media->parent.id = kd_session_new_id (self->session);
  media->product = self->id;
  if (detail == NULL)
    {
      g_autoptr (GPtrArray) pictures = read_draft (self);

      g_ptr_array_add (pictures, g_steal_pointer (&record));
      write_draft (self, pictures);
      return;
    }
  g_free (media->position);
  media->position = kd_position_after (last_position (detail));
  commit (self, N_("Add a picture to %s"), kd_call_media_add (media));
}

static int
find (GPtrArray *pictures,
      const KdId *id)
{
  for (guint i = 0; i < pictures->len; i++)
    if (kd_id_equal (&((const KdMedia *) g_ptr_array_index (pictures, i))->parent.id, id))
      return (int) i;
  return -1;
}

/* Siblings that have no room between them get new places, all in one operation. */
static void
spread (KdProductForm *self,
        GPtrArray *pictures)
{
  g_auto (GStrv) positions = kd_position_spread (NULL, NULL, pictures->len);
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  const KdProductDetail *detail = kd_product_form_get_detail (self);

  for (guint i = 0; positions != NULL && i < pictures->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (pictures, i);

      g_ptr_array_add (calls, kd_call_media_update (&media->parent.id, positions[i], media->alt));
    }
  if (calls->len > 0)
    kd_session_commit_async (self->session, N_("Order the pictures of %s"), detail->product->name,
                             g_steal_pointer (&calls), NULL, NULL);
}

void
kd_product_form_move_picture (KdProductForm *self,
                              const KdId *id,
                              guint place)
{
  g_autoptr (GPtrArray) pictures = kd_product_form_dup_pictures (self);
  int from = find (pictures, id);
  const KdMedia *before, *after;
  g_autofree char *position = NULL;
  KdMedia *moved;

  if (from < 0 || place >= pictures->len || (guint) from == place)
    return;
  moved = g_ptr_array_steal_index (pictures, (guint) from);
  g_ptr_array_insert (pictures, (int) place, moved);
  if (kd_product_form_get_detail (self) == NULL)
    {
      write_draft (self, pictures);
      return;
    }
  before = place > 0 ? g_ptr_array_index (pictures, place - 1) : NULL;
  after = place + 1 < pictures->len ? g_ptr_array_index (pictures, place + 1) : NULL;
  position = kd_position_between (before != NULL ? before->position : NULL, after != NULL ? after->position : NULL);
  if (position != NULL)
    commit (self, N_("Order the pictures of %s"), kd_call_media_update (id, position, moved->alt));
  else
    spread (self, pictures);
}

void
kd_product_form_describe_picture (KdProductForm *self,
                                  const KdId *id,
                                  const char *alt)
{
  g_autoptr (GPtrArray) pictures = kd_product_form_dup_pictures (self);
  int at = find (pictures, id);
  const char *text = alt != NULL && *alt != '\0' ? alt : NULL;
  KdMedia *media;

  if (at < 0)
    return;
  media = g_ptr_array_index (pictures, (guint) at);
  if (g_strcmp0 (media->alt, text) == 0)
    return;
  g_free (media->alt);
  media->alt = g_strdup (text);
  if (kd_product_form_get_detail (self) == NULL)
    write_draft (self, pictures);
  else
    commit (self, N_("Describe a picture of %s"), kd_call_media_update (id, media->position, media->alt));
}

void
kd_product_form_remove_picture (KdProductForm *self,
                                const KdId *id)
{
  g_autoptr (GPtrArray) pictures = kd_product_form_dup_pictures (self);
  int at = find (pictures, id);

  if (at < 0)
    return;
  g_ptr_array_remove_index (pictures, (guint) at);
  if (kd_product_form_get_detail (self) == NULL)
    write_draft (self, pictures);
  else
    commit (self, N_("Remove a picture of %s"), kd_call_media_remove (id));
}

void
kd_product_add_picture_calls (KdProductForm *self,
                              GPtrArray *calls)
{
  g_autoptr (GPtrArray) pictures = NULL;
  g_auto (GStrv) positions = NULL;

  if (kd_product_form_get_detail (self) != NULL)
    return;
  pictures = read_draft (self);
  positions = kd_position_spread (NULL, NULL, pictures->len);
  for (guint i = 0; i < pictures->len; i++)
    {
      KdMedia *media = g_ptr_array_index (pictures, i);

      media->product = self->id;
      media->position = positions != NULL ? g_strdup (positions[i]) : NULL;
      g_ptr_array_add (calls, kd_call_media_add (media));
    }
}
