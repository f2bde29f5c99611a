/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sim.h"

#include "kd-wire-call.h"

/* What people, buyers and the network do. */

#define BURST_MAX 12
#define IMPORT_MAX 6

/* ---- the staff ---- */

static gboolean
pick (KdSimDesk *desk,
      const char *sql,
      KdId *ret_id)
{
  return kd_sync_device_pick (desk->device, sql, ret_id);
}

static void
change_order (KdSimDesk *desk)
{
  KdSim *sim = desk->sim;
  KdId order, variant, line = kd_sync_world_id (sim->world);
  g_autofree char *seen = NULL;

  if (!pick (desk, "SELECT id FROM \"order\" ORDER BY id", &order) || !pick (desk, "SELECT id FROM variant ORDER BY id", &variant))
    return;
  seen = kd_sync_device_lines_seen (desk->device, &order);
  switch (kd_sim_below (sim, 3))
    {
    case 0:
      kd_sync_device_do (desk->device, NULL, "order.update",
                         "{\"id\":\"%s\",\"set\":{\"note\":\"%u\",\"shipping_fee\":%u},\"base\":{\"note\":\"%u\",\"shipping_fee\":0}}",
                         T (order, a), kd_sim_below (sim, 50), 1000 * kd_sim_below (sim, 9), kd_sim_below (sim, 4));
      break;
    case 1:
      kd_sync_device_do (desk->device, NULL, "order.set_lines",
                         "{\"id\":\"%s\",\"lines\":[{\"line\":\"%s\",\"variant\":\"%s\",\"quantity\":%u,\"price\":4000}],\"lines_seen\":%s}",
                         T (order, a), T (line, b), T (variant, c), 1000 * (1 + kd_sim_below (sim, 5)), seen);
      break;
    default:
      kd_sync_device_do (desk->device, NULL, "order.discard", "{\"id\":\"%s\"}", T (order, a));
    }
}

static void
settle_something (KdSimDesk *desk)
{
  KdId id;

  if (pick (desk, "SELECT id FROM conflict WHERE state='open' ORDER BY id", &id))
    kd_sync_device_do (desk->device, NULL, "conflict.settle", "{\"id\":\"%s\",\"state\":\"%s\"}", T (id, a),
                       kd_sim_chance (desk->sim, 50) ? "used" : "dismissed");
  else if (pick (desk, "SELECT id FROM task WHERE state='open' ORDER BY id", &id))
    kd_sync_device_do (desk->device, NULL, "task.done", "{\"id\":\"%s\"}", T (id, a));
}

static void
change_many (KdSimDesk *desk)
{
  KdSim *sim = desk->sim;
  KdId one, other;

  if (pick (desk, "SELECT id FROM product ORDER BY id", &one) && pick (desk, "SELECT id FROM product ORDER BY id DESC", &other))
    kd_sync_device_do (desk->device, NULL, "rows.patch",
                       "{\"rows\":[{\"kind\":\"product\",\"id\":\"%s\",\"set\":{\"price\":%u},\"base\":{\"price\":%u}},"
                       "{\"kind\":\"product\",\"id\":\"%s\",\"set\":{\"price\":%u,\"name\":\"Batik %u\"},\"base\":{\"price\":1000}}]}",
                       T (one, a), 1000 * kd_sim_below (sim, 20), 1000 * kd_sim_below (sim, 20), T (other, b),
                       1000 * kd_sim_below (sim, 20), kd_sim_below (sim, 90));
}

static void
assign (KdSimDesk *desk)
{
  KdSyncWorld *world = desk->sim->world;
  const KdId *people[] = { &world->owner, &world->manager, &world->agent };
  const KdId *who = people[kd_sim_below (desk->sim, G_N_ELEMENTS (people))];
  KdId id;

  if (pick (desk, "SELECT id FROM conversation ORDER BY id", &id))
    kd_sync_device_do (desk->device, NULL, "conversation.assign", "{\"id\":\"%s\",\"member\":\"%s\"}", T (id, a), T (*who, b));
}

static void
remove_something (KdSimDesk *desk)
{
  static const char *const kinds[] = { "product", "variant", "contact", "category" };
  const char *kind = kinds[kd_sim_below (desk->sim, G_N_ELEMENTS (kinds))];
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM \"%s\" ORDER BY id", kind);
  g_autofree char *name = g_strdup_printf ("%s.delete", kind);
  KdId id;

  if (pick (desk, sql, &id))
    kd_sync_device_do (desk->device, NULL, name, "{\"id\":\"%s\"}", T (id, a));
}

