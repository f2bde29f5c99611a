/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"
#include "test-shop.h"

#include <string.h>

static KdCall *
send_text (KdTestShop *shop,
           const KdId *conversation,
           const char *text)
{
  KdCall *call = kd_call_new_by_name ("message.send");
  KdMessageSendArgs *args = call->args;

  args->id = kd_test_id (shop);
  args->conversation = *conversation;
  args->text = g_strdup (text);
  return call;
}

static KdCall *
receive (KdTestShop *shop,
         const char *from,
         const char *text)
{
  KdCall *call = kd_call_new_by_name ("message.receive");
  KdMessageReceiveArgs *args = call->args;

  args->id = kd_test_id (shop);
  args->from = g_strdup (from);
  args->text = g_strdup (text);
  return call;
}

static const KdConversation *
get_conversation (KdTestShop *shop,
                  const KdId *id)
{
  return (const KdConversation *) kd_rows_get (shop->rows, &kd_kind_conversation, id);
}

static const KdMessage *
get_message (KdTestShop *shop,
             const KdId *id)
{
  return (const KdMessage *) kd_rows_get (shop->rows, &kd_kind_message, id);
}

static void
test_send (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  g_autoptr (KdTestShop) device = kd_test_shop_new (KD_SIDE_DEVICE);
  KdCall *call = send_text (shop, &shop->conversation, "Masih ada, kak");
  KdId id = KD_ARGS_OF (call, KdMessageSendArgs)->id;
  const KdMessage *message;

  kd_test_applies (shop, call);
  message = get_message (shop, &id);
  g_assert_cmpint (message->direction, ==, KD_MESSAGE_OUT);
  g_assert_cmpint (message->delivery, ==, KD_DELIVERY_SENT);
  g_assert_cmpint (message->at, ==, shop->ctx.accepted);
  g_assert_cmpint (message->received, ==, shop->ctx.accepted);
  g_assert_true (kd_id_equal (&message->author, &shop->owner));
  g_assert_cmpint (get_conversation (shop, &shop->conversation)->last_at, ==, shop->ctx.accepted);
  g_assert_cmpint (get_conversation (shop, &shop->conversation)->last_in, ==, 0);

  call = send_text (device, &device->conversation, "Masih ada, kak");
  id = KD_ARGS_OF (call, KdMessageSendArgs)->id;
  kd_test_applies (device, call);
  g_assert_cmpint (get_message (device, &id)->delivery, ==, KD_DELIVERY_QUEUED);
}

static void
test_bad_text (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  g_autofree char *longest = g_strnfill (KD_LONG_TEXT_MAX, 'a');
  g_autofree char *longer = g_strnfill (70000, 'a');
  g_autofree char *lines = g_strnfill (1000, '\n');
  g_autofree char *many_lines = g_strconcat ("a", lines, "b", NULL);
  struct
  {
    const char *text;
    const char *code; /* NULL: sent */
  } cases[] = {
    { NULL, "message.empty" },
    { "", "message.empty" },
    { " \n\t ", "message.empty" },
    { "\xe2\x80\x8b", "message.empty" },
    { lines, "message.empty" },
    { longer, "message.too_long" },
    { longest, NULL },
    { many_lines, NULL },
    { "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", NULL },
    { "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7", NULL },
    { "bad \xff utf8", "bad_field" },
    { "bell \a", "bad_field" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KdCall *call = send_text (shop, &shop->conversation, cases[i].text);

      if (cases[i].code == NULL)
        kd_test_applies (shop, call);
      else
        kd_test_refused (shop, call, cases[i].code);
    }
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_message), ==, 4);
}

