/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-order-private.h"
#include "kd-position.h"

/* The lines of a draft: how they are wanted, planned and written. */

/* (transfer full) (nullable): a new line of the order */
static KdOrderLine *
new_line (KdRows *rows,
          const KdContext *ctx,
          const KdId *order,
          const KdOrderLineArgs *args,
          guint i,
          KdOutcome *outcome)
{
  g_autoptr (KdRecord) record = kd_record_new (&kd_kind_order_line);
  KdOrderLine *line = (KdOrderLine *) record;

  line->parent.id = kd_made_id (ctx, &kd_kind_order_line, "lines/%u", i);
  line->order = *order;
  line->variant = args->variant;
  line->quantity = args->quantity;
  if (!kd_order_line_fill (rows, ctx, line, args->name, args->price, outcome))
    return NULL;
  return (KdOrderLine *) g_steal_pointer (&record);
}

/* (transfer full) (nullable): a line that stays, as it is wanted now */
static KdOrderLine *
changed_line (KdRows *rows,
              const KdContext *ctx,
              const KdOrderLine *before,
              const KdOrderLineArgs *args,
              KdOutcome *outcome)
{
  g_autoptr (KdRecord) record = kd_record_copy (&before->parent);
  KdOrderLine *line = (KdOrderLine *) record;

  line->quantity = args->quantity;
  if (!kd_id_is_none (&args->variant) && !kd_id_equal (&args->variant, &before->variant))
    {
      line->variant = args->variant;
      if (!kd_order_line_fill (rows, ctx, line, args->name, args->price, outcome))
        return NULL;
    }
  else if (args->price != KD_EMPTY)
    line->price = args->price;
  return (KdOrderLine *) g_steal_pointer (&record);
}

static const KdOrderLine *
find_line (GPtrArray *lines,
           const KdId *id)
{
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    if (kd_id_equal (&((KdRecord *) g_ptr_array_index (lines, i))->id, id))
      return g_ptr_array_index (lines, i);
  return NULL;
}

GPtrArray *
kd_order_plan_lines (KdRows *rows,
                     const KdContext *ctx,
                     const KdId *order,
                     GPtrArray *before,
                     GPtrArray *wanted,
                     KdOutcome *outcome)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  const char *position = NULL;

  for (guint i = 0; wanted != NULL && i < wanted->len; i++)
    {
      const KdOrderLineArgs *args = g_ptr_array_index (wanted, i);
      const KdOrderLine *old = find_line (before, &args->line);
      KdOrderLine *line;

      /* Not another order's line, and none twice. */
      if (!kd_id_is_none (&args->line) && (old == NULL || find_line (lines, &args->line) != NULL))
        {
          kd_outcome_refuse_with (outcome, "bad_field", "field", "lines");
          return NULL;
        }
      line = old != NULL ? changed_line (rows, ctx, old, args, outcome)
                         : new_line (rows, ctx, order, args, i, outcome);
      if (line == NULL)
        return NULL;
      g_free (line->position);
      position = line->position = kd_position_after (position);
      g_ptr_array_add (lines, line);
    }
  return g_steal_pointer (&lines);
}

void
kd_order_put_lines (KdRows *rows,
                    GPtrArray *before,
                    GPtrArray *lines)
{
  for (guint i = 0; before != NULL && i < before->len; i++)
    {
      KdId id = ((KdRecord *) g_ptr_array_index (before, i))->id;
      if (find_line (lines, &id) == NULL)
        kd_rows_remove (rows, &kd_kind_order_line, &id);
    }
  g_ptr_array_set_free_func (lines, NULL);
  for (guint i = 0; i < lines->len; i++)
    {
      KdRecord *line = g_ptr_array_index (lines, i);
      kd_rows_put_changed (rows, kd_rows_get (rows, &kd_kind_order_line, &line->id), line);
    }
}

gboolean
kd_order_check_wanted (KdRows *rows,
                       const KdContext *ctx,
                       GPtrArray *wanted,
                       gboolean place,
                       gboolean beyond_stock,
                       KdOutcome *outcome)
{
  g_autoptr (GArray) demands = g_array_new (FALSE, FALSE, sizeof (KdDemand));

  for (guint i = 0; wanted != NULL && i < wanted->len; i++)
    {
      const KdOrderLineArgs *args = g_ptr_array_index (wanted, i);

      if (!kd_order_check_quantity (rows, ctx, &args->variant, args->quantity, outcome))
        return FALSE;
      kd_demand_add (demands, &args->variant, args->quantity);
    }
  return !place || kd_order_check_policy (rows, ctx, demands, beyond_stock, outcome);
}

