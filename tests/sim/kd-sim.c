/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sim.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#define DESKS_MAX 12

static KdSim *current;

/* What the program reads the machine's clock for (how long a piece of work took) would make two
 * runs of a seed differ: here it is the world's clock too. The main loop keeps its own. */
gint64
g_get_monotonic_time (void)
{
  return current != NULL && current->world != NULL ? current->world->now * 1000 : 1000000;
}

guint
kd_sim_below (KdSim *sim,
              guint n)
{
  return kd_random_below (sim->random, n);
}

gboolean
kd_sim_chance (KdSim *sim,
               guint percent)
{
  return kd_sim_below (sim, 100) < percent;
}

const char *
kd_sim_short (const KdId *id,
              char text[7])
{
  char full[KD_ID_TEXT_LENGTH + 1];

  kd_id_to_text (id, full);
  g_strlcpy (text, full + KD_ID_TEXT_LENGTH - 6, 7);
  return text;
}

void
kd_sim_trace (KdSim *sim,
              const char *format,
              ...)
{
  g_autofree char *text = NULL;
  gint64 ms = sim->world->now - KD_WORLD_TIME;
  va_list args;

  if (!sim->options.trace)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("  %4u %7" G_GINT64_FORMAT ".%03d  %s\n", sim->step, ms / 1000, (int) (ms % 1000), text);
  fflush (stdout);
}

/* Whoever ends this program for a failure reads here where it was. */
static void
note_state (KdSim *sim)
{
  char text[64];
  int n;

  if (sim->options.state < 0)
    return;
  n = g_snprintf (text, sizeof text, "%-20" G_GUINT64_FORMAT " %-8u\n", sim->options.seed, sim->step);
  if (pwrite (sim->options.state, text, (gsize) n, 0) != n)
    g_error ("the state can't be written");
}

/* ---- desks ---- */

KdSimDesk *
kd_sim_pick_desk (KdSim *sim)
{
  KdSimDesk *desk = sim->desks->pdata[kd_sim_below (sim, sim->desks->len)];

  return desk->asleep ? NULL : desk;
}

void
kd_sim_desk_start (KdSimDesk *desk)
{
  KdSim *sim = desk->sim;
  KdSyncOptions options = { .context = g_main_context_default (), .timers = kd_fake_time_get_timers (sim->time),
                            .media_folder = sim->world->folder };

  g_assert (desk->engine == NULL);
  desk->line = kd_fake_transport_new (desk->device);
  desk->line->hold = kd_sim_hold;
  desk->line->hold_data = desk;
  desk->line->live_lossy = TRUE;
  desk->engine = kd_sync_engine_new (desk->device->store, KD_SYNC_TRANSPORT (desk->line), &options);
  kd_sync_engine_start (desk->engine);
  desk->touched = TRUE;
  kd_fake_time_pass (sim->time, 0);
}

void
kd_sim_desk_stop (KdSimDesk *desk)
{
  if (desk->engine == NULL)
    return;
  kd_sync_engine_stop (desk->engine);
  kd_fake_time_pass (desk->sim->time, 0);
  g_clear_object (&desk->engine);
  kd_fake_time_pass (desk->sim->time, 0);
  /* its requests stay on the wire, and nobody waits for their answers */
  g_clear_object (&desk->line);
  desk->touched = TRUE;
}

gboolean
kd_sim_desk_has_stopped (KdSimDesk *desk,
                         char **ret_reason)
{
  g_autoptr (KdSyncStatus) status = desk->engine != NULL ? kd_sync_engine_get_status (desk->engine) : NULL;

  if (status == NULL || status->activity != KD_SYNC_STOPPED)
    return FALSE;
  *ret_reason = g_strdup (status->reason);
  return TRUE;
}

KdSimDesk *
kd_sim_add_desk (KdSim *sim,
                 const KdId *user)
{
  KdSimDesk *desk;

  if (sim->desks->len >= DESKS_MAX)
    return NULL;
  desk = g_new0 (KdSimDesk, 1);
  desk->sim = sim;
  desk->device = kd_sync_world_add_device (sim->world, user);
  g_ptr_array_add (sim->desks, desk);
  return desk;
}

static void
desk_free (gpointer data)
{
  KdSimDesk *desk = data;

  kd_sim_desk_stop (desk);
  g_free (desk->copy);
  g_free (desk);
}

/* ---- time ---- */

void
kd_sim_pass (KdSim *sim,
             gint64 ms)
{
  kd_fake_time_pass (sim->time, ms);
}

