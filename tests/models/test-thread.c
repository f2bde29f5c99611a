/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

#include "kd-thread-model.h"

/* A thread is a window of at most 200 lines into a conversation. */

typedef struct
{
  TestSession *test;
  KdId contact, conversation;
  GArray *messages;       /* of KdId, oldest first */
} Chat;

static void
chat_add (Chat *self,
          guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("m%u", self->messages->len);
      KdId id = kd_test_add_message (self->test->store, &self->conversation, text);

      g_array_append_val (self->messages, id);
    }
}

static Chat *
chat_new (guint n)
{
  Chat *self = g_new0 (Chat, 1);

  self->test = test_session_new (41);
  self->contact = kd_test_add_contact (self->test->store, "Sari", "+628123456789");
  self->conversation = kd_test_add_conversation (self->test->store, &self->contact);
  self->messages = g_array_new (FALSE, FALSE, sizeof (KdId));
  chat_add (self, n);
  kd_test_settle ();
  return self;
}

static void
chat_free (Chat *self)
{
  g_array_unref (self->messages);
  test_session_free (self->test);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)

/* Messages in order without gap or double, days before their first message, never too many. */
static void
check_laws (Chat *chat,
            KdThreadModel *model)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model)), at = G_MAXUINT;
  gint64 day = -1;

  g_assert_cmpuint (n, <=, KD_THREAD_MAX);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KdThreadItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);
      const KdThreadEntry *entry = kd_thread_item_get_entry (item);

      if (kd_thread_item_get_item_type (item) == KD_THREAD_DAY)
        {
          g_assert_cmpint (kd_thread_item_get_time (item), >, day);
          day = kd_thread_item_get_time (item);
        }
      if (entry == NULL)
        continue;
      g_assert_cmpint (day, >=, 0);
      g_assert_cmpint (entry->message->at, >=, day);
      if (at == G_MAXUINT)
        for (at = 0; !kd_id_equal (&g_array_index (chat->messages, KdId, at), &entry->message->parent.id); at++)
          g_assert_cmpuint (at, <, chat->messages->len);
      g_assert_true (kd_id_equal (&g_array_index (chat->messages, KdId, at), &entry->message->parent.id));
      if (at == 0)
        g_assert_true (kd_thread_model_get_at_start (model));
      at++;
    }
  g_assert_true (!kd_thread_model_get_at_end (model) || n == 0 || at == chat->messages->len);
}

static void
test_open (void)
{
  g_autoptr (Chat) chat = chat_new (120);
  g_autoptr (KdThreadModel) model = kd_thread_model_new (chat->test->session, &chat->conversation);
  TestMirror *mirror;

  test_settle ();
  g_assert_true (kd_thread_model_get_at_end (model));
  g_assert_false (kd_thread_model_get_at_start (model));
  check_laws (chat, model);
  mirror = test_mirror_new (G_LIST_MODEL (model));
  kd_thread_model_load_older (model);
  test_settle ();
  g_assert_cmpuint (mirror->n_signals, ==, 1);
  kd_thread_model_load_older (model);
  test_settle ();
  g_assert_true (kd_thread_model_get_at_start (model));
  g_assert_true (kd_thread_model_get_at_end (model));
  check_laws (chat, model);
  test_mirror_check (mirror);
  kd_thread_model_load_older (model);
  test_settle ();
  test_mirror_check (mirror);
  test_mirror_free (mirror);
}

static void
test_empty (void)
{
  g_autoptr (Chat) chat = chat_new (0);
  g_autoptr (KdThreadModel) model = kd_thread_model_new (chat->test->session, &chat->conversation);

  test_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  g_assert_true (kd_thread_model_get_at_start (model));
  g_assert_true (kd_thread_model_get_at_end (model));
  chat_add (chat, 3);
  test_settle ();
  check_laws (chat, model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), >=, 4);
}

