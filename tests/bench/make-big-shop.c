/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-bench.h"

#include "kd-profile.h"
#include "kd-store-private.h"

#include <stdlib.h>

/* make-big-shop DATA [PERCENT]: a profile as it is after the first copy of a big shop, written
 * past the outbox, as a pull does it. Its server is not there. */

#define CATEGORIES 100
#define PRODUCTS 100000
#define VARIANTS 3              /* of a product */
#define CONTACTS 200000
#define CONVERSATIONS 20000
#define MESSAGES 50             /* of a conversation */
#define ORDERS 200000
#define ROWS_A_TRANSACTION 50000
#define BEGIN G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  KdStore *store;
  KdSqlConnection *connection;
  KdSqlTransaction transaction;
  KdStoreRows *rows;
  KdRandom random;
  gint64 now;
  guint percent, n;
  KdId location;
  GArray *categories, *contacts;  /* of KdId */
} Fill;

static KdId
new_id (Fill *fill)
{
  guint8 bytes[10];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) kd_random_next (&fill->random);
  return kd_id_make (fill->now, bytes);
}

static gboolean
begin (Fill *fill,
       GError **error)
{
  static const KdId nobody = { { 0 } };

  fill->rows = kd_store_rows_new (fill->store, fill->connection, KD_CHANGE_FULL);
  if (!kd_sql_begin (&fill->transaction, fill->connection, KD_SQL_WRITE, error))
    return FALSE;
  kd_store_rows_begin (fill->rows, 0, &nobody);
  return TRUE;
}

static gboolean
end (Fill *fill,
     GError **error)
{
  gboolean ok = kd_sql_commit (&fill->transaction, error);

  g_clear_pointer (&fill->rows, kd_store_rows_free);
  return ok;
}

/* (transfer full) */
static gboolean
put (Fill *fill,
     gpointer record,
     GError **error)
{
  g_autoptr (KdRecord) row = record;

  row->seq = ++fill->n;
  if (!kd_store_rows_write (fill->rows, row, 0))
    {
      kd_store_rows_failed_with (fill->rows, error);
      return FALSE;
    }
  return fill->n % ROWS_A_TRANSACTION != 0 || (end (fill, error) && begin (fill, error));
}

static gpointer
make (Fill *fill,
      const KdKind *kind)
{
  KdRecord *record = kd_record_new (kind);

  record->id = new_id (fill);
  return record;
}