static void
test_cards (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  static const KdBody bodies[] = { KD_BODY_PRODUCT, KD_BODY_ORDER, KD_BODY_IMAGE, KD_ENUM_UNKNOWN };
  KdMedia *media = (KdMedia *) kd_record_new (&kd_kind_media);
  KdId picture = media->parent.id = kd_test_id (shop);
  KdCall *call, *foreign;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      call = send_text (shop, &shop->conversation, NULL);
      KD_ARGS_OF (call, KdMessageSendArgs)->body = bodies[i];
      kd_test_refused (shop, call, "bad_field");
    }
  call = send_text (shop, &shop->conversation, NULL);
  KD_ARGS_OF (call, KdMessageSendArgs)->body = KD_BODY_PRODUCT;
  KD_ARGS_OF (call, KdMessageSendArgs)->product = shop->shirt;
  kd_test_applies (shop, call);

  /* A picture is its message's own. */
  call = send_text (shop, &shop->conversation, NULL);
  KD_ARGS_OF (call, KdMessageSendArgs)->body = KD_BODY_IMAGE;
  KD_ARGS_OF (call, KdMessageSendArgs)->media = picture;
  foreign = kd_call_copy (call);
  KD_ARGS_OF (foreign, KdMessageSendArgs)->id = kd_test_id (shop);
  media->message = KD_ARGS_OF (call, KdMessageSendArgs)->id;
  kd_rows_put (shop->rows, &media->parent);
  kd_test_refused (shop, foreign, "bad_field");
  kd_test_applies (shop, call);
}

static void
test_receive_page (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdCall *call = receive (shop, NULL, "Kaos M masih ada?");
  KdId id = KD_ARGS_OF (call, KdMessageReceiveArgs)->id;
  const KdMessage *message;
  const KdConversation *conversation;
  KdId contact, thread;

  kd_test_as_buyer (shop, NULL, NULL);
  KD_ARGS_OF (call, KdMessageReceiveArgs)->name = g_strdup ("Tono");
  KD_ARGS_OF (call, KdMessageReceiveArgs)->product = shop->shirt;
  kd_test_applies (shop, call);
  message = get_message (shop, &id);
  g_assert_cmpint (message->direction, ==, KD_MESSAGE_IN);
  conversation = get_conversation (shop, &message->conversation);
  g_assert_cmpint (conversation->last_in, ==, shop->ctx.accepted);
  g_assert_true (kd_id_equal (&message->author, &conversation->contact));
  contact = conversation->contact;
  thread = conversation->parent.id;

  /* The same session writes into the same thread; a new one never does. */
  kd_test_as_buyer (shop, &contact, &thread);
  kd_test_applies (shop, receive (shop, NULL, "Halo?"));
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_conversation), ==, 2);
  kd_test_as_buyer (shop, NULL, NULL);
  kd_test_applies (shop, receive (shop, NULL, "Saya Tono juga"));
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_conversation), ==, 3);
}

static void
test_receive_hook (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdCall *call;
  KdId id;

  kd_test_as (shop, KD_ORIGIN_HOOK);
  kd_test_applies (shop, receive (shop, "session-1", "satu"));
  call = receive (shop, "session-1", "dua");
  id = KD_ARGS_OF (call, KdMessageReceiveArgs)->id;
  /* An hour late: its place is where it was sent, but it is unread. */
  KD_ARGS_OF (call, KdMessageReceiveArgs)->sent = shop->ctx.accepted - 3600000;
  kd_test_applies (shop, call);
  g_assert_cmpint (get_message (shop, &id)->at, <, shop->ctx.accepted - 3000000);
  g_assert_cmpint (get_message (shop, &id)->received, ==, shop->ctx.accepted);
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_identity), ==, 1);
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_contact), ==, 2);
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_conversation), ==, 2);
}

