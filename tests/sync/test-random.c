/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-sync-world.h"

#include <stdlib.h>

/* Random work over a network that loses, doubles, delays, reorders and cuts, with restarts of both
 * ends. KD_SYNC_SEED=n runs one seed alone. */

#define SEEDS 60
#define SEEDS_SLOW 6000
#define STEPS 80

/* One message of those on the wire meets its fate. */
static void
network_step (KdSyncWorld *world)
{
  KdWireMessage *message;
  guint index;

  if (world->network->len == 0)
    return;
  /* mostly in order, at times any */
  index = kd_random_below (&world->random, 4) == 0 ? kd_random_below (&world->random, world->network->len) : 0;
  message = kd_sync_world_take (world, index);
  switch (kd_random_below (&world->random, 16))
    {
    case 0: /* lost */
    case 1:
      kd_wire_message_free (message);
      break;
    case 2: /* doubled: the second one comes whenever */
      g_ptr_array_add (world->network, kd_wire_message_copy (message));
      kd_sync_world_deliver (world, message);
      break;
    case 3: /* cut */
      if (message->len > 0)
        {
          message->len = kd_random_below (&world->random, (guint) message->len);
          message->body[message->len] = '\0';
        }
      kd_sync_world_deliver (world, message);
      break;
    default:
      kd_sync_world_deliver (world, message);
    }
}

static void
buyer_step (KdSyncWorld *world)
{
  KdId id = kd_sync_world_id (world);
  char text[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *key = g_strdup_printf ("k%u", kd_random_below (&world->random, 12));
  guint buyer = kd_random_below (&world->random, 3);

  kd_sync_world_buyer (world, NULL, NULL, key, "message.receive",
                       "{\"id\":\"%s\",\"channel\":\"page\",\"from\":\"buyer-%u\",\"name\":\"Sari\",\"text\":\"Halo %u\"}",
                       kd_id_to_text (&id, text), buyer, kd_random_below (&world->random, 100));
}

static void
step (KdSyncWorld *world)
{
  KdSyncDevice *device = world->devices->pdata[kd_random_below (&world->random, world->devices->len)];
  guint what = kd_random_below (&world->random, 100);

  world->now += kd_random_below (&world->random, 2000);
  if (what < 34)
    kd_sync_device_do_something (device);
  else if (what < 46)
    kd_sync_device_push (device, 1 + kd_random_below (&world->random, 8));
  else if (what < 58)
    kd_sync_device_pull (device);
  else if (what < 92)
    network_step (world);
  else if (what < 95)
    buyer_step (world);
  else if (what < 98)
    kd_sync_device_reopen (device);
  else
    kd_sync_world_restart_server (world);
}

static void
run_seed (guint64 seed)
{
  g_autoptr (KdSyncWorld) world = kd_sync_world_new (seed);
  const KdId *users[] = { &world->owner, &world->owner, &world->manager, &world->agent, &world->cashier };
  guint n = 2 + kd_random_below (&world->random, 3);

  for (guint i = 0; i < n; i++)
    {
      KdSyncDevice *device
        = kd_sync_world_add_device (world, users[i == 0 ? 0 : kd_random_below (&world->random, G_N_ELEMENTS (users))]);

      device->limit = kd_random_below (&world->random, 2) == 0 ? 0 : 1 + kd_random_below (&world->random, 8);
      device->skew = kd_random_between (&world->random, -100000, 100000);
      if (kd_random_below (&world->random, 4) != 0)
        kd_sync_device_sync (device);
    }
  world->quiet = TRUE;
  kd_sync_world_stock_up (world);
  world->quiet = FALSE;
  for (guint i = 0; i < STEPS; i++)
    step (world);
  kd_sync_world_settle (world);
  for (guint i = 0; i < world->devices->len; i++)
    kd_world_assert (world, ((KdSyncDevice *) world->devices->pdata[i])->stopped == NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT ": %u applied, %u refused by the server, %" G_GINT64_FORMAT " conflicts, %"
                  G_GINT64_FORMAT " rows", seed, world->n_applied, world->n_refused,
                  kd_sync_world_count (world, "SELECT count(*) FROM conflict"),
                  kd_sync_world_count (world, "SELECT count(*) FROM sync_row"));
}

static void
test_random (gconstpointer data)
{
  const char *one = g_getenv ("KD_SYNC_SEED");
  guint n = GPOINTER_TO_UINT (data);

  if (one != NULL)
    run_seed (g_ascii_strtoull (one, NULL, 10));
  else
    for (guint seed = 1; seed <= n; seed++)
      run_seed (seed);
}

void
add_random_tests (gboolean slow)
{
  g_test_add_data_func ("/sync/random", GUINT_TO_POINTER (slow ? SEEDS_SLOW : SEEDS), test_random);
}
