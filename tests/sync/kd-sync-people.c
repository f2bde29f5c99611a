/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-world.h"

/* Random work of the staff. Much of it meets, some is refused, here or there. */

typedef struct
{
  KdSyncDevice *device;
  KdRandom *random;
} Person;

static guint
below (Person *self,
       guint n)
{
  return kd_random_below (self->random, n);
}

static const char *const names[] = { "Kaos", "Topi", "Beras", "Kopi", "Teh", "Tas", "Sepatu", "Buku" };

static const char *
some_name (Person *self)
{
  return names[below (self, G_N_ELEMENTS (names))];
}

static gboolean
pick (Person *self,
      const char *kind,
      KdId *ret_id)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM \"%s\" ORDER BY id", kind);
  return kd_sync_device_pick (self->device, sql, ret_id);
}

static KdId
new_id (Person *self)
{
  return kd_sync_world_id (self->device->world);
}

static void
save_product (Person *self)
{
  KdId product = new_id (self), variant = new_id (self);

  kd_sync_device_do (self->device, NULL, "product.save",
                     "{\"id\":\"%s\",\"set\":{\"name\":\"%s %u\",\"price\":%u,\"status\":\"active\"},"
                     "\"variants\":[{\"id\":\"%s\",\"set\":{\"sku\":\"S-%u\"},\"opening\":%u}]}",
                     T (product, a), some_name (self), below (self, 1000), 1000 * (1 + below (self, 50)), T (variant, b),
                     below (self, 6), 1000 * below (self, 20));
}

static void
patch_product (Person *self)
{
  KdId id;
  g_autoptr (KdRecord) record = NULL;
  const KdProduct *product;

  if (!pick (self, "product", &id))
    return;
  record = kd_sync_device_get (self->device, &kd_kind_product, &id);
  product = (const KdProduct *) record;
  if (below (self, 2) == 0)
    kd_sync_device_do (self->device, NULL, "product.patch",
                       "{\"id\":\"%s\",\"set\":{\"price\":%u},\"base\":{\"price\":%" G_GINT64_FORMAT "}%s}", T (id, a),
                       1000 * (1 + below (self, 50)), product->price,
                       below (self, 3) == 0 ? ",\"only_if_base\":true" : "");
  else
    kd_sync_device_do (self->device, NULL, "product.patch",
                       "{\"id\":\"%s\",\"set\":{\"name\":\"%s %u\",\"tags\":[\"t%u\"]},\"base\":{\"name\":\"%s\"}}", T (id, a),
                       some_name (self), below (self, 1000), below (self, 5), product->name);
}

static void
delete_product (Person *self)
{
  KdId id;

  if (pick (self, "product", &id))
    kd_sync_device_do (self->device, NULL, "product.delete", "{\"id\":\"%s\"}", T (id, a));
}

static void
patch_variant (Person *self)
{
  KdId id;

  if (pick (self, "variant", &id))
    kd_sync_device_do (self->device, NULL, "variant.patch", "{\"id\":\"%s\",\"set\":{\"sku\":\"S-%u\",\"price\":%u}}",
                       T (id, a), below (self, 6), 1000 * below (self, 30));
}

static void
adjust (Person *self)
{
  static const char *const classes[] = { "receipt", "sale", "damage", "adjust" };
  KdId id;
  guint class = below (self, G_N_ELEMENTS (classes));
  int pieces = 1 + (int) below (self, 9);

  if (pick (self, "variant", &id))
    kd_sync_device_do (self->device, NULL, "stock.adjust",
                       "{\"variant\":\"%s\",\"location\":\"%s\",\"delta\":%d,\"class\":\"%s\"}", T (id, a),
                       T (self->device->world->location, b), class == 0 ? pieces * 1000 : -pieces * 1000, classes[class]);
}

static void
count (Person *self)
{
  KdId id;

  if (pick (self, "variant", &id))
    kd_sync_device_do (self->device, NULL, "stock.count",
                       "{\"variant\":\"%s\",\"location\":\"%s\",\"counted\":%u,\"seen\":%" G_GINT64_FORMAT "}", T (id, a),
                       T (self->device->world->location, b), 1000 * below (self, 20),
                       kd_sync_device_on_hand (self->device, &id));
}

static void
make_order (Person *self)
{
  KdId id = new_id (self), variant;

  if (pick (self, "variant", &variant))
    kd_sync_device_do (self->device, NULL, "order.create",
                       "{\"id\":\"%s\",\"token\":\"%08x%08x%08x%08x\",\"name\":\"Sari\",\"phone\":\"+6281234567890\","
                       "\"place\":%s,\"beyond_stock\":true,"
                       "\"lines\":[{\"variant\":\"%s\",\"quantity\":%u,\"price\":5000}]}", T (id, a),
                       (guint) kd_random_next (self->random), (guint) kd_random_next (self->random),
                       (guint) kd_random_next (self->random), (guint) kd_random_next (self->random),
                       below (self, 2) == 0 ? "true" : "false", T (variant, b), 1000 * (1 + below (self, 4)));
}

static void
move_order (Person *self)
{
  static const char *const order[] = { "placed", "cancelled", "done" };
  static const char *const fulfilment[] = { "packed", "ready_to_ship", "shipped", "delivered", "unfulfilled" };
  KdId id;
  gboolean first = below (self, 3) == 0;

  if (pick (self, "order", &id))
    kd_sync_device_do (self->device, NULL, "order.transition", "{\"id\":\"%s\",\"machine\":\"%s\",\"to\":\"%s\"}",
                       T (id, a), first ? "order" : "fulfilment",
                       first ? order[below (self, G_N_ELEMENTS (order))] : fulfilment[below (self, G_N_ELEMENTS (fulfilment))]);
}

