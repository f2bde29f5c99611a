/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rest.h"

#include "kd-json.h"

#include <string.h>

/* Writing over REST: each request is one mutation of the caller, with origin key. */

#define KEY_MAX 255           /* bytes of an Idempotency-Key */

typedef struct
{
  KdId user;
  char credential[KD_ID_TEXT_LENGTH + 1];
  char *idempotency;
  KdCall *call;
  const KdKind *kind;       /* (nullable): of the row that is answered */
  KdId id;                  /* of that row, or none */
  gboolean patch;           /* base is what stands there now */
  gint64 if_match;          /* -1: whatever stands there */
  gint64 stale;             /* the row's seq where that isn't the one matched; -1 */
  gboolean gone;
  KdShopRun run;
  KdRecord *record;         /* (nullable): the row after it */
  guint status;
} Write;

static void
write_free (gpointer data)
{
  Write *write = data;

  g_clear_pointer (&write->call, kd_call_free);
  g_clear_pointer (&write->record, kd_record_free);
  kd_shop_run_clear (&write->run);
  g_free (write->idempotency);
  g_free (write);
}

/* NULL: answered. */
static Write *
write_new (KdRequest *request)
{
  const char *key = kd_request_in_header (request, "Idempotency-Key");
  const char *match = kd_request_in_header (request, "If-Match");
  gint64 if_match = -1;
  Write *write;

  if (key != NULL && (*key == '\0' || strlen (key) > KEY_MAX))
    {
      kd_request_refuse_field (request, "Idempotency-Key", "text.too_long");
      return NULL;
    }
  if (match != NULL && strcmp (match, "*") != 0)
    {
      g_autofree char *bare = g_strdup (*match == '"' ? match + 1 : match);

      if (g_str_has_suffix (bare, "\""))
        bare[strlen (bare) - 1] = '\0';
      /* what never was a tag of ours can't match */
      if (!g_ascii_string_to_signed (bare, 10, 0, G_MAXINT64, &if_match, NULL))
        {
          kd_request_refuse (request, 412, "stale");
          return NULL;
        }
    }
  write = g_new0 (Write, 1);
  write->user = request->session.user;
  kd_id_to_text (&request->session.session, write->credential);
  write->idempotency = g_strdup (key);
  write->kind = request->route->kind;
  write->if_match = if_match;
  write->stale = -1;
  write->status = 200;
  return write;
}

/* ---- on the writer ---- */

/* Base and If-Match are judged on the thread that alone writes this shop. A row that the caller
 * can't read is none. FALSE: @error. */
