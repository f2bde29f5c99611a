/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-world.h"

#include <string.h>

/* What goes over the wire: requests, answers, and what each end does with them. */

void
kd_wire_message_free (KdWireMessage *message)
{
  g_free (message->body);
  g_free (message->cursor);
  g_free (message);
}

KdWireMessage *
kd_wire_message_copy (const KdWireMessage *message)
{
  KdWireMessage *copy = g_memdup2 (message, sizeof *message);

  copy->body = message->body != NULL ? g_memdup2 (message->body, message->len + 1) : NULL;
  copy->cursor = g_strdup (message->cursor);
  copy->pull.cursor = copy->cursor;
  return copy;
}

KdWireMessage *
kd_sync_world_newest (KdSyncWorld *world)
{
  return world->network->len > 0 ? world->network->pdata[world->network->len - 1] : NULL;
}

KdWireMessage *
kd_sync_world_take (KdSyncWorld *world,
                    guint index)
{
  return g_ptr_array_steal_index (world->network, index);
}

/* ---- the device's side ---- */

typedef struct
{
  KdSyncDevice *device;
  guint max;
  GPtrArray *mutations;
  gint64 sealed;
  KdSyncState *state;
  const KdPushAnswer *answer;
  const KdChanges *page;
  const KdStoreBlob *blob;
  const KdProblem *problem;
  KdApplyResult result;
} Work;

static gboolean
seal_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Work *work = data;

  work->mutations = kd_store_sync_seal (work->device->store, connection, work->max, KD_PUSH_MAX_BYTES, &work->sealed, error);
  if (work->mutations == NULL)
    return FALSE;
  work->state = kd_store_sync_state (work->device->store, connection, error);
  return work->state != NULL;
}

static gboolean
state_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Work *work = data;

  work->state = kd_store_sync_state (work->device->store, connection, error);
  return work->state != NULL;
}

static gboolean
run (KdSyncDevice *device,
     KdSqlWorkFunc func,
     Work *work)
{
  GError *error = NULL;

  work->device = device;
  kd_sql_worker_run (kd_store_get_writer (device->store), KD_SQL_SYNC, func, work, &error);
  if (error == NULL)
    return TRUE;
  if (!device->may_fail)
    kd_sync_world_fail (device->world, "device %u: %s", device->n, error->message);
  g_clear_error (&device->failed);
  device->failed = error;
  return FALSE;
}

char *
kd_sync_device_take_failure (KdSyncDevice *device)
{
  char *message = device->failed != NULL ? g_strdup (device->failed->message) : NULL;

  g_clear_error (&device->failed);
  return message;
}

static gboolean
blob_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  Work *work = data;
  return kd_store_blob_add (work->device->store, connection, work->blob, error);
}

void
kd_sync_device_add_blob (KdSyncDevice *device,
                         const KdStoreBlob *blob)
{
  Work work = { .blob = blob };
  run (device, blob_work, &work);
}

KdSyncState *
kd_sync_device_state (KdSyncDevice *device)
{
  Work work = { 0 };

  run (device, state_work, &work);
  return work.state;
}

gboolean
kd_sync_device_push (KdSyncDevice *device,
                     guint max)
{
  Work work = { .max = max };
  g_autoptr (KdPush) push = NULL;
  KdWireMessage *message;
  gboolean any;

  if (device->stopped != NULL)
    return FALSE;
  if (!run (device, seal_work, &work))
    {
      g_clear_pointer (&work.mutations, g_ptr_array_unref);
      kd_sync_state_free (work.state);
      return FALSE;
    }
  any = work.mutations->len > 0 && work.state->pause_reason == NULL;
  if (any)
    {
      push = kd_push_new ();
      push->proto = KD_PROTO;
      push->schema = KD_SCHEMA;
      push->device = work.state->device_id;
      push->sealed = work.sealed;
      push->ack = work.state->acked;
      push->clock = kd_store_now (device->store);
      push->witness = work.state->witness;
      g_clear_pointer (&push->mutations, g_ptr_array_unref);
      push->mutations = g_ptr_array_ref (work.mutations);
      message = g_new0 (KdWireMessage, 1);
      message->type = KD_WIRE_PUSH;
      message->device = device;
      message->pull.sealed = work.sealed;
      message->body = kd_push_to_json (push, &message->len);
      g_ptr_array_add (device->world->network, message);
    }
  g_ptr_array_unref (work.mutations);
  kd_sync_state_free (work.state);
  kd_sync_device_check (device);
  return any;
}

