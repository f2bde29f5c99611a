/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli-export.h"
#include "kd-cli-value.h"
#include "kd-currency.h"
#include "kd-decimal.h"
#include "kd-order-totals.h"
#include "kd-sql-kind.h"
#include "kd-store-records.h"

#include <stdio.h>
#include <string.h>

/* Files that import reads again without changing anything (rules 6). */

/* ---- cells ---- */

void
kd_cli_export_number (KdCliExport *self,
                      gint64 value,
                      int digits)
{
  g_autofree char *text = value != KD_EMPTY ? kd_decimal_from_scaled (value, digits) : NULL;

  kd_csv_writer_add_plain (self->csv, text);
}

void
kd_cli_export_money (KdCliExport *self,
                     gint64 value)
{
  kd_cli_export_number (self, value, self->money_digits);
}

static void
add_id (KdCliExport *self,
        const KdId *id)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_csv_writer_add_plain (self->csv, kd_id_is_none (id) ? NULL : kd_id_to_text (id, text));
}

static void
add_time (KdCliExport *self,
          gint64 ms)
{
  g_autoptr (GDateTime) time = ms != 0 ? g_date_time_new_from_unix_utc (ms / 1000) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format_iso8601 (time) : NULL;

  kd_csv_writer_add_plain (self->csv, text);
}

static void
add_headings (KdCliExport *self,
              const char *const *headings)
{
  for (; *headings != NULL; headings++)
    kd_csv_writer_add_text (self->csv, *headings);
  kd_csv_writer_end_row (self->csv);
}

/* What has been written so far goes into the file. */
static gboolean
flush (KdCliExport *self,
       GError **error)
{
  gsize n;

  if (self->out->len > 0
      && !g_output_stream_write_all (self->stream, self->out->str, self->out->len, &n, NULL, error))
    return FALSE;
  g_string_truncate (self->out, 0);
  return TRUE;
}

/* ---- contacts, orders ---- */

static const char *const contact_headings[] = {
  "Kedai contact", "Name", "Phone", "E-mail", "Address", "Notes", "Tags", "Language", NULL
};

static gboolean
write_contact (KdCliExport *self,
               const KdRecord *record,
               GError **error)
{
  const KdContact *contact = (const KdContact *) record;
  g_autofree char *tags = contact->tags != NULL ? g_strjoinv (", ", contact->tags) : NULL;

  add_id (self, &record->id);
  kd_csv_writer_add_text (self->csv, contact->name);
  kd_csv_writer_add_plain (self->csv, contact->phone);
  kd_csv_writer_add_text (self->csv, contact->email);
  kd_csv_writer_add_text (self->csv, contact->address);
  kd_csv_writer_add_text (self->csv, contact->notes);
  kd_csv_writer_add_text (self->csv, tags);
  kd_csv_writer_add_text (self->csv, contact->language);
  kd_csv_writer_end_row (self->csv);
  return TRUE;
}

static const char *const order_headings[] = {
  "Kedai order", "Number", "Alias", "Made", "Placed", "State", "Payment", "Fulfilment", "Name", "Phone", "Address",
  "Note", "Line", "SKU", "Quantity", "Price", "Shipping", "Total", "Paid", "Courier", "Tracking", NULL
};

static void
add_state (KdCliExport *self,
           const KdOrder *order,
           const char *field)
{
  const KdField *f = kd_shape_find (&kd_kind_order.shape, field);

  kd_csv_writer_add_text (self->csv, kd_enum_to_text (f, *(int *) kd_field_at (f, order)));
}

