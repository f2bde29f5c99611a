/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-auth.h"

#include "kd-wire-message-private.h"

#include <sodium.h>
#include <string.h>

#define NAME_LENGTH 120
#define LOGIN_LENGTH 254
#define ADDRESS_MAX 300

static const char *const role_names[] = { "owner", "manager", "agent", "cashier", "viewer", NULL };

#define KD_STRUCT KdAuthRequest
static const KdField request_fields[] = {
  KD_M (login, TEXT, .max = LOGIN_LENGTH),
  KD_M (password, TEXT, .max = KD_PASSWORD_MAX, .flags = KD_FIELD_MULTILINE),
  KD_M (name, TEXT, .max = NAME_LENGTH),
  KD_M (token, TEXT, .max = KD_TOKEN_MAX),
  KD_M (device_name, TEXT, .max = NAME_LENGTH),
};
static const KdShape request_shape = KD_MESSAGE ("auth request", KdAuthRequest, request_fields);
#undef KD_STRUCT

#define KD_STRUCT KdAuthAnswer
static const KdField answer_fields[] = {
  KD_M (access, TEXT, .max = KD_TOKEN_MAX),
  KD_M (access_until, INT, KD_COUNT),
  KD_M (refresh, TEXT, .max = KD_TOKEN_MAX),
  KD_M (refresh_until, INT, KD_COUNT),
  KD_M (session, ID),
  KD_M (user, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (server_id, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (login, TEXT, .max = LOGIN_LENGTH),
  KD_M (name, TEXT, .max = NAME_LENGTH),
  KD_M (proto, INT, KD_COUNT),
  KD_M (schema, INT, KD_COUNT),
  KD_M (now, INT),
};
static const KdShape answer_shape = KD_MESSAGE ("auth answer", KdAuthAnswer, answer_fields);
#undef KD_STRUCT

#define KD_STRUCT KdAuthShop
static const KdField shop_fields[] = {
  KD_M (id, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (slug, TEXT, .max = 40),
  KD_M (name, TEXT, .max = NAME_LENGTH),
  KD_M (role, ENUM, .values = role_names),
};
static const KdShape shop_shape = KD_MESSAGE ("auth shop", KdAuthShop, shop_fields);
#undef KD_STRUCT

#define KD_STRUCT KdShopRequest
static const KdField shop_request_fields[] = {
  KD_M (id, ID),
  KD_M (name, TEXT, .flags = KD_FIELD_REQUIRED, .max = NAME_LENGTH),
  KD_M (slug, TEXT, .max = 40),
  KD_M (currency, TEXT, .flags = KD_FIELD_REQUIRED, .min = 3, .max = 3),
  KD_M (region, TEXT, .max = 2),
  KD_M (timezone, TEXT, .max = 64),
  KD_M (language, TEXT, .max = 16),
  KD_M (owner_name, TEXT, .max = NAME_LENGTH),
  KD_M (location, TEXT, .max = NAME_LENGTH),
  KD_M (demo, BOOL),
};
static const KdShape shop_request_shape = KD_MESSAGE ("shop request", KdShopRequest, shop_request_fields);
#undef KD_STRUCT

#define KD_STRUCT KdRunFile
static const KdField run_fields[] = {
  KD_M (address, TEXT, .flags = KD_FIELD_REQUIRED, .max = ADDRESS_MAX),
  KD_M (pid, INT, KD_COUNT),
  KD_M (run_key, BLOB_HASH),
  KD_M (server_id, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (version, TEXT, .max = 64),
};
static const KdShape run_shape = KD_MESSAGE ("run file", KdRunFile, run_fields);
#undef KD_STRUCT

#define KD_STRUCT KdHello
static const KdField hello_fields[] = {
  KD_M (server_id, ID, .flags = KD_FIELD_REQUIRED),
  KD_M (proof, BLOB_HASH),
  KD_M (version, TEXT, .max = 64),
  KD_M (embedded, BOOL),
  KD_M (sign_up, BOOL),
  KD_M (proto, INT, KD_COUNT),
  KD_M (schema, INT, KD_COUNT),
  KD_M (now, INT),
};
static const KdShape hello_shape = KD_MESSAGE ("hello", KdHello, hello_fields);
#undef KD_STRUCT

#define KD_STRUCT KdPairMessage
static const KdField pair_fields[] = {
  KD_M (name, TEXT, .max = KD_PAIR_DIGITS),
  KD_M (pairing, ID),
  KD_M (commitment, BLOB_HASH),
  KD_M (nonce, BLOB_HASH),
  KD_M (server_nonce, BLOB_HASH),
  KD_M (device_name, TEXT, .max = NAME_LENGTH),
  KD_M (code, TEXT, .max = KD_PAIR_DIGITS),
  KD_M (state, TEXT, .max = 16),
  KD_M (until, INT, KD_COUNT),
  KD_M (allow, BOOL),
};
static const KdShape pair_shape = KD_MESSAGE ("pair message", KdPairMessage, pair_fields);
#undef KD_STRUCT

static char *
to_json (const KdShape *shape,
         gconstpointer message)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_message_write (&writer, shape, message);
  kd_json_end_object (&writer);
  return kd_message_end (out, NULL);
}

static gpointer
parse (const KdShape *shape,
       const char *text,
       gssize len,
       GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_AUTH_MAX_BYTES, error);
  gpointer message;

  if (node == NULL)
    return NULL;
  message = kd_shape_new (shape);
  if (kd_message_read (shape, NULL, -1, json_node_get_object (node), message, error))
    return message;
  kd_shape_free (shape, message);
  return NULL;
}

static void
wipe (char *secret)
{
  if (secret != NULL)
    sodium_memzero (secret, strlen (secret));
}

#define SIMPLE_MESSAGE(Type, name, shape)                  \
  Type *name##_new (void) { return kd_shape_new (&shape); } \
  char *name##_to_json (const Type *message) { return to_json (&shape, message); } \
  Type *name##_parse (const char *text, gssize len, GError **error) { return parse (&shape, text, len, error); }

SIMPLE_MESSAGE (KdAuthRequest, kd_auth_request, request_shape)
SIMPLE_MESSAGE (KdAuthShop, kd_auth_shop, shop_shape)
SIMPLE_MESSAGE (KdShopRequest, kd_shop_request, shop_request_shape)
SIMPLE_MESSAGE (KdRunFile, kd_run_file, run_shape)
SIMPLE_MESSAGE (KdHello, kd_hello, hello_shape)
SIMPLE_MESSAGE (KdPairMessage, kd_pair_message, pair_shape)

void
kd_auth_request_free (KdAuthRequest *request)
{
  wipe (request->password);
  wipe (request->token);
  kd_shape_free (&request_shape, request);
}

void
kd_auth_shop_free (KdAuthShop *shop)
{
  kd_shape_free (&shop_shape, shop);
}

void
kd_shop_request_free (KdShopRequest *request)
{
  kd_shape_free (&shop_request_shape, request);
}

void
kd_run_file_free (KdRunFile *run)
{
  sodium_memzero (&run->run_key, sizeof run->run_key);
  kd_shape_free (&run_shape, run);
}

void
kd_hello_free (KdHello *hello)
{
  kd_shape_free (&hello_shape, hello);
}

void
kd_pair_message_free (KdPairMessage *message)
{
  kd_shape_free (&pair_shape, message);
}

KdAuthAnswer *
kd_auth_answer_new (void)
{
  KdAuthAnswer *answer = kd_shape_new (&answer_shape);

  answer->proto = KD_PROTO;
  answer->schema = KD_SCHEMA;
  answer->shops = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_auth_shop_free);
  return answer;
}

void
kd_auth_answer_free (KdAuthAnswer *answer)
{
  wipe (answer->access);
  wipe (answer->refresh);
  g_ptr_array_unref (answer->shops);
  kd_shape_free (&answer_shape, answer);
}

char *
kd_auth_answer_to_json (const KdAuthAnswer *answer)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_message_write (&writer, &answer_shape, answer);
  kd_json_member (&writer, "shops");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < answer->shops->len; i++)
    {
      kd_json_begin_object (&writer);
      kd_message_write (&writer, &shop_shape, g_ptr_array_index (answer->shops, i));
      kd_json_end_object (&writer);
    }
  kd_json_end_array (&writer);
  kd_json_end_object (&writer);
  return kd_message_end (out, NULL);
}

