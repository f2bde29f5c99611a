/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-sync-world.h"
#include "kd-wire-call.h"

#include <string.h>

/* The shop's rules where tills and buyers meet: SYNC 6, F25, F39-F41, F59. */

#define HOUR G_GINT64_CONSTANT (3600000)

typedef struct
{
  KdSyncWorld *world;
  KdSyncDevice *a, *b;
  KdId product, variant;
} Shop;

static void
shop_init (Shop *shop,
           guint stock)
{
  shop->world = kd_sync_world_new_with (21, 1);
  shop->a = shop->world->devices->pdata[0];
  shop->b = kd_sync_world_add_device (shop->world, &shop->world->cashier);
  shop->product = kd_sync_world_id (shop->world);
  shop->variant = kd_sync_world_id (shop->world);
  g_assert_true (kd_sync_device_do (shop->a, NULL, "product.save",
                                    "{\"id\":\"%s\",\"set\":{\"name\":\"Kaos\",\"price\":50000,\"status\":\"active\"},"
                                    "\"variants\":[{\"id\":\"%s\",\"set\":{\"sku\":\"K\"},\"opening\":%u}]}",
                                    T (shop->product, x), T (shop->variant, y), stock));
  kd_sync_world_settle (shop->world);
}

static void
shop_clear (Shop *shop)
{
  kd_sync_world_free (shop->world);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shop, shop_clear)

/* F25: an order is placed and paid offline, the program starts again, and another till's older edit
 * of the draft comes first: it ends paid, once. */
static void
test_f25 (void)
{
  g_auto (Shop) shop = { 0 };
  KdId id, payment;
  g_autofree char *seen = NULL;
  g_autoptr (KdRecord) record = NULL;

  shop_init (&shop, 10000);
  id = kd_sync_world_id (shop.world);
  payment = kd_sync_world_id (shop.world);
  g_assert_true (kd_sync_device_do (shop.a, NULL, "order.create",
                                    "{\"id\":\"%s\",\"token\":\"%032x\",\"name\":\"Sari\",\"method\":\"cash\","
                                    "\"lines\":[{\"variant\":\"%s\",\"quantity\":2000}]}", T (id, x), 25, T (shop.variant, y)));
  kd_sync_world_settle (shop.world);
  g_assert_true (kd_sync_device_do (shop.b, NULL, "order.update", "{\"id\":\"%s\",\"set\":{\"note\":\"Tanpa plastik\"}}", T (id, x)));
  shop.world->now += HOUR;
  seen = kd_sync_device_lines_seen (shop.a, &id);
  g_assert_true (kd_sync_device_do (shop.a, NULL, "order.place", "{\"id\":\"%s\",\"lines_seen\":%s}", T (id, x), seen));
  g_assert_true (kd_sync_device_do (shop.a, NULL, "payment.record",
                                    "{\"id\":\"%s\",\"order\":\"%s\",\"amount\":100000,\"method\":\"cash\"}", T (payment, x), T (id, y)));
  kd_sync_device_reopen (shop.a);
  kd_sync_device_sync (shop.b);
  kd_sync_device_sync (shop.a);
  kd_sync_world_settle (shop.world);
  record = kd_sync_device_get (shop.b, &kd_kind_order, &id);
  g_assert_cmpint (((KdOrder *) record)->state, ==, KD_ORDER_PLACED);
  g_assert_cmpint (((KdOrder *) record)->payment, ==, KD_PAYMENT_PAID);
  g_assert_cmpstr (((KdOrder *) record)->note, ==, "Tanpa plastik");
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT count(*) FROM payment"), ==, 1);
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT count(*) FROM \"order\""), ==, 1);
  g_assert_cmpint (kd_sync_device_count (shop.a, "SELECT count(*) FROM sync_problem"), ==, 0);
}

/* F39: as promises: ten buyers are offered seven each of fifty and say yes: seven get them, three
 * hear that there are too few. */