static gboolean
look_before (Write *write,
             KdSqlConnection *connection,
             const KdShop *shop,
             KdScopes scopes,
             GError **error)
{
  g_autoptr (KdRecord) before = NULL;
  GError *failed = NULL;

  if (write->kind == NULL || kd_id_is_none (&write->id) || (!write->patch && write->if_match < 0))
    return TRUE;
  before = kd_shop_get (connection, shop, write->kind, &write->id, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (before == NULL || (scopes >> kd_record_get_scope (before) & 1) == 0)
    write->gone = TRUE;
  else if (write->if_match >= 0 && before->seq != write->if_match)
    write->stale = before->seq;
  else if (write->patch)
    {
      const KdShape *shape = write->call->mutation->args;
      KdPartial *set = *(KdPartial **) kd_field_at (kd_shape_find (shape, "set"), write->call->args);
      KdPartial **base = kd_field_at (kd_shape_find (shape, "base"), write->call->args);

      if (set != NULL)
        *base = kd_record_partial (before, set->mask);
    }
  return TRUE;
}

static gboolean
run (KdSqlConnection *connection,
     const KdShop *shop,
     gpointer data,
     GError **error)
{
  Write *write = data;
  KdActor actor = { .type = KD_ACTOR_MEMBER, .id = write->user, .origin = KD_ORIGIN_KEY };
  GError *failed = NULL;
  KdRole role;
  KdScopes scopes;

  /* who may not do this learns nothing, not even that a row is stale */
  if (!kd_shop_get_member (connection, shop, &write->user, &role, &scopes, &failed)
      || (write->call->mutation->roles >> role & 1) == 0)
    {
      if (failed != NULL)
        {
          g_propagate_error (error, failed);
          return FALSE;
        }
      write->run.status = KD_REFUSED;
      write->run.code = g_strdup ("scope");
      return TRUE;
    }
  if (!look_before (write, connection, shop, scopes, error))
    return FALSE;
  if (write->gone || write->stale >= 0)
    return TRUE;
  if (!kd_shop_run (connection, shop, &actor, write->credential, write->idempotency, MAX (0, write->if_match), TRUE, write->call,
                    NULL, NULL, &write->run, error))
    return FALSE;
  if (write->run.status == KD_APPLIED && write->kind != NULL && !kd_id_is_none (&write->id))
    write->record = kd_shop_get (connection, shop, write->kind, &write->id, NULL);
  if (write->record != NULL && (scopes >> kd_record_get_scope (write->record) & 1) == 0)
    g_clear_pointer (&write->record, kd_record_free);
  return TRUE;
}

/* ---- the answer ---- */

static guint
status_of_refusal (const char *code)
{
  static const struct { const char *code; guint status; } known[] = {
    { "scope", 403 }, { "origin", 403 }, { "row.gone", 404 }, { "bad_field", 400 }, { "bad_request", 400 },
    { "unsupported", 400 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (code, known[i].code) == 0)
      return known[i].status;
  return 409;
}

static void
answer_refusal (KdRequest *request,
                Write *write)
{
  KdProblem *problem = kd_problem_new (status_of_refusal (write->run.code), write->run.code);

  problem->values = g_steal_pointer (&write->run.detail);
  kd_request_problem (request, problem);
}

static void
answer_done (KdRequest *request,
             Write *write)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_ID_TEXT_LENGTH + 1];

  if (write->record != NULL)
    kd_rest_set_etag (request, write->record->seq);
  kd_json_begin_object (&writer);
  kd_json_member (&writer, "detail");
  kd_json_raw (&writer, write->run.detail != NULL ? write->run.detail : "null", -1);
  kd_json_member (&writer, "item");
  if (write->record != NULL)
    kd_rest_write_record (&writer, write->record);
  else
    kd_json_null (&writer);
  kd_json_member (&writer, "repeated");
  kd_json_bool (&writer, write->run.repeated);
  kd_json_member (&writer, "seq");
  kd_json_int (&writer, write->run.seq);
  kd_json_member (&writer, "uid");
  kd_json_string (&writer, kd_id_to_text (&write->run.uid, text));
  kd_json_end_object (&writer);
  kd_request_answer_json (request, write->status, g_string_free (out, FALSE));
}

static void
ran_cb (KdRequest *request,
        gpointer data,
        const GError *error)
{
  Write *write = data;

  if (error != NULL)
    kd_request_fail (request, error);
  else if (write->gone)
    kd_request_refuse (request, 404, "not_found");
  else if (write->stale >= 0)
    {
      kd_rest_set_etag (request, write->stale);
      kd_request_refuse (request, 412, "stale");
    }
  else if (write->run.status != KD_APPLIED)
    answer_refusal (request, write);
  else
    answer_done (request, write);
}

static void
start (KdRequest *request,
       Write *write)
{
  kd_request_run_shop (request, &request->shop->id, KD_LANE_WRITE_BUYER, run, write, write_free, ran_cb);
}

/* ---- what is asked ---- */

static JsonNode *
empty_object (void)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, json_object_new ());
  return node;
}

/* NULL: answered. */
static JsonNode *
read_object (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  JsonNode *node = size > 0 ? kd_json_parse_object (text, size, KD_REST_BODY_MAX, &error) : empty_object ();

  if (node == NULL)
    kd_request_fail (request, error);
  return node;
}

