/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-sync-world.h"

#include <string.h>

/* Conflicts and rules between desktops: SYNC 6, F36-F39, F42, F44. */

#define HOUR G_GINT64_CONSTANT (3600000)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)

typedef struct
{
  KdSyncWorld *world;
  KdSyncDevice *a, *b;
  KdId product, variant;
} Shop;

static Shop
shop_new (guint stock)
{
  Shop shop = { .world = kd_sync_world_new (5) };

  shop.a = kd_sync_world_add_device (shop.world, &shop.world->owner);
  shop.b = kd_sync_world_add_device (shop.world, &shop.world->manager);
  kd_sync_device_sync (shop.a);
  shop.product = kd_sync_world_id (shop.world);
  shop.variant = kd_sync_world_id (shop.world);
  g_assert_true (kd_sync_device_do (shop.a, NULL, "product.save",
                                    "{\"id\":\"%s\",\"set\":{\"name\":\"Kaos\",\"price\":50000,\"status\":\"active\"},"
                                    "\"variants\":[{\"id\":\"%s\",\"set\":{\"sku\":\"K\"},\"opening\":%u}]}",
                                    T (shop.product, x), T (shop.variant, y), stock));
  kd_sync_world_settle (shop.world);
  return shop;
}

static void
set_price (Shop *shop,
           KdSyncDevice *device,
           guint price,
           guint base)
{
  g_assert_true (kd_sync_device_do (device, NULL, "product.patch",
                                    "{\"id\":\"%s\",\"set\":{\"price\":%u},\"base\":{\"price\":%u}}", T (shop->product, x), price,
                                    base));
}

static gint64
price (Shop *shop,
       KdSyncDevice *device)
{
  g_autoptr (KdRecord) record = kd_sync_device_get (device, &kd_kind_product, &shop->product);
  return ((KdProduct *) record)->price;
}

static gint64
conflicts (Shop *shop)
{
  return kd_sync_world_count (shop->world, "SELECT count(*) FROM conflict");
}

/* F36: different fields of one product: both stay, nothing to settle. */
static void
test_f36 (void)
{
  Shop shop = shop_new (10000);
  g_autoptr (KdRecord) record = NULL;

  g_assert_true (kd_sync_device_do (shop.a, NULL, "product.patch",
                                    "{\"id\":\"%s\",\"set\":{\"name\":\"Kaos biru\"},\"base\":{\"name\":\"Kaos\"}}",
                                    T (shop.product, x)));
  set_price (&shop, shop.b, 60000, 50000);
  kd_sync_world_settle (shop.world);
  record = kd_sync_device_get (shop.b, &kd_kind_product, &shop.product);
  g_assert_cmpstr (((KdProduct *) record)->name, ==, "Kaos biru");
  g_assert_cmpint (price (&shop, shop.a), ==, 60000);
  g_assert_cmpint (conflicts (&shop), ==, 0);
  kd_sync_world_free (shop.world);
}

static gboolean
find_conflict (Shop *shop,
               KdId *ret_id)
{
  return kd_sync_device_pick (shop->a, "SELECT id FROM conflict WHERE state='open'", ret_id);
}

/* F37: an earlier edit that comes later loses, and can be used all the same. */
static void
test_f37 (void)
{
  Shop shop = shop_new (10000);
  g_autoptr (KdRecord) conflict = NULL;
  KdId id;

  set_price (&shop, shop.a, 55000, 50000);
  shop.world->now += DAY;
  set_price (&shop, shop.b, 60000, 50000);
  kd_sync_device_sync (shop.b);
  shop.world->now += DAY;
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (price (&shop, shop.a), ==, 60000);
  g_assert_cmpint (conflicts (&shop), ==, 1);
  g_assert_true (find_conflict (&shop, &id));
  conflict = kd_sync_device_get (shop.a, &kd_kind_conflict, &id);
  g_assert_cmpstr (((KdConflict *) conflict)->value, ==, "55000");
  /* the other value is a new edit, as the console makes it */
  set_price (&shop, shop.a, 55000, 60000);
  g_assert_true (kd_sync_device_do (shop.a, NULL, "conflict.settle", "{\"id\":\"%s\",\"state\":\"used\"}", T (id, x)));
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (price (&shop, shop.b), ==, 55000);
  g_assert_cmpint (conflicts (&shop), ==, 1);
  g_assert_false (find_conflict (&shop, &id));
  kd_sync_world_free (shop.world);
}

/* F38: a clock that is years wrong wins nothing by itself, and is never an error. */
static void
test_f38 (gconstpointer data)
{
  gint64 skew = GPOINTER_TO_INT (data) * YEAR;
  Shop shop = shop_new (10000);

  shop.a->skew = skew;
  set_price (&shop, shop.a, 55000, 50000);
  shop.world->now += DAY;
  set_price (&shop, shop.b, 60000, 50000);
  kd_sync_device_sync (shop.b);
  shop.world->now += DAY;
  kd_sync_world_settle (shop.world);
  g_assert_null (shop.a->stopped);
  /* the offset of the clock is known when it is sent, so the edit stands at its true time */
  g_assert_cmpint (price (&shop, shop.b), ==, 60000);
  g_assert_cmpint (conflicts (&shop), ==, 1);
  /* and a wrong clock does not lose what was edited last either */
  set_price (&shop, shop.b, 61000, 60000);
  kd_sync_device_sync (shop.b);
  shop.world->now += DAY;
  set_price (&shop, shop.a, 62000, 60000);
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (price (&shop, shop.b), ==, 62000);
  kd_sync_world_free (shop.world);
}

