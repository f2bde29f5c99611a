/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"
#include "kd-order-private.h"
#include "kd-position.h"

/* Orders that staff writes: made, changed while they are drafts, thrown away as drafts. */

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

/* What the order's lines shall be: (transfer full) (element-type KdOrderLine), NULL if refused.
 * @before: (nullable) */
static GPtrArray *
plan_lines (KdRows *rows,
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

static void
put_lines (KdRows *rows,
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

/* The form's rules for what staff sells; @place: the shop's stock policy too. */
static gboolean
check_wanted (KdRows *rows,
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

/* order.create {id, token, alias?, contact?, conversation?, location?, name?, phone?, address?, note?,
 *               method, shipping_fee, lines[{variant, name?, quantity, price?}], place, beyond_stock}
 * Line n is derived at "lines/n". Without a price a line costs what the catalog says. Placed at
 * once it is always booked, also beyond stock. */

static gboolean
create_may (const KdMutation *m,
            KdRows *rows,
            const KdContext *ctx,
            gconstpointer data,
            KdOutcome *outcome)
{
  return kd_order_check_alias (ctx, ((const KdOrderCreateArgs *) data)->alias, outcome);
}

static gboolean
create_check (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdOrderCreateArgs *args = data;
  return check_wanted (rows, ctx, args->lines, args->place, args->beyond_stock, outcome);
}

static KdOrder *
new_order (KdRows *rows,
           const KdContext *ctx,
           const KdOrderCreateArgs *args)
{
  KdOrder *order = (KdOrder *) kd_record_new (&kd_kind_order);

  order->parent.id = args->id;
  order->token = g_strdup (args->token);
  kd_text_set (&order->alias, args->alias);
  /* A contact that somebody deleted meanwhile doesn't keep a sale from being booked. */
  if (kd_rows_get (rows, &kd_kind_contact, &args->contact) != NULL)
    order->contact = args->contact;
  order->conversation = args->conversation;
  order->location = args->location;
  order->origin = KD_ORIGIN_IS_STAFF;
  kd_text_set (&order->name, args->name);
  kd_text_set (&order->phone, args->phone);
  kd_text_set (&order->address, args->address);
  kd_text_set (&order->note, args->note);
  order->method = args->method;
  order->shipping_fee = args->shipping_fee;
  order->at = ctx->accepted;
  order->op = ctx->op;
  return order;
}

static gboolean
check_location (KdRows *rows,
                const KdContext *ctx,
                const KdId *id,
                KdOutcome *outcome)
{
  const KdLocation *location;

  if (kd_id_is_none (id))
    return TRUE;
  location = (const KdLocation *) kd_rows_need (rows, ctx, &kd_kind_location, id, outcome);
  if (location == NULL)
    return FALSE;
  return !location->transit || kd_outcome_refuse_with (outcome, "bad_field", "field", "location");
}

static gboolean
create_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdOrderCreateArgs *args = data;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (KdRecord) order = NULL;
  KdOrderFacts facts;

  if (!kd_rows_new_id (rows, &kd_kind_order, &args->id, outcome)
      || !kd_order_check_token (rows, args->token, &args->id, outcome)
      || !check_location (rows, ctx, &args->location, outcome))
    return FALSE;
  if (args->method > KD_METHOD_CASH)
    return kd_outcome_refuse_with (outcome, "bad_field", "field", "method");
  lines = plan_lines (rows, ctx, &args->id, NULL, args->lines, outcome);
  if (lines == NULL)
    return FALSE;
  order = &new_order (rows, ctx, args)->parent;
  if (!kd_order_get_facts (rows, (KdOrder *) order, lines, &facts, outcome))
    return FALSE;
  put_lines (rows, NULL, lines);
  if (args->place && !kd_order_place_now (rows, ctx, (KdOrder *) order, outcome))
    return FALSE;
  return kd_order_put (rows, (KdOrder *) g_steal_pointer (&order));
}

/* A draft goes without a trace; what was placed, others may have seen: it is cancelled. */
static void
create_inverse (const KdMutation *m,
                KdRows *rows,
                const KdContext *ctx,
                gconstpointer data,
                GPtrArray *calls)
{
  const KdOrderCreateArgs *args = data;
  KdCall *call = kd_call_new (args->place ? &kd_order_transition : &kd_order_discard);

  if (args->place)
    {
      KdOrderTransitionArgs *back = call->args;

      back->id = args->id;
      back->machine = KD_MACHINE_ORDER;
      back->to = g_strdup (kd_machine_state_to_text (KD_MACHINE_ORDER, KD_ORDER_CANCELLED));
      back->seen_state = g_strdup (kd_machine_state_to_text (KD_MACHINE_ORDER, KD_ORDER_PLACED));
    }
  else
    ((KdOrderDiscardArgs *) call->args)->id = args->id;
  g_ptr_array_add (calls, call);
}

static void
create_summary (const KdMutation *m,
                gconstpointer data,
                KdSummary *summary)
{
  const KdOrderCreateArgs *args = data;

  summary->key = args->place ? "order.create.placed" : "order.create";
  summary->values[0] = g_strdup (args->alias);
  summary->values[1] = g_strdup (args->name);
}

static guint64
create_weight (gconstpointer data)
{
  const KdOrderCreateArgs *args = data;
  return 1 + (args->lines != NULL ? args->lines->len : 0);
}

#define KD_STRUCT KdOrderCreateArgs
static const KdField create_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, token, TEXT, .flags = KD_FIELD_REQUIRED | KD_FIELD_SECRET, .min = 32, .max = 32),
  KD_ARG (3, alias, TEXT, .max = 20),
  KD_ARG (4, contact, REF, .ref = 15),
  KD_ARG (5, conversation, REF, .ref = 17),
  KD_ARG (6, location, REF, .ref = 10),
  KD_ARG (7, name, TEXT, .max = 120),
  KD_ARG (8, phone, TEXT, .max = 32),
  KD_ARG (9, address, TEXT, .flags = KD_FIELD_MULTILINE, .max = 500),
  KD_ARG (10, note, TEXT, .flags = KD_FIELD_MULTILINE, .max = 1000),
  KD_ARG (11, method, ENUM, .values = kd_names_pay_method),
  KD_ARG (12, shipping_fee, MONEY, .min = 0, .max = KD_MONEY_MAX),
  KD_ARG (13, lines, LIST, .item = &kd_order_line_args, .max = KD_ORDER_LINES_MAX),
  KD_ARG (14, place, BOOL),
  KD_ARG (15, beyond_stock, BOOL),
};
#undef KD_STRUCT
KD_ARGS (create_args, "order.create", KdOrderCreateArgs, create_fields);

