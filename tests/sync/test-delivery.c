/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-sync-world.h"

#include <string.h>

/* Faults of delivery and order: SYNC 6, F01-F06, F31, F35, F45. What the engine does with them
 * (F08-F10) is in test-engine.c; F07 and the HTTP side of the others in tests/server. */

static gint64
done (KdSyncWorld *world)
{
  return kd_sync_world_count (world, "SELECT count(*) FROM mut_done WHERE device_id IS NOT NULL");
}

/* F01: the answer to a push of 50 is lost; sent again: 50 effects, 50 results. */
static void
test_f01 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *device = world->devices->pdata[0];

  for (guint i = 0; i < 50; i++)
    kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_push (device, 50);
  kd_sync_world_deliver (world, kd_sync_world_take (world, 0));
  kd_wire_message_free (kd_sync_world_take (world, 0));
  g_assert_cmpint (done (world), ==, 50);
  g_assert_true (kd_sync_device_push (device, 50));
  kd_sync_world_deliver_all (world);
  g_assert_cmpint (done (world), ==, 50);
  g_assert_cmpint (kd_sync_device_count (device, "SELECT count(*) FROM push_result"), ==, 50);
  kd_sync_world_settle (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM category"), ==, 50);
}

/* F02: the same push twice: effects once, both answers equal. */
static void
test_f02 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  KdWireMessage *first, *second;

  for (guint i = 0; i < 5; i++)
    kd_sync_device_add_category (device, "Kopi");
  kd_sync_device_push (device, 50);
  first = kd_sync_world_take (world, 0);
  second = kd_wire_message_copy (first);
  kd_sync_world_deliver (world, first);
  world->now -= 3; /* the time of the answer apart, they are the same */
  kd_sync_world_deliver (world, second);
  first = world->network->pdata[0];
  second = world->network->pdata[1];
  g_assert_cmpmem (first->body, first->len, second->body, second->len);
  kd_sync_world_deliver_all (world);
  kd_sync_world_settle (world);
  g_assert_cmpint (done (world), ==, 5);
}

/* F03: a push comes ten minutes late, after it was sent again and twenty more: nothing reverts. */
static void
test_f03 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  KdId id = kd_sync_device_add_category (device, "Kopi");
  KdWireMessage *late;
  g_autoptr (KdRecord) record = NULL;

  kd_sync_device_push (device, 50);
  late = kd_sync_world_take (world, 0);
  kd_sync_device_sync (device);
  for (guint i = 0; i < 20; i++)
    {
      g_assert_true (kd_sync_device_do (device, NULL, "category.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Teh %u\"}}", T (id, a), i));
      kd_sync_device_sync (device);
    }
  world->now += 10 * 60 * 1000;
  kd_sync_world_deliver (world, late);
  kd_sync_world_deliver_all (world);
  g_assert_null (device->stopped);
  record = kd_sync_world_get (world, &kd_kind_category, &id);
  g_assert_cmpstr (((KdCategory *) record)->name, ==, "Teh 19");
  kd_sync_world_settle (world);
  g_assert_cmpint (done (world), ==, 21);
}

/* F04: an answer cut at any byte is no answer; the cursor stays. */
static void
test_f04 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *one = world->devices->pdata[0], *two = world->devices->pdata[1];
  KdSyncState *before, *after;
  KdWireMessage *whole;

  kd_sync_device_add_category (one, "Kopi");
  kd_sync_device_sync (one);
  kd_sync_device_pull (two);
  kd_sync_world_deliver (world, kd_sync_world_take (world, 0));
  whole = kd_sync_world_take (world, 0);
  before = kd_sync_device_state (two);
  for (gsize n = 0; n < whole->len; n += 17)
    {
      KdWireMessage *cut = kd_wire_message_copy (whole);

      cut->len = n;
      cut->body[n] = '\0';
      kd_sync_world_deliver (world, cut);
    }
  after = kd_sync_device_state (two);
  g_assert_cmpstr (after->cursor, ==, before->cursor);
  kd_sync_state_free (before);
  kd_sync_state_free (after);
  kd_sync_world_deliver (world, whole);
  kd_sync_world_settle (world);
}