/* F39: ten tills sell seven each of fifty while apart: facts are booked, the stock is a sum. */
static void
test_f39 (void)
{
  Shop shop = shop_new (50000);
  GPtrArray *devices = shop.world->devices;

  while (devices->len < 10)
    kd_sync_device_sync (kd_sync_world_add_device (shop.world, &shop.world->cashier));
  for (guint i = 0; i < devices->len; i++)
    g_assert_true (kd_sync_device_do (devices->pdata[i], NULL, "stock.adjust",
                                      "{\"variant\":\"%s\",\"location\":\"%s\",\"delta\":-7000,\"class\":\"sale\"}",
                                      T (shop.variant, x), T (shop.world->location, y)));
  kd_sync_world_settle (shop.world);
  for (guint i = 0; i < devices->len; i++)
    g_assert_cmpint (kd_sync_device_on_hand (devices->pdata[i], &shop.variant), ==, -20000);
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT count(*) FROM stock_move WHERE class='sale'"), ==, 10);
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT count(*) FROM task WHERE type='oversold'"), >, 0);
  kd_sync_world_free (shop.world);
}

static KdId
place_order (Shop *shop,
             KdSyncDevice *device)
{
  KdId id = kd_sync_world_id (shop->world);

  g_assert_true (kd_sync_device_do (device, NULL, "order.create",
                                    "{\"id\":\"%s\",\"token\":\"%032x\",\"name\":\"Sari\",\"method\":\"cod\",\"place\":true,"
                                    "\"lines\":[{\"variant\":\"%s\",\"quantity\":2000}]}", T (id, x), 77, T (shop->variant, y)));
  return id;
}

/* F42: two act on one order at once: the first one wins whichever it is, the other hears of it. */
static void
test_f42 (gconstpointer data)
{
  gboolean cancel_first = GPOINTER_TO_INT (data);
  Shop shop = shop_new (10000);
  KdId id = place_order (&shop, shop.a);
  KdSyncDevice *first = cancel_first ? shop.b : shop.a, *second = cancel_first ? shop.a : shop.b;
  g_autoptr (KdRecord) record = NULL;

  kd_sync_world_settle (shop.world);
  g_assert_true (kd_sync_device_do (shop.a, NULL, "order.transition",
                                    "{\"id\":\"%s\",\"machine\":\"fulfilment\",\"to\":\"packed\",\"seen_state\":\"unfulfilled\"}",
                                    T (id, x)));
  g_assert_true (kd_sync_device_do (shop.b, NULL, "order.transition",
                                    "{\"id\":\"%s\",\"machine\":\"order\",\"to\":\"cancelled\",\"seen_state\":\"placed\"}", T (id, x)));
  kd_sync_device_sync (first);
  kd_sync_device_sync (second);
  kd_sync_world_settle (shop.world);
  record = kd_sync_world_get (shop.world, &kd_kind_order, &id);
  if (cancel_first)
    {
      g_assert_cmpint (((KdOrder *) record)->state, ==, KD_ORDER_CANCELLED);
      g_assert_cmpint (((KdOrder *) record)->fulfilment, ==, KD_FULFILMENT_UNFULFILLED);
      g_assert_cmpint (kd_sync_device_count (shop.a, "SELECT count(*) FROM sync_problem"), ==, 1);
      g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT sum(reserved) FROM stock_level"), ==, 0);
    }
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT sum(on_hand) FROM stock_level"), ==, 10000);
  kd_sync_world_free (shop.world);
}

/* F44: deleted here, edited there: it is gone, and the edit is kept in the list of problems. */
static void
test_f44 (void)
{
  Shop shop = shop_new (0);

  g_assert_true (kd_sync_device_do (shop.b, NULL, "product.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Kaos merah\"}}",
                                    T (shop.product, x)));
  g_assert_true (kd_sync_device_do (shop.a, NULL, "product.delete", "{\"id\":\"%s\"}", T (shop.product, x)));
  kd_sync_device_sync (shop.a);
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT count(*) FROM product"), ==, 0);
  g_assert_cmpint (kd_sync_device_count (shop.b, "SELECT count(*) FROM product"), ==, 0);
  g_assert_cmpint (kd_sync_device_count (shop.b, "SELECT count(*) FROM sync_problem WHERE code='row.gone'"
                                                 " AND args LIKE '%Kaos merah%'"), ==, 1);
  kd_sync_world_free (shop.world);
}

void
add_conflict_tests (void)
{
  g_test_add_func ("/sync/conflict/F36-two-fields", test_f36);
  g_test_add_func ("/sync/conflict/F37-later-edit", test_f37);
  g_test_add_data_func ("/sync/conflict/F38-clock-ahead", GINT_TO_POINTER (3), test_f38);
  g_test_add_data_func ("/sync/conflict/F38-clock-behind", GINT_TO_POINTER (-3), test_f38);
  g_test_add_func ("/sync/conflict/F39-facts-of-ten-tills", test_f39);
  g_test_add_data_func ("/sync/conflict/F42-cancelled-first", GINT_TO_POINTER (TRUE), test_f42);
  g_test_add_data_func ("/sync/conflict/F42-packed-first", GINT_TO_POINTER (FALSE), test_f42);
  g_test_add_func ("/sync/conflict/F44-deleted-and-edited", test_f44);
}