/* The same field as somebody else, with a base that may be long gone. */
static void
edit_stale (KdSimDesk *desk)
{
  KdSim *sim = desk->sim;
  KdId id;

  if (pick (desk, "SELECT id FROM product ORDER BY id LIMIT 2", &id))
    kd_sync_device_do (desk->device, NULL, "product.patch",
                       "{\"id\":\"%s\",\"set\":{\"price\":%u},\"base\":{\"price\":%u}}", T (id, a),
                       1000 * (1 + kd_sim_below (sim, 50)), 1000 * (1 + kd_sim_below (sim, 50)));
}

typedef struct
{
  KdSimDesk *desk;
  GPtrArray *calls;
  KdCommit *commit;
} Import;

static gboolean
import_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  Import *import = data;

  import->commit = kd_store_commit_in (import->desk->device->store, connection, NULL, "Import", NULL, import->calls, NULL,
                                       NULL, error);
  return import->commit != NULL;
}

/* Bulk work: it waits for what people do. */
static void
import_some (KdSimDesk *desk)
{
  KdSim *sim = desk->sim;
  Import import = { desk, g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free), NULL };
  guint n = 1 + kd_sim_below (sim, IMPORT_MAX);
  GError *error = NULL;

  for (guint i = 0; i < n; i++)
    {
      KdId product = kd_sync_world_id (sim->world), variant = kd_sync_world_id (sim->world);
      g_autofree char *json
        = g_strdup_printf ("{\"name\":\"catalog.import_chunk\",\"v\":1,\"args\":{\"products\":[{\"id\":\"%s\","
                           "\"set\":{\"name\":\"Impor %u\",\"price\":9000,\"status\":\"active\"},"
                           "\"variants\":[{\"id\":\"%s\",\"set\":{\"sku\":\"I-%u\"},\"opening\":4000}]}]}}",
                           T (product, a), kd_sim_below (sim, 500), T (variant, b), kd_sim_below (sim, 40));

      g_ptr_array_add (import.calls, kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error));
      g_assert_no_error (error);
    }
  kd_sql_worker_run (kd_store_get_writer (desk->device->store), KD_SQL_BULK, import_work, &import, &error);
  g_assert_no_error (error);
  if (import.commit->refused < 0)
    kd_sync_device_note_uids (desk->device, import.commit->uids);
  kd_commit_free (import.commit);
  g_ptr_array_unref (import.calls);
}

static void
edit (KdSimDesk *desk)
{
  static void (*const more[]) (KdSimDesk *desk) = {
    change_order, change_order, settle_something, change_many, assign, remove_something, edit_stale, edit_stale, import_some,
  };
  KdSim *sim = desk->sim;
  gint64 before = kd_sync_device_count (desk->device, "SELECT ifnull(max(id), 0) FROM outbox");

  if (kd_sim_chance (sim, 30))
    more[kd_sim_below (sim, G_N_ELEMENTS (more))] (desk);
  else
    kd_sync_device_do_something (desk->device);
  desk->touched = TRUE;
  sim->n_edits++;
  if (sim->options.trace)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT uid FROM outbox WHERE id>%" G_GINT64_FORMAT " ORDER BY id LIMIT 1", before);
      KdId uid = KD_ID_NONE;
      /* telling the story changes nothing of it */
      KdRandom before_that = *sim->random;
      gboolean any = pick (desk, sql, &uid);
      char text[7];

      *sim->random = before_that;

      kd_sim_trace (sim, "desk %u edits: %" G_GINT64_FORMAT " in its outbox%s%s", desk->device->n,
                    kd_sync_device_count (desk->device, "SELECT count(*) FROM outbox"),
                    any ? ", new " : "", any ? kd_sim_short (&uid, text) : "");
    }
}

void
kd_sim_step_edit (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);

  if (desk != NULL)
    edit (desk);
}

void
kd_sim_step_burst (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);
  guint n = 2 + kd_sim_below (sim, BURST_MAX - 1);

  for (guint i = 0; desk != NULL && i < n; i++)
    edit (desk);
}

static void
settled_cb (GObject *source,
            GAsyncResult *result,
            gpointer data)
{
  gboolean *done = data;

  kd_store_settle_problem_finish (KD_STORE (source), result, NULL);
  *done = TRUE;
}

