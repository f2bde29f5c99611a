/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-field-json.h"
#include "kd-mutation-private.h"
#include "kd-stock-ledger.h"

/* stock.adjust {variant, location, delta, class, reason} books a movement: a fact, always accepted.
 * stock.count {variant, location, counted, seen} books what a quick count of one variant found. */

typedef struct
{
  KdId variant, location;
  gint64 delta, counted, seen;
  int class_;
  char *reason;
} KdStockArgs;

static const char *const classes[] = {
  "opening", "receipt", "sale", "shipment", "return", "damage", "adjust", "count", "transfer", NULL
};

#define KD_STRUCT KdStockArgs
static const KdField adjust_fields[] = {
  KD_ARG (1, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, location, REF, .ref = 10, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, delta, QUANTITY, .min = -KD_QUANTITY_MAX, .max = KD_QUANTITY_MAX),
  { .name = "class", .number = 4, .type = KD_TYPE_ENUM, .offset = G_STRUCT_OFFSET (KdStockArgs, class_),
    .values = classes, .since = 1 },
  KD_ARG (5, reason, TEXT, .max = 300),
};
static const KdField count_fields[] = {
  KD_ARG (1, variant, REF, .ref = 5, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, location, REF, .ref = 10, .flags = KD_FIELD_REQUIRED),
  KD_ARG (3, counted, QUANTITY, .min = 0, .max = KD_QUANTITY_MAX),
  KD_ARG (4, seen, QUANTITY, .min = -KD_QUANTITY_MAX, .max = KD_QUANTITY_MAX),
};
#undef KD_STRUCT
KD_ARGS (adjust_shape, "stock.adjust", KdStockArgs, adjust_fields);
KD_ARGS (count_shape, "stock.count", KdStockArgs, count_fields);

static gboolean
book (KdRows *rows,
      const KdContext *ctx,
      const KdStockArgs *args,
      gint64 delta,
      int class_,
      KdOutcome *outcome)
{
  if (kd_rows_get (rows, &kd_kind_variant, &args->variant) == NULL
      || kd_rows_get (rows, &kd_kind_location, &args->location) == NULL)
    return kd_outcome_refuse (outcome, "row.gone");
  if (!kd_stock_book (rows, ctx, &args->variant, &args->location, delta, class_, args->reason, NULL,
                      "move", outcome))
    return FALSE;
  if (delta < 0)
    kd_stock_raise_oversold (rows, ctx, &args->variant, NULL);
  return TRUE;
}

static gboolean
adjust_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdStockArgs *args = data;
  return book (rows, ctx, args, args->delta, args->class_, outcome);
}

static gboolean
adjust_may (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  const KdStockArgs *args = data;

  /* Opening movements come with their variant, shipments with their order. */
  if (args->class_ == KD_MOVE_OPENING || args->class_ == KD_MOVE_SHIPMENT || args->class_ > KD_MOVE_TRANSFER)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "class");
  return TRUE;
}

static void
adjust_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdStockArgs *args = data;
  KdCall *call = kd_call_new_by_name ("stock.adjust");
  KdStockArgs *back = call->args;

  back->variant = args->variant;
  back->location = args->location;
  back->delta = m->args == &count_shape ? args->seen - args->counted : -args->delta;
  back->class_ = m->args == &count_shape ? KD_MOVE_ADJUST : args->class_;
  back->reason = g_strdup (args->reason);
  g_ptr_array_add (calls, call);
}

static gboolean
count_apply (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdStockArgs *args = data;
  return book (rows, ctx, args, args->counted - args->seen, KD_MOVE_COUNT, outcome);
}

static const KdMutation stock_adjust = {
  .name = "stock.adjust", .version = 1, .args = &adjust_shape,
  .roles = KD_ROLES_SELLING, .origins = KD_ORIGINS_STAFF,
  .may = adjust_may, .apply = adjust_apply, .inverse = adjust_inverse,
};

static const KdMutation stock_count = {
  .name = "stock.count", .version = 1, .args = &count_shape,
  .roles = KD_ROLES_MANAGERS, .origins = KD_ORIGINS_STAFF,
  .apply = count_apply, .inverse = adjust_inverse,
};

const KdMutation *const kd_stock_mutations[] = { &stock_adjust, &stock_count, NULL };
