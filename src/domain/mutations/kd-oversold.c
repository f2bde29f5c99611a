/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-field-json.h"
#include "kd-mutation-private.h"
#include "kd-stock-ledger.h"

#define ORDERS_NAMED_MAX 20

/* The open task about this variant, if there is one. */
static const KdTask *
find_open (KdRows *rows,
           const KdId *variant)
{
  KdTask like = { .ref = *variant };
  g_autoptr (GPtrArray) found = kd_rows_scan (rows, &kd_kind_task, "ref", &like.parent, 1, 0);

  for (guint i = 0; i < found->len; i++)
    {
      const KdTask *task = g_ptr_array_index (found, i);
      if (task->type == KD_TASK_OVERSOLD && task->state == KD_TASK_OPEN)
        return task;
    }
  return NULL;
}

/* {"available", "order": the one that went too far, "orders": all that hold it} */
static char *
write_values (KdRows *rows,
              const KdId *variant,
              const KdId *order,
              gint64 available)
{
  KdReservation like = { .variant = *variant };
  g_autoptr (GPtrArray) held = kd_rows_scan (rows, &kd_kind_reservation, "variant", &like.parent, 1, 0);
  g_autoptr (GHashTable) named = g_hash_table_new (kd_id_hash, kd_id_equal);
  GString *values = g_string_new (NULL);
  char text[KD_ID_TEXT_LENGTH + 1];

  g_string_append_printf (values, "{\"available\":%" G_GINT64_FORMAT ",\"order\":", available);
  if (order != NULL)
    kd_json_append_string (values, kd_id_to_text (order, text));
  else
    g_string_append (values, "null");
  g_string_append (values, ",\"orders\":[");
  for (guint i = 0; i < held->len && g_hash_table_size (named) < ORDERS_NAMED_MAX; i++)
    {
      const KdReservation *reservation = g_ptr_array_index (held, i);

      if (!g_hash_table_add (named, (gpointer) &reservation->order))
        continue;
      if (g_hash_table_size (named) > 1)
        g_string_append_c (values, ',');
      kd_json_append_string (values, kd_id_to_text (&reservation->order, text));
    }
  g_string_append (values, "]}");
  return g_string_free (values, FALSE);
}

void
kd_stock_raise_oversold (KdRows *rows,
                         const KdContext *ctx,
                         const KdId *variant,
                         const KdId *order)
{
  const KdVariant *found = (const KdVariant *) kd_rows_get (rows, &kd_kind_variant, variant);
  gint64 available = kd_stock_available (rows, variant, ctx->accepted);
  const KdTask *open;
  g_autofree char *values = NULL;
  g_autofree char *place = NULL;
  char text[KD_ID_TEXT_LENGTH + 1];
  KdTask *task;

  if (ctx->side != KD_SIDE_SERVER || found == NULL || found->oversell || available >= 0)
    return;
  values = write_values (rows, variant, order, available);
  open = find_open (rows, variant);
  if (open == NULL)
    {
      place = g_strdup_printf ("oversold/%s", kd_id_to_text (variant, text));
      kd_task_raise (rows, ctx, KD_TASK_OVERSOLD, &kd_kind_variant, variant, values, place);
      return;
    }
  task = (KdTask *) kd_record_copy (&open->parent);
  g_free (task->values);
  task->values = g_steal_pointer (&values);
  kd_rows_put_changed (rows, &open->parent, &task->parent);
}