/* A refused change is put away, or tried once more as a new one. */
void
kd_sim_step_problem (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);
  g_autoptr (GHashTable) before = NULL, after = NULL;
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (KdId));
  gboolean done = FALSE, again = kd_sim_chance (sim, 60);
  GHashTableIter iter;
  gpointer key;
  KdId uid;

  if (desk == NULL || !pick (desk, "SELECT uid FROM sync_problem WHERE state=0 ORDER BY uid", &uid))
    return;
  before = kd_sync_device_uids (desk->device);
  kd_store_settle_problem_async (desk->device->store, &uid, again, NULL, settled_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  after = kd_sync_device_uids (desk->device);
  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (before, key))
      g_array_append_vals (uids, key, 1);
  kd_sync_device_note_uids (desk->device, uids);
  desk->touched = TRUE;
  kd_sim_trace (sim, "desk %u settles a problem%s", desk->device->n, uids->len > 0 ? ", by trying again" : "");
}

/* What does nothing on the screen any more, or the newest, is taken back. */
void
kd_sim_step_discard (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);
  gboolean did;
  char text[7];
  KdId uid;

  if (desk == NULL
      || (!pick (desk, "SELECT uid FROM outbox WHERE refused_here IS NOT NULL ORDER BY id", &uid)
          && !pick (desk, "SELECT uid FROM outbox ORDER BY id DESC LIMIT 1", &uid)))
    return;
  did = kd_sync_device_discard (desk->device, &uid);
  desk->touched = TRUE;
  kd_sim_trace (sim, "desk %u takes back %s: %s", desk->device->n, kd_sim_short (&uid, text), did ? "done" : "too late");
}

/* ---- the network ---- */

void
kd_sim_step_deliver (KdSim *sim)
{
  kd_sim_deliver_one (sim);
}

void
kd_sim_step_hint (KdSim *sim)
{
  kd_sim_trace (sim, "hints go out, some are lost");
  kd_sim_hint (sim, 60);
}

void
kd_sim_step_socket (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);

  if (desk == NULL || desk->line == NULL)
    return;
  if (kd_sim_chance (sim, 50))
    desk->line->live_down = !desk->line->live_down;
  else
    desk->line->live_mute = !desk->line->live_mute;
  if (desk->line->live_down)
    kd_fake_transport_hang_up (desk->line);
  kd_sim_trace (sim, "the socket of desk %u is %s, %s", desk->device->n, desk->line->live_down ? "down" : "up",
                desk->line->live_mute ? "mute" : "speaks");
}

void
kd_sim_step_wait (KdSim *sim)
{
  gint64 ms = 1000 * kd_sim_below (sim, 120);

  if (kd_sim_chance (sim, 10))
    {
      /* all computers are suspended: time jumps, and all that was due is due at once */
      ms = (gint64) 1000 * kd_sim_below (sim, 2 * 86400);
      sim->world->now += ms;
      ms = 0;
    }
  kd_sim_trace (sim, "time passes");
  kd_sim_pass (sim, ms);
}

void
kd_sim_step_retry (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);

  if (desk == NULL || desk->engine == NULL)
    return;
  kd_sim_trace (sim, "desk %u: somebody presses \"try again\"", desk->device->n);
  if (desk->device->stopped == NULL)
    kd_sync_engine_retry (desk->engine);
  else
    kd_sync_engine_resume (desk->engine);
  kd_sim_pass (sim, 0);
}

/* ---- past the desks ---- */

void
kd_sim_step_buyer (KdSim *sim)
{
  KdId id = kd_sync_world_id (sim->world), variant;
  g_autofree char *key = g_strdup_printf ("k%u", kd_sim_below (sim, 40));
  guint buyer = kd_sim_below (sim, 4), number = kd_sim_below (sim, 100);
  gint64 run = 0;
  KdStatus status = KD_REFUSED;
  KdSimDesk *desk = sim->desks->pdata[0];

  if (kd_sim_chance (sim, 60) || !pick (desk, "SELECT id FROM variant ORDER BY id", &variant))
    for (guint i = 0; i < 1 + number % 2; i++)
      {
        KdStatus before = status;

        status = kd_sync_world_buyer (sim->world, NULL, NULL, key, "message.receive",
                                      "{\"id\":\"%s\",\"channel\":\"page\",\"from\":\"buyer-%u\",\"name\":\"Sari\",\"text\":\"Halo %u\"}",
                                      T (id, a), buyer, number);
        /* the phone asks again because no answer came: it is run once, and told the same */
        kd_world_assert (sim->world, i == 0 || before == status);
        kd_world_assert (sim->world, i == 0 || run == kd_sync_world_count (sim->world, "SELECT count(*) FROM mut_done"));
        run = kd_sync_world_count (sim->world, "SELECT count(*) FROM mut_done");
      }
  else
    {
      KdId order = kd_sync_world_id (sim->world);
      guint token = kd_sim_below (sim, 1u << 30);

      /* a cart, then the order */
      status = kd_sync_world_buyer (sim->world, NULL, NULL, NULL, "cart.set_line",
                                    "{\"order\":\"%s\",\"token\":\"%032x\",\"variant\":\"%s\",\"quantity\":%u}",
                                    T (order, a), token, T (variant, b), 1000 * (1 + kd_sim_below (sim, 3)));
      if (status == KD_APPLIED)
        status = kd_sync_world_buyer (sim->world, NULL, NULL, NULL, "order.place",
                                      "{\"id\":\"%s\",\"token\":\"%032x\",\"name\":\"Sari\",\"phone\":\"+6281234567890\","
                                      "\"address\":\"Jalan Melati 5\",\"method\":\"cod\"}", T (order, a), token);
    }
  kd_sim_trace (sim, "buyer %u writes: %s", buyer, status == KD_APPLIED ? "applied" : "refused");
}