static void
test_receive_attacks (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId stranger = kd_test_id (shop), session = kd_test_id (shop);
  KdCall *out = send_text (shop, &shop->conversation, "untuk Sari");
  KdId private = KD_ARGS_OF (out, KdMessageSendArgs)->id;
  KdContact *contact;
  KdCall *call;

  kd_test_applies (shop, out);
  kd_test_refused (shop, receive (shop, NULL, "dari perangkat"), "origin");
  kd_test_as (shop, KD_ORIGIN_KEY);
  kd_test_refused (shop, receive (shop, NULL, "dari kunci"), "origin");

  kd_test_as_buyer (shop, &stranger, &session);
  call = receive (shop, NULL, "mengaku");
  KD_ARGS_OF (call, KdMessageReceiveArgs)->contact = shop->contact;
  kd_test_refused (shop, call, "scope");
  call = receive (shop, NULL, "mengaku");
  KD_ARGS_OF (call, KdMessageReceiveArgs)->conversation = shop->conversation;
  kd_test_refused (shop, call, "scope");
  call = receive (shop, NULL, "mengaku");
  KD_ARGS_OF (call, KdMessageReceiveArgs)->verified = TRUE;
  kd_test_refused (shop, call, "scope");
  call = receive (shop, NULL, "mengaku");
  KD_ARGS_OF (call, KdMessageReceiveArgs)->reply_to = private;
  kd_test_refused (shop, call, "bad_field");
  call = receive (shop, NULL, "mengintip");
  KD_ARGS_OF (call, KdMessageReceiveArgs)->product = shop->draft;
  kd_test_refused (shop, call, "product.unavailable");
  kd_test_refused (shop, send_text (shop, &shop->conversation, "sebagai toko"), "origin");

  contact = (KdContact *) kd_record_copy (kd_rows_get (shop->rows, &kd_kind_contact, &shop->contact));
  contact->blocked = TRUE;
  kd_rows_put (shop->rows, &contact->parent);
  kd_test_as_buyer (shop, &shop->contact, &shop->conversation);
  kd_test_refused (shop, receive (shop, NULL, "halo"), "contact.blocked");
}

static KdCall *
seen (const char *name,
      const KdId *conversation,
      gint64 received)
{
  KdCall *call = kd_call_new_by_name (name);

  *KD_ARGS_OF (call, KdConversationSeenArgs) = (KdConversationSeenArgs){ *conversation, received };
  return call;
}

static void
test_seen (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId stranger = kd_test_id (shop);

  kd_test_applies (shop, seen ("conversation.staff_seen", &shop->conversation, KD_TEST_TIME));
  kd_test_applies (shop, seen ("conversation.staff_seen", &shop->conversation, KD_TEST_TIME - 5));
  g_assert_cmpint (get_conversation (shop, &shop->conversation)->staff_seen, ==, KD_TEST_TIME);
  /* Nobody has read what is still to come. */
  kd_test_applies (shop, seen ("conversation.staff_seen", &shop->conversation, KD_TIME_MAX));
  g_assert_cmpint (get_conversation (shop, &shop->conversation)->staff_seen, ==, shop->ctx.accepted);
  kd_test_refused (shop, seen ("conversation.buyer_seen", &shop->conversation, KD_TEST_TIME), "origin");
  kd_test_as_buyer (shop, &stranger, &stranger);
  kd_test_refused (shop, seen ("conversation.buyer_seen", &shop->conversation, KD_TEST_TIME), "row.gone");
  kd_test_as_buyer (shop, &shop->contact, &shop->conversation);
  kd_test_applies (shop, seen ("conversation.buyer_seen", &shop->conversation, KD_TEST_TIME));
  g_assert_cmpint (get_conversation (shop, &shop->conversation)->buyer_seen, ==, KD_TEST_TIME);
}

/* Runs it, then its inverse: everything is as before. */
static void
assert_taken_back (KdTestShop *shop,
                   KdCall *call)
{
  g_autoptr (KdTestShop) before = kd_test_shop_copy (shop);
  g_autoptr (KdTestShop) trial = kd_test_shop_copy (shop);
  g_autoptr (GPtrArray) inverse = kd_test_inverse (trial, call);

  g_assert_cmpuint (inverse->len, >, 0);
  kd_test_applies (trial, kd_call_copy (call));
  g_assert_false (kd_memory_rows_equal (before->memory, trial->memory));
  for (guint i = 0; i < inverse->len; i++)
    kd_test_applies (trial, kd_call_copy (g_ptr_array_index (inverse, i)));
  g_assert_true (kd_memory_rows_equal (before->memory, trial->memory));
  kd_test_applies (shop, call);
}