static gboolean
put_shop (Fill *fill,
          GError **error)
{
  KdShopProfile *profile = make (fill, &kd_kind_shop_profile);
  KdMember *owner = make (fill, &kd_kind_member);
  KdLocation *location = make (fill, &kd_kind_location);

  profile->parent.id = kd_store_get_identity (fill->store)->shop_id;
  profile->name = g_strdup ("Toko Besar");
  profile->slug = g_strdup ("toko-besar");
  profile->currency = g_strdup ("IDR");
  profile->region = g_strdup ("ID");
  profile->timezone = g_strdup ("Asia/Jakarta");
  profile->language = g_strdup ("id");
  owner->parent.id = kd_store_get_identity (fill->store)->user_id;
  owner->name = g_strdup ("Sari");
  owner->role = KD_ROLE_OWNER;
  location->name = g_strdup ("Gudang");
  location->position = g_strdup ("a");
  fill->location = location->parent.id;
  if (!put (fill, profile, error) || !put (fill, owner, error) || !put (fill, location, error))
    return FALSE;
  for (guint i = 0; i < CATEGORIES; i++)
    {
      KdCategory *category = make (fill, &kd_kind_category);

      category->name = g_strdup_printf ("%s %s", kd_bench_goods[i % 20], kd_bench_sorts[i / 20]);
      category->position = g_strdup_printf ("a%c%c", 'a' + (char) (i / 10), 'b' + (char) (i % 10));
      g_array_append_val (fill->categories, category->parent.id);
      if (!put (fill, category, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_variant (Fill *fill,
             const KdId *product,
             guint number,
             guint which,
             GError **error)
{
  KdVariant *variant = make (fill, &kd_kind_variant);
  KdStockLevel *level = make (fill, &kd_kind_stock_level);

  variant->product = *product;
  variant->position = g_strdup_printf ("a%c", 'a' + (char) which);
  variant->title = g_strdup (kd_bench_sorts[which]);
  variant->sku = g_strdup_printf ("SKU-%06u-%u", number, which);
  variant->sku_key = g_ascii_strdown (variant->sku, -1);
  variant->price = variant->compare_at = KD_EMPTY;
  variant->weight = variant->length = variant->width = variant->height = KD_EMPTY;
  level->variant = variant->parent.id;
  level->location = fill->location;
  level->on_hand = kd_random_below (&fill->random, 40) * 1000;
  return put (fill, variant, error) && put (fill, level, error);
}

static gboolean
put_products (Fill *fill,
              GError **error)
{
  for (guint i = 0; i < PRODUCTS / 100 * fill->percent; i++)
    {
      KdProduct *product = make (fill, &kd_kind_product);
      KdId id = product->parent.id;

      fill->now += 7;
      product->name = kd_bench_product_name (i);
      product->status = KD_PRODUCT_ACTIVE;
      product->category = g_array_index (fill->categories, KdId, kd_random_below (&fill->random, CATEGORIES));
      product->categories = g_array_new (FALSE, FALSE, sizeof (KdId));
      g_array_append_val (product->categories, product->category);
      product->brand = g_strdup (KD_BENCH_PICK (&fill->random, kd_bench_towns));
      product->price = (kd_random_below (&fill->random, 895) + 5) * 500;
      product->compare_at = KD_EMPTY;
      product->weight = product->length = product->width = product->height = KD_EMPTY;
      if (!put (fill, product, error))
        return FALSE;
      for (guint v = 0; v < VARIANTS; v++)
        if (!put_variant (fill, &id, i, v, error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
put_contacts (Fill *fill,
              GError **error)
{
  for (guint i = 0; i < CONTACTS / 100 * fill->percent; i++)
    {
      KdContact *contact = make (fill, &kd_kind_contact);

      fill->now += 3;
      contact->name = g_strdup_printf ("%s %s", KD_BENCH_PICK (&fill->random, kd_bench_towns),
                                       KD_BENCH_PICK (&fill->random, kd_bench_sorts));
      contact->phone = g_strdup_printf ("+62812%08u", i);
      g_array_append_val (fill->contacts, contact->parent.id);
      if (!put (fill, contact, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_messages (Fill *fill,
              const KdId *conversation,
              const KdId *contact,
              GError **error)
{
  for (guint m = 0; m < MESSAGES; m++)
    {
      KdMessage *message = make (fill, &kd_kind_message);

      fill->now += 2;
      message->conversation = *conversation;
      message->direction = m % 2 == 0 ? KD_MESSAGE_IN : KD_MESSAGE_OUT;
      message->author = m % 2 == 0 ? *contact : kd_store_get_identity (fill->store)->user_id;
      message->text = kd_bench_sentence (&fill->random);
      message->at = message->received = fill->now;
      message->delivery = m % 2 == 0 ? KD_DELIVERY_QUEUED : KD_DELIVERY_READ;
      if (!put (fill, message, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_conversations (Fill *fill,
                   GError **error)
{
  for (guint i = 0; i < CONVERSATIONS / 100 * fill->percent; i++)
    {
      KdConversation *conversation = make (fill, &kd_kind_conversation);
      KdId id = conversation->parent.id, contact = g_array_index (fill->contacts, KdId, i);

      conversation->contact = contact;
      conversation->channel = KD_CHANNEL_PAGE;
      conversation->last_at = conversation->last_in = fill->now + 2 * MESSAGES;
      conversation->staff_seen = i % 10 == 0 ? fill->now : conversation->last_at;
      if (!put (fill, conversation, error) || !put_messages (fill, &id, &contact, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_orders (Fill *fill,
            GError **error)
{
  for (guint i = 0; i < ORDERS / 100 * fill->percent; i++)
    {
      KdOrder *order = make (fill, &kd_kind_order);
      KdOrderLine *line = make (fill, &kd_kind_order_line);

      fill->now += 5;
      order->number = g_strdup_printf ("%u", 1000 + i);
      order->contact = g_array_index (fill->contacts, KdId, i % fill->contacts->len);
      order->state = i % 20 == 0 ? KD_ORDER_PLACED : KD_ORDER_DONE;
      order->payment = KD_PAYMENT_PAID;
      order->fulfilment = i % 20 == 0 ? KD_FULFILMENT_UNFULFILLED : KD_FULFILMENT_DELIVERED;
      order->name = g_strdup_printf ("%s %s", KD_BENCH_PICK (&fill->random, kd_bench_towns),
                                     KD_BENCH_PICK (&fill->random, kd_bench_sorts));
      order->phone = g_strdup_printf ("+62812%08u", i % fill->contacts->len);
      order->token = g_strdup_printf ("%032x", i);
      order->location = fill->location;
      order->at = order->placed = fill->now;
      line->order = order->parent.id;
      line->position = g_strdup ("a");
      line->name = kd_bench_product_name (i % PRODUCTS);
      line->price = 25000;
      line->quantity = 1000;
      if (!put (fill, order, error) || !put (fill, line, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fill_work (KdSqlConnection *connection,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  static const KdKind *const searched[] = { &kd_kind_product, &kd_kind_variant, &kd_kind_contact, &kd_kind_message,
                                            &kd_kind_order };
  Fill *fill = data;

  fill->connection = connection;
  for (guint i = 0; i < G_N_ELEMENTS (searched); i++)
    if (!kd_store_search_set_stale (fill->store, connection, searched[i], error))
      return FALSE;
  return begin (fill, error) && put_shop (fill, error) && put_products (fill, error) && put_contacts (fill, error)
         && put_conversations (fill, error) && put_orders (fill, error) && end (fill, error)
         && kd_sql_exec (connection, "UPDATE sync_state SET state='ok'", error);
}

static gboolean
fill_store (KdStore *store,
            const KdProfile *profile,
            guint percent,
            GError **error)
{
  KdStoreIdentity identity = { .role = KD_ROLE_OWNER, .scopes = KD_SCOPES_ALL, .next_alias = 1, .letter = (char *) "A" };
  Fill fill = { .store = store, .random = KD_RANDOM (5), .now = BEGIN, .percent = percent };
  gboolean ok;

  identity.server_id = profile->server;
  identity.shop_id = profile->shop;
  identity.user_id = profile->user;
  identity.device_id = kd_store_new_id (store);
  fill.categories = g_array_new (FALSE, FALSE, sizeof (KdId));
  fill.contacts = g_array_new (FALSE, FALSE, sizeof (KdId));
  ok = kd_store_set_identity (store, &identity, error)
       && kd_sql_worker_run (kd_store_get_writer (store), KD_SQL_BULK, fill_work, &fill, error)
       && kd_store_build_indexes (store, error);
  g_array_unref (fill.categories);
  g_array_unref (fill.contacts);
  return ok;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KdStore) store = NULL;
  KdRandom random = KD_RANDOM (11);
  guint64 percent = 100;
  KdProfile profile = { .shop_name = (char *) "Toko Besar", .address = (char *) "http://127.0.0.1:9" };
  guint8 bytes[10];

  if (argc < 2 || (argc > 2 && !g_ascii_string_to_unsigned (argv[2], 10, 1, 100, &percent, NULL)))
    {
      g_printerr ("make-big-shop DATA [PERCENT]\n");
      return 2;
    }
  profile.data = argv[1];
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) kd_random_next (&random);
  profile.shop = kd_id_make (BEGIN, bytes);
  profile.user = kd_id_make (BEGIN + 1, bytes);
  profile.server = kd_id_make (BEGIN + 2, bytes);
  if (kd_profile_save (&profile, &error))
    store = kd_profile_open_store (&profile, KD_STORE_NO_INDEXES, &error);
  if (store == NULL || !fill_store (store, &profile, (guint) percent, &error))
    {
      g_printerr ("make-big-shop: %s\n", error->message);
      return EXIT_FAILURE;
    }
  kd_store_close (store);
  return EXIT_SUCCESS;
}
