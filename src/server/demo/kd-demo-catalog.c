/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-demo-private.h"

#include "kd-blob-store.h"
#include "kd-picture.h"
#include "kd-position.h"
#include "kd-server-demo-resources.h"
#include "kd-shop-blobs.h"

#include <string.h>

/* Categories, products with their variants and stock, and their pictures: a drawing of a few kinds
 * of goods in the product's own colours. */

#define PICTURE_EDGE 640
#define DRAWERS 4             /* pictures at once */
#define COUNTER_LEAST 12      /* of these some stand in the shop, */
#define COUNTER_SHARE 4       /* a fourth */
#define COST_UNIT 10000       /* costs are kept in ten-thousandths */

/* @json: of the variant, or of the product that has but one */
static void
plan_variant (KdDemo *self,
              JsonObject *json)
{
  KdDemoVariant variant = { .id = kd_demo_new_id (self), .sku = json_object_get_string_member (json, "sku"),
                            .price = json_object_get_int_member (json, "price"),
                            .stock = (guint) json_object_get_int_member (json, "stock") };

  g_array_append_val (self->variants, variant);
}

void
kd_demo_catalog_plan (KdDemo *self)
{
  JsonArray *products = json_object_get_array_member (self->json, "products");

  for (guint i = 0; i < json_array_get_length (products); i++)
    {
      KdDemoProduct product = { kd_demo_new_id (self), json_array_get_object_element (products, i), self->variants->len, 0 };

      if (json_object_has_member (product.json, "variants"))
        {
          JsonArray *variants = json_object_get_array_member (product.json, "variants");

          for (guint j = 0; j < json_array_get_length (variants); j++)
            plan_variant (self, json_array_get_object_element (variants, j));
        }
      else
        plan_variant (self, product.json);
      product.n = self->variants->len - product.first;
      g_array_append_val (self->products, product);
    }
}

const KdDemoProduct *
kd_demo_find_product (KdDemo *self,
                      const char *name)
{
  for (guint i = 0; i < self->products->len; i++)
    {
      const KdDemoProduct *product = &g_array_index (self->products, KdDemoProduct, i);

      if (strcmp (json_object_get_string_member (product->json, "name"), name) == 0)
        return product;
    }
  g_assert_not_reached ();
}

guint
kd_demo_find_variant (KdDemo *self,
                      const char *sku)
{
  for (guint i = 0; i < self->variants->len; i++)
    if (strcmp (g_array_index (self->variants, KdDemoVariant, i).sku, sku) == 0)
      return i;
  g_assert_not_reached ();
}

