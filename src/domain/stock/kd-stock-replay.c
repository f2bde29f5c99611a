/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-stock-replay.h"

#include "kd-mutation.h"
#include "kd-rows.h"
#include "kd-stock-ledger.h"
#include "kd-stock.h"

#include <string.h>

struct _KdStockReplay
{
  KdStockPolicy policy;
  KdMemoryRows *memory;
  KdRows *rows;
  GHashTable *variants;  /* name -> KdId (owned) */
  GHashTable *locations;
  guint n_events;
  KdContext ctx;         /* of the event at work */
};

/* What an event speaks of, once its names are found. */
typedef struct
{
  const KdStockEvent *event;
  const KdVariant *variant;
  KdId location, to, order;
  gint64 on_hand;        /* at the location */
} Subject;

static const char *const type_names[] = {
  "receive", "adjust", "reserve", "release", "ship", "return", "transfer", "count", "expire", NULL
};

int
kd_stock_event_from_text (const char *text)
{
  for (int i = 0; type_names[i] != NULL; i++)
    if (strcmp (type_names[i], text) == 0)
      return i;
  return -1;
}

KdStockReplay *
kd_stock_replay_new (KdStockPolicy policy)
{
  KdStockReplay *self = g_new0 (KdStockReplay, 1);

  self->policy = policy;
  self->memory = kd_memory_rows_new ();
  self->rows = kd_memory_rows_get_rows (self->memory);
  self->variants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->locations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
kd_stock_replay_free (KdStockReplay *replay)
{
  kd_memory_rows_free (replay->memory);
  g_hash_table_unref (replay->variants);
  g_hash_table_unref (replay->locations);
  g_free (replay);
}

static gboolean
refuse (const char **ret_code,
        const char *code)
{
  *ret_code = code;
  return FALSE;
}

static KdId
named_id (const KdKind *kind,
          const char *name)
{
  return kd_id_derive (&KD_ID_NONE, kind->number, name);
}

static gboolean
add_row (KdStockReplay *self,
         GHashTable *names,
         const char *name,
         KdRecord *record)
{
  gboolean fresh = !g_hash_table_contains (names, name);

  if (!fresh)
    {
      kd_record_free (record);
      return FALSE;
    }
  record->id = named_id (record->kind, name);
  g_hash_table_insert (names, g_strdup (name), g_memdup2 (&record->id, sizeof record->id));
  kd_rows_put (self->rows, record);
  return TRUE;
}

gboolean
kd_stock_replay_add_variant (KdStockReplay *replay,
                             const char *name,
                             gboolean untracked,
                             gboolean oversell,
                             gint64 buffer)
{
  KdVariant *variant = kd_variant_new ();

  variant->untracked = untracked;
  variant->oversell = oversell;
  variant->buffer = buffer;
  return add_row (replay, replay->variants, name, &variant->parent);
}

gboolean
kd_stock_replay_add_location (KdStockReplay *replay,
                              const char *name,
                              gboolean transit)
{
  KdLocation *location = (KdLocation *) kd_record_new (&kd_kind_location);

  location->name = g_strdup (name);
  location->transit = transit;
  return add_row (replay, replay->locations, name, &location->parent);
}

static gint64
on_hand_at (KdStockReplay *self,
            const KdVariant *variant,
            const KdId *location)
{
  const KdStockLevel *level = kd_stock_get_level (self->rows, &variant->parent.id, location);

  return level != NULL ? level->on_hand : 0;
}

static gint64
held_at (KdStockReplay *self,
         const KdVariant *variant,
         const KdId *location,
         gint64 at)
{
  KdReservation like = { .variant = variant->parent.id, .location = *location };
  g_autoptr (GPtrArray) found =
    kd_rows_scan (self->rows, &kd_kind_reservation, "variant", &like.parent, 2, 0);
  gint64 held = 0;

  for (guint i = 0; i < found->len; i++)
    if (kd_stock_is_held (found->pdata[i], at))
      held += ((const KdReservation *) found->pdata[i])->quantity;
  return held;
}

/* Reservations of the event's ref, variant and place, in the order they were made. */
static GPtrArray *
reservations_of (KdStockReplay *self,
                 const Subject *subject)
{
  KdReservation like = { .variant = subject->variant->parent.id, .location = subject->location };
  GPtrArray *found = kd_rows_scan (self->rows, &kd_kind_reservation, "variant", &like.parent, 2, 0);

  for (guint i = found->len; i > 0; i--)
    if (!kd_id_equal (&((const KdReservation *) found->pdata[i - 1])->order, &subject->order))
      g_ptr_array_remove_index (found, i - 1);
  return found;
}

/* Releases up to @quantity of the reservations, splitting the last one. */
static gboolean
release_some (KdStockReplay *self,
              GPtrArray *reservations,
              gint64 quantity,
              const char **ret_code)
{
  for (guint i = 0; i < reservations->len && quantity > 0; i++)
    {
      const KdReservation *one = reservations->pdata[i];
      gint64 taken = MIN (one->quantity, quantity), rest = one->quantity - taken;
      g_auto (KdOutcome) outcome = { 0 };
      g_autofree char *place = g_strdup_printf ("rest/%u", i);

      kd_outcome_init (&outcome);
      quantity -= taken;
      kd_stock_release (self->rows, &self->ctx, one);
      if (rest > 0 &&
          !kd_stock_reserve (self->rows, &self->ctx, &one->order, &one->line, &one->variant,
                             &one->location, rest, one->expires, place, &outcome))
        return refuse (ret_code, "number.range");
    }
  return TRUE;
}

static gint64
sum_of (GPtrArray *reservations)
{
  gint64 sum = 0;

  for (guint i = 0; i < reservations->len; i++)
    sum += ((const KdReservation *) reservations->pdata[i])->quantity;
  return sum;
}

static gboolean
book (KdStockReplay *self,
      const Subject *subject,
      const KdId *location,
      gint64 quantity,
      KdMoveClass class_,
      const char *place,
      const char **ret_code)
{
  g_auto (KdOutcome) outcome = { 0 };

  kd_outcome_init (&outcome);
  if (kd_stock_book (self->rows, &self->ctx, &subject->variant->parent.id, location, quantity,
                     class_, NULL, &subject->order, place, &outcome))
    return TRUE;
  return refuse (ret_code, "number.range");
}

/* Whether @quantity may be sold from the event's location. */
static gboolean
may_sell (KdStockReplay *self,
          const Subject *subject,
          gint64 quantity,
          const char **ret_code)
{
  const KdVariant *variant = subject->variant;
  gint64 here = subject->on_hand - held_at (self, variant, &subject->location, self->ctx.accepted);
  gint64 available =
    MIN (here, kd_stock_available (self->rows, &variant->parent.id, self->ctx.accepted));

  if (subject->event->buyer)
    return kd_stock_may_buy (variant, available, quantity) ||
           refuse (ret_code, "stock.insufficient");
  switch (kd_stock_may_sell (variant, available, quantity, self->policy))
    {
    case KD_SELL_YES:
      return TRUE;
    case KD_SELL_ASK:
      return subject->event->confirmed || refuse (ret_code, "stock.confirm");
    case KD_SELL_NO:
      break;
    }
  return refuse (ret_code, "stock.insufficient");
}

static gboolean
apply_reserve (KdStockReplay *self,
               const Subject *subject,
               const char **ret_code)
{
  g_auto (KdOutcome) outcome = { 0 };

  kd_outcome_init (&outcome);
  if (!may_sell (self, subject, subject->event->quantity, ret_code))
    return FALSE;
  if (kd_stock_reserve (self->rows, &self->ctx, &subject->order, &KD_ID_NONE,
                        &subject->variant->parent.id, &subject->location,
                        subject->event->quantity, subject->event->expires, "reserve", &outcome))
    return TRUE;
  return refuse (ret_code, "number.range");
}

static gboolean
apply_release (KdStockReplay *self,
               const Subject *subject,
               const char **ret_code)
{
  g_autoptr (GPtrArray) found = reservations_of (self, subject);
  gint64 sum = sum_of (found);
  gint64 quantity = subject->event->quantity == KD_EVENT_ALL ? sum : subject->event->quantity;

  if (subject->variant->untracked)
    return TRUE;
  if (found->len == 0)
    return refuse (ret_code, "reservation.gone");
  if (quantity > sum)
    return refuse (ret_code, "reservation.insufficient");
  return release_some (self, found, quantity, ret_code);
}

/* With a ref: that reservation ends, unless its time is still to come. Without: all that are due,
 * and those that nothing names and no time limits. */
static gboolean
apply_expire (KdStockReplay *self,
              const Subject *subject,
              const char **ret_code)
{
  g_autoptr (GPtrArray) found = reservations_of (self, subject);
  guint n = found->len;
  gint64 quantity = subject->event->quantity == KD_EVENT_ALL ? G_MAXINT64 : subject->event->quantity;

  for (guint i = n; i > 0; i--)
    {
      const KdReservation *one = found->pdata[i - 1];

      if (one->expires != 0 && kd_stock_is_held (one, self->ctx.accepted))
        g_ptr_array_remove_index (found, i - 1);
    }
  if (subject->event->ref != NULL && found->len == 0)
    return refuse (ret_code, n > 0 ? "reservation.not_due" : "reservation.gone");
  return release_some (self, found, quantity, ret_code);
}

/* Takes away every reservation whose time has come. */
static void
sweep (KdStockReplay *self)
{
  KdReservation like = { 0 };
  g_autoptr (GPtrArray) all =
    kd_rows_scan (self->rows, &kd_kind_reservation, "variant", &like.parent, 0, 0);

  for (guint i = 0; i < all->len; i++)
    if (!kd_stock_is_held (all->pdata[i], self->ctx.accepted))
      kd_stock_release (self->rows, &self->ctx, all->pdata[i]);
}

static gboolean
apply_ship (KdStockReplay *self,
            const Subject *subject,
            const char **ret_code)
{
  g_autoptr (GPtrArray) found = reservations_of (self, subject);
  gint64 quantity = subject->event->quantity, covered = 0;

  for (guint i = 0; i < found->len; i++)
    if (kd_stock_is_held (found->pdata[i], self->ctx.accepted))
      covered += ((const KdReservation *) found->pdata[i])->quantity;
  if (quantity > covered && !may_sell (self, subject, quantity - covered, ret_code))
    return FALSE;
  return book (self, subject, &subject->location, -quantity, KD_MOVE_SHIPMENT, "move", ret_code) &&
         release_some (self, found, quantity, ret_code);
}

static gboolean
apply_transfer (KdStockReplay *self,
                const Subject *subject,
                const char **ret_code)
{
  gint64 quantity = subject->event->quantity;
  gint64 free = subject->on_hand -
                held_at (self, subject->variant, &subject->location, self->ctx.accepted);

  if (kd_id_equal (&subject->location, &subject->to))
    return refuse (ret_code, "transfer.same");
  /* What isn't there can't be moved, whatever may be sold; what is promised from here stays. */
  if (!subject->variant->untracked && quantity > free && self->policy != KD_STOCK_POLICY_ALLOW)
    return refuse (ret_code, "stock.insufficient");
  if (on_hand_at (self, subject->variant, &subject->to) > KD_QUANTITY_MAX - quantity)
    return refuse (ret_code, "number.range");
  return book (self, subject, &subject->location, -quantity, KD_MOVE_TRANSFER, "from", ret_code) &&
         book (self, subject, &subject->to, quantity, KD_MOVE_TRANSFER, "to", ret_code);
}

static gboolean
apply_found (KdStockReplay *self,
             const Subject *subject,
             const char **ret_code)
{
  const KdStockEvent *event = subject->event;
  gint64 seen = event->seen != KD_EMPTY ? event->seen : subject->on_hand;

  switch (event->type)
    {
    case KD_EVENT_RECEIVE:
      return book (self, subject, &subject->location, event->quantity, KD_MOVE_RECEIPT, "move",
                   ret_code);
    case KD_EVENT_ADJUST:
      return book (self, subject, &subject->location, event->quantity, KD_MOVE_ADJUST, "move",
                   ret_code);
    case KD_EVENT_RETURN:
      return book (self, subject, &subject->location, event->quantity, KD_MOVE_RETURN, "move",
                   ret_code);
    case KD_EVENT_COUNT:
      return book (self, subject, &subject->location, event->quantity - seen, KD_MOVE_COUNT, "move",
                   ret_code);
    case KD_EVENT_RESERVE:
      return apply_reserve (self, subject, ret_code);
    case KD_EVENT_RELEASE:
      return apply_release (self, subject, ret_code);
    case KD_EVENT_SHIP:
      return apply_ship (self, subject, ret_code);
    case KD_EVENT_TRANSFER:
      return apply_transfer (self, subject, ret_code);
    case KD_EVENT_EXPIRE:
      return apply_expire (self, subject, ret_code);
    }
  return FALSE;
}

static gboolean
quantity_is_good (const KdStockEvent *event)
{
  gint64 least = event->type == KD_EVENT_COUNT ? 0 : event->type == KD_EVENT_ADJUST ? -KD_QUANTITY_MAX : 1;

  if ((event->type == KD_EVENT_RELEASE || event->type == KD_EVENT_EXPIRE) &&
      event->quantity == KD_EVENT_ALL)
    return TRUE;
  if (event->type == KD_EVENT_COUNT && event->seen != KD_EMPTY &&
      (event->seen > KD_QUANTITY_MAX || event->seen < -KD_QUANTITY_MAX))
    return FALSE;
  return event->quantity >= least && event->quantity <= KD_QUANTITY_MAX;
}

static gboolean
find_place (KdStockReplay *self,
            const char *name,
            KdId *ret_id,
            const char **ret_code)
{
  const KdId *id = name != NULL ? g_hash_table_lookup (self->locations, name) : NULL;

  if (id == NULL)
    return refuse (ret_code, "location.unknown");
  *ret_id = *id;
  return TRUE;
}

gboolean
kd_stock_replay_apply (KdStockReplay *replay,
                       const KdStockEvent *event,
                       const char **ret_code)
{
  const guint8 nothing[10] = { 0 };
  Subject subject = { .event = event };
  const KdId *variant;

  /* The event's number stands in the uid, so that rows sort and are traced by it. */
  replay->ctx = (KdContext) {
    .uid = kd_id_make (replay->n_events, nothing),
    .op = kd_id_make (replay->n_events, nothing),
    .made = event->at,
    .edited = event->at,
    .accepted = event->at,
    .side = KD_SIDE_SERVER,
  };
  replay->n_events++;
  if (event->type == KD_EVENT_EXPIRE)
    {
      if (event->ref == NULL)
        sweep (replay);
      if (event->variant == NULL)
        return TRUE;
    }
  variant = event->variant != NULL ? g_hash_table_lookup (replay->variants, event->variant) : NULL;
  if (variant == NULL)
    return refuse (ret_code, "variant.unknown");
  if (!find_place (replay, event->location, &subject.location, ret_code) ||
      (event->type == KD_EVENT_TRANSFER && !find_place (replay, event->to, &subject.to, ret_code)))
    return FALSE;
  if (!quantity_is_good (event))
    return refuse (ret_code, "number.range");
  subject.variant = (const KdVariant *) kd_rows_get (replay->rows, &kd_kind_variant, variant);
  subject.order = named_id (&kd_kind_order, event->ref != NULL ? event->ref : "");
  subject.on_hand = on_hand_at (replay, subject.variant, &subject.location);
  return apply_found (replay, &subject, ret_code);
}

void
kd_stock_replay_get_level (KdStockReplay *replay,
                           const char *variant_name,
                           const char *location_name,
                           gint64 at,
                           gint64 *ret_on_hand,
                           gint64 *ret_reserved,
                           gint64 *ret_available)
{
  const KdId *id = g_hash_table_lookup (replay->variants, variant_name);
  const KdVariant *variant = (const KdVariant *) kd_rows_get (replay->rows, &kd_kind_variant, id);
  GHashTableIter iter;
  gpointer name, location;

  *ret_on_hand = *ret_reserved = 0;
  g_hash_table_iter_init (&iter, replay->locations);
  while (g_hash_table_iter_next (&iter, &name, &location))
    {
      const KdLocation *place =
        (const KdLocation *) kd_rows_get (replay->rows, &kd_kind_location, location);

      if (location_name != NULL ? strcmp (location_name, name) != 0 : place->transit)
        continue;
      *ret_on_hand += on_hand_at (replay, variant, location);
      *ret_reserved += held_at (replay, variant, location, at);
    }
  if (location_name == NULL)
    *ret_available = kd_stock_available (replay->rows, id, at);
  else
    *ret_available = kd_stock_left (variant, *ret_on_hand, *ret_reserved) +
                     (!variant->untracked && g_hash_table_size (replay->locations) > 1
                        ? variant->buffer
                        : 0);
}

typedef struct
{
  KdStockReplay *self;
  GHashTable *names; /* KdId -> name */
  GArray *ledger;
} Collect;

static void
index_names (GHashTable *from,
             GHashTable *names)
{
  GHashTableIter iter;
  gpointer name, id;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &name, &id))
    g_hash_table_insert (names, id, name);
}

