/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sim.h"

#include "kd-shop-tx.h"

#include <string.h>

/* The network: requests and answers lie on one wire, and each meets its fate when it is taken. */

void
kd_sim_request_free (gpointer data)
{
  KdSimRequest *request = data;

  g_object_unref (request->line);
  g_free (request->method);
  g_free (request->path);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_object (&request->task);
  g_clear_pointer (&request->reply, kd_sync_reply_free);
  g_free (request);
}

static guint
number_of (const KdSimRequest *request)
{
  return request->line->device->n;
}

static const char *
what (const KdSimRequest *request)
{
  if (strstr (request->path, "/push") != NULL)
    return "push";
  return strstr (request->path, "/changes?") != NULL ? "pull" : "request";
}

/* ---- who waits ---- */

static GQuark
waiting_quark (void)
{
  return g_quark_from_static_string ("kd-sim-waiting");
}

/* TRUE once: then the task is the caller's to end. */
static gboolean
take_turn (GTask *task)
{
  GSource *source = g_object_steal_qdata (G_OBJECT (task), waiting_quark ());

  if (source == NULL)
    return FALSE;
  g_source_destroy (source);
  g_source_unref (source);
  return TRUE;
}

static gboolean
given_up_cb (GCancellable *cancellable,
             gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);

  if (take_turn (task))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "given up");
  return G_SOURCE_REMOVE;
}

static void
fail (KdSimRequest *request)
{
  if (request->task != NULL && take_turn (request->task))
    g_task_return_new_error (request->task, G_IO_ERROR, G_IO_ERROR_FAILED, "the line is cut");
}

static void
answer_with (KdSimRequest *request,
             KdSyncReply *reply)
{
  if (request->task != NULL && take_turn (request->task))
    g_task_return_pointer (request->task, reply, (GDestroyNotify) kd_sync_reply_free);
  else
    kd_sync_reply_free (reply);
}

/* ---- the wire ---- */

#define WIRE_MAX 40

void
kd_sim_hold (KdFakeTransport *line,
             const KdSyncRequest *sent,
             GTask *task,
             gpointer data)
{
  KdSimDesk *desk = data;
  KdSimRequest *request = g_new0 (KdSimRequest, 1);
  GSource *source = g_cancellable_source_new (g_task_get_cancellable (task));

  request->n = ++desk->sim->n_requests;
  request->line = g_object_ref (line);
  request->method = g_strdup (sent->method);
  request->path = g_strdup (sent->path);
  request->body = sent->body != NULL ? g_bytes_ref (sent->body) : NULL;
  request->upload_offset = sent->upload_offset;
  request->task = g_object_ref (task);
  /* the source holds the task until it is given up or answered */
  g_source_set_callback (source, G_SOURCE_FUNC (given_up_cb), g_object_ref (task), g_object_unref);
  g_source_attach (source, g_main_context_default ());
  g_object_set_qdata (G_OBJECT (task), waiting_quark (), source);
  g_ptr_array_add (desk->sim->wire, request);
  if (desk->sim->wire->len > WIRE_MAX)
    {
      KdSimRequest *oldest = g_ptr_array_steal_index (desk->sim->wire, 0);

      fail (oldest);
      kd_sim_request_free (oldest);
    }
  kd_sim_trace (desk->sim, "desk %u sends %s r%u", number_of (request), what (request), request->n);
}

static KdSimRequest *
copy_request (const KdSimRequest *request)
{
  KdSimRequest *copy = g_new0 (KdSimRequest, 1);

  copy->n = request->n;
  copy->line = g_object_ref (request->line);
  copy->method = g_strdup (request->method);
  copy->path = g_strdup (request->path);
  copy->body = request->body != NULL ? g_bytes_ref (request->body) : NULL;
  copy->upload_offset = request->upload_offset;
  return copy;
}

void
kd_sim_prune (KdSim *sim)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (KdMark));

  for (guint i = 0; i < sim->wire->len; i++)
    g_array_append_val (marks, ((KdSimRequest *) sim->wire->pdata[i])->mark);
  kd_sync_world_prune_snapshots (sim->world, marks);
}