static void
test_f39 (void)
{
  g_auto (Shop) shop = { 0 };
  guint accepted = 0;

  shop_init (&shop, 50000);
  for (guint i = 0; i < 10; i++)
    {
      KdId message = kd_sync_world_id (shop.world), id = kd_sync_world_id (shop.world), contact, conversation;
      g_autofree char *key = g_strdup_printf ("f39-%u", i);

      g_assert_cmpint (kd_sync_world_buyer (shop.world, NULL, NULL, NULL, "message.receive",
                                            "{\"id\":\"%s\",\"channel\":\"page\",\"from\":\"buyer-%u\",\"name\":\"Sari\",\"text\":\"Halo\"}",
                                            T (message, x), i), ==, KD_APPLIED);
      kd_sync_device_sync (shop.a);
      g_assert_true (kd_sync_device_pick (shop.a, "SELECT contact FROM conversation ORDER BY id DESC LIMIT 1", &contact));
      g_assert_true (kd_sync_device_pick (shop.a, "SELECT id FROM conversation ORDER BY id DESC LIMIT 1", &conversation));
      g_assert_true (kd_sync_device_do (shop.a, NULL, "order.create",
                                        "{\"id\":\"%s\",\"token\":\"%032x\",\"contact\":\"%s\",\"conversation\":\"%s\","
                                        "\"lines\":[{\"variant\":\"%s\",\"quantity\":7000}]}", T (id, x), 3900 + i,
                                        T (contact, y), T (conversation, z), T (shop.variant, v)));
      kd_sync_device_sync (shop.a);
      accepted += kd_sync_world_buyer (shop.world, &conversation, &contact, key, "order.confirm",
                                       "{\"id\":\"%s\",\"token\":\"%032x\",\"name\":\"Sari\",\"phone\":\"+6281234567890\","
                                       "\"address\":\"Jalan Melati 5\",\"method\":\"cod\"}", T (id, x), 3900 + i) == KD_APPLIED;
    }
  g_assert_cmpuint (accepted, ==, 7);
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT count(*) FROM \"order\" WHERE state='placed'"), ==, 7);
  g_assert_cmpint (kd_sync_world_count (shop.world, "SELECT count(*) FROM \"order\" WHERE state='draft'"), ==, 3);
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (kd_sync_device_count (shop.b, "SELECT sum(reserved) FROM stock_level"), ==, 49000);
  g_assert_cmpint (kd_sync_device_on_hand (shop.b, &shop.variant), ==, 50000);
}

/* F40: nobody writes a synced table past the shop's transaction; all of them are tried. */
static void
test_f40 (void)
{
  g_auto (Shop) shop = { 0 };
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);
  gint64 head;

  shop_init (&shop, 10000);
  head = shop.world->last_snapshot;
  for (guint i = 0; i < n; i++)
    {
      const char *table = kinds[i]->shape.name;
      g_autofree char *update = g_strdup_printf ("UPDATE \"%s\" SET id=id", table);
      g_autofree char *delete = g_strdup_printf ("DELETE FROM \"%s\"", table);
      g_autofree char *insert = g_strdup_printf ("INSERT INTO \"%s\"(shop_id, id) VALUES(x'00', x'00')", table);
      g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM \"%s\"", table);
      const char *const all[] = { update, delete, insert };
      gint64 before = kd_sync_world_count (shop.world, count);

      for (guint k = 0; k < G_N_ELEMENTS (all); k++)
        {
          g_autoptr (GError) error = NULL;

          /* a table without rows has none to update or delete */
          if (before == 0 && k < 2)
            continue;
          if (kd_sql_exec (shop.world->server, all[k], &error))
            kd_sync_world_fail (shop.world, "this went through: %s", all[k]);
          g_assert_nonnull (strstr (error->message, "outside a shop transaction"));
        }
      g_assert_cmpint (kd_sync_world_count (shop.world, count), ==, before);
    }
  g_assert_cmpuint (n, >, 20);
  kd_sync_world_note_snapshot (shop.world);
  g_assert_cmpint (shop.world->last_snapshot, ==, head);
  kd_sync_world_settle (shop.world);
}

/* F41: forty are counted while two sales of one wait on other tills: thirty-eight are left. */
static void
test_f41 (gconstpointer data)
{
  gboolean count_first = GPOINTER_TO_INT (data);
  g_auto (Shop) shop = { 0 };
  KdSyncDevice *c;

  shop_init (&shop, 45000);
  c = kd_sync_world_add_device (shop.world, &shop.world->cashier);
  kd_sync_device_sync (c);
  g_assert_true (kd_sync_device_do (shop.a, NULL, "stock.count",
                                    "{\"variant\":\"%s\",\"location\":\"%s\",\"counted\":40000,\"seen\":45000}",
                                    T (shop.variant, x), T (shop.world->location, y)));
  for (guint i = 0; i < 2; i++)
    g_assert_true (kd_sync_device_do (i == 0 ? shop.b : c, NULL, "stock.adjust",
                                      "{\"variant\":\"%s\",\"location\":\"%s\",\"delta\":-1000,\"class\":\"sale\"}",
                                      T (shop.variant, x), T (shop.world->location, y)));
  g_assert_cmpint (kd_sync_device_on_hand (shop.a, &shop.variant), ==, 40000);
  g_assert_cmpint (kd_sync_device_on_hand (shop.b, &shop.variant), ==, 44000);
  kd_sync_device_sync (count_first ? shop.a : shop.b);
  kd_sync_device_sync (count_first ? c : shop.a);
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (kd_sync_device_on_hand (shop.a, &shop.variant), ==, 38000);
  g_assert_cmpint (kd_sync_device_on_hand (c, &shop.variant), ==, 38000);
}

static gint64
unread (KdSyncDevice *device)
{
  return kd_sync_device_count (device, "SELECT count(*) FROM message m JOIN conversation c ON c.id=m.conversation"
                                       " WHERE m.direction='in' AND m.received > c.staff_seen");
}