/* Somebody edits through the API. */
void
kd_sim_step_rest (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  KdActor actor = { .type = KD_ACTOR_MEMBER, .id = world->owner, .origin = KD_ORIGIN_KEY, .scopes = KD_SCOPES_ALL };
  KdSimDesk *desk = sim->desks->pdata[0];
  g_autofree char *json = NULL;
  g_autoptr (KdCall) call = NULL;
  g_auto (KdShopRun) run = { 0 };
  GError *error = NULL;
  KdId id;

  if (!pick (desk, "SELECT id FROM product ORDER BY id", &id))
    return;
  json = g_strdup_printf ("{\"name\":\"product.patch\",\"v\":1,\"args\":{\"id\":\"%s\",\"set\":{\"price\":%u},\"base\":{\"price\":%u}}}",
                          T (id, a), 1000 * (1 + kd_sim_below (sim, 50)), 1000 * (1 + kd_sim_below (sim, 50)));
  call = kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error);
  g_assert_no_error (error);
  g_assert_true (kd_shop_run (world->server, &world->shop, &actor, "key", NULL, 0, TRUE, call, NULL, NULL, &run, &error));
  kd_sync_world_note_snapshot (world);
  kd_sim_trace (sim, "the API patches a product: %s", run.code != NULL ? run.code : "applied");
}

/* ---- the desks themselves ---- */

void
kd_sim_step_clock (KdSim *sim)
{
  static const gint64 far[] = { 60000, 3600000, G_GINT64_CONSTANT (30) * 86400000, G_GINT64_CONSTANT (1100) * 86400000 };
  KdSimDesk *desk = kd_sim_pick_desk (sim);
  gint64 range;

  if (desk == NULL)
    return;
  range = far[kd_sim_below (sim, G_N_ELEMENTS (far))];
  desk->device->skew = kd_sim_chance (sim, 30) ? 0 : kd_random_between (sim->random, -range, range);
  kd_sim_trace (sim, "the clock of desk %u is now %" G_GINT64_FORMAT " s off", desk->device->n, desk->device->skew / 1000);
}

void
kd_sim_step_quiet (KdSim *sim)
{
  kd_sim_quiet (sim);
}

/* A new computer; also in the place of one whose sync has stopped. */
void
kd_sim_step_join (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  const KdId *users[] = { &world->owner, &world->owner, &world->manager, &world->agent, &world->cashier };
  KdSimDesk *desk;
  guint running = 0;

  for (guint i = 0; i < sim->desks->len; i++)
    running += ((KdSimDesk *) sim->desks->pdata[i])->device->stopped == NULL;
  if (running > sim->options.devices)
    return;
  desk = kd_sim_add_desk (sim, users[kd_sim_below (sim, G_N_ELEMENTS (users))]);
  if (desk == NULL)
    return;
  kd_sim_desk_start (desk);
  kd_sim_trace (sim, "desk %u joins", desk->device->n);
}

/* Switched off for some steps, or on again. */
void
kd_sim_step_sleep (KdSim *sim)
{
  KdSimDesk *desk = sim->desks->pdata[kd_sim_below (sim, sim->desks->len)];

  desk->asleep = !desk->asleep;
  if (desk->asleep)
    kd_sim_desk_stop (desk);
  else
    kd_sim_desk_start (desk);
  kd_sim_trace (sim, "desk %u is switched %s", desk->device->n, desk->asleep ? "off" : "on");
}