/* The order in full on its first line, then only what is sold. */
static void
write_order_line (KdCliExport *self,
                  const KdOrder *order,
                  const KdOrderLine *line,
                  const KdOrderTotals *totals)
{
  gboolean first = totals != NULL;

  add_id (self, &order->parent.id);
  kd_csv_writer_add_plain (self->csv, order->number);
  kd_csv_writer_add_plain (self->csv, order->alias);
  add_time (self, first ? order->at : 0);
  add_time (self, first ? order->placed : 0);
  add_state (self, order, "state");
  add_state (self, order, "payment");
  add_state (self, order, "fulfilment");
  kd_csv_writer_add_text (self->csv, first ? order->name : NULL);
  kd_csv_writer_add_plain (self->csv, first ? order->phone : NULL);
  kd_csv_writer_add_text (self->csv, first ? order->address : NULL);
  kd_csv_writer_add_text (self->csv, first ? order->note : NULL);
  kd_csv_writer_add_text (self->csv, line != NULL ? line->name : NULL);
  kd_csv_writer_add_text (self->csv, line != NULL ? line->sku : NULL);
  kd_cli_export_number (self, line != NULL ? line->quantity : KD_EMPTY, 3);
  kd_cli_export_money (self, line != NULL ? line->price : KD_EMPTY);
  kd_cli_export_money (self, first ? order->shipping_fee : KD_EMPTY);
  kd_cli_export_money (self, first ? totals->total : KD_EMPTY);
  kd_cli_export_money (self, first ? totals->paid : KD_EMPTY);
  kd_csv_writer_add_text (self->csv, first ? order->courier : NULL);
  kd_csv_writer_add_text (self->csv, first ? order->tracking : NULL);
  kd_csv_writer_end_row (self->csv);
}

static gboolean
write_order (KdCliExport *self,
             const KdRecord *record,
             GError **error)
{
  KdOrderDetail *detail = kd_store_order_detail (self->cli->store, self->connection, &record->id, error);
  KdOrderTotals totals = { 0 };

  if (detail == NULL)
    return FALSE;
  kd_order_totals (detail->order, detail->lines, detail->payments, self->profile, &totals, NULL);
  if (detail->lines->len == 0)
    write_order_line (self, detail->order, NULL, &totals);
  for (guint i = 0; i < detail->lines->len; i++)
    write_order_line (self, detail->order, detail->lines->pdata[i], i == 0 ? &totals : NULL);
  kd_order_detail_free (detail);
  return TRUE;
}

/* ---- the file ---- */

/* Whole products and orders: with what they are made of. */
static gboolean
write_json_product (KdCliExport *self,
                    KdJsonWriter *writer,
                    const KdRecord *record,
                    GError **error)
{
  KdProductDetail *detail = kd_store_product_detail (self->cli->store, self->connection, &record->id, error);

  if (detail == NULL)
    return FALSE;
  kd_cli_write_record_with (writer, record, (const KdCliPart[]){ { "options", detail->options },
                                                                 { "variants", detail->variants },
                                                                 { "codes", detail->codes },
                                                                 { "levels", detail->levels } }, 4);
  kd_product_detail_free (detail);
  return TRUE;
}

static gboolean
write_json_order (KdCliExport *self,
                  KdJsonWriter *writer,
                  const KdRecord *record,
                  GError **error)
{
  KdOrderDetail *detail = kd_store_order_detail (self->cli->store, self->connection, &record->id, error);

  if (detail == NULL)
    return FALSE;
  kd_cli_write_record_with (writer, record, (const KdCliPart[]){ { "lines", detail->lines },
                                                                 { "payments", detail->payments } }, 2);
  kd_order_detail_free (detail);
  return TRUE;
}

static gboolean
write_json (KdCliExport *self,
            const KdRecord *record,
            GError **error)
{
  KdJsonWriter writer = KD_JSON_WRITER (self->out);
  gboolean ok = TRUE;

  if (record->kind == &kd_kind_product)
    ok = write_json_product (self, &writer, record, error);
  else if (record->kind == &kd_kind_order)
    ok = write_json_order (self, &writer, record, error);
  else
    kd_cli_write_record (&writer, record);
  g_string_append_c (self->out, '\n');
  return ok;
}

