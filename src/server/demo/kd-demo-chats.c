/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-demo-private.h"

#include <string.h>

/* One line of a conversation as a mutation:
 *   ["in", text, product?]  a buyer writes      ["out", text]  the shop answers
 *   ["card", product]       the shop shows one  ["note", text] among the staff
 *   ["order", n]            the shop makes the n-th written order and sends it */

#define QUIET_HOURS 48        /* a conversation so old has been dealt with */

static gboolean
find_conversation (KdDemo *demo,
                   const KdId *contact,
                   KdId *ret_id,
                   GError **error)
{
  KdConversation like = { .contact = *contact };
  g_autoptr (GPtrArray) found = kd_shop_scan (demo->connection, demo->shop, &kd_kind_conversation, "contact", &like.parent, 1, 1, error);

  if (found == NULL)
    return FALSE;
  *ret_id = found->len > 0 ? ((KdRecord *) g_ptr_array_index (found, 0))->id : KD_ID_NONE;
  return TRUE;
}

static gboolean
receive (KdDemo *demo,
         guint person,
         JsonArray *line,
         GError **error)
{
  g_autofree char *handle = g_strdup_printf ("demo-%u", person);
  KdId id = kd_demo_new_id (demo);
  JsonObject *args = kd_demo_args (&id);

  kd_demo_set_text (args, "channel", "page");
  kd_demo_set_text (args, "from", handle);
  kd_demo_set_id (args, "contact", &g_array_index (demo->people, KdId, person));
  kd_demo_set_text (args, "name", kd_demo_word (kd_demo_list (demo, "people"), person, 0));
  kd_demo_set_text (args, "text", json_array_get_string_element (line, 1));
  if (json_array_get_length (line) > 2)
    kd_demo_set_id (args, "product", &kd_demo_find_product (demo, json_array_get_string_element (line, 2))->id);
  return kd_demo_run (demo, &KD_ID_NONE, "message.receive", args, error);
}

/* Whoever answers has read what is there. */
static gboolean
mark_seen (KdDemo *demo,
           const KdId *who,
           const KdId *conversation,
           GError **error)
{
  JsonObject *args = kd_demo_args (conversation);

  /* what happens at one moment is told apart by milliseconds */
  json_object_set_int_member (args, "received", demo->now + 1000);
  return kd_demo_run (demo, who, "conversation.staff_seen", args, error);
}

static gboolean
answer (KdDemo *demo,
        const KdId *who,
        const KdId *conversation,
        JsonArray *line,
        GError **error)
{
  const char *how = json_array_get_string_element (line, 0);
  KdId id = kd_demo_new_id (demo);
  JsonObject *args;

  if (strcmp (how, "order") == 0
      && !kd_demo_order_run (demo, kd_demo_trade_get_written (demo->trade, (guint) json_array_get_int_element (line, 1)),
                             KD_DEMO_CREATE, conversation, error))
    return FALSE;
  args = kd_demo_args (&id);
  kd_demo_set_id (args, "conversation", conversation);
  if (strcmp (how, "order") == 0)
    {
      kd_demo_set_text (args, "body", "order");
      kd_demo_set_id (args, "order", &kd_demo_trade_get_written (demo->trade, (guint) json_array_get_int_element (line, 1))->id);
    }
  else if (strcmp (how, "card") == 0)
    {
      kd_demo_set_text (args, "body", "product");
      kd_demo_set_id (args, "product", &kd_demo_find_product (demo, json_array_get_string_element (line, 1))->id);
    }
  else
    kd_demo_set_text (args, "text", json_array_get_string_element (line, 1));
  return mark_seen (demo, who, conversation, error)
         && kd_demo_run (demo, who, strcmp (how, "note") == 0 ? "message.note" : "message.send", args, error);
}

/* Read by the staff, and closed unless it is recent. */
static gboolean
close_chat (KdDemo *demo,
            JsonObject *chat,
            const KdId *conversation,
            GError **error)
{
  JsonObject *args;

  if (!mark_seen (demo, &demo->owner, conversation, error))
    return FALSE;
  if (json_object_get_double_member (chat, "hours") < QUIET_HOURS)
    return TRUE;
  args = kd_demo_args (conversation);
  kd_demo_set_text (args, "state", "resolved");
  return kd_demo_run (demo, &demo->owner, "conversation.set_state", args, error);
}

gboolean
kd_demo_chat_say (KdDemo *demo,
                  guint index,
                  guint line_index,
                  GError **error)
{
  JsonObject *chat = json_array_get_object_element (kd_demo_list (demo, "chats"), index);
  JsonArray *lines = json_object_get_array_member (chat, "lines"), *line = json_array_get_array_element (lines, line_index);
  guint person = (guint) json_object_get_int_member (chat, "person");
  const KdId *contact = &g_array_index (demo->people, KdId, person);
  gboolean in = strcmp (json_array_get_string_element (line, 0), "in") == 0;
  KdId conversation;

  if (in && !receive (demo, person, line, error))
    return FALSE;
  if (!find_conversation (demo, contact, &conversation, error))
    return FALSE;
  if (!in && !answer (demo, index % 3 == 0 ? &demo->agent : &demo->owner, &conversation, line, error))
    return FALSE;
  if (line_index + 1 < json_array_get_length (lines) || json_object_has_member (chat, "open"))
    return TRUE;
  return close_chat (demo, chat, &conversation, error);
}
