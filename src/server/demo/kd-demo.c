/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-demo-private.h"

#include "kd-position.h"
#include "kd-server-demo-resources.h"
#include "kd-wire-call.h"

#include <string.h>

#define RESOURCE "/id/kedai/server/demo/shop.json"
#define SEED G_GUINT64_CONSTANT (0x6b65646169)

KdDemo *
kd_demo_new (gint64 until,
             const char *media_folder)
{
  KdDemo *self = g_new0 (KdDemo, 1);
  GResource *resource = kd_server_demo_get_resource ();
  g_autoptr (GBytes) bytes = g_resource_lookup_data (resource, RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  self->root = json_from_string (text, NULL);
  self->json = json_node_get_object (self->root);
  self->media_folder = g_strdup (media_folder);
  self->until = until;
  self->now = until - KD_DEMO_DAYS * KD_DEMO_DAY;
  self->random = SEED;
  self->categories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->products = g_array_new (FALSE, TRUE, sizeof (KdDemoProduct));
  self->variants = g_array_new (FALSE, TRUE, sizeof (KdDemoVariant));
  self->people = g_array_new (FALSE, TRUE, sizeof (KdId));
  return self;
}

void
kd_demo_free (KdDemo *self)
{
  g_hash_table_unref (self->categories);
  g_array_unref (self->products);
  g_array_unref (self->variants);
  g_array_unref (self->people);
  json_node_unref (self->root);
  g_free (self->media_folder);
  g_free (self);
}

/* xorshift64*: the same draw everywhere. */
guint
kd_demo_random (KdDemo *self,
                guint below)
{
  self->random ^= self->random >> 12;
  self->random ^= self->random << 25;
  self->random ^= self->random >> 27;
  return (guint) ((self->random * G_GUINT64_CONSTANT (2685821657736338717)) >> 33) % below;
}

static void
fill_random (gpointer data,
             guint8 *bytes,
             gsize n)
{
  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) kd_demo_random (data, 256);
}

KdId
kd_demo_new_id (KdDemo *self)
{
  guint8 random[10];

  fill_random (self, random, sizeof random);
  return kd_id_make (self->now, random);
}

void
kd_demo_set_id (JsonObject *object,
                const char *name,
                const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  json_object_set_string_member (object, name, kd_id_to_text (id, text));
}

void
kd_demo_set_text (JsonObject *object,
                  const char *name,
                  const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_string_member (object, name, text);
}

JsonArray *
kd_demo_list (KdDemo *self,
              const char *name)
{
  return json_object_get_array_member (self->json, name);
}

const char *
kd_demo_word (JsonArray *list,
              guint i,
              guint j)
{
  JsonArray *item = json_array_get_array_element (list, i);

  return j < json_array_get_length (item) ? json_array_get_string_element (item, j) : NULL;
}

JsonObject *
kd_demo_args (const KdId *id)
{
  JsonObject *args = json_object_new ();

  kd_demo_set_id (args, "id", id);
  return args;
}

gboolean
kd_demo_run (KdDemo *self,
             const KdId *actor,
             const char *name,
             JsonObject *args,
             GError **error)
{
  static const KdId nobody = { { 0 } };
  gboolean staff = !kd_id_is_none (actor);
  KdActor who = { .type = staff ? KD_ACTOR_MEMBER : KD_ACTOR_JOB, .id = staff ? *actor : nobody,
                  .origin = staff ? KD_ORIGIN_DEVICE : KD_ORIGIN_JOB, .scopes = KD_SCOPES_ALL };
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), args);
  g_autoptr (KdCall) call = kd_wire_call_read (name, 0, node, KD_WIRE_READ_BY_SERVER, error);
  g_auto (KdShopRun) run = { 0 };

  json_object_unref (args);
  if (call == NULL
      || !kd_shop_run (self->connection, self->shop, &who, "demo", NULL, 0, TRUE, call, NULL, NULL, &run, error))
    return FALSE;
  if (run.status == KD_APPLIED)
    return TRUE;
  g_set_error (error, KD_SHOP_ERROR, KD_SHOP_ERROR_STORAGE, "the demo's %s: %s %s", name, run.code, run.detail != NULL ? run.detail : "");
  return FALSE;
}

/* ---- the shop's own rows ---- */

