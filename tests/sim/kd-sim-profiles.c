/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sim.h"

#define PEOPLE \
  { "edit", 330, kd_sim_step_edit }, { "burst", 10, kd_sim_step_burst }, { "problem", 12, kd_sim_step_problem }, \
  { "discard", 16, kd_sim_step_discard }, \
  { "buyer", 30, kd_sim_step_buyer }, { "rest", 10, kd_sim_step_rest }
#define NETWORK \
  { "deliver", 480, kd_sim_step_deliver }, { "hint", 40, kd_sim_step_hint }, { "socket", 12, kd_sim_step_socket }, \
  { "wait", 30, kd_sim_step_wait }, { "retry", 6, kd_sim_step_retry }
#define RESTARTS \
  { "reopen", 10, kd_sim_step_reopen }, { "crash-desk", 14, kd_sim_step_crash_desk }, { "sleep", 10, kd_sim_step_sleep }, \
  { "restart-server", 6, kd_sim_step_restart_server }, { "crash-server", 12, kd_sim_step_crash_server }, \
  { "clock", 10, kd_sim_step_clock }, { "join", 6, kd_sim_step_join }, { "purge", 4, kd_sim_step_purge }
#define QUIET { "quiet", 4, kd_sim_step_quiet }
#define END { NULL }

static const KdSimStep calm_steps[] = { PEOPLE, NETWORK, QUIET, END };
static const KdSimStep crash_steps[] = { PEOPLE, NETWORK, RESTARTS, QUIET, END };
static const KdSimStep all_steps[] = {
  PEOPLE, NETWORK, RESTARTS, QUIET,
  { "copy-desk", 8, kd_sim_step_copy_desk }, { "restore-desk", 5, kd_sim_step_restore_desk },
  { "backup", 5, kd_sim_step_backup }, { "rollback", 1, kd_sim_step_rollback },
  { "role", 3, kd_sim_step_role }, { "revoke", 1, kd_sim_step_revoke }, END,
};
static const KdSimStep restore_steps[] = {
  PEOPLE, NETWORK, RESTARTS, QUIET,
  { "copy-desk", 20, kd_sim_step_copy_desk }, { "restore-desk", 20, kd_sim_step_restore_desk },
  { "backup", 12, kd_sim_step_backup }, { "rollback", 10, kd_sim_step_rollback },
  { "join", 20, kd_sim_step_join }, END,
};
static const KdSimStep purge_steps[] = {
  PEOPLE, NETWORK, RESTARTS, QUIET, { "purge", 30, kd_sim_step_purge }, { "join", 20, kd_sim_step_join },
  { "sleep", 20, kd_sim_step_sleep }, END,
};

static const KdSimProfile profiles[] = {
  { .name = "all", .about = "everything below at once", .steps = all_steps, .lost = 8, .doubled = 8, .cut = 3, .late = 8, .busy = 4 },
  { .name = "calm", .about = "nothing is lost, only late", .steps = calm_steps, .late = 5 },
  { .name = "network", .about = "messages lost, doubled, late, out of order, cut", .steps = calm_steps, .lost = 15, .doubled = 15,
    .cut = 6, .late = 15, .busy = 6 },
  { .name = "crash", .about = "and programs, disks and clocks fail", .steps = crash_steps, .lost = 8, .doubled = 8, .cut = 3,
    .late = 8, .busy = 4 },
  { .name = "purge", .about = "and the server forgets deletions all the time", .steps = purge_steps, .lost = 5, .doubled = 5,
    .cut = 2, .late = 25, .busy = 3 },
  { .name = "restore", .about = "and desks and servers are put back to older copies", .steps = restore_steps, .lost = 6,
    .doubled = 6, .cut = 2, .late = 8, .busy = 2 },
  { NULL },
};

const KdSimProfile *
kd_sim_profiles (void)
{
  return profiles;
}

const KdSimProfile *
kd_sim_find_profile (const char *name)
{
  for (const KdSimProfile *profile = profiles; profile->name != NULL; profile++)
    if (g_str_equal (profile->name, name))
      return profile;
  return NULL;
}
