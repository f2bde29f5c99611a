/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-test-store.h"

#include "kd-sql-kind.h"


static char *
json_text (const char *text)
{
  GString *json = g_string_new ("\"");

  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (json, '\\');
      g_string_append_c (json, *text);
    }
  g_string_append_c (json, '"');
  return g_string_free (json, FALSE);
}

KdId
kd_test_add_product (KdTestStore *self,
                     const char *name,
                     const char *sku,
                     gint64 price,
                     gint64 stock)
{
  KdId product = kd_store_new_id (self->store), variant = kd_store_new_id (self->store);
  g_autofree char *quoted = json_text (name), *sku_json = sku != NULL ? json_text (sku) : NULL;
  g_autofree char *set_sku = sku != NULL ? g_strdup_printf ("\"sku\":%s", sku_json) : g_strdup ("");

  kd_test_done (self,
                kd_test_call ("product.save",
                              "{\"id\":\"%s\",\"set\":{\"name\":%s,\"status\":\"active\",\"price\":%" G_GINT64_FORMAT "},"
                              "\"variants\":[{\"id\":\"%s\",\"set\":{%s},\"opening\":%" G_GINT64_FORMAT ","
                              "\"location\":\"%s\"}]}",
                              kd_test_id (&product), quoted, price, kd_test_id (&variant), set_sku, stock,
                              kd_test_id (&self->location)));
  return product;
}

static gpointer
read_variant (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  KdVariant like = { .product = *(const KdId *) data };
  g_autoptr (GPtrArray) variants = kd_sql_kind_scan (connection, &kd_kind_variant, NULL,
                                                     kd_kind_find_index (&kd_kind_variant, "product"),
                                                     &like.parent, 1, 0, error);

  return variants != NULL && variants->len > 0
         ? g_memdup2 (&((KdRecord *) g_ptr_array_index (variants, 0))->id, sizeof (KdId)) : NULL;
}

KdId
kd_test_variant_of (KdTestStore *self,
                    const KdId *product)
{
  GError *error = NULL;
  g_autofree KdId *id = kd_store_read (self->store, read_variant, (gpointer) product, &error);

  g_assert_no_error (error);
  g_assert_nonnull (id);
  return *id;
}

KdId
kd_test_add_contact (KdTestStore *self,
                     const char *name,
                     const char *phone)
{
  KdContact *contact = (KdContact *) kd_record_new (&kd_kind_contact);
  KdId id = contact->parent.id = kd_store_new_id (self->store);

  contact->name = g_strdup (name);
  contact->phone = g_strdup (phone);
  kd_test_pull (self, &contact->parent, NULL);
  return id;
}

KdId
kd_test_add_conversation (KdTestStore *self,
                          const KdId *contact)
{
  KdConversation *conversation = (KdConversation *) kd_record_new (&kd_kind_conversation);
  KdId id = conversation->parent.id = kd_store_new_id (self->store);

  conversation->contact = *contact;
  kd_test_pull (self, &conversation->parent, NULL);
  return id;
}

static gpointer
read_conversation (KdStore *store,
                   KdSqlConnection *connection,
                   gpointer data,
                   GError **error)
{
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, &kd_kind_conversation, NULL, data, &record, NULL, error);
  return record;
}

KdId
kd_test_add_message (KdTestStore *self,
                     const KdId *conversation,
                     const char *text)
{
  KdMessage *message = (KdMessage *) kd_record_new (&kd_kind_message);
  GError *error = NULL;
  KdConversation *row = kd_store_read (self->store, read_conversation, (gpointer) conversation, &error);
  KdId id = message->parent.id = kd_store_new_id (self->store);

  g_assert_no_error (error);
  g_assert_nonnull (row);
  message->conversation = *conversation;
  message->direction = KD_MESSAGE_IN;
  message->author = row->contact;
  message->text = g_strdup (text);
  message->at = message->received = self->now;
  row->last_at = row->last_in = self->now;
  kd_test_pull (self, &message->parent, &row->parent, NULL);
  self->now += 1000;
  return id;
}

KdId
kd_test_add_order (KdTestStore *self,
                   const char *name,
                   const KdId *contact,
                   gint64 price,
                   gboolean place)
{
  KdId id = kd_store_new_id (self->store);
  g_autofree char *quoted = json_text (name);
  g_autofree char *of = contact != NULL ? g_strdup_printf (",\"contact\":\"%s\"", kd_test_id (contact)) : g_strdup ("");

  kd_test_done (self,
                kd_test_call ("order.create",
                              "{\"id\":\"%s\",\"token\":\"%08x%08x%08x%08x\",\"name\":%s,\"place\":%s%s,"
                              "\"lines\":[{\"name\":\"Barang\",\"quantity\":1000,\"price\":%" G_GINT64_FORMAT "}]}",
                              kd_test_id (&id), (guint) kd_random_next (&self->random), (guint) kd_random_next (&self->random),
                              (guint) kd_random_next (&self->random), (guint) kd_random_next (&self->random),
                              quoted, place ? "true" : "false", of, price));
  self->now += 1000;
  return id;
}