static gboolean
describe_shop (KdDemo *self,
               GError **error)
{
  static const char *const names[] = { "about", "phone", "address", "payment_text" };
  JsonObject *shop = json_object_get_object_member (self->json, "shop");
  JsonObject *args = kd_demo_args (&self->shop->id), *set = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    kd_demo_set_text (set, names[i], json_object_get_string_member (shop, names[i]));
  json_object_set_object_member (args, "set", set);
  return kd_demo_run (self, &self->owner, "shop_profile.patch", args, error);
}

static gboolean
add_members (KdDemo *self,
             GError **error)
{
  JsonArray *members = kd_demo_list (self, "members");

  for (guint i = 0; i < json_array_get_length (members); i++)
    {
      KdId id = kd_demo_new_id (self);
      JsonObject *args = kd_demo_args (&id);

      if (i == 0)
        self->agent = id;
      kd_demo_set_text (args, "name", kd_demo_word (members, i, 0));
      kd_demo_set_text (args, "role", kd_demo_word (members, i, 1));
      if (!kd_demo_run (self, &self->owner, "member.invite", args, error))
        return FALSE;
    }
  return TRUE;
}

/* The shop was made with its first location; a second one makes stock a matter of places. */
static gboolean
add_location (KdDemo *self,
              GError **error)
{
  KdLocation like = { 0 };
  g_autoptr (GPtrArray) found = kd_shop_scan (self->connection, self->shop, &kd_kind_location, "place", &like.parent, 0, 1, error);
  const KdLocation *first;
  g_autofree char *position = NULL;
  JsonObject *args, *set;

  if (found == NULL)
    return FALSE;
  first = g_ptr_array_index (found, 0);
  position = kd_position_between (first->position, NULL);
  self->stockroom = first->parent.id;
  self->counter = kd_demo_new_id (self);
  args = kd_demo_args (&self->counter);
  set = json_object_new ();
  kd_demo_set_text (set, "name", json_object_get_string_member (json_object_get_object_member (self->json, "shop"), "counter"));
  kd_demo_set_text (set, "position", position);
  json_object_set_object_member (args, "set", set);
  return kd_demo_run (self, &self->owner, "location.create", args, error);
}

static gboolean
add_people (KdDemo *self,
            GError **error)
{
  static const char *const names[] = { "name", "phone", "address", "notes" };
  JsonArray *people = kd_demo_list (self, "people");

  for (guint i = 0; i < json_array_get_length (people); i++)
    {
      KdId id = kd_demo_new_id (self);
      JsonObject *args = kd_demo_args (&id), *set = json_object_new ();

      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        kd_demo_set_text (set, names[j], kd_demo_word (people, i, j));
      json_object_set_object_member (args, "set", set);
      g_array_append_val (self->people, id);
      if (!kd_demo_run (self, &self->owner, "contact.create", args, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fill (KdSqlConnection *connection,
      const KdShop *shop,
      const KdId *owner,
      gpointer data,
      GError **error)
{
  KdDemo *self = data;
  gboolean ok;

  self->connection = connection;
  self->shop = shop;
  self->owner = *owner;
  kd_demo_catalog_plan (self);
  self->trade = kd_demo_trade_plan (self);
  ok = describe_shop (self, error) && add_members (self, error) && add_location (self, error) && kd_demo_catalog_run (self, error)
       && add_people (self, error) && kd_demo_trade_run (self, self->trade, error);
  g_clear_pointer (&self->trade, kd_demo_trade_free);
  self->connection = NULL;
  return ok;
}

static gint64
clock_now (gpointer data)
{
  return ((KdDemo *) data)->now;
}

KdShopFill
kd_demo_get_fill (KdDemo *self)
{
  return (KdShopFill){ .clock = clock_now, .random = fill_random, .fill = fill, .data = self };
}

KdShopNew
kd_demo_get_shop (KdDemo *self)
{
  JsonObject *shop = json_object_get_object_member (self->json, "shop");

  return (KdShopNew){ .name = json_object_get_string_member (shop, "name"), .slug = KD_DEMO_SLUG, .currency = "IDR", .region = "ID",
                      .timezone = "Asia/Jakarta", .language = "id", .owner_name = "Sari",
                      .location = json_object_get_string_member (shop, "stockroom") };
}