static gboolean
add_categories (KdDemo *self,
                GError **error)
{
  JsonArray *categories = json_object_get_array_member (self->json, "categories");
  g_autofree char *position = NULL;

  for (guint i = 0; i < json_array_get_length (categories); i++)
    {
      JsonArray *category = json_array_get_array_element (categories, i);
      const char *up = json_array_get_null_element (category, 2) ? NULL : json_array_get_string_element (category, 2);
      char *next = position == NULL ? kd_position_first () : kd_position_between (position, NULL);
      KdId id = kd_demo_new_id (self);
      JsonObject *args = kd_demo_args (&id), *set = json_object_new ();

      g_free (position);
      position = next;
      kd_demo_set_text (set, "name", json_array_get_string_element (category, 1));
      kd_demo_set_text (set, "position", position);
      if (up != NULL)
        kd_demo_set_id (set, "up", g_hash_table_lookup (self->categories, up));
      json_object_set_object_member (args, "set", set);
      g_hash_table_insert (self->categories, g_strdup (json_array_get_string_element (category, 0)), g_memdup2 (&id, sizeof id));
      if (!kd_demo_run (self, &self->owner, "category.create", args, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- a product ---- */

static JsonObject *
product_fields (KdDemo *self,
                const KdDemoProduct *product)
{
  JsonObject *json = product->json, *set = json_object_new ();
  const KdId *category = g_hash_table_lookup (self->categories, json_object_get_string_member (json, "category"));
  g_autofree char *description = g_strdup_printf ("<p>%s</p>", json_object_get_string_member (json, "description"));
  JsonArray *categories = json_array_new ();
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_demo_set_text (set, "name", json_object_get_string_member (json, "name"));
  kd_demo_set_text (set, "status", json_object_get_string_member_with_default (json, "status", "active"));
  kd_demo_set_text (set, "description", description);
  kd_demo_set_text (set, "brand", json_object_get_string_member_with_default (json, "brand", NULL));
  json_object_set_int_member (set, "price", json_object_get_int_member (json, "price"));
  if (json_object_has_member (json, "compare_at"))
    json_object_set_int_member (set, "compare_at", json_object_get_int_member (json, "compare_at"));
  json_object_set_int_member (set, "weight", json_object_get_int_member (json, "weight"));
  kd_demo_set_id (set, "category", category);
  json_array_add_string_element (categories, kd_id_to_text (category, text));
  json_object_set_array_member (set, "categories", categories);
  json_object_set_array_member (set, "tags", json_array_ref (json_object_get_array_member (json, "tags")));
  return set;
}

static JsonObject *
variant_item (const KdDemoVariant *variant,
              JsonObject *set,
              gint64 cost)
{
  JsonObject *item = kd_demo_args (&variant->id);
  guint opening = variant->stock + variant->sold;

  json_object_set_object_member (item, "set", set);
  if (opening > 0)
    json_object_set_int_member (item, "opening", (gint64) opening * 1000);
  if (cost > 0)
    json_object_set_int_member (item, "cost", cost * COST_UNIT);
  return item;
}

/* An option with its values, and a variant for each. */
static void
add_variants (KdDemo *self,
              const KdDemoProduct *product,
              JsonObject *args,
              gint64 cost)
{
  JsonArray *named = json_object_get_array_member (product->json, "variants");
  JsonArray *options = json_array_new (), *variants = json_array_new (), *values = json_array_new ();
  gint64 base = json_object_get_int_member (product->json, "price");
  KdId option_id = kd_demo_new_id (self);
  JsonObject *option = kd_demo_args (&option_id), *set = json_object_new ();
  g_autofree char *position = kd_position_first ();

  for (guint i = 0; i < json_array_get_length (named); i++)
    {
      JsonObject *json = json_array_get_object_element (named, i);
      KdId value_id = kd_demo_new_id (self);
      JsonObject *value = kd_demo_args (&value_id), *fields = json_object_new (), *item;
      JsonArray *of = json_array_new ();
      char text[KD_ID_TEXT_LENGTH + 1];
      char *next;

      kd_demo_set_text (value, "name", json_object_get_string_member (json, "name"));
      json_array_add_object_element (values, value);
      kd_demo_set_text (fields, "sku", json_object_get_string_member (json, "sku"));
      kd_demo_set_text (fields, "position", position);
      if (json_object_get_int_member (json, "price") != base)
        json_object_set_int_member (fields, "price", json_object_get_int_member (json, "price"));
      item = variant_item (&g_array_index (self->variants, KdDemoVariant, product->first + i), fields,
                           cost * json_object_get_int_member (json, "price") / base);
      json_array_add_string_element (of, kd_id_to_text (&value_id, text));
      json_object_set_array_member (item, "values", of);
      json_array_add_object_element (variants, item);
      next = kd_position_between (position, NULL);
      g_free (position);
      position = next;
    }
  kd_demo_set_text (set, "name", json_object_get_string_member (product->json, "option"));
  json_object_set_array_member (set, "values", values);
  json_object_set_object_member (option, "set", set);
  json_array_add_object_element (options, option);
  json_object_set_array_member (args, "options", options);
  json_object_set_array_member (args, "variants", variants);
}

static gboolean
add_product (KdDemo *self,
             const KdDemoProduct *product,
             GError **error)
{
  JsonObject *args = kd_demo_args (&product->id);
  gint64 cost = json_object_get_int_member_with_default (product->json, "cost", 0);

  json_object_set_object_member (args, "set", product_fields (self, product));
  if (json_object_has_member (product->json, "variants"))
    add_variants (self, product, args, cost);
  else
    {
      JsonArray *variants = json_array_new ();
      JsonObject *set = json_object_new ();

      kd_demo_set_text (set, "sku", json_object_get_string_member (product->json, "sku"));
      json_array_add_object_element (variants, variant_item (&g_array_index (self->variants, KdDemoVariant, product->first), set, cost));
      json_object_set_array_member (args, "variants", variants);
    }
  return kd_demo_run (self, &self->owner, "product.save", args, error);
}

/* ---- its picture ---- */

static GBytes *
draw (JsonObject *json,
      GError **error)
{
  JsonArray *colors = json_object_get_array_member (json, "colors");
  g_autofree char *path = g_strdup_printf ("/id/kedai/server/demo/pictures/%s.svg", json_object_get_string_member (json, "picture"));
  g_autoptr (GBytes) drawing = g_resource_lookup_data (kd_server_demo_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autoptr (GString) svg = NULL;
  g_autoptr (GBytes) coloured = NULL;

  if (drawing == NULL)
    return NULL;
  svg = g_string_new_len (g_bytes_get_data (drawing, NULL), (gssize) g_bytes_get_size (drawing));
  g_string_replace (svg, "@A@", json_array_get_string_element (colors, 0), 0);
  g_string_replace (svg, "@B@", json_array_get_string_element (colors, 1), 0);
  coloured = g_bytes_new (svg->str, svg->len);
  return kd_picture_thumbnail (coloured, KD_PICTURE_ALLOW_SVG, PICTURE_EDGE, 0, NULL, NULL, error);
}

/* Drawn and laid on the disk beside the rest: most of it is waiting for the disk. */
typedef struct
{
  JsonObject *json;         /* borrowed: of the product */
  KdHash hash;
  KdBlobInfo info;
  GError *error;
} Picture;

static void
make_picture (gpointer data,
              gpointer media_folder)
{
  Picture *picture = data;
  g_autoptr (GBytes) bytes = draw (picture->json, &picture->error);

  if (bytes == NULL)
    return;
  kd_picture_hash (bytes, &picture->hash);
  kd_blob_put (media_folder, bytes, &picture->hash, &picture->info, &picture->error);
}

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  g_clear_error (&picture->error);
  g_free (picture);
}

static gboolean
add_picture (KdDemo *self,
             const KdDemoProduct *product,
             Picture *picture,
             GError **error)
{
  char hash[KD_HASH_TEXT_LENGTH + 1];
  KdShopBlob blob = { .sha256 = picture->hash, .size = picture->info.size, .width = picture->info.width,
                      .height = picture->info.height, .mime = (char *) picture->info.mime };
  KdId id = kd_demo_new_id (self);
  JsonObject *args;

  if (picture->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&picture->error));
      return FALSE;
    }
  if (!kd_shop_blob_add (self->connection, self->shop, &blob, &self->owner, error))
    return FALSE;
  args = kd_demo_args (&id);
  kd_demo_set_id (args, "product", &product->id);
  kd_demo_set_text (args, "blob", kd_hash_to_text (&blob.sha256, hash));
  kd_demo_set_text (args, "alt", json_object_get_string_member (product->json, "name"));
  return kd_demo_run (self, &self->owner, "media.add", args, error);
}

/* ---- what stands in the shop itself ---- */

static gboolean
book (KdDemo *self,
      const KdId *variant,
      const KdId *location,
      gint64 delta,
      GError **error)
{
  JsonObject *args = json_object_new ();

  kd_demo_set_id (args, "variant", variant);
  kd_demo_set_id (args, "location", location);
  json_object_set_int_member (args, "delta", delta);
  kd_demo_set_text (args, "class", "transfer");
  kd_demo_set_text (args, "reason", json_object_get_string_member (json_object_get_object_member (self->json, "shop"), "moved"));
  return kd_demo_run (self, &self->owner, "stock.adjust", args, error);
}

static gboolean
stock_counter (KdDemo *self,
               GError **error)
{
  for (guint i = 0; i < self->variants->len; i++)
    {
      const KdDemoVariant *variant = &g_array_index (self->variants, KdDemoVariant, i);
      gint64 taken = (gint64) (variant->stock / COUNTER_SHARE) * 1000;

      if (variant->stock >= COUNTER_LEAST
          && (!book (self, &variant->id, &self->stockroom, -taken, error) || !book (self, &variant->id, &self->counter, taken, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_products (KdDemo *self,
              GError **error)
{
  for (guint i = 0; i < self->products->len; i++)
    {
      self->now += KD_DEMO_HOUR / 20;
      if (!add_product (self, &g_array_index (self->products, KdDemoProduct, i), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kd_demo_catalog_run (KdDemo *self,
                     GError **error)
{
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func (picture_free);
  GThreadPool *pool = g_thread_pool_new (make_picture, self->media_folder, DRAWERS, TRUE, error);
  gboolean ok;

  if (pool == NULL)
    return FALSE;
  for (guint i = 0; i < self->products->len; i++)
    {
      Picture *picture = g_new0 (Picture, 1);

      picture->json = g_array_index (self->products, KdDemoProduct, i).json;
      g_ptr_array_add (pictures, picture);
      g_thread_pool_push (pool, picture, NULL);
    }
  ok = add_categories (self, error) && add_products (self, error);
  g_thread_pool_free (pool, FALSE, TRUE);
  for (guint i = 0; ok && i < self->products->len; i++)
    ok = add_picture (self, &g_array_index (self->products, KdDemoProduct, i), g_ptr_array_index (pictures, i), error);
  return ok && stock_counter (self, error);
}