/* What a channel delivers: @sent is the channel's time. */
static void
receive (Shop *shop,
         const char *text,
         gint64 sent)
{
  KdActor actor = { .type = KD_ACTOR_CONNECTOR, .origin = KD_ORIGIN_HOOK, .scopes = KD_SCOPES_ALL };
  KdId id = kd_sync_world_id (shop->world);
  g_autofree char *json = g_strdup_printf (
    "{\"name\":\"message.receive\",\"v\":1,\"args\":{\"id\":\"%s\",\"channel\":\"whatsapp\",\"from\":\"+6281234567890\","
    "\"name\":\"Sari\",\"text\":\"%s\",\"sent\":%" G_GINT64_FORMAT "}}", T (id, x), text, sent);
  g_auto (KdShopRun) run = { 0 };
  GError *error = NULL;
  g_autoptr (KdCall) call = kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error);

  g_assert_no_error (error);
  g_assert_true (kd_shop_run (shop->world->server, &shop->world->shop, &actor, "hook", NULL, 0, TRUE, call, NULL, NULL, &run, &error));
  g_assert_cmpstr (run.code, ==, NULL);
  kd_sync_world_note_snapshot (shop->world);
}

/* F59: a message that comes an hour late stands in its place, and is unread all the same. */
static void
test_f59_late (void)
{
  g_auto (Shop) shop = { 0 };
  KdId conversation;

  shop_init (&shop, 1000);
  shop.world->now += 2 * HOUR;
  receive (&shop, "Sekarang", shop.world->now);
  kd_sync_world_settle (shop.world);
  g_assert_true (kd_sync_device_pick (shop.a, "SELECT id FROM conversation", &conversation));
  g_assert_true (kd_sync_device_do (shop.a, NULL, "conversation.staff_seen", "{\"id\":\"%s\",\"received\":%" G_GINT64_FORMAT "}",
                                    T (conversation, x), kd_sync_device_count (shop.a, "SELECT max(received) FROM message")));
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (unread (shop.a), ==, 0);
  shop.world->now += 1000;
  receive (&shop, "Tadi", shop.world->now - HOUR);
  kd_sync_world_settle (shop.world);
  g_assert_cmpint (unread (shop.a), ==, 1);
  g_assert_cmpint (kd_sync_device_count (shop.a, "SELECT (SELECT at FROM message WHERE text='Tadi')"
                                                 " < (SELECT at FROM message WHERE text='Sekarang')"), ==, 1);
  g_assert_cmpint (kd_sync_device_count (shop.a, "SELECT (SELECT received FROM message WHERE text='Tadi')"
                                                 " > (SELECT received FROM message WHERE text='Sekarang')"), ==, 1);
}

/* F59: two replies that go up together, made in one millisecond, keep their order everywhere. */
static void
test_f59_order (void)
{
  g_auto (Shop) shop = { 0 };
  KdId conversation;

  shop_init (&shop, 1000);
  receive (&shop, "Halo", shop.world->now);
  kd_sync_world_settle (shop.world);
  g_assert_true (kd_sync_device_pick (shop.a, "SELECT id FROM conversation", &conversation));
  for (guint i = 0; i < 9; i++)
    {
      /* ids that would order them the other way round */
      guint8 random[10] = { (guint8) (0xf0 - i * 16) };
      KdId id = kd_id_make (shop.world->now + 1000 - i, random);

      g_assert_true (kd_sync_device_do (shop.a, NULL, "message.send",
                                        "{\"id\":\"%s\",\"conversation\":\"%s\",\"text\":\"Balasan %u\"}", T (id, x),
                                        T (conversation, y), i));
      shop.world->now--;
    }
  kd_sync_world_settle (shop.world);
  for (guint i = 0; i < shop.world->devices->len; i++)
    {
      KdSyncDevice *device = shop.world->devices->pdata[i];
      gboolean may_read = (kd_store_get_identity (device->store)->scopes & 1u << KD_SCOPE_CHAT) != 0;

      g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM message WHERE direction='out'"), ==, may_read ? 9 : 0);
      g_assert_cmpint (kd_sync_device_count (
        device, "SELECT count(*) FROM message a JOIN message b ON a.text < b.text"
                " WHERE a.direction='out' AND b.direction='out' AND (a.at, a.id) > (b.at, b.id)"), ==, 0);
    }
}

void
add_rules_tests (void)
{
  g_test_add_func ("/sync/rules/F25-paid-offline", test_f25);
  g_test_add_func ("/sync/rules/F39-promises-to-ten-buyers", test_f39);
  g_test_add_func ("/sync/rules/F40-past-the-transaction", test_f40);
  g_test_add_data_func ("/sync/rules/F41-count-comes-first", GINT_TO_POINTER (TRUE), test_f41);
  g_test_add_data_func ("/sync/rules/F41-count-comes-between", GINT_TO_POINTER (FALSE), test_f41);
  g_test_add_func ("/sync/rules/F59-late-is-unread", test_f59_late);
  g_test_add_func ("/sync/rules/F59-two-replies", test_f59_order);
}