static void
trace_push (KdSim *sim,
            const KdSimRequest *request)
{
  g_autoptr (KdPush) push = NULL;
  g_autoptr (KdPushAnswer) answer = NULL;
  g_autoptr (KdProblem) problem = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gsize n, n_reply;
  const char *body = g_bytes_get_data (request->body, &n);
  const char *said = g_bytes_get_data (request->reply->body, &n_reply);
  char id[7];

  push = kd_push_parse (body, (gssize) n, NULL);
  if (request->reply->status == 200)
    answer = kd_push_answer_parse (said, (gssize) n_reply, NULL);
  else
    problem = kd_problem_parse (said, (gssize) n_reply, NULL);
  for (guint i = 0; push != NULL && i < push->mutations->len; i++)
    {
      const KdPushMutation *mutation = push->mutations->pdata[i];
      g_string_append_printf (text, " %" G_GINT64_FORMAT ":%s(%s)", mutation->no, mutation->name, kd_sim_short (&mutation->uid, id));
    }
  for (guint i = 0; answer != NULL && i < answer->results->len; i++)
    {
      const KdResult *result = answer->results->pdata[i];
      if (result->status != 0)
        g_string_append_printf (text, " %" G_GINT64_FORMAT "=%s", result->no, result->code);
    }
  if (answer != NULL)
    g_string_append_printf (text, " -> last %" G_GINT64_FORMAT " head %" G_GINT64_FORMAT, answer->last, answer->head);
  else
    g_string_append_printf (text, " -> %u %s %s", request->reply->status, problem != NULL ? problem->code : "?",
                            problem != NULL && problem->why != NULL ? problem->why : "");
  kd_sim_trace (sim, "server takes push r%u of desk %u:%s", request->n, number_of (request), text->str);
}

static void
trace_pull (KdSim *sim,
            const KdSimRequest *request)
{
  gsize n;
  const char *said = g_bytes_get_data (request->reply->body, &n);
  g_autoptr (KdChanges) page = request->reply->status == 200 ? kd_changes_parse (said, (gssize) n, NULL) : NULL;
  g_autoptr (KdProblem) problem = page == NULL ? kd_problem_parse (said, (gssize) n, NULL) : NULL;

  if (page != NULL)
    kd_sim_trace (sim, "server takes pull r%u of desk %u -> %u rows%s, head %" G_GINT64_FORMAT ", last %" G_GINT64_FORMAT,
                  request->n, number_of (request), page->rows->len, page->more ? " and more" : "", page->head, page->last_mut);
  else
    kd_sim_trace (sim, "server takes pull r%u of desk %u -> %u %s %s", request->n, number_of (request), request->reply->status,
                  problem != NULL ? problem->code : "?", problem != NULL && problem->why != NULL ? problem->why : "");
}

void
kd_sim_serve (KdSim *sim,
              KdSimRequest *request)
{
  KdSyncRequest again = KD_SYNC_REQUEST_INIT;

  again.method = request->method;
  again.path = request->path;
  again.body = request->body;
  again.upload_offset = request->upload_offset;
  request->line->device->limit = sim->calm || kd_sim_chance (sim, 50) ? 0 : 1 + kd_sim_below (sim, 12);
  request->reply = kd_fake_transport_serve (request->line, &again);
  kd_commit_log_find (sim->world->server, &sim->world->shop, sim->world->last_snapshot, &request->mark, NULL);
  if (sim->options.trace && g_str_equal (what (request), "push"))
    trace_push (sim, request);
  else if (sim->options.trace && g_str_equal (what (request), "pull"))
    trace_pull (sim, request);
  g_ptr_array_add (sim->wire, request);
}

static KdSimDesk *
desk_of (KdSim *sim,
         const KdSimRequest *request)
{
  for (guint i = 0; i < sim->desks->len; i++)
    if (((KdSimDesk *) sim->desks->pdata[i])->line == request->line)
      return sim->desks->pdata[i];
  return NULL;
}

static KdSyncReply *
strange_page (void)
{
  static const char text[] = "<html>Please log in to the hotel</html>";
  g_autoptr (GBytes) body = g_bytes_new_static (text, sizeof text - 1);

  return kd_sync_reply_new (200, "text/html", body);
}

static KdSyncReply *
busy_answer (KdSim *sim)
{
  g_autoptr (KdProblem) problem = kd_problem_new (503, "busy");
  gsize n;
  char *text = kd_problem_to_json (problem, &n);
  g_autoptr (GBytes) body = g_bytes_new_take (text, n);
  KdSyncReply *reply = kd_sync_reply_new (503, KD_PROBLEM_MEDIA_TYPE, body);

  reply->retry_after_ms = kd_sim_chance (sim, 50) ? 0 : 1000 * kd_sim_below (sim, 60);
  return reply;
}

static void
cut (KdSim *sim,
     KdSyncReply *reply)
{
  gsize n = g_bytes_get_size (reply->body);
  GBytes *half = g_bytes_new_from_bytes (reply->body, 0, n > 0 ? kd_sim_below (sim, (guint) n) : 0);

  g_bytes_unref (reply->body);
  reply->body = half;
}

