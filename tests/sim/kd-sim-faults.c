/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sim.h"

#include "kd-fault-vfs.h"
#include "kd-wire-call.h"

#include <string.h>

/* What breaks: programs, disks, computers, the server, and rights that are taken away. */

#define WRITES_MAX 40

/* The program ends and starts again. */
void
kd_sim_step_reopen (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);

  if (desk == NULL)
    return;
  kd_sim_desk_stop (desk);
  kd_sync_device_reopen (desk->device);
  kd_sim_desk_start (desk);
  kd_sim_trace (sim, "desk %u is restarted", desk->device->n);
}

/* What the crash has left in the outbox was promised to nobody, and goes its way all the same. */
static void
find_unpromised (KdSimDesk *desk)
{
  g_autoptr (GHashTable) kept = kd_sync_device_uids (desk->device);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (KdId));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, kept);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (desk->sim->world->issued, key))
      g_array_append_vals (uids, key, 1);
  kd_sync_device_note_uids (desk->device, uids);
}

/* Killed at any write: of an edit, or of what it does with an answer. Or the power fails, and what
 * no sync has brought to the disk is gone. */
void
kd_sim_step_crash_desk (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);
  KdSyncDevice *device;
  KdId id = kd_sync_world_id (sim->world);
  guint writes = kd_sim_below (sim, WRITES_MAX);
  gboolean power = kd_sim_chance (sim, 40);

  if (desk == NULL)
    return;
  device = desk->device;
  device->may_fail = TRUE;
  kd_sim_serve_desk (sim, desk);
  if (power)
    kd_fault_vfs_watch (device->path);
  else
    kd_fault_vfs_arm (device->path, KD_DISK_DEAD, writes);
  if (kd_sim_chance (sim, 60))
    kd_sync_device_do (device, NULL, "category.create", "{\"id\":\"%s\",\"set\":{\"name\":\"Teh\"}}", T (id, a));
  kd_sim_pass (sim, 0);
  for (guint i = 0; i < 2; i++)
    kd_sim_deliver_to (sim, desk);
  if (power)
    kd_fault_vfs_power_cut ();
  kd_sim_desk_stop (desk);
  kd_store_close (device->store);
  kd_sim_trace (sim, "desk %u %s", device->n, power ? "loses its power" : kd_fault_vfs_has_struck ()
                ? "was killed in the middle of a write" : "was killed");
  kd_fault_vfs_disarm ();
  device->may_fail = FALSE;
  g_clear_error (&device->failed);
  kd_sync_device_reopen (device);
  find_unpromised (desk);
  kd_sync_device_find_base (device);
  kd_sim_desk_start (desk);
}

void
kd_sim_step_copy_desk (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);

  if (desk == NULL || desk->copy != NULL)
    return;
  desk->copy = g_strdup_printf ("copy-%u", sim->step);
  kd_sync_device_save_copy (desk->device, desk->copy);
  kd_sim_trace (sim, "the files of desk %u are copied", desk->device->n);
}

/* Its disk is put back to the copy: what was made since is gone from it. */
void
kd_sim_step_restore_desk (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);
  g_autoptr (GHashTable) kept = NULL;
  GHashTableIter iter;
  gpointer key, value;

  if (desk == NULL || desk->copy == NULL)
    return;
  kd_sim_desk_stop (desk);
  kd_sync_device_restore_copy (desk->device, desk->copy);
  g_clear_pointer (&desk->copy, g_free);
  g_clear_pointer (&desk->device->stopped, g_free);
  desk->restored = TRUE;
  kept = kd_sync_device_uids (desk->device);
  g_hash_table_iter_init (&iter, sim->world->issued);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      KdIssued *issued = value;

      if (issued->device != desk->device)
        continue;
      issued->unknown = !g_hash_table_contains (kept, key);
      issued->discarded = issued->discarded && issued->unknown;
      issued->maybe_sent = TRUE;
    }
  kd_sim_trace (sim, "desk %u is put back to the copy of its files", desk->device->n);
  /* work that takes the numbers which the server knows otherwise */
  for (guint i = kd_sim_below (sim, 8); i > 0; i--)
    kd_sync_device_do_something (desk->device);
  kd_sim_desk_start (desk);
}

/* ---- the server ---- */

void
kd_sim_step_restart_server (KdSim *sim)
{
  kd_sync_world_restart_server (sim->world);
  kd_sim_trace (sim, "the server is restarted");
}

/* Killed at any write while it works on what comes: it has committed, or nothing of it is there. */
void
kd_sim_step_crash_server (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  guint index = 0;
  KdSimRequest *request;
  gint64 head = world->last_snapshot;

  while (index < sim->wire->len
         && (((KdSimRequest *) sim->wire->pdata[index])->reply != NULL
             || strstr (((KdSimRequest *) sim->wire->pdata[index])->path, "/push") == NULL))
    index++;
  if (index == sim->wire->len)
    {
      kd_sim_step_restart_server (sim);
      return;
    }
  request = g_ptr_array_steal_index (sim->wire, index);
  world->may_fail = TRUE;
  kd_fault_vfs_arm (world->server_path, KD_DISK_DEAD, kd_sim_below (sim, WRITES_MAX));
  kd_sim_serve (sim, request);
  /* its answer never leaves */
  g_ptr_array_steal_index (sim->wire, sim->wire->len - 1);
  kd_sim_request_free (request);
  g_clear_pointer (&world->server, kd_sql_close);
  kd_fault_vfs_disarm ();
  world->may_fail = FALSE;
  kd_sync_world_open_server (world);
  kd_sync_world_note_snapshot (world);
  kd_sim_trace (sim, "the server is killed at it, and starts again: %s", world->last_snapshot != head ? "it is done" : "nothing is done");
}