static gboolean
write_rows (KdCliExport *self,
            const KdKind *kind,
            gboolean (*write) (KdCliExport *self, const KdRecord *record, GError **error),
            GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (kind, KD_SQL_FORM_DEVICE, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" ORDER BY rid", columns, kind->shape.name);
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (self->connection, sql, error);
  KdSqlStep step = KD_SQL_ERRED;

  while (read != NULL && (step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      g_autoptr (KdRecord) record = kd_sql_kind_read (read, kind, KD_SQL_FORM_DEVICE, 0);

      if (!write (self, record, error) || !flush (self, error))
        return FALSE;
      self->n++;
    }
  return step == KD_SQL_DONE;
}

static gpointer
export_read (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  static const struct
  {
    const char *name;
    const KdKind *kind;
    const char *const *headings;
    gboolean (*write) (KdCliExport *self, const KdRecord *record, GError **error);
  } what[] = {
    { "products", &kd_kind_product, kd_import_own_headings, kd_cli_export_product },
    { "contacts", &kd_kind_contact, contact_headings, write_contact },
    { "orders", &kd_kind_order, order_headings, write_order },
  };
  KdCliExport *self = data;

  self->connection = connection;
  for (guint i = 0; i < G_N_ELEMENTS (what); i++)
    if (strcmp (what[i].name, self->cli->words[0]) == 0)
      {
        if (!self->json)
          add_headings (self, what[i].headings);
        if (!flush (self, error))
          return NULL;
        return GINT_TO_POINTER (write_rows (self, what[i].kind, self->json ? write_json : what[i].write, error));
      }
  return NULL;
}

static gboolean
export_to (KdCliExport *self,
           const char *path,
           GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) stream = NULL;
  gboolean ok;

  /* a new file beside it, renamed at the end: whole or not at all */
  stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL, error);
  if (stream == NULL)
    return FALSE;
  self->stream = G_OUTPUT_STREAM (stream);
  ok = kd_store_read (self->cli->store, export_read, self, error) != NULL;
  if (ok)
    return g_output_stream_close (self->stream, NULL, error);
  {
    g_autoptr (GCancellable) cancelled = g_cancellable_new ();

    g_cancellable_cancel (cancelled);
    g_output_stream_close (self->stream, cancelled, NULL);
  }
  return FALSE;
}

KdCliCode
kd_cli_export (KdCli *cli)
{
  KdCliExport self = { .cli = cli };
  const char *path = cli->words[1];
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;
  KdCliCode code = KD_CLI_DONE;

  if (strcmp (cli->words[0], "products") != 0 && strcmp (cli->words[0], "contacts") != 0 && strcmp (cli->words[0], "orders") != 0)
    return kd_cli_usage (cli, "products, contacts or orders can be exported, not “%s”", cli->words[0]);
  self.json = g_str_has_suffix (path, ".jsonl");
  if (!self.json && !g_str_has_suffix (path, ".csv"))
    return kd_cli_usage (cli, "the file's name must end in .csv or .jsonl");
  if (!kd_cli_open_to_read (cli, &code))
    return code;
  self.profile = kd_store_dup_profile (cli->store);
  self.currency = self.profile != NULL ? self.profile->currency : "IDR";
  self.money_digits = MAX (kd_currency_digits (self.currency), 0);
  self.out = g_string_new (NULL);
  self.csv = kd_csv_writer_new (self.out, ',', TRUE);
  if (!export_to (&self, path, &error))
    code = error == NULL || error->domain == G_IO_ERROR
             ? kd_cli_refuse (cli, KD_CLI_OPEN, "file.unwritable", error != NULL ? error->message : "the file could not be written")
             : kd_cli_fail (cli, error);
  else
    {
      json = g_strdup_printf ("{\"records\":%u}", self.n);
      kd_cli_result (cli, json, "%u %s written to %s", self.n, cli->words[0], path);
    }
  kd_csv_writer_free (self.csv);
  g_string_free (self.out, TRUE);
  if (self.profile != NULL)
    kd_record_free (&self.profile->parent);
  return code;
}
