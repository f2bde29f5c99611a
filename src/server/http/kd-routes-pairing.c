/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-auth-answer.h"

#include <string.h>

/* "Add a computer" (SECURITY 3): the newcomer commits, the server answers, the newcomer reveals, and
 * a person compares digits on two screens. Only then are there tokens. */

#define GUESSES 10            /* names of pairings from one network */
#define GUESSES_WINDOW_MS (10 * 60 * 1000)
#define OPENED 20             /* pairings of one user */
#define OPENED_WINDOW_MS (60 * 60 * 1000)

typedef struct
{
  KdPairMessage *asked;
  char *prefix;
  KdId user, id;
  KdPairing pairing;
  gboolean found;
  KdControlTokens tokens;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_clear_pointer (&pair->asked, kd_pair_message_free);
  kd_pairing_clear (&pair->pairing);
  kd_control_tokens_clear (&pair->tokens);
  g_free (pair->prefix);
  g_free (pair);
}

/* NULL: answered. */
static Pair *
pair_new (KdRequest *request)
{
  g_autoptr (GError) error = NULL;
  gssize size;
  const char *text = kd_request_text (request, &size);
  KdPairMessage *asked = kd_pair_message_parse (size > 0 ? text : "{}", size > 0 ? size : -1, &error);
  Pair *pair;

  if (asked == NULL)
    {
      kd_request_fail (request, error);
      return NULL;
    }
  pair = g_new0 (Pair, 1);
  pair->asked = asked;
  pair->prefix = g_strdup (request->prefix);
  pair->user = request->session.user;
  return pair;
}

static void
answer (KdRequest *request,
        guint status,
        KdPairMessage *message_take)
{
  kd_request_answer_json (request, status, kd_pair_message_to_json (message_take));
  kd_pair_message_free (message_take);
}

/* A wrong name and one that another newcomer took look the same. */
static void
fail_pair (KdRequest *request,
           const GError *error)
{
  if (g_error_matches (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_REFUSED))
    kd_request_refuse (request, 404, "pairing");
  else
    kd_request_fail (request, error);
}

/* ---- the first computer ---- */