void
kd_sim_step_backup (KdSim *sim)
{
  kd_sync_world_save_server (sim->world, "backup.db");
  sim->backup = TRUE;
  kd_sim_trace (sim, "the server is backed up at %" G_GINT64_FORMAT, sim->world->last_snapshot);
}

void
kd_sim_step_rollback (KdSim *sim)
{
  if (!sim->backup)
    return;
  kd_sync_world_restore_server (sim->world, "backup.db");
  sim->rolled_back = TRUE;
  kd_sim_trace (sim, "the server is put back to its backup, %" G_GINT64_FORMAT, sim->world->last_snapshot);
}

static void
run_as (KdSim *sim,
        const KdActor *actor,
        const char *json)
{
  KdSyncWorld *world = sim->world;
  g_autoptr (KdCall) call = NULL;
  g_auto (KdShopRun) run = { 0 };
  GError *error = NULL;

  call = kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error);
  g_assert_no_error (error);
  g_assert_true (kd_shop_run (world->server, &world->shop, actor, "sim", NULL, 0, TRUE, call, NULL, NULL, &run, &error));
  kd_sync_world_note_snapshot (world);
}

static void
run_as_server (KdSim *sim,
               const char *json)
{
  KdActor actor = { .type = KD_ACTOR_JOB, .id = sim->world->owner, .origin = KD_ORIGIN_JOB, .scopes = KD_SCOPES_ALL };
  run_as (sim, &actor, json);
}

static void
run_as_owner (KdSim *sim,
              const char *json)
{
  KdActor actor = { .type = KD_ACTOR_MEMBER, .id = sim->world->owner, .origin = KD_ORIGIN_KEY, .scopes = KD_SCOPES_ALL };
  run_as (sim, &actor, json);
}

/* Somebody gets other rights: their desks stop where they could read something else. */
void
kd_sim_step_role (KdSim *sim)
{
  static const char *const roles[] = { "manager", "agent", "cashier", "viewer" };
  KdSyncWorld *world = sim->world;
  const KdId *users[] = { &world->manager, &world->agent, &world->cashier };
  const KdId *user = users[kd_sim_below (sim, G_N_ELEMENTS (users))];
  const char *role = roles[kd_sim_below (sim, G_N_ELEMENTS (roles))];
  g_autofree char *json
    = g_strdup_printf ("{\"name\":\"member.set_role\",\"v\":1,\"args\":{\"id\":\"%s\",\"role\":\"%s\"}}", T (*user, a), role);

  run_as_server (sim, json);
  for (guint i = 0; i < sim->desks->len; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];

      if (kd_id_equal (&desk->device->user, user))
        desk->moved = TRUE;
    }
  kd_sim_trace (sim, "the %s is now %s", user == users[0] ? "manager" : user == users[1] ? "agent" : "cashier", role);
}

void
kd_sim_step_revoke (KdSim *sim)
{
  KdSimDesk *desk = kd_sim_pick_desk (sim);
  GError *error = NULL;

  if (desk == NULL)
    return;
  kd_shop_revoke_device (sim->world->server, &sim->world->shop, &desk->device->id, &error);
  g_assert_no_error (error);
  desk->revoked = TRUE;
  kd_sim_trace (sim, "desk %u is revoked", desk->device->n);
}

/* Pulls are answered, and before their answers arrive somebody makes a row and deletes it. */
static void
overtake_pulls (KdSim *sim)
{
  KdSyncWorld *world = sim->world;
  KdId id = kd_sync_world_id (world);
  g_autofree char *make
    = g_strdup_printf ("{\"name\":\"category.create\",\"v\":1,\"args\":{\"id\":\"%s\",\"set\":{\"name\":\"Gula\"}}}", T (id, a));
  g_autofree char *take
    = g_strdup_printf ("{\"name\":\"category.delete\",\"v\":1,\"args\":{\"id\":\"%s\"}}", T (id, a));

  for (guint i = sim->wire->len; i-- > 0;)
    {
      KdSimRequest *request = sim->wire->pdata[i];

      if (request->reply == NULL && strstr (request->path, "/changes?") != NULL)
        kd_sim_serve (sim, g_ptr_array_steal_index (sim->wire, i));
    }
  run_as_owner (sim, make);
  run_as_owner (sim, take);
}

/* The server forgets its deletions, as it does after 90 days; and older commits. */
void
kd_sim_step_purge (KdSim *sim)
{
  gboolean overtaken = kd_sim_chance (sim, 50);
  GError *error = NULL;

  if (overtaken)
    overtake_pulls (sim);

  g_assert_true (kd_sql_exec (sim->world->server,
                              "UPDATE shop_head SET horizon=(SELECT ifnull(max(seq), horizon) FROM sync_row WHERE op='D');"
                              "DELETE FROM sync_row WHERE op='D'", &error));
  if (kd_sim_chance (sim, 60))
    g_assert_true (kd_sql_exec (sim->world->server,
                                "DELETE FROM commit_log WHERE last_seq<(SELECT horizon FROM shop_head)", &error));
  kd_sim_trace (sim, "the server forgets what was deleted");
  if (overtaken)
    kd_sim_deliver_pushes (sim);
}