gboolean
kd_sync_device_pull (KdSyncDevice *device)
{
  KdWireMessage *message;
  KdSyncState *state;

  if (device->stopped != NULL)
    return FALSE;
  state = kd_sync_device_state (device);
  if (state->pause_reason != NULL)
    {
      kd_sync_state_free (state);
      return FALSE;
    }
  message = g_new0 (KdWireMessage, 1);
  message->type = KD_WIRE_PULL;
  message->device = device;
  message->cursor = g_strdup (state->cursor);
  message->pull.cursor = message->cursor;
  message->pull.limit = device->limit;
  message->pull.sealed = state->sealed;
  message->pull.ack = state->acked;
  message->pull.witness = state->witness;
  message->pull.has_witness = state->witness.head > 0;
  message->pull.proto = KD_PROTO;
  message->pull.schema = KD_SCHEMA;
  message->request = ++device->request;
  g_ptr_array_add (device->world->network, message);
  kd_sync_state_free (state);
  return TRUE;
}

static gboolean
results_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  Work *work = data;
  return kd_store_sync_take_results (work->device->store, connection, work->answer, error);
}

static gboolean
apply_work (KdSqlConnection *connection,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  Work *work = data;

  work->result = kd_store_sync_apply (work->device->store, connection, work->page, error);
  return work->result != KD_APPLY_FAILED;
}

static gboolean
restart_work (KdSqlConnection *connection,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  Work *work = data;
  KdWitness witness = { .head = work->problem->head, .mark = work->problem->mark };

  return kd_store_sync_restart (work->device->store, connection, &witness, error);
}

static void
take_problem (KdSyncDevice *device,
              const KdWireMessage *message)
{
  g_autoptr (KdProblem) problem = kd_problem_parse (message->body, (gssize) message->len, NULL);
  Work work = { .problem = problem };
  KdSyncState *state;
  gboolean overtaken;

  if (problem != NULL && g_strcmp0 (problem->why, "horizon") == 0)
    {
      run (device, restart_work, &work);
      return;
    }
  if (problem == NULL || problem->status == 503 || g_str_equal (problem->code, "gap"))
    return;
  /* what was asked before more was sealed may have been overtaken by it: asked again it is no fork */
  state = kd_sync_device_state (device);
  overtaken = g_str_equal (problem->code, "fork") && message->pull.sealed < state->sealed;
  kd_sync_state_free (state);
  if (overtaken)
    return;
  g_test_message ("%u: the server says %s %s", device->n, problem->code, problem->why != NULL ? problem->why : "");
  if (device->stopped == NULL)
    device->stopped = g_strdup (problem->why != NULL ? problem->why : problem->code);
}

static void
take_push_answer (KdSyncDevice *device,
                  const KdWireMessage *message)
{
  g_autoptr (KdPushAnswer) answer = NULL;
  Work work = { 0 };

  if (message->status != 200)
    {
      take_problem (device, message);
      return;
    }
  answer = kd_push_answer_parse (message->body, (gssize) message->len, NULL);
  if (answer == NULL)
    return;
  work.answer = answer;
  if (!run (device, results_work, &work))
    return;
  device->waited = MAX (device->waited, answer->head);
}

static void
take_pull_answer (KdSyncDevice *device,
                  const KdWireMessage *message)
{
  g_autoptr (KdChanges) page = NULL;
  g_autoptr (GError) error = NULL;
  Work work = { 0 };
  KdSyncState *state;

  if (message->request != device->request)
    return;
  if (message->status != 200)
    {
      take_problem (device, message);
      return;
    }
  page = kd_changes_parse (message->body, (gssize) message->len, &error);
  if (page == NULL)
    {
      g_test_message ("%u: no page: %s", device->n, error->message);
      return;
    }
  work.page = page;
  if (!run (device, apply_work, &work))
    return;
  if (work.result == KD_APPLY_DONE)
    {
      kd_world_assert (device->world, page->head >= device->base_head);
      device->base_head = page->head;
      device->base_mark = page->mark;
    }
  else if (work.result == KD_APPLY_STOPPED)
    {
      state = kd_sync_device_state (device);
      g_test_message ("%u: stopped: %s", device->n, state->pause_reason);
      device->stopped = g_strdup (state->pause_reason);
      kd_sync_state_free (state);
    }
}

/* ---- the server's side ---- */

static void
answer (KdSyncWorld *world,
        const KdWireMessage *request,
        KdWireType type,
        guint status,
        char *body,
        gsize len)
{
  KdWireMessage *message = g_new0 (KdWireMessage, 1);

  message->type = type;
  message->device = request->device;
  message->status = status;
  message->body = body;
  message->len = len;
  message->request = request->request;
  message->pull.sealed = request->pull.sealed;
  g_ptr_array_add (world->network, message);
}