static gboolean
open_pairing (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Pair *pair = data;
  char text[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *key = g_strdup_printf ("pair open %s", kd_id_to_text (&pair->user, text));

  return kd_control_throttle (connection, control, key, OPENED, OPENED_WINDOW_MS, error)
         && kd_control_pair_open (connection, control, &pair->user, &pair->pairing, error);
}

static void
pairing_opened_cb (KdRequest *request,
                   gpointer data,
                   const GError *error)
{
  Pair *pair = data;
  KdPairMessage *message;

  if (error != NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  message = kd_pair_message_new ();
  message->name = g_strdup (pair->pairing.name);
  message->until = pair->pairing.until;
  message->state = g_strdup ("open");
  answer (request, 201, message);
}

static void
open_cb (KdRequest *request)
{
  Pair *pair = pair_new (request);

  if (pair != NULL)
    kd_request_run_control (request, open_pairing, pair, pair_free, pairing_opened_cb);
}

static gboolean
find_pairing (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Pair *pair = data;
  GError *failed = NULL;

  pair->found = kd_control_pair_find (connection, control, &pair->user, &pair->pairing, &failed);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static void
pairing_found_cb (KdRequest *request,
                  gpointer data,
                  const GError *error)
{
  static const char *const states[] = { "open", "taken", "asked", "allowed", "denied" };
  Pair *pair = data;
  KdPairMessage *message;
  char code[KD_PAIR_DIGITS + 1];

  if (error != NULL)
    {
      kd_request_fail (request, error);
      return;
    }
  message = kd_pair_message_new ();
  message->state = g_strdup (pair->found ? states[pair->pairing.state] : "none");
  if (pair->found)
    {
      message->name = g_strdup (pair->pairing.name);
      message->until = pair->pairing.until;
      message->device_name = g_strdup (pair->pairing.device_name);
    }
  if (pair->found && pair->pairing.state == KD_PAIRING_ASKED)
    {
      kd_pair_code (&request->http->certificate_hash, pair->pairing.name, &pair->pairing.nonce, &pair->pairing.server_nonce, code);
      message->code = g_strdup (code);
    }
  answer (request, 200, message);
}

static void
state_cb (KdRequest *request)
{
  Pair *pair = pair_new (request);

  if (pair != NULL)
    kd_request_run_control (request, find_pairing, pair, pair_free, pairing_found_cb);
}

static gboolean
answer_pairing (KdSqlConnection *connection,
                const KdControl *control,
                gpointer data,
                GError **error)
{
  Pair *pair = data;

  return kd_control_pair_answer (connection, control, &pair->user, pair->asked->allow, error);
}

static void
answered_cb (KdRequest *request,
             gpointer data,
             const GError *error)
{
  if (error != NULL)
    fail_pair (request, error);
  else
    kd_request_answer_json (request, 200, g_strdup ("{}"));
}

static void
answer_cb (KdRequest *request)
{
  Pair *pair = pair_new (request);

  if (pair != NULL)
    kd_request_run_control (request, answer_pairing, pair, pair_free, answered_cb);
}

/* ---- the newcomer ---- */

static gboolean
take_pairing (KdSqlConnection *connection,
              const KdControl *control,
              gpointer data,
              GError **error)
{
  Pair *pair = data;
  g_autofree char *key = g_strdup_printf ("pair take %s", pair->prefix);

  return kd_control_throttle (connection, control, key, GUESSES, GUESSES_WINDOW_MS, error)
         && kd_control_pair_take (connection, control, pair->asked->name, &pair->asked->commitment, pair->asked->device_name,
                                  &pair->pairing, error);
}

static void
taken_cb (KdRequest *request,
          gpointer data,
          const GError *error)
{
  Pair *pair = data;
  KdPairMessage *message;

  if (error != NULL)
    {
      fail_pair (request, error);
      return;
    }
  message = kd_pair_message_new ();
  message->pairing = pair->pairing.id;
  message->server_nonce = pair->pairing.server_nonce;
  message->until = pair->pairing.until;
  answer (request, 200, message);
}

static void
take_cb (KdRequest *request)
{
  Pair *pair = pair_new (request);

  if (pair == NULL)
    return;
  if (pair->asked->name != NULL && !kd_hash_is_none (&pair->asked->commitment))
    kd_request_run_control (request, take_pairing, pair, pair_free, taken_cb);
  else
    {
      kd_request_refuse_field (request, pair->asked->name == NULL ? "name" : "commitment", "field.required");
      pair_free (pair);
    }
}

static gboolean
reveal (KdSqlConnection *connection,
        const KdControl *control,
        gpointer data,
        GError **error)
{
  Pair *pair = data;

  return kd_control_pair_reveal (connection, control, &pair->id, &pair->asked->nonce, error);
}

static void
reveal_cb (KdRequest *request)
{
  Pair *pair;
  KdId id;

  if (!kd_request_param_id (request, "pairing", &id))
    return;
  pair = pair_new (request);
  if (pair == NULL)
    return;
  pair->id = id;
  kd_request_run_control (request, reveal, pair, pair_free, answered_cb);
}

static gboolean
finish (KdSqlConnection *connection,
        const KdControl *control,
        gpointer data,
        GError **error)
{
  Pair *pair = data;

  return kd_control_pair_finish (connection, control, &pair->id, &pair->asked->nonce, &pair->pairing, &pair->tokens, error);
}

static void
finished_cb (KdRequest *request,
             gpointer data,
             const GError *error)
{
  Pair *pair = data;
  KdPairMessage *message;

  if (error != NULL)
    fail_pair (request, error);
  else if (pair->pairing.state == KD_PAIRING_DENIED)
    kd_request_refuse (request, 403, "denied");
  else if (pair->pairing.state == KD_PAIRING_ALLOWED)
    kd_auth_respond (request, 200, &pair->tokens.user, &pair->tokens);
  else
    {
      message = kd_pair_message_new ();
      message->state = g_strdup ("asked");
      answer (request, 202, message);
    }
}

static void
finish_cb (KdRequest *request)
{
  Pair *pair;
  KdId id;

  if (!kd_request_param_id (request, "pairing", &id))
    return;
  pair = pair_new (request);
  if (pair == NULL)
    return;
  pair->id = id;
  kd_request_run_control (request, finish, pair, pair_free, finished_cb);
}

const KdRoute kd_routes_pairing[] = {
  { "POST", "/v1/pairings", KD_AUTH_SESSION, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_SHORT, KD_RATE_AUTH, open_cb,
    "Opens a pairing for ten minutes: {name, until}" },
  { "GET", "/v1/pairings", KD_AUTH_SESSION, KD_BODY_NONE, 0, KD_TIME_SHORT, KD_RATE_NORMAL, state_cb,
    "Where the caller's pairing stands; once asked, the digits to compare" },
  { "POST", "/v1/pairings/answer", KD_AUTH_SESSION, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_SHORT, KD_RATE_AUTH, answer_cb,
    "{allow}: whether the digits were the same" },
  { "POST", "/v1/auth/pair", KD_AUTH_NONE, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_SHORT, KD_RATE_AUTH, take_cb,
    "A newcomer commits: {name, commitment, device_name} -> {pairing, server_nonce}" },
  { "POST", "/v1/auth/pair/{pairing}/reveal", KD_AUTH_NONE, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_SHORT, KD_RATE_AUTH, reveal_cb,
    "It reveals its {nonce}" },
  { "POST", "/v1/auth/pair/{pairing}/finish", KD_AUTH_NONE, KD_BODY_JSON, KD_AUTH_MAX_BYTES, KD_TIME_SHORT, KD_RATE_NORMAL, finish_cb,
    "202 while nobody has answered, 200 with tokens, 403 denied" },
  { NULL },
};