const KdMutation kd_order_create = {
  .name = "order.create",
  .version = 1,
  .args = &create_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .may = create_may,
  .check = create_check,
  .apply = create_apply,
  .inverse = create_inverse,
  .summary = create_summary,
  .weight = create_weight,
};

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
  return check_wanted (rows, ctx, ((const KdOrderLinesArgs *) data)->lines, FALSE, FALSE, outcome);
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
  lines = plan_lines (rows, ctx, &args->id, before, args->lines, outcome);
  if (lines == NULL || !kd_order_settle_payment (rows, (KdOrder *) order, lines, outcome))
    return FALSE;
  put_lines (rows, before, lines);
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
  after = plan_lines (rows, ctx, &args->id, before, args->lines, &outcome);
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

/* order.discard {id}
 * A draft that nobody paid anything for goes, with its lines. */

static gboolean
discard_apply (const KdMutation *m,
               KdRows *rows,
               const KdContext *ctx,
               gconstpointer data,
               KdOutcome *outcome)
{
  const KdOrderDiscardArgs *args = data;
  const KdOrder *order = (const KdOrder *) kd_rows_get (rows, &kd_kind_order, &args->id);
  KdPayment like = { .order = args->id };
  g_autoptr (GPtrArray) payments = NULL;

  if (order == NULL)
    return kd_rows_used (rows, &kd_kind_order, &args->id)
           || kd_rows_need (rows, ctx, &kd_kind_order, &args->id, outcome) != NULL;
  if (order->state != KD_ORDER_DRAFT)
    return kd_order_refuse (order, "order.not_draft", outcome);
  payments = kd_rows_scan (rows, &kd_kind_payment, "order", &like.parent, 1, 1);
  if (payments->len > 0)
    return kd_order_refuse (order, "order.has_payments", outcome);
  return kd_row_delete (rows, ctx, &kd_kind_order, &args->id, outcome);
}

#define KD_STRUCT KdOrderDiscardArgs
static const KdField discard_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
};
#undef KD_STRUCT
KD_ARGS (discard_args, "order.discard", KdOrderDiscardArgs, discard_fields);

const KdMutation kd_order_discard = {
  .name = "order.discard",
  .version = 1,
  .args = &discard_args,
  .roles = KD_ROLES_SELLING,
  .origins = KD_ORIGINS_STAFF | KD_ORIGIN_JOB,
  .apply = discard_apply,
};