static void
collect_move_cb (gpointer record,
                 gpointer data)
{
  const KdStockMove *move = record;
  Collect *collect = data;
  KdReplayMove one = { (guint) kd_id_get_time (&move->op),
                       g_hash_table_lookup (collect->names, &move->variant),
                       g_hash_table_lookup (collect->names, &move->location), move };

  g_array_append_val (collect->ledger, one);
}

static int
compare_moves (gconstpointer a,
               gconstpointer b)
{
  const KdReplayMove *x = a, *y = b;

  if (x->event != y->event)
    return x->event < y->event ? -1 : 1;
  /* A transfer goes out before it comes in. */
  return x->move->quantity < y->move->quantity ? -1 : 1;
}

GArray *
kd_stock_replay_get_ledger (KdStockReplay *replay)
{
  g_autoptr (GHashTable) names = g_hash_table_new (kd_id_hash, kd_id_equal);
  Collect collect = { replay, names, g_array_new (FALSE, FALSE, sizeof (KdReplayMove)) };

  index_names (replay->variants, names);
  index_names (replay->locations, names);
  kd_memory_rows_foreach (replay->memory, &kd_kind_stock_move, collect_move_cb, &collect);
  g_array_sort (collect.ledger, compare_moves);
  return collect.ledger;
}