/* order.set_lines {id, lines[{line?, variant?, name?, quantity, price?}], lines_seen[{line, price, quantity}]}
 * All lines of a draft, in order: with `line` one that stays, without a new one ("lines/n"). Refused
 * "lines.changed" where the draft is no longer what was on the screen. */

static gboolean
lines_check (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  return kd_order_check_wanted (rows, ctx, ((const KdOrderLinesArgs *) data)->lines, FALSE, FALSE, outcome);
}

static gboolean
lines_apply (const KdMutation *m,
             KdRows *rows,
             const KdContext *ctx,
             gconstpointer data,
             KdOutcome *outcome)
{
  const KdOrderLinesArgs *args = data;
  g_autoptr (KdRecord) order = (KdRecord *) kd_order_edit (rows, ctx, &args->id, outcome);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  if (order == NULL)
    return FALSE;
  if (((KdOrder *) order)->state != KD_ORDER_DRAFT)
    return kd_order_refuse ((KdOrder *) order, "order.not_draft", outcome);
  before = kd_order_get_lines (rows, &args->id);
  if (!kd_order_check_seen (before, args->lines_seen, outcome))
    return FALSE;
  lines = kd_order_plan_lines (rows, ctx, &args->id, before, args->lines, outcome);
  if (lines == NULL || !kd_order_settle_payment (rows, (KdOrder *) order, lines, outcome))
    return FALSE;
  kd_order_put_lines (rows, before, lines);
  return kd_order_put (rows, (KdOrder *) g_steal_pointer (&order));
}

static void
add_seen (GPtrArray **seen,
          const KdId *line,
          gint64 price,
          gint64 quantity)
{
  KdLineSeenArgs *one = kd_line_seen_args_add (seen);

  *one = (KdLineSeenArgs){ *line, price, quantity };
}

/* The former lines; what the mutation took out comes back as a new line. */
static void
lines_inverse (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer data,
               GPtrArray *calls)
{
  const KdOrderLinesArgs *args = data;
  g_autoptr (GPtrArray) before = kd_order_get_lines (rows, &args->id);
  g_autoptr (GPtrArray) after = NULL;
  KdOutcome outcome;
  KdCall *call;
  KdOrderLinesArgs *back;

  kd_outcome_init (&outcome);
  after = kd_order_plan_lines (rows, ctx, &args->id, before, args->lines, &outcome);
  kd_outcome_clear (&outcome);
  if (after == NULL)
    return;
  call = kd_call_new (m);
  back = call->args;
  back->id = args->id;
  for (guint i = 0; i < before->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (before, i);
      KdOrderLineArgs *one = kd_order_line_args_add (&back->lines);

      if (find_line (after, &line->parent.id) != NULL)
        one->line = line->parent.id;
      one->variant = line->variant;
      one->name = g_strdup (line->name);
      one->quantity = line->quantity;
      one->price = line->price;
    }
  for (guint i = 0; i < after->len; i++)
    {
      const KdOrderLine *line = g_ptr_array_index (after, i);
      add_seen (&back->lines_seen, &line->parent.id, line->price, line->quantity);
    }
  g_ptr_array_add (calls, call);
}

static guint64
lines_weight (gconstpointer data)
{
  const KdOrderLinesArgs *args = data;
  return 1 + (args->lines != NULL ? args->lines->len : 0);
}

#define KD_STRUCT KdOrderLinesArgs
static const KdField lines_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, lines, LIST, .item = &kd_order_line_args, .max = KD_ORDER_LINES_MAX),
  KD_ARG (3, lines_seen, LIST, .item = &kd_line_seen_args, .max = KD_ORDER_LINES_MAX),
};
#undef KD_STRUCT
KD_ARGS (lines_args, "order.set_lines", KdOrderLinesArgs, lines_fields);

const KdMutation kd_order_set_lines = {
  .name = "order.set_lines",
  .version = 1,
  .args = &lines_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .check = lines_check,
  .apply = lines_apply,
  .inverse = lines_inverse,
  .weight = lines_weight,
};
