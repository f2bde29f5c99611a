/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-task-row.h"

#include "kd-open-record.h"
#include "kd-order-words.h"

#include <glib/gi18n.h>

typedef struct
{
  AdwActionRow *row;        /* borrowed: it owns this */
  KdSession *session;       /* (owned) */
  KdId variant;
  KdOpenRecord *first;      /* (owned): the variant, or the order */
  KdOpenRecord *product;    /* (owned) (nullable): of the variant */
} About;

static void
about_free (gpointer data)
{
  About *self = data;

  g_signal_handlers_disconnect_by_data (self->first, self);
  g_object_unref (self->first);
  if (self->product != NULL)
    g_signal_handlers_disconnect_by_data (self->product, self);
  g_clear_object (&self->product);
  g_object_unref (self->session);
  g_free (self);
}

static gint64
available_of (const KdProductDetail *product,
              const KdId *variant)
{
  gint64 available = 0;

  for (guint i = 0; i < product->levels->len; i++)
    {
      const KdStockLevel *level = g_ptr_array_index (product->levels, i);

      if (kd_id_equal (&level->variant, variant))
        available += level->on_hand - level->reserved;
    }
  return available;
}

static void
product_changed_cb (KdOpenRecord *record,
                    gpointer data)
{
  About *self = data;
  const KdProductDetail *product = kd_open_record_get_product (record);
  const KdVariant *variant = (const KdVariant *) kd_open_record_get_record (self->first);
  g_autofree char *name = NULL, *words = NULL;
  gint64 available;

  if (product == NULL || product->product == NULL || variant == NULL)
    return;
  name = variant->sku != NULL ? g_strdup_printf ("%s (%s)", product->product->name, variant->sku) : g_strdup (product->product->name);
  available = available_of (product, &self->variant);
  if (available < 0)
    {
      g_autofree char *short_by = kd_quantity_words (-available, kd_session_get_currency (self->session));

      words = g_strdup_printf (_("%s, short by %s"), name, short_by);
    }
  adw_action_row_set_subtitle (self->row, words != NULL ? words : name);
}

static void
first_changed_cb (KdOpenRecord *record,
                  gpointer data)
{
  About *self = data;
  const KdRecord *found = kd_open_record_get_record (record);

  if (found == NULL)
    return;
  if (found->kind == &kd_kind_order)
    {
      const KdOrder *order = (const KdOrder *) found;
      g_autofree char *words = g_strdup_printf (_("Order %s"), order->number != NULL ? order->number : "—");

      adw_action_row_set_subtitle (self->row, words);
    }
  else if (self->product == NULL)
    {
      self->product = kd_open_record_get (self->session, &kd_kind_product, &((const KdVariant *) found)->product);
      g_signal_connect (self->product, "changed", G_CALLBACK (product_changed_cb), self);
      product_changed_cb (self->product, self);
    }
  else
    product_changed_cb (self->product, self);
}

void
kd_task_row_describe (AdwActionRow *row,
                      KdSession *session,
                      const KdTask *task)
{
  const KdKind *kind = task->ref_kind == kd_kind_variant.number ? &kd_kind_variant
                       : task->ref_kind == kd_kind_order.number ? &kd_kind_order : NULL;
  About *self;

  if (kind == NULL)
    return;
  self = g_new0 (About, 1);
  self->row = row;
  self->session = g_object_ref (session);
  self->variant = task->ref;
  self->first = kd_open_record_get (session, kind, &task->ref);
  g_signal_connect (self->first, "changed", G_CALLBACK (first_changed_cb), self);
  g_object_set_data_full (G_OBJECT (row), "about", self, about_free);
  first_changed_cb (self->first, self);
}
