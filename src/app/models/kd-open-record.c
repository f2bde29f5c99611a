/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-open-record.h"

#include "kd-target.h"

#define REGISTRY "kd-open-records"

struct _KdOpenRecord
{
  GObject parent_instance;

  KdSession *session;           /* borrowed: outlives it */
  const KdKind *kind;
  KdId id;
  GCancellable *cancellable;    /* (owned) */

  KdRecord *record;             /* (owned) (nullable): of other kinds */
  KdProductDetail *product;     /* (owned) (nullable) */
  KdOrderDetail *order;         /* (owned) (nullable) */
  KdContact *contact;           /* (owned) (nullable): of a conversation */
  gboolean loaded, waiting, reading, again;
  char *message;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KdOpenRecord, kd_open_record, G_TYPE_OBJECT)

typedef struct
{
  const KdKind *kind;
  KdId id;
  KdRecord *record;
  KdProductDetail *product;
  KdOrderDetail *order;
  KdContact *contact;
  gboolean waiting;
} Detail;

static void
detail_free (gpointer data)
{
  Detail *detail = data;

  kd_record_free (detail->record);
  kd_product_detail_free (detail->product);
  kd_order_detail_free (detail->order);
  kd_record_free (detail->contact != NULL ? &detail->contact->parent : NULL);
  g_free (detail);
}

static gpointer
read_detail (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  const Detail *question = data;
  Detail *detail = g_new0 (Detail, 1);

  detail->kind = question->kind;
  detail->id = question->id;
  if (detail->kind == &kd_kind_product)
    detail->product = kd_store_product_detail (store, connection, &detail->id, error);
  else if (detail->kind == &kd_kind_order)
    detail->order = kd_store_order_detail (store, connection, &detail->id, error);
  else
    detail->record = kd_store_get_record (store, connection, detail->kind, &detail->id, error);
  if (detail->kind == &kd_kind_conversation && detail->record != NULL)
    detail->contact = (KdContact *) kd_store_get_record (store, connection, &kd_kind_contact,
                                                         &((KdConversation *) detail->record)->contact, NULL);
  kd_store_is_waiting (store, connection, detail->kind, &detail->id, &detail->waiting, NULL);
  return detail;
}

static void load (KdOpenRecord *self);

static void
apply_pending (KdOpenRecord *self,
               guint64 generation)
{
  KdRecord *record = self->record;

  if (self->product != NULL && self->product->product != NULL)
    {
      kd_session_apply_pending (self->session, &self->product->product->parent, generation);
      for (guint i = 0; i < self->product->variants->len; i++)
        kd_session_apply_pending (self->session, g_ptr_array_index (self->product->variants, i), generation);
    }
  if (self->order != NULL && self->order->order != NULL)
    record = &self->order->order->parent;
  if (record != NULL)
    kd_session_apply_pending (self->session, record, generation);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdOpenRecord) self = data;
  g_autoptr (GError) error = NULL;
  guint64 generation = 0;
  Detail *detail = kd_store_read_finish (KD_STORE (source), result, &generation, &error);

  self->reading = FALSE;
  g_free (self->message);
  self->message = error != NULL ? g_strdup (error->message) : NULL;
  if (detail != NULL)
    {
      /* what was shown goes when the new stands; the swap frees it with the question's struct */
      Detail old = { .record = self->record, .product = self->product, .order = self->order, .contact = self->contact };

      self->record = detail->record;
      self->product = detail->product;
      self->order = detail->order;
      self->contact = detail->contact;
      self->waiting = detail->waiting;
      detail->record = old.record;
      detail->product = old.product;
      detail->order = old.order;
      detail->contact = old.contact;
      detail_free (detail);
      self->loaded = TRUE;
      apply_pending (self, generation);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  if (self->again)
    {
      self->again = FALSE;
      load (self);
    }
}

static void
load (KdOpenRecord *self)
{
  Detail *question;

  if (self->reading)
    {
      self->again = TRUE;
      return;
    }
  self->reading = TRUE;
  question = g_new0 (Detail, 1);
  question->kind = self->kind;
  question->id = self->id;
  kd_store_read_async (kd_session_get_store (self->session), KD_READER_INTERACTIVE, read_detail, question, detail_free,
                       detail_free, self->cancellable, read_cb, g_object_ref (self));
}

/* Kinds whose rows are part of what is shown. */
static gboolean
depends_on (KdOpenRecord *self,
            const KdKind *kind)
{
  static const KdKind *const of_product[] = {
    &kd_kind_product, &kd_kind_option, &kd_kind_variant, &kd_kind_variant_cost, &kd_kind_variant_code, &kd_kind_stock_level,
    &kd_kind_stock_move, &kd_kind_media, &kd_kind_location, &kd_kind_conflict, NULL,
  };
  static const KdKind *const of_order[] = {
    &kd_kind_order, &kd_kind_order_line, &kd_kind_payment, &kd_kind_reservation, &kd_kind_stock_move, &kd_kind_task,
    &kd_kind_contact, NULL,
  };
  static const KdKind *const of_conversation[] = { &kd_kind_conversation, &kd_kind_contact, NULL };
  const KdKind *const *kinds = self->kind == &kd_kind_product ? of_product : self->kind == &kd_kind_order ? of_order
                               : self->kind == &kd_kind_conversation ? of_conversation : NULL;

  if (kinds == NULL)
    return kind == self->kind;
  for (; *kinds != NULL; kinds++)
    if (*kinds == kind)
      return TRUE;
  return FALSE;
}