static void
answer_problem (KdSyncWorld *world,
                const KdWireMessage *request,
                KdWireType type,
                KdProblem *problem,
                GError *error)
{
  gsize len;
  char *body;

  if (error != NULL && !world->may_fail)
    kd_sync_world_fail (world, "server: %s", error->message);
  if (error != NULL && problem == NULL)
    problem = kd_problem_new (503, "busy");
  g_assert_nonnull (problem);
  body = kd_problem_to_json (problem, &len);
  answer (world, request, type, (guint) problem->status, body, len);
  kd_problem_free (problem);
  g_clear_error (&error);
}

static void
serve_push (KdSyncWorld *world,
            const KdWireMessage *message)
{
  KdSyncDevice *device = message->device;
  KdShopAuth auth = { .user = device->user, .session = device->session, .device = device->id };
  g_autoptr (KdPush) push = kd_push_parse (message->body, (gssize) message->len, NULL);
  g_autoptr (KdPushAnswer) reply = NULL;
  KdProblem *problem = NULL;
  GError *error = NULL;

  /* a request that was cut is none */
  if (push == NULL)
    return;
  reply = kd_shop_push (world->server, &world->shop, &auth, push, &problem, &error);
  if (reply == NULL)
    answer_problem (world, message, KD_WIRE_PUSH_ANSWER, problem, error);
  else
    {
      gsize len;
      char *body = kd_push_answer_to_json (reply, &len);
      answer (world, message, KD_WIRE_PUSH_ANSWER, 200, body, len);
    }
  kd_sync_world_note_snapshot (world);
}

static void
serve_pull (KdSyncWorld *world,
            const KdWireMessage *message)
{
  KdSyncDevice *device = message->device;
  KdShopAuth auth = { .user = device->user, .session = device->session, .device = device->id };
  g_autoptr (KdChanges) page = NULL;
  KdProblem *problem = NULL;
  GError *error = NULL;

  page = kd_shop_changes (world->server, &world->shop, &auth, &message->pull, &problem, &error);
  if (page == NULL)
    answer_problem (world, message, KD_WIRE_PULL_ANSWER, problem, error);
  else
    {
      gsize len;
      char *body = kd_changes_to_json (page, &len);
      answer (world, message, KD_WIRE_PULL_ANSWER, 200, body, len);
    }
}

void
kd_sync_world_deliver (KdSyncWorld *world,
                       KdWireMessage *message)
{
  world->now += 3;
  switch (message->type)
    {
    case KD_WIRE_PUSH:
      serve_push (world, message);
      break;
    case KD_WIRE_PULL:
      serve_pull (world, message);
      break;
    case KD_WIRE_PUSH_ANSWER:
      take_push_answer (message->device, message);
      kd_sync_device_check (message->device);
      break;
    case KD_WIRE_PULL_ANSWER:
      take_pull_answer (message->device, message);
      kd_sync_device_check (message->device);
      break;
    default:
      g_assert_not_reached ();
    }
  kd_wire_message_free (message);
}

void
kd_sync_world_deliver_all (KdSyncWorld *world)
{
  while (world->network->len > 0)
    kd_sync_world_deliver (world, kd_sync_world_take (world, 0));
}

/* ---- without faults ---- */

#define ROUNDS_MAX 300

void
kd_sync_device_sync (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;

  for (guint i = 0; i < ROUNDS_MAX && device->stopped == NULL; i++)
    {
      KdSyncState *state;
      gboolean pushed, behind;

      pushed = kd_sync_device_push (device, 50);
      kd_sync_world_deliver_all (world);
      kd_sync_device_pull (device);
      kd_sync_world_deliver_all (world);
      if (device->stopped != NULL)
        return;
      state = kd_sync_device_state (device);
      behind = state->cur_seq < world->last_snapshot || device->base_head < world->last_snapshot;
      kd_sync_state_free (state);
      if (!pushed && !behind && kd_sync_device_count (device, "SELECT count(*) FROM outbox") == 0)
        return;
    }
  if (device->stopped == NULL)
    {
      KdSyncState *state = kd_sync_device_state (device);

      kd_sync_world_fail (world, "device %u never comes to an end: at %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
               ", base %" G_GINT64_FORMAT ", sealed %" G_GINT64_FORMAT ", acknowledged %" G_GINT64_FORMAT ", waiting %"
               G_GINT64_FORMAT, device->n, state->cur_seq, world->last_snapshot, device->base_head,
               state->sealed, state->acked, kd_sync_device_count (device, "SELECT count(*) FROM outbox"));
    }
}