/* F05: later numbers come first: a gap; then all in order. */
static void
test_f05 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  KdId id = kd_sync_device_add_category (device, "Kopi");
  KdWireMessage *first, *answer;
  g_autoptr (KdProblem) problem = NULL;
  g_autoptr (KdPush) push = NULL;

  kd_sync_device_push (device, 50);
  first = kd_sync_world_take (world, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_true (kd_sync_device_do (device, NULL, "category.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Teh %u\"}}", T (id, a), i));
  /* made by hand: what a device never does, a network with two lines may */
  push = kd_push_parse (first->body, (gssize) first->len, NULL);
  ((KdPushMutation *) push->mutations->pdata[0])->no = 4;
  push->sealed = 4;
  g_free (first->body);
  first->body = kd_push_to_json (push, &first->len);
  kd_sync_world_deliver (world, first);
  answer = kd_sync_world_take (world, 0);
  problem = kd_problem_parse (answer->body, (gssize) answer->len, NULL);
  g_assert_cmpuint (answer->status, ==, 409);
  g_assert_cmpstr (problem->code, ==, "gap");
  g_assert_cmpint (problem->last, ==, 0);
  kd_wire_message_free (answer);
  kd_sync_world_settle (world);
  g_assert_cmpint (done (world), ==, 3);
}

/* F06: the connection ends after n bytes of the request, for n = 0, 97, 194 ...: nothing of it is
 * run; sent whole, all of it is, once. Over a real connection: tests/server/test_sync.py. */
static void
test_f06 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *device = world->devices->pdata[0];
  gsize size = 1;

  for (guint i = 0; i < 10; i++)
    kd_sync_device_add_category (device, "Kopi");
  for (gsize n = 0; n < size; n += 97)
    {
      KdWireMessage *cut;

      g_assert_true (kd_sync_device_push (device, 50));
      cut = kd_sync_world_take (world, 0);
      size = cut->len;
      cut->len = n;
      cut->body[n] = '\0';
      kd_sync_world_deliver (world, cut);
      g_assert_cmpuint (world->network->len, ==, 0);
      g_assert_cmpint (done (world), ==, 0);
    }
  g_assert_cmpuint (size, >, 1000);
  kd_sync_world_settle (world);
  g_assert_cmpint (done (world), ==, 10);
}

/* F31: the third of many is refused; the others are applied, and it is told why. */
static void
test_f31 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 2);
  KdSyncDevice *one = world->devices->pdata[0], *two = world->devices->pdata[1];
  KdId gone = kd_sync_device_add_category (one, "Kopi");

  kd_sync_world_settle (world);
  for (guint i = 0; i < 50; i++)
    {
      if (i == 2)
        g_assert_true (kd_sync_device_do (two, NULL, "category.patch", "{\"id\":\"%s\",\"set\":{\"name\":\"Teh\"}}", T (gone, a)));
      else
        kd_sync_device_add_category (two, "Teh");
    }
  g_assert_true (kd_sync_device_do (one, NULL, "category.delete", "{\"id\":\"%s\"}", T (gone, a)));
  kd_sync_device_sync (one);
  kd_sync_world_settle (world);
  g_assert_cmpint (kd_sync_world_count (world, "SELECT count(*) FROM category"), ==, 49);
  g_assert_cmpint (kd_sync_device_count (two, "SELECT count(*) FROM sync_problem WHERE code='row.gone'"), ==, 1);
  g_assert_cmpint (kd_sync_device_count (two, "SELECT count(*) FROM category"), ==, 49);
}