static void
test_states (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdCall *call = kd_call_new_by_name ("conversation.set_state");
  KdConversationAssignArgs *assign;
  KdConversationLabelsArgs *labels;

  *KD_ARGS_OF (call, KdConversationStateArgs)
    = (KdConversationStateArgs){ shop->conversation, KD_CONVERSATION_RESOLVED, KD_CONVERSATION_OPEN };
  assert_taken_back (shop, call);
  kd_test_applies (shop, send_text (shop, &shop->conversation, "Halo lagi"));
  g_assert_cmpint (get_conversation (shop, &shop->conversation)->state, ==, KD_CONVERSATION_OPEN);

  call = kd_call_new_by_name ("conversation.assign");
  assign = call->args;
  assign->id = shop->conversation;
  assign->member = shop->agent;
  assert_taken_back (shop, call);
  call = kd_call_new_by_name ("conversation.assign");
  assign = call->args;
  assign->id = shop->conversation;
  assign->member = shop->manager;
  kd_test_refused (shop, kd_call_copy (call), "conversation.taken");
  assign->seen = shop->agent;
  assert_taken_back (shop, call);

  call = kd_call_new_by_name ("conversation.set_labels");
  labels = call->args;
  labels->id = shop->conversation;
  labels->labels = g_strsplit ("grosir,komplain", ",", 0);
  assert_taken_back (shop, call);
  call = kd_call_new_by_name ("conversation.set_labels");
  labels = call->args;
  labels->id = shop->conversation;
  labels->labels = g_strsplit ("grosir,vip", ",", 0);
  labels->base = g_strsplit ("grosir", ",", 0);
  assert_taken_back (shop, call);
  g_assert_cmpuint (g_strv_length (get_conversation (shop, &shop->conversation)->labels), ==, 3);
}

static void
test_start (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdCall *call = kd_call_new_by_name ("conversation.start");
  KdConversationStartArgs *args = call->args;
  g_auto (KdOutcome) outcome;

  args->id = kd_test_id (shop);
  args->contact = shop->contact;
  kd_outcome_init (&outcome);
  g_assert_false (kd_mutation_check (call->mutation, shop->rows, &shop->ctx, args, &outcome));
  g_assert_cmpstr (outcome.code, ==, "conversation.exists");
  args->contact = kd_test_id (shop);
  kd_test_refused (shop, kd_call_copy (call), "row.gone");
  args->contact = shop->contact;
  args->channel = KD_CHANNEL_COUNTER;
  kd_test_applies (shop, call);
}

static void
test_scope (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdCall *note = kd_call_new_by_name ("message.note");

  KD_ARGS_OF (note, KdMessageNoteArgs)->id = kd_test_id (shop);
  KD_ARGS_OF (note, KdMessageNoteArgs)->conversation = shop->conversation;
  KD_ARGS_OF (note, KdMessageNoteArgs)->text = g_strdup ("Hati-hati, suka retur");
  kd_test_as_member (shop, &shop->cashier);
  kd_test_refused (shop, send_text (shop, &shop->conversation, "Halo"), "scope");
  kd_test_refused (shop, kd_call_copy (note), "scope");
  kd_test_refused (shop, seen ("conversation.staff_seen", &shop->conversation, KD_TEST_TIME), "scope");
  /* By grant. */
  shop->ctx.actor.scopes |= 1 << KD_SCOPE_CHAT;
  kd_test_applies (shop, send_text (shop, &shop->conversation, "Halo"));
  kd_test_as_member (shop, &shop->agent);
  kd_test_applies (shop, note);
}

static void
test_verify (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdCall *call = kd_call_new_by_name ("contact.verify");
  KdContactVerifyArgs *args = call->args;

  args->id = shop->contact;
  args->verified = TRUE;
  kd_test_refused (shop, kd_call_copy (call), "bad_field");
  args->phone = g_strdup ("+6281234567890");
  assert_taken_back (shop, call);
}

void
kd_test_add_chat_mutations (void)
{
  g_test_add_func ("/mutations/chat/send", test_send);
  g_test_add_func ("/mutations/chat/bad-text", test_bad_text);
  g_test_add_func ("/mutations/chat/cards", test_cards);
  g_test_add_func ("/mutations/chat/receive-page", test_receive_page);
  g_test_add_func ("/mutations/chat/receive-hook", test_receive_hook);
  g_test_add_func ("/mutations/chat/receive-attacks", test_receive_attacks);
  g_test_add_func ("/mutations/chat/seen", test_seen);
  g_test_add_func ("/mutations/chat/states", test_states);
  g_test_add_func ("/mutations/chat/start", test_start);
  g_test_add_func ("/mutations/chat/scope", test_scope);
  g_test_add_func ("/mutations/chat/verify", test_verify);
}