KdAuthAnswer *
kd_auth_answer_parse (const char *text,
                      gssize len,
                      GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_AUTH_ANSWER_MAX_BYTES, error);
  g_autoptr (KdAuthAnswer) answer = NULL;
  JsonObject *json;
  JsonArray *shops;

  if (node == NULL)
    return NULL;
  answer = kd_auth_answer_new ();
  json = json_node_get_object (node);
  if (!kd_message_read (&answer_shape, NULL, -1, json, answer, error)
      || !kd_message_get_array (json, "shops", KD_SHOPS_MAX, &shops, error))
    return NULL;
  for (guint i = 0; shops != NULL && i < json_array_get_length (shops); i++)
    {
      JsonNode *element = json_array_get_element (shops, i);
      g_autoptr (KdAuthShop) shop = kd_auth_shop_new ();

      if (!JSON_NODE_HOLDS_OBJECT (element))
        {
          kd_message_fail (error, KD_WIRE_BAD_TYPE, "shops");
          return NULL;
        }
      if (!kd_message_read (&shop_shape, "shops", (int) i, json_node_get_object (element), shop, error))
        return NULL;
      g_ptr_array_add (answer->shops, g_steal_pointer (&shop));
    }
  return g_steal_pointer (&answer);
}

KdHash
kd_hello_proof (const KdHash *run_key,
                const KdHash *nonce,
                const char *address)
{
  static const char purpose[] = "kedai hello";
  crypto_generichash_state state;
  KdHash proof;

  crypto_generichash_init (&state, run_key->b, sizeof run_key->b, sizeof proof.b);
  crypto_generichash_update (&state, (const guint8 *) purpose, sizeof purpose);
  crypto_generichash_update (&state, nonce->b, sizeof nonce->b);
  crypto_generichash_update (&state, (const guint8 *) address, strlen (address));
  crypto_generichash_final (&state, proof.b, sizeof proof.b);
  return proof;
}

