/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-thread-private.h"

/* ---- items ---- */

struct _KdThreadItem
{
  GObject parent_instance;

  KdThreadItemType type;
  KdThreadEntry *entry;         /* (owned) (nullable): of a message */
  gint64 time;
};

G_DEFINE_FINAL_TYPE (KdThreadItem, kd_thread_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
kd_thread_item_finalize (GObject *object)
{
  kd_thread_entry_free (KD_THREAD_ITEM (object)->entry);
  G_OBJECT_CLASS (kd_thread_item_parent_class)->finalize (object);
}

static void
kd_thread_item_class_init (KdThreadItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_thread_item_finalize;
  changed_signal = g_signal_new ("changed", KD_TYPE_THREAD_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_thread_item_init (KdThreadItem *self)
{
}

KdThreadItem *
kd_thread_item_new (KdThreadItemType type,
                    gint64 time,
                    KdThreadEntry *entry)
{
  KdThreadItem *self = g_object_new (KD_TYPE_THREAD_ITEM, NULL);

  self->type = type;
  self->time = time;
  self->entry = entry;
  return self;
}

static gboolean
same_media (const KdMedia *a,
            const KdMedia *b)
{
  return a == NULL || b == NULL ? a == b : kd_record_equal (&a->parent, &b->parent);
}

static gboolean
same_entry (const KdThreadEntry *a,
            const KdThreadEntry *b)
{
  return kd_record_equal (&a->message->parent, &b->message->parent) && a->rid == b->rid
         && !a->waiting == !b->waiting && g_strcmp0 (a->author, b->author) == 0
         && g_strcmp0 (a->product_name, b->product_name) == 0 && a->price_min == b->price_min
         && a->price_max == b->price_max && a->available == b->available
         && a->product_status == b->product_status && kd_hash_equal (&a->photo, &b->photo)
         && g_strcmp0 (a->order_number, b->order_number) == 0 && a->order_total == b->order_total
         && a->order_state == b->order_state && a->order_payment == b->order_payment
         && a->order_fulfilment == b->order_fulfilment && same_media (a->media, b->media);
}

void
kd_thread_item_take_entry (KdThreadItem *self,
                           KdThreadEntry *entry)
{
  if (same_entry (self->entry, entry))
    {
      kd_thread_entry_free (entry);
      return;
    }
  kd_thread_entry_free (self->entry);
  self->entry = entry;
  self->time = entry->message->at;
  g_signal_emit (self, changed_signal, 0);
}

gint64
kd_thread_item_get_rid (KdThreadItem *self)
{
  return self->entry != NULL ? self->entry->rid : 0;
}

KdThreadItemType
kd_thread_item_get_item_type (KdThreadItem *self)
{
  return self->type;
}

const KdThreadEntry *
kd_thread_item_get_entry (KdThreadItem *self)
{
  return self->entry;
}

gint64
kd_thread_item_get_time (KdThreadItem *self)
{
  return self->time;
}

/* ---- the model ---- */

static void kd_thread_model_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdThreadModel, kd_thread_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, kd_thread_model_list_init))

enum { PROP_AT_START = 1, PROP_AT_END, PROP_LOADING, PROP_NEWER, N_PROPS };
static GParamSpec *props[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return KD_TYPE_THREAD_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return KD_THREAD_MODEL (model)->items->len;
}

static gpointer
get_item (GListModel *model,
          guint position)
{
  KdThreadModel *self = KD_THREAD_MODEL (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
kd_thread_model_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
set_flag (KdThreadModel *self,
          gboolean *flag,
          gboolean value,
          guint prop)
{
  if (!*flag == !value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
kd_thread_model_set_ends (KdThreadModel *self,
                          gboolean at_start,
                          gboolean at_end)
{
  set_flag (self, &self->at_start, at_start, PROP_AT_START);
  set_flag (self, &self->at_end, at_end, PROP_AT_END);
  if (at_end)
    kd_thread_model_set_newer (self, 0);
}

void
kd_thread_model_set_loading (KdThreadModel *self,
                             gboolean loading)
{
  set_flag (self, &self->loading, loading, PROP_LOADING);
}

void
kd_thread_model_set_newer (KdThreadModel *self,
                           guint newer)
{
  if (self->newer == newer)
    return;
  self->newer = newer;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NEWER]);
}

/* ---- messages as lines: days and the unread line between them ---- */

/* The beginning of the day where the reader is, as the hours beside the messages are. */
static gint64
day_of (KdThreadModel *self,
        gint64 at)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr (GDateTime) here = utc != NULL ? g_date_time_to_timezone (utc, self->zone) : NULL;
  g_autoptr (GDateTime) day = here != NULL
    ? g_date_time_new (self->zone, g_date_time_get_year (here), g_date_time_get_month (here),
                       g_date_time_get_day_of_month (here), 0, 0, 0) : NULL;

  return day != NULL ? g_date_time_to_unix (day) * 1000 : at;
}

static gboolean
needs_unread_line (KdThreadModel *self,
                   gint64 rid_before,
                   gint64 rid)
{
  return self->unread_rid != 0 && rid >= self->unread_rid && rid_before < self->unread_rid;
}

/* The same day is the same object while it is in the window, so that it isn't told as new. */
static KdThreadItem *
day_item (KdThreadModel *self,
          gint64 day)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      KdThreadItem *item = g_ptr_array_index (self->items, i);

      if (item->type == KD_THREAD_DAY && item->time == day)
        return g_object_ref (item);
    }
  return kd_thread_item_new (KD_THREAD_DAY, day, NULL);
}