/* An id that the same Idempotency-Key gives again, so that a repeat is a repeat. */
static KdId
make_id (KdRequest *request,
         const Write *write)
{
  const KdShop *shop = request->shop;
  g_autofree char *what = NULL;
  guint8 random[10];

  if (write->idempotency == NULL)
    {
      shop->random (shop->random_data, random, sizeof random);
      return kd_id_make (kd_http_now (request->http), random);
    }
  what = g_strconcat ("id ", write->idempotency, NULL);
  return kd_shop_named_id (shop, write->credential, what);
}

/* The arguments of a mutation as they stand in the body; `id` where the path or we have it. */
static void
take_args (KdRequest *request,
           Write *write,
           const KdMutation *mutation,
           JsonNode *args)
{
  const KdField *id = kd_shape_find (mutation->args, "id");
  g_autoptr (GError) error = NULL;

  if (id != NULL && (id->type == KD_TYPE_ID || id->type == KD_TYPE_REF))
    {
      const char *text = json_object_get_string_member_with_default (json_node_get_object (args), "id", NULL);
      char made[KD_ID_TEXT_LENGTH + 1];

      if (!kd_id_is_none (&write->id))
        json_object_set_string_member (json_node_get_object (args), "id", kd_id_to_text (&write->id, made));
      else if (text == NULL)
        {
          write->id = make_id (request, write);
          json_object_set_string_member (json_node_get_object (args), "id", kd_id_to_text (&write->id, made));
        }
      else
        kd_id_parse (text, &write->id);
    }
  write->call = kd_wire_call_read (mutation->name, 0, args, 0, &error);
  if (write->call != NULL)
    {
      start (request, write);
      return;
    }
  kd_request_fail (request, error);
  write_free (write);
}

/* The fields of a row, as the arguments of its generated mutation. */
static void
take_fields (KdRequest *request,
             Write *write,
             const KdMutation *mutation,
             JsonNode *fields)
{
  JsonObject *object = json_node_get_object (fields);
  g_autoptr (JsonNode) args = empty_object ();
  const char *text = json_object_get_string_member_with_default (object, "id", NULL);
  char id[KD_ID_TEXT_LENGTH + 1];

  if (kd_id_is_none (&write->id) && text != NULL && kd_id_parse (text, &write->id))
    json_object_remove_member (object, "id");
  if (kd_id_is_none (&write->id))
    write->id = make_id (request, write);
  json_object_set_string_member (json_node_get_object (args), "id", kd_id_to_text (&write->id, id));
  json_object_set_member (json_node_get_object (args), "set", json_node_copy (fields));
  take_args (request, write, mutation, args);
}

void
kd_rest_create (KdRequest *request)
{
  const KdMutation *mutation = request->route->mutation;
  g_autoptr (JsonNode) body = read_object (request);
  Write *write = body != NULL ? write_new (request) : NULL;

  if (write == NULL)
    return;
  write->status = 201;
  /* a generated one takes the row itself, one written by hand its own arguments */
  if (kd_rest_is_generated (mutation))
    take_fields (request, write, mutation, body);
  else
    take_args (request, write, mutation, body);
}

void
kd_rest_patch (KdRequest *request)
{
  g_autoptr (JsonNode) body = read_object (request);
  Write *write = body != NULL ? write_new (request) : NULL;

  if (write == NULL)
    return;
  if (!kd_request_param_id (request, "id", &write->id))
    {
      write_free (write);
      return;
    }
  write->patch = TRUE;
  json_object_remove_member (json_node_get_object (body), "id");
  take_fields (request, write, request->route->mutation, body);
}

void
kd_rest_delete (KdRequest *request)
{
  g_autoptr (JsonNode) args = empty_object ();
  Write *write = write_new (request);

  if (write == NULL)
    return;
  if (kd_request_param_id (request, "id", &write->id))
    take_args (request, write, request->route->mutation, args);
  else
    write_free (write);
}

void
kd_rest_action (KdRequest *request)
{
  g_autoptr (JsonNode) args = read_object (request);
  Write *write = args != NULL ? write_new (request) : NULL;

  if (write == NULL)
    return;
  if (kd_request_param (request, "id") == NULL || kd_request_param_id (request, "id", &write->id))
    take_args (request, write, request->route->mutation, args);
  else
    write_free (write);
}