/* (transfer full): @request is on its way to the server. */
static void
deliver_request (KdSim *sim,
                 KdSimRequest *request)
{
  const KdSimProfile *faults = sim->options.profile;
  guint fate = sim->calm ? 100 : kd_sim_below (sim, 100);

  if (fate < faults->lost)
    {
      gboolean silent = kd_sim_chance (sim, 40);

      kd_sim_trace (sim, "%s r%u of desk %u is lost%s", what (request), request->n, number_of (request),
                    silent ? ", nobody says so" : "");
      if (!silent)
        fail (request);
      kd_sim_request_free (request);
      return;
    }
  fate -= faults->lost;
  if (fate < faults->doubled)
    {
      kd_sim_trace (sim, "%s r%u of desk %u is doubled", what (request), request->n, number_of (request));
      g_ptr_array_add (sim->wire, copy_request (request));
    }
  else if (fate - faults->doubled < faults->busy)
    {
      kd_sim_trace (sim, "the server is too busy for %s r%u of desk %u", what (request), request->n, number_of (request));
      answer_with (request, kd_sim_chance (sim, 20) ? strange_page () : busy_answer (sim));
      kd_sim_request_free (request);
      return;
    }
  kd_sim_serve (sim, request);
}

/* (transfer full): the server has answered @request. */
static void
deliver_answer (KdSim *sim,
                KdSimRequest *request)
{
  const KdSimProfile *faults = sim->options.profile;
  guint fate = sim->calm ? 100 : kd_sim_below (sim, 100);
  KdSimDesk *desk = desk_of (sim, request);

  if (fate < faults->lost)
    {
      kd_sim_trace (sim, "the answer to r%u of desk %u is lost", request->n, number_of (request));
      if (kd_sim_chance (sim, 60))
        fail (request);
    }
  else if (fate - faults->lost < faults->late && request->task != NULL)
    {
      g_ptr_array_add (sim->wire, request);
      return;
    }
  else
    {
      if (fate - faults->lost - faults->late < faults->cut)
        {
          kd_sim_trace (sim, "the answer to r%u of desk %u is cut", request->n, number_of (request));
          cut (sim, request->reply);
        }
      else if (request->task != NULL)
        kd_sim_trace (sim, "the answer to r%u reaches desk %u", request->n, number_of (request));
      answer_with (request, g_steal_pointer (&request->reply));
    }
  kd_sim_request_free (request);
  kd_sim_pass (sim, 0);
  if (desk != NULL)
    {
      desk->touched = TRUE;
      /* exactly one page may have been applied */
      if (desk->engine != NULL)
        kd_sync_device_find_base (desk->device);
    }
}

static void
deliver (KdSim *sim,
         guint index)
{
  KdSimRequest *request = g_ptr_array_steal_index (sim->wire, index);

  sim->world->now += 2;
  if (request->reply == NULL)
    deliver_request (sim, request);
  else
    deliver_answer (sim, request);
  kd_sim_pass (sim, 0);
}

void
kd_sim_deliver_one (KdSim *sim)
{
  if (sim->wire->len > 0)
    deliver (sim, kd_sim_chance (sim, 70) ? 0 : kd_sim_below (sim, sim->wire->len));
  if (sim->world->last_snapshot % 4 == 0)
    kd_sim_prune (sim);
}

void
kd_sim_serve_desk (KdSim *sim,
                   KdSimDesk *desk)
{
  for (guint i = sim->wire->len; i-- > 0;)
    {
      KdSimRequest *request = sim->wire->pdata[i];

      if (request->reply == NULL && request->line == desk->line)
        kd_sim_serve (sim, g_ptr_array_steal_index (sim->wire, i));
    }
}

void
kd_sim_deliver_to (KdSim *sim,
                   KdSimDesk *desk)
{
  for (guint i = 0; i < sim->wire->len; i++)
    {
      KdSimRequest *request = sim->wire->pdata[i];

      if (request->reply == NULL || request->line != desk->line)
        continue;
      deliver (sim, i);
      return;
    }
}

void
kd_sim_deliver_pushes (KdSim *sim)
{
  for (guint i = sim->wire->len; i-- > 0;)
    {
      KdSimRequest *request = i < sim->wire->len ? sim->wire->pdata[i] : NULL;

      if (request == NULL || request->reply != NULL || strstr (request->path, "/push") == NULL)
        continue;
      kd_sim_serve (sim, g_ptr_array_steal_index (sim->wire, i));
      deliver (sim, sim->wire->len - 1);
    }
}

#define MESSAGES_MAX 20000

void
kd_sim_deliver_all (KdSim *sim)
{
  for (guint n = 0; sim->wire->len > 0; n++)
    {
      kd_world_assert (sim->world, n < MESSAGES_MAX);
      deliver (sim, 0);
    }
}

void
kd_sim_hint (KdSim *sim,
             guint percent)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  for (guint i = 0; i < sim->desks->len; i++)
    {
      KdSimDesk *desk = sim->desks->pdata[i];

      if (desk->line == NULL || !kd_sim_chance (sim, percent))
        continue;
      desk->line->live_lossy = FALSE;
      g_ptr_array_add (lines, desk->line);
    }
  kd_fake_world_moved (sim->world, lines);
  kd_sim_pass (sim, 0);
}