static gint64
some_time (KdSim *sim)
{
  guint what = kd_sim_below (sim, 100);

  if (what < 40)
    return kd_sim_below (sim, 20);
  if (what < 80)
    return kd_sim_below (sim, 1200);
  if (what < 97)
    return kd_sim_below (sim, 12000);
  return kd_sim_below (sim, 20 * 60000);
}

/* ---- the run ---- */

/* Each step's own chance: leaving a step out changes nothing of what the others draw. */
static void
begin_step (KdSim *sim,
            guint step)
{
  KdRandom mixed = KD_RANDOM (sim->options.seed * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + step);

  kd_random_next (&mixed);
  sim->world->random = KD_RANDOM (kd_random_next (&mixed));
  sim->step = step;
  note_state (sim);
}

static void
run_step (KdSim *sim)
{
  const KdSimStep *steps = sim->options.profile->steps;
  gint64 pause = some_time (sim);
  guint total = 0, at;

  for (guint i = 0; steps[i].name != NULL; i++)
    total += steps[i].weight;
  at = kd_sim_below (sim, total);
  for (; at >= steps->weight; steps++)
    at -= steps->weight;
  steps->run (sim);
  kd_sim_pass (sim, pause);
}

static void
open_shop (KdSim *sim)
{
  const KdSimOptions *options = &sim->options;
  KdSyncWorld *world = sim->world;
  const KdId *users[] = { &world->owner, &world->owner, &world->manager, &world->agent, &world->cashier };

  for (guint i = 0; i < options->devices; i++)
    {
      KdSimDesk *desk = kd_sim_add_desk (sim, users[i == 0 ? 0 : kd_sim_below (sim, G_N_ELEMENTS (users))]);

      desk->device->skew = kd_random_between (sim->random, -100000, 100000);
    }
  world->quiet = TRUE;
  kd_sync_world_stock_up (world);
  for (guint i = 0; i < sim->desks->len; i++)
    kd_sim_desk_start (sim->desks->pdata[i]);
}

static KdSim *
sim_new (const KdSimOptions *options)
{
  KdSim *sim = g_new0 (KdSim, 1);

  sim->options = *options;
  sim->world = kd_sync_world_new (options->seed);
  sim->random = &sim->world->random;
  sim->time = kd_fake_time_new (sim->world);
  sim->desks = g_ptr_array_new_with_free_func (desk_free);
  sim->wire = g_ptr_array_new_with_free_func (kd_sim_request_free);
  sim->checked = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, NULL);
  current = sim;
  return sim;
}

static void
sim_free (KdSim *sim)
{
  g_ptr_array_unref (sim->desks);
  g_ptr_array_unref (sim->wire);
  kd_fake_time_pass (sim->time, 0);
  kd_fake_time_free (sim->time);
  g_hash_table_unref (sim->checked);
  current = NULL;
  kd_sync_world_free (sim->world);
  g_free (sim);
}

void
kd_sim_run (const KdSimOptions *options)
{
  KdSim *sim = sim_new (options);
  guint running = 0;

  begin_step (sim, 0);
  open_shop (sim);
  for (guint step = 1; step <= options->steps; step++)
    {
      if (options->keep != NULL && options->keep[step] == 0)
        continue;
      begin_step (sim, step);
      run_step (sim);
      kd_sim_check (sim);
    }
  begin_step (sim, options->steps + 1);
  kd_sim_quiet (sim);
  for (guint i = 0; i < sim->desks->len; i++)
    running += ((KdSimDesk *) sim->desks->pdata[i])->device->stopped == NULL;
  printf ("seed %" G_GUINT64_FORMAT ": %u desks, %u of them in step at the end, %u edits, %u requests, %" G_GINT64_FORMAT
          " mutations run, %" G_GINT64_FORMAT " refused, %" G_GINT64_FORMAT " conflicts, %" G_GINT64_FORMAT " rows\n",
          options->seed, sim->desks->len, running, sim->n_edits, sim->n_requests,
          kd_sync_world_count (sim->world, "SELECT count(*) FROM mut_done WHERE status=0"),
          kd_sync_world_count (sim->world, "SELECT count(*) FROM mut_done WHERE status<>0"),
          kd_sync_world_count (sim->world, "SELECT count(*) FROM conflict"),
          kd_sync_world_count (sim->world, "SELECT count(*) FROM sync_row WHERE op='U'"));
  fflush (stdout);
  sim_free (sim);
}