/* Far up, the newest are trimmed; what arrives then only raises `newer`. */
static void
test_trim (void)
{
  g_autoptr (Chat) chat = chat_new (500);
  g_autoptr (KdThreadModel) model = kd_thread_model_new (chat->test->session, &chat->conversation);
  TestMirror *mirror;
  guint before;

  test_settle ();
  mirror = test_mirror_new (G_LIST_MODEL (model));
  for (guint i = 0; i < 6; i++)
    {
      kd_thread_model_load_older (model);
      test_settle ();
      check_laws (chat, model);
      test_mirror_check (mirror);
    }
  g_assert_false (kd_thread_model_get_at_end (model));
  before = mirror->n_signals;
  chat_add (chat, 2);
  test_settle ();
  g_assert_cmpuint (mirror->n_signals, ==, before);
  g_assert_cmpuint (kd_thread_model_get_newer (model), ==, 2);
  for (guint i = 0; i < 12; i++)
    {
      kd_thread_model_load_newer (model);
      test_settle ();
      check_laws (chat, model);
    }
  g_assert_true (kd_thread_model_get_at_end (model));
  g_assert_cmpuint (kd_thread_model_get_newer (model), ==, 0);
  test_mirror_check (mirror);
  test_mirror_free (mirror);
}

static void
jumped_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  *(guint *) data = kd_thread_model_jump_finish (KD_THREAD_MODEL (source), result, NULL);
}

static void
test_jump (void)
{
  g_autoptr (Chat) chat = chat_new (300);
  g_autoptr (KdThreadModel) model = kd_thread_model_new (chat->test->session, &chat->conversation);
  KdId none = kd_store_new_id (chat->test->store->store);
  TestMirror *mirror;
  guint position = 0, missing = 0;

  test_settle ();
  mirror = test_mirror_new (G_LIST_MODEL (model));
  kd_thread_model_jump_async (model, &g_array_index (chat->messages, KdId, 100), NULL, jumped_cb, &position);
  test_settle ();
  g_assert_cmpuint (mirror->n_signals, ==, 1);
  g_assert_cmpuint (position, ==, kd_thread_model_find (model, &g_array_index (chat->messages, KdId, 100)));
  check_laws (chat, model);
  test_mirror_check (mirror);
  g_assert_false (kd_thread_model_get_at_end (model));
  kd_thread_model_jump_async (model, &none, NULL, jumped_cb, &missing);
  test_settle ();
  g_assert_cmpuint (missing, ==, G_MAXUINT);
  check_laws (chat, model);
  kd_thread_model_to_end (model);
  test_settle ();
  g_assert_true (kd_thread_model_get_at_end (model));
  check_laws (chat, model);
  test_mirror_check (mirror);
  test_mirror_free (mirror);
}

/* A jump asked for before the first page is there wins over it; one into nowhere opens at the end. */
static void
test_jump_first (void)
{
  g_autoptr (Chat) chat = chat_new (300);
  g_autoptr (KdThreadModel) model = kd_thread_model_new (chat->test->session, &chat->conversation);
  g_autoptr (KdThreadModel) lost = kd_thread_model_new (chat->test->session, &chat->conversation);
  KdId none = kd_store_new_id (chat->test->store->store);
  guint position = 0, missing = 0;

  kd_thread_model_jump_async (model, &g_array_index (chat->messages, KdId, 5), NULL, jumped_cb, &position);
  kd_thread_model_jump_async (lost, &none, NULL, jumped_cb, &missing);
  test_settle ();
  g_assert_cmpuint (position, ==, kd_thread_model_find (model, &g_array_index (chat->messages, KdId, 5)));
  g_assert_true (kd_thread_model_get_at_start (model));
  g_assert_cmpuint (missing, ==, G_MAXUINT);
  g_assert_true (kd_thread_model_get_at_end (lost));
  check_laws (chat, lost);
}