static void
place_order (Person *self)
{
  KdId id;
  g_autofree char *seen = NULL;

  if (!kd_sync_device_pick (self->device, "SELECT id FROM \"order\" WHERE state='draft' ORDER BY id", &id))
    return;
  seen = kd_sync_device_lines_seen (self->device, &id);
  kd_sync_device_do (self->device, NULL, "order.place", "{\"id\":\"%s\",\"lines_seen\":%s,\"beyond_stock\":true}", T (id, a), seen);
}

static void
pay (Person *self)
{
  KdId id, payment = new_id (self);

  if (pick (self, "order", &id))
    kd_sync_device_do (self->device, NULL, "payment.record",
                       "{\"id\":\"%s\",\"order\":\"%s\",\"amount\":%u,\"method\":\"cash\"}", T (payment, a), T (id, b),
                       5000 * (1 + below (self, 4)));
}

static void
make_contact (Person *self)
{
  KdId id = new_id (self), conversation = new_id (self);

  kd_sync_device_do (self->device, NULL, "contact.create", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\",\"phone\":\"+62812345678%u\"}}",
                     T (id, a), some_name (self), 10 + below (self, 5));
  if (below (self, 2) == 0)
    kd_sync_device_do (self->device, NULL, "conversation.start", "{\"id\":\"%s\",\"contact\":\"%s\"}", T (conversation, a), T (id, b));
}

static void
patch_contact (Person *self)
{
  KdId id;

  if (pick (self, "contact", &id))
    kd_sync_device_do (self->device, NULL, "contact.patch", "{\"id\":\"%s\",\"set\":{\"notes\":\"%s %u\"}}", T (id, a),
                       some_name (self), below (self, 100));
}

static void
write_message (Person *self)
{
  KdId id = new_id (self), conversation;

  if (pick (self, "conversation", &conversation))
    kd_sync_device_do (self->device, NULL, below (self, 4) == 0 ? "message.note" : "message.send",
                       "{\"id\":\"%s\",\"conversation\":\"%s\",\"text\":\"%s %u\"}", T (id, a), T (conversation, b),
                       some_name (self), below (self, 1000));
}

static void
handle_conversation (Person *self)
{
  KdId id;

  if (!pick (self, "conversation", &id))
    return;
  switch (below (self, 3))
    {
    case 0:
      kd_sync_device_do (self->device, NULL, "conversation.set_state", "{\"id\":\"%s\",\"state\":\"%s\"}", T (id, a),
                         below (self, 2) == 0 ? "resolved" : "open");
      break;
    case 1:
      kd_sync_device_do (self->device, NULL, "conversation.staff_seen", "{\"id\":\"%s\",\"received\":%" G_GINT64_FORMAT "}",
                         T (id, a), KD_WORLD_TIME + below (self, 10000));
      break;
    default:
      kd_sync_device_do (self->device, NULL, "conversation.set_labels", "{\"id\":\"%s\",\"labels\":[\"l%u\"]}", T (id, a),
                         below (self, 4));
    }
}

static void
categorise (Person *self)
{
  KdId id = new_id (self), up;
  gboolean has = pick (self, "category", &up);

  if (!has || below (self, 2) == 0)
    kd_sync_device_do (self->device, NULL, "category.create", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\"}}", T (id, a), some_name (self));
  else if (below (self, 2) == 0)
    kd_sync_device_do (self->device, NULL, "category.delete", "{\"id\":\"%s\"}", T (up, a));
  else if (pick (self, "category", &id))
    kd_sync_device_do (self->device, NULL, "category.patch", "{\"id\":\"%s\",\"set\":{\"up\":\"%s\"}}", T (id, a), T (up, b));
}

static void
take_back (Person *self)
{
  KdId uid;

  switch (below (self, 4))
    {
    case 0:
      kd_sync_device_undo (self->device, TRUE);
      break;
    case 1:
      if (kd_sync_device_pick (self->device, "SELECT uid FROM outbox ORDER BY id", &uid))
        kd_sync_device_discard (self->device, &uid);
      break;
    default:
      kd_sync_device_undo (self->device, FALSE);
    }
}

void
kd_sync_device_do_something (KdSyncDevice *device)
{
  static void (*const things[]) (Person *self) = {
    save_product, patch_product, patch_product, patch_product, delete_product, patch_variant, adjust, adjust, adjust,
    count, make_order, make_order, move_order, move_order, place_order, pay, make_contact, patch_contact, write_message,
    write_message, handle_conversation, categorise, take_back, take_back,
  };
  Person self = { device, &device->world->random };

  things[below (&self, G_N_ELEMENTS (things))] (&self);
  kd_sync_device_check (device);
}

KdId
kd_sync_device_add_category (KdSyncDevice *device,
                             const char *name)
{
  KdId id = kd_sync_world_id (device->world);

  g_assert_true (kd_sync_device_do (device, NULL, "category.create", "{\"id\":\"%s\",\"set\":{\"name\":\"%s\"}}", T (id, a),
                                    name));
  return id;
}

void
kd_sync_world_stock_up (KdSyncWorld *world)
{
  KdSyncDevice *device = world->devices->pdata[0];
  Person self = { device, &world->random };

  kd_sync_device_sync (device);
  for (guint i = 0; i < 3; i++)
    save_product (&self);
  make_contact (&self);
  make_contact (&self);
  make_order (&self);
  make_order (&self);
  kd_sync_device_sync (device);
  /* the others know of it, or do not */
  for (guint i = 1; i < world->devices->len; i++)
    if (kd_random_below (&world->random, 4) != 0)
      kd_sync_device_sync (world->devices->pdata[i]);
}