GPtrArray *
kd_thread_model_lines (KdThreadModel *self,
                       GPtrArray *messages)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 day = G_MININT64, before = 0;
  gboolean first = TRUE;

  for (guint i = 0; i < messages->len; i++)
    {
      KdThreadItem *message = g_ptr_array_index (messages, i);
      gint64 its_day = day_of (self, message->time);

      if (its_day != day)
        g_ptr_array_add (lines, day_item (self, its_day));
      /* at the window's beginning the line may lie before it */
      if (needs_unread_line (self, first && !self->at_start ? message->entry->rid - 1 : before, message->entry->rid)
          && (!first || self->at_start || message->entry->rid == self->unread_rid))
        {
          if (self->unread_item == NULL)
            self->unread_item = kd_thread_item_new (KD_THREAD_UNREAD, message->time, NULL);
          g_ptr_array_add (lines, g_object_ref (self->unread_item));
        }
      g_ptr_array_add (lines, g_object_ref (message));
      day = its_day;
      before = message->entry->rid;
      first = FALSE;
    }
  return lines;
}

/* Puts @lines in the place of the present ones, in one range without what both share at the ends. */
void
kd_thread_model_show (KdThreadModel *self,
                      GPtrArray *lines)
{
  guint head = 0, tail = 0, before = self->items->len;
  GPtrArray *old = self->items;

  while (head < before && head < lines->len && g_ptr_array_index (old, head) == g_ptr_array_index (lines, head))
    head++;
  while (tail < before - head && tail < lines->len - head
         && g_ptr_array_index (old, before - 1 - tail) == g_ptr_array_index (lines, lines->len - 1 - tail))
    tail++;
  self->items = lines;
  if (before - head - tail > 0 || lines->len - head - tail > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), head, before - head - tail, lines->len - head - tail);
  g_ptr_array_unref (old);
}

GPtrArray *
kd_thread_model_messages (KdThreadModel *self)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->items->len; i++)
    if (((KdThreadItem *) g_ptr_array_index (self->items, i))->type == KD_THREAD_MESSAGE)
      g_ptr_array_add (messages, g_object_ref (g_ptr_array_index (self->items, i)));
  return messages;
}

/* ---- type ---- */

static void
kd_thread_model_dispose (GObject *object)
{
  KdThreadModel *self = KD_THREAD_MODEL (object);

  g_cancellable_cancel (self->cancellable);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_handle_id (&self->source, g_source_remove);
  self->reading = FALSE;
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_thread_model_parent_class)->dispose (object);
}

static void
kd_thread_model_finalize (GObject *object)
{
  KdThreadModel *self = KD_THREAD_MODEL (object);

  g_ptr_array_unref (self->items);
  g_clear_object (&self->unread_item);
  g_object_unref (self->cancellable);
  g_time_zone_unref (self->zone);
  G_OBJECT_CLASS (kd_thread_model_parent_class)->finalize (object);
}

static void
kd_thread_model_get_property (GObject *object,
                              guint id,
                              GValue *value,
                              GParamSpec *spec)
{
  KdThreadModel *self = KD_THREAD_MODEL (object);

  if (id == PROP_AT_START)
    g_value_set_boolean (value, self->at_start);
  else if (id == PROP_AT_END)
    g_value_set_boolean (value, self->at_end);
  else if (id == PROP_LOADING)
    g_value_set_boolean (value, self->loading);
  else
    g_value_set_uint (value, self->newer);
}

static void
kd_thread_model_class_init (KdThreadModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = kd_thread_model_dispose;
  object_class->finalize = kd_thread_model_finalize;
  object_class->get_property = kd_thread_model_get_property;
  props[PROP_AT_START] = g_param_spec_boolean ("at-start", NULL, NULL, FALSE, flags);
  props[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, FALSE, flags);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  props[PROP_NEWER] = g_param_spec_uint ("newer", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
kd_thread_model_init (KdThreadModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

/* ---- public ---- */

KdThreadModel *
kd_thread_model_new (KdSession *session,
                     const KdId *conversation)
{
  KdThreadModel *self = g_object_new (KD_TYPE_THREAD_MODEL, NULL);

  self->session = g_object_ref (session);
  self->conversation = *conversation;
  self->zone = g_time_zone_new_local ();
  g_signal_connect (session, "changes", G_CALLBACK (kd_thread_model_changes_cb), self);
  kd_thread_model_open (self);
  return self;
}

const KdId *
kd_thread_model_get_conversation (KdThreadModel *self)
{
  return &self->conversation;
}

gboolean
kd_thread_model_get_at_start (KdThreadModel *self)
{
  return self->at_start;
}

gboolean
kd_thread_model_get_at_end (KdThreadModel *self)
{
  return self->at_end;
}

gboolean
kd_thread_model_get_loading (KdThreadModel *self)
{
  return self->loading;
}

guint
kd_thread_model_get_newer (KdThreadModel *self)
{
  return self->newer;
}

guint
kd_thread_model_find (KdThreadModel *self,
                      const KdId *message)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const KdThreadEntry *entry = ((KdThreadItem *) g_ptr_array_index (self->items, i))->entry;

      if (entry != NULL && kd_id_equal (&entry->message->parent.id, message))
        return i;
    }
  return G_MAXUINT;
}

guint
kd_thread_model_find_unread (KdThreadModel *self)
{
  guint position = G_MAXUINT;

  if (self->unread_item != NULL && g_ptr_array_find (self->items, self->unread_item, &position))
    return position;
  return G_MAXUINT;
}

gint64
kd_thread_model_get_newest_received (KdThreadModel *self)
{
  gint64 newest = 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      const KdThreadEntry *entry = ((KdThreadItem *) g_ptr_array_index (self->items, i))->entry;

      if (entry != NULL && entry->message->direction == KD_MESSAGE_IN)
        newest = MAX (newest, entry->message->received);
    }
  return newest;
}