/* F35: a cursor of another shop gets nothing. */
static void
test_f35 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 1);
  g_autoptr (KdSyncWorld) other = kd_sync_world_new (2);
  KdSyncDevice *device = world->devices->pdata[0];
  KdSyncDevice *stranger = kd_sync_world_add_device (other, &other->owner);
  KdSyncState *state;
  KdWireMessage *pull, *answer;
  g_autoptr (KdProblem) problem = NULL;

  kd_sync_device_sync (stranger);
  state = kd_sync_device_state (stranger);
  kd_sync_device_pull (device);
  pull = kd_sync_world_take (world, 0);
  g_free (pull->cursor);
  pull->cursor = g_strdup (state->cursor);
  pull->pull.cursor = pull->cursor;
  kd_sync_world_deliver (world, pull);
  answer = kd_sync_world_take (world, 0);
  g_assert_cmpuint (answer->status, ==, 403);
  problem = kd_problem_parse (answer->body, (gssize) answer->len, NULL);
  g_assert_cmpstr (problem->code, ==, "scope");
  kd_wire_message_free (answer);
  /* and a mark that this shop never made */
  kd_sync_device_pull (device);
  pull = kd_sync_world_take (world, 0);
  pull->pull.witness.mark.b[9] ^= 1;
  kd_sync_world_deliver (world, pull);
  answer = kd_sync_world_take (world, 0);
  g_assert_cmpuint (answer->status, ==, 403);
  kd_wire_message_free (answer);
  kd_sync_state_free (state);
}

static gpointer
thread_order (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT id FROM message ORDER BY at, id", error);
  GString *order = g_string_new (NULL);

  while (kd_sql_step (read, error) == KD_SQL_ROW)
    {
      KdId id = KD_ID_NONE;
      char text[KD_ID_TEXT_LENGTH + 1];

      kd_sql_column_id (read, 0, &id);
      g_string_append (order, kd_id_to_text (&id, text));
    }
  return order;
}

/* F45: 50 quick messages from three desktops that come and go: one order for all, none twice. */
static void
test_f45 (void)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new_with (1, 3);
  KdSyncDevice *one = world->devices->pdata[0];
  KdId contact = kd_sync_world_id (world), conversation = kd_sync_world_id (world);
  g_autoptr (GString) first = NULL;

  g_assert_true (kd_sync_device_do (one, NULL, "contact.create", "{\"id\":\"%s\",\"set\":{\"name\":\"Sari\"}}", T (contact, a)));
  g_assert_true (kd_sync_device_do (one, NULL, "conversation.start", "{\"id\":\"%s\",\"contact\":\"%s\"}", T (conversation, a),
                                    T (contact, b)));
  kd_sync_world_settle (world);
  for (guint i = 0; i < 50; i++)
    {
      KdSyncDevice *device = world->devices->pdata[kd_random_below (&world->random, 3)];
      KdId id = kd_sync_world_id (world);

      g_assert_true (kd_sync_device_do (device, NULL, "message.send",
                                        "{\"id\":\"%s\",\"conversation\":\"%s\",\"text\":\"%u\"}", T (id, a),
                                        T (conversation, b), i));
      if (kd_random_below (&world->random, 4) == 0)
        kd_sync_device_reopen (device);
      if (kd_random_below (&world->random, 3) == 0)
        kd_sync_device_sync (device);
    }
  kd_sync_world_settle (world);
  for (guint i = 0; i < 3; i++)
    {
      KdSyncDevice *device = world->devices->pdata[i];
      GString *order = kd_store_read (device->store, thread_order, NULL, NULL);

      g_assert_cmpuint (order->len, ==, 50 * KD_ID_TEXT_LENGTH);
      if (first == NULL)
        first = order;
      else
        {
          g_assert_cmpstr (order->str, ==, first->str);
          g_string_free (order, TRUE);
        }
    }
}

void
add_delivery_tests (void)
{
  g_test_add_func ("/sync/delivery/F01-answer-lost", test_f01);
  g_test_add_func ("/sync/delivery/F02-push-twice", test_f02);
  g_test_add_func ("/sync/delivery/F03-push-late", test_f03);
  g_test_add_func ("/sync/delivery/F04-answer-cut", test_f04);
  g_test_add_func ("/sync/delivery/F05-gap", test_f05);
  g_test_add_func ("/sync/delivery/F06-request-cut", test_f06);
  g_test_add_func ("/sync/delivery/F31-one-refused", test_f31);
  g_test_add_func ("/sync/delivery/F35-other-shop", test_f35);
  g_test_add_func ("/sync/delivery/F45-messages", test_f45);
}