gboolean
kd_hello_check (const KdHello *hello,
                const KdHash *run_key,
                const KdHash *nonce,
                const char *address)
{
  KdHash proof = kd_hello_proof (run_key, nonce, address);

  return sodium_memcmp (proof.b, hello->proof.b, sizeof proof.b) == 0;
}

KdHash
kd_pair_commitment (const KdHash *nonce)
{
  static const char purpose[] = "kedai pair";
  crypto_generichash_state state;
  KdHash commitment;

  crypto_generichash_init (&state, NULL, 0, sizeof commitment.b);
  crypto_generichash_update (&state, (const guint8 *) purpose, sizeof purpose);
  crypto_generichash_update (&state, nonce->b, sizeof nonce->b);
  crypto_generichash_final (&state, commitment.b, sizeof commitment.b);
  return commitment;
}

void
kd_pair_code (const KdHash *certificate,
              const char *name,
              const KdHash *newcomer,
              const KdHash *server,
              char ret_code[KD_PAIR_DIGITS + 1])
{
  static const char purpose[] = "kedai pair code";
  crypto_generichash_state state;
  guint8 hash[crypto_generichash_BYTES];
  guint64 n = 0;

  crypto_generichash_init (&state, NULL, 0, sizeof hash);
  crypto_generichash_update (&state, (const guint8 *) purpose, sizeof purpose);
  crypto_generichash_update (&state, certificate->b, sizeof certificate->b);
  crypto_generichash_update (&state, (const guint8 *) name, strlen (name) + 1);
  crypto_generichash_update (&state, newcomer->b, sizeof newcomer->b);
  crypto_generichash_update (&state, server->b, sizeof server->b);
  crypto_generichash_final (&state, hash, sizeof hash);
  for (guint i = 0; i < 8; i++)
    n = n << 8 | hash[i];
  g_snprintf (ret_code, KD_PAIR_DIGITS + 1, "%06u", (guint) (n % 1000000));
}
