/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-counts-private.h"

struct _KdCounts
{
  GObject parent_instance;

  KdStore *store;               /* (owned) */
  guint orders[KD_N_TABS];
  guint unread;
  KdStoreStatus *status;        /* (owned) */
  gboolean loaded, reading, again, held;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KdCounts, kd_counts, G_TYPE_OBJECT)

typedef struct
{
  guint orders[KD_N_TABS];
  gint64 unread;
  KdStoreStatus *status;
} Numbers;

static void
numbers_free (gpointer data)
{
  Numbers *numbers = data;

  kd_store_status_free (numbers->status);
  g_free (numbers);
}

static gpointer
read_numbers (KdStore *store,
              KdSqlConnection *connection,
              gpointer data,
              GError **error)
{
  Numbers *numbers = g_new0 (Numbers, 1);

  numbers->status = kd_store_status (store, connection, error);
  if (numbers->status == NULL || !kd_order_tab_counts (store, connection, numbers->orders, error))
    {
      numbers_free (numbers);
      return NULL;
    }
  numbers->unread = kd_unread_conversations (store, connection, NULL);
  return numbers;
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdCounts) self = data;
  g_autoptr (GError) error = NULL;
  Numbers *numbers = kd_store_read_finish (KD_STORE (source), result, NULL, &error);

  self->reading = FALSE;
  if (numbers != NULL)
    {
      for (guint i = 0; i < KD_N_TABS; i++)
        self->orders[i] = numbers->orders[i];
      self->unread = (guint) MAX (numbers->unread, 0);
      kd_store_status_free (self->status);
      self->status = g_steal_pointer (&numbers->status);
      self->loaded = TRUE;
      numbers_free (numbers);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  else if (error != NULL)
    g_debug ("counts: %s", error->message);
  if (self->again)
    {
      self->again = FALSE;
      kd_counts_refresh (self, NULL);
    }
}

void
kd_counts_refresh (KdCounts *self,
                   const KdChangeSet *changes)
{
  if (self->reading || self->held)
    {
      self->again = TRUE;
      return;
    }
  self->reading = TRUE;
  kd_store_read_async (self->store, KD_READER_BULK, read_numbers, NULL, NULL, numbers_free, NULL, read_cb, g_object_ref (self));
}

void
kd_counts_hold (KdCounts *self,
                gboolean held)
{
  self->held = held;
  if (held || !self->again)
    return;
  self->again = FALSE;
  kd_counts_refresh (self, NULL);
}

gboolean
kd_counts_is_held (KdCounts *self)
{
  return self->held;
}

gboolean
kd_counts_is_loaded (KdCounts *self)
{
  return self->loaded;
}

guint
kd_counts_get_orders (KdCounts *self,
                      KdOrderTab tab)
{
  return self->orders[tab];
}

guint
kd_counts_get_unread (KdCounts *self)
{
  return self->unread;
}

const KdStoreStatus *
kd_counts_get_status (KdCounts *self)
{
  return self->status;
}

static void
kd_counts_finalize (GObject *object)
{
  KdCounts *self = KD_COUNTS (object);

  kd_store_status_free (self->status);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kd_counts_parent_class)->finalize (object);
}

static void
kd_counts_class_init (KdCountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_counts_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_COUNTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_counts_init (KdCounts *self)
{
  self->status = g_new0 (KdStoreStatus, 1);
}

KdCounts *
kd_counts_new (KdStore *store)
{
  KdCounts *self = g_object_new (KD_TYPE_COUNTS, NULL);

  self->store = g_object_ref (store);
  return self;
}