/* Ticks and edited cards change the line, not the list; the unread line stays where it was. */
static void
test_lines (void)
{
  g_autoptr (Chat) chat = chat_new (4);
  g_autoptr (KdThreadModel) model = NULL;
  KdTestStore *store = chat->test->store;
  KdId sent = kd_store_new_id (store->store), product = kd_test_add_product (store, "Kopi", NULL, 5000, 1000);
  g_autoptr (KdThreadItem) card = NULL;
  TestMirror *mirror;
  guint unread, signals;

  kd_test_done (store, kd_test_call ("conversation.staff_seen", "{\"id\":\"%s\",\"received\":%" G_GINT64_FORMAT "}",
                                     kd_test_id (&chat->conversation), KD_TEST_NOW + 1000));
  model = kd_thread_model_new (chat->test->session, &chat->conversation);
  test_settle ();
  unread = kd_thread_model_find_unread (model);
  g_assert_cmpuint (unread, ==, 3); /* day, m0, m1, line */
  mirror = test_mirror_new (G_LIST_MODEL (model));
  kd_test_done (store, kd_test_call ("message.send", "{\"id\":\"%s\",\"conversation\":\"%s\",\"body\":\"product\","
                                     "\"product\":\"%s\"}", kd_test_id (&sent), kd_test_id (&chat->conversation),
                                     kd_test_id (&product)));
  g_array_append_val (chat->messages, sent);
  test_settle ();
  check_laws (chat, model);
  test_mirror_check (mirror);
  g_assert_cmpuint (kd_thread_model_find_unread (model), ==, unread);
  card = g_list_model_get_item (G_LIST_MODEL (model), kd_thread_model_find (model, &sent));
  g_assert_cmpstr (kd_thread_item_get_entry (card)->product_name, ==, "Kopi");
  g_assert_true (kd_thread_item_get_entry (card)->waiting);
  signals = mirror->n_signals;
  kd_test_done (store, kd_test_call ("product.patch", "{\"id\":\"%s\",\"set\":{\"price\":6000}}", kd_test_id (&product)));
  test_settle ();
  g_assert_cmpint (kd_thread_item_get_entry (card)->price_min, ==, 6000);
  g_assert_cmpuint (mirror->n_signals, ==, signals);
  test_mirror_free (mirror);
}

/* Any walk keeps the laws. */
static void
test_random (void)
{
  g_autoptr (Chat) chat = chat_new (350);
  g_autoptr (KdThreadModel) model = kd_thread_model_new (chat->test->session, &chat->conversation);
  KdRandom random = KD_RANDOM (77);
  TestMirror *mirror = test_mirror_new (G_LIST_MODEL (model));
  guint position;

  kd_test_settle ();
  for (guint i = 0; i < 60; i++)
    {
      switch (kd_random_below (&random, 6))
        {
        case 0:
        case 1:
          kd_thread_model_load_older (model);
          break;
        case 2:
          kd_thread_model_load_newer (model);
          break;
        case 3:
          chat_add (chat, 1 + kd_random_below (&random, 3));
          break;
        case 4:
          kd_thread_model_to_end (model);
          break;
        default:
          kd_thread_model_jump_async (model, &g_array_index (chat->messages, KdId, kd_random_below (&random, chat->messages->len)),
                                      NULL, jumped_cb, &position);
          break;
        }
      if (kd_random_below (&random, 3) > 0)
        {
          kd_test_settle ();
          check_laws (chat, model);
          test_mirror_check (mirror);
        }
    }
  kd_test_settle ();
  check_laws (chat, model);
  test_mirror_free (mirror);
}

void
test_thread_add (void)
{
  g_test_add_func ("/thread/open", test_open);
  g_test_add_func ("/thread/empty", test_empty);
  g_test_add_func ("/thread/trim", test_trim);
  g_test_add_func ("/thread/jump", test_jump);
  g_test_add_func ("/thread/jump-first", test_jump_first);
  g_test_add_func ("/thread/lines", test_lines);
  g_test_add_func ("/thread/random", test_random);
}