static gboolean
is_ours (KdOpenRecord *self,
         const KdKind *kind,
         const KdRowChange *row)
{
  if (kd_id_equal (&row->id, &self->id) || kd_id_equal (&row->parent, &self->id))
    return TRUE;
  /* rows two steps away (a variant's stock) have the variant for a parent */
  if (self->product != NULL)
    for (guint i = 0; i < self->product->variants->len; i++)
      if (kd_id_equal (&((KdRecord *) g_ptr_array_index (self->product->variants, i))->id, &row->parent))
        return TRUE;
  return kind == &kd_kind_location || kind == &kd_kind_conflict || kind == &kd_kind_task || kind == &kd_kind_contact
         || (self->kind == &kd_kind_order && kind == &kd_kind_stock_move);
}

static void
changes_cb (KdSession *session,
            gpointer changes,
            gpointer data)
{
  KdOpenRecord *self = data;
  const KdChangeSet *set = changes;
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  /* acknowledged, perhaps */
  if (set->status && self->waiting)
    {
      load (self);
      return;
    }
  for (guint k = 0; k < n; k++)
    {
      const KdKindChange *change = &set->kinds[kinds[k]->number];

      if (!depends_on (self, kinds[k]))
        continue;
      if (change->whole)
        {
          load (self);
          return;
        }
      for (guint i = 0; change->rows != NULL && i < change->rows->len; i++)
        if (is_ours (self, kinds[k], &g_array_index (change->rows, KdRowChange, i)))
          {
            load (self);
            return;
          }
    }
}

static gboolean
shows (KdOpenRecord *self,
       const KdId *id)
{
  if (kd_id_equal (id, &self->id))
    return TRUE;
  for (guint i = 0; self->product != NULL && i < self->product->variants->len; i++)
    if (kd_id_equal (&((KdRecord *) g_ptr_array_index (self->product->variants, i))->id, id))
      return TRUE;
  return FALSE;
}

static void
pending_cb (KdSession *session,
            gpointer id,
            gpointer data)
{
  KdOpenRecord *self = data;

  if (!self->loaded || !shows (self, id))
    return;
  if (!kd_session_has_pending (session, id))
    {
      load (self);
      return;
    }
  /* as typed, at once */
  apply_pending (self, 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
forget (gpointer data,
        GObject *where)
{
  GHashTable *registry = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, registry);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == where)
      g_hash_table_iter_remove (&iter);
  g_hash_table_unref (registry);
}

KdOpenRecord *
kd_open_record_get (KdSession *session,
                    const KdKind *kind,
                    const KdId *id)
{
  GHashTable *registry = g_object_get_data (G_OBJECT (session), REGISTRY);
  g_autofree char *key = kd_target_text (kind, id);
  KdOpenRecord *self;

  if (registry == NULL)
    {
      registry = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_data_full (G_OBJECT (session), REGISTRY, registry, (GDestroyNotify) g_hash_table_unref);
    }
  self = g_hash_table_lookup (registry, key);
  if (self != NULL)
    return g_object_ref (self);
  self = g_object_new (KD_TYPE_OPEN_RECORD, NULL);
  self->session = session;
  self->kind = kind;
  self->id = *id;
  g_hash_table_insert (registry, g_steal_pointer (&key), self);
  g_object_weak_ref (G_OBJECT (self), forget, g_hash_table_ref (registry));
  g_signal_connect_object (session, "changes", G_CALLBACK (changes_cb), self, 0);
  g_signal_connect_object (session, "pending-changed", G_CALLBACK (pending_cb), self, 0);
  load (self);
  return self;
}

const KdKind *
kd_open_record_get_kind (KdOpenRecord *self)
{
  return self->kind;
}

const KdId *
kd_open_record_get_id (KdOpenRecord *self)
{
  return &self->id;
}

gboolean
kd_open_record_is_loaded (KdOpenRecord *self)
{
  return self->loaded;
}

gboolean
kd_open_record_is_gone (KdOpenRecord *self)
{
  return self->loaded && kd_open_record_get_record (self) == NULL;
}

gboolean
kd_open_record_is_waiting (KdOpenRecord *self)
{
  return kd_session_has_pending (self->session, &self->id) || self->waiting;
}

const char *
kd_open_record_get_message (KdOpenRecord *self)
{
  return self->message;
}

const KdRecord *
kd_open_record_get_record (KdOpenRecord *self)
{
  if (self->product != NULL && self->product->product != NULL)
    return &self->product->product->parent;
  if (self->order != NULL && self->order->order != NULL)
    return &self->order->order->parent;
  return self->record;
}

const KdProductDetail *
kd_open_record_get_product (KdOpenRecord *self)
{
  return self->product;
}

const KdOrderDetail *
kd_open_record_get_order (KdOpenRecord *self)
{
  return self->order;
}

const KdContact *
kd_open_record_get_contact (KdOpenRecord *self)
{
  if (self->order != NULL)
    return self->order->contact;
  return self->kind == &kd_kind_contact ? (const KdContact *) self->record : self->contact;
}

void
kd_open_record_reload (KdOpenRecord *self)
{
  load (self);
}

static void
kd_open_record_finalize (GObject *object)
{
  KdOpenRecord *self = KD_OPEN_RECORD (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  kd_record_free (self->record);
  kd_product_detail_free (self->product);
  kd_order_detail_free (self->order);
  kd_record_free (self->contact != NULL ? &self->contact->parent : NULL);
  g_free (self->message);
  G_OBJECT_CLASS (kd_open_record_parent_class)->finalize (object);
}

static void
kd_open_record_class_init (KdOpenRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_open_record_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_OPEN_RECORD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_open_record_init (KdOpenRecord *self)
{
  self->cancellable = g_cancellable_new ();
}
