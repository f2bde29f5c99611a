/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"
#include "kd-lab.h"

#include "kd-currency.h"
#include "kd-decimal.h"
#include "kd-import-file.h"
#include "kd-import-plan.h"
#include "kd-product-save.h"

#include <string.h>

/* A dry run of a file against a shop that the request describes. */

static const KdId import_operation = { { 0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1 } };
static const KdId setup_operation = { { 0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 2 } };

typedef struct
{
  KdImportPlan *plan;
} Run;

/* ---- what is there ---- */

static gboolean
get_optional (JsonObject *object,
              const char *name,
              const char **ret_text,
              GError **error)
{
  return kd_lab_get_text_or (object, name, NULL, ret_text, error);
}

static gboolean
fill_variant (JsonObject *object,
              KdVariantItem *item,
              const char *price,
              GError **error)
{
  const char *sku, *barcode, *external;
  gint64 amount;

  if (!get_optional (object, "sku", &sku, error) || !get_optional (object, "barcode", &barcode, error)
      || !get_optional (object, "external", &external, error)
      || !kd_lab_get_int_or (object, price, KD_EMPTY, &amount, error))
    return FALSE;
  item->set = kd_partial_new (&kd_kind_variant);
  if (sku != NULL)
    *(char **) kd_partial_field (item->set, "sku") = g_strdup (sku);
  if (amount != KD_EMPTY)
    *(gint64 *) kd_partial_field (item->set, "price") = amount;
  item->code = g_strdup (barcode);
  item->external = g_strdup (external);
  return TRUE;
}

static gboolean
add_variants (JsonObject *object,
              KdProductItem *item,
              guint number,
              GError **error)
{
  JsonArray *variants = NULL;
  guint n = 1;

  if (kd_lab_has (object, "variants"))
    {
      variants = kd_lab_get_array (object, "variants", error);
      if (variants == NULL)
        return FALSE;
      n = json_array_get_length (variants);
    }
  item->variants = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    {
      KdVariantItem *one = kd_shape_new (&kd_variant_item_shape);
      g_autofree char *place = g_strdup_printf ("%u/%u", number, i);
      JsonNode *node = variants != NULL ? json_array_get_element (variants, i) : NULL;

      g_ptr_array_add (item->variants, one);
      one->id = kd_id_derive (&setup_operation, kd_kind_variant.number, place);
      if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
        return kd_lab_fail (error, "bad_args", "a variant is an object") != NULL;
      /* alone, it inherits the product's price */
      if (!fill_variant (node != NULL ? json_node_get_object (node) : object, one,
                         node != NULL ? "price" : "", error))
        return FALSE;
      if (node == NULL)
        g_clear_pointer (&one->external, g_free);
    }
  return TRUE;
}

static gboolean
add_existing (KdMemoryRows *rows,
              JsonObject *object,
              guint number,
              GError **error)
{
  KdContext ctx = { .actor = { .origin = KD_ORIGIN_DEVICE, .scopes = KD_SCOPES_ALL }, .uid = setup_operation };
  KdProductItem *item = kd_shape_new (&kd_product_item_shape);
  g_auto (KdOutcome) outcome = { 0 };
  g_autofree char *place = g_strdup_printf ("%u", number);
  const char *name, *id, *external, *system;
  gint64 price;
  gboolean ok = FALSE;
  KdId first = KD_ID_NONE;

  item->id = kd_id_derive (&setup_operation, kd_kind_product.number, place);
  if (kd_lab_get_text_or (object, "name", place, &name, error) && get_optional (object, "id", &id, error)
      && get_optional (object, "external", &external, error) && get_optional (object, "system", &system, error)
      && kd_lab_get_int_or (object, "price", KD_EMPTY, &price, error) && add_variants (object, item, number, error))
    {
      ok = id == NULL || kd_id_parse (id, &item->id) || kd_lab_fail (error, "bad_args", "id: \"%s\" is no id", id) != NULL;
      item->set = kd_partial_new (&kd_kind_product);
      *(char **) kd_partial_field (item->set, "name") = g_strdup (name);
      *(int *) kd_partial_field (item->set, "status") = KD_PRODUCT_ACTIVE;
      if (price != KD_EMPTY)
        *(gint64 *) kd_partial_field (item->set, "price") = price;
      item->system = g_strdup (system);
      item->external = g_strdup (external);
    }
  if (ok && !kd_product_item_apply (kd_memory_rows_get_rows (rows), &ctx, item, place, &first, &outcome))
    ok = kd_lab_fail (error, outcome.code, "existing product %u is refused", number) != NULL;
  kd_shape_free (&kd_product_item_shape, item);
  return ok;
}

static KdMemoryRows *
read_existing (JsonObject *args,
               GError **error)
{
  g_autoptr (KdMemoryRows) rows = kd_memory_rows_new ();
  JsonArray *existing;

  if (!kd_lab_has (args, "existing"))
    return g_steal_pointer (&rows);
  existing = kd_lab_get_array (args, "existing", error);
  for (guint i = 0; existing != NULL && i < json_array_get_length (existing); i++)
    {
      JsonNode *node = json_array_get_element (existing, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return kd_lab_fail (error, "bad_args", "an existing product is an object");
      if (!add_existing (rows, json_node_get_object (node), i, error))
        return NULL;
    }
  return existing != NULL ? g_steal_pointer (&rows) : NULL;
}

/* ---- the choices ---- */

static gboolean
read_choices (JsonObject *args,
              KdImportChoices *choices,
              GError **error)
{
  const char *mode, *rate, *code;

  choices->operation = import_operation;
  choices->may_cost = TRUE;
  if (!kd_lab_get_text_or (args, "mode", "both", &mode, error)
      || !kd_lab_get_text_or (args, "currency", "IDR", &choices->currency, error)
      || !kd_lab_get_text_or (args, "rate", NULL, &rate, error)
      || !kd_lab_get_text_or (args, "rate_currency", NULL, &choices->rate_currency, error)
      || !kd_lab_get_int_or (args, "rounding", 0, &choices->rounding, error)
      || !kd_lab_get_bool_or (args, "empty_clears", FALSE, &choices->empty_clears, error))
    return FALSE;
  if (!kd_import_mode_from_text (mode, &choices->mode))
    return kd_lab_fail (error, "bad_args", "mode is create, update or both") != NULL;
  if (kd_currency_digits (choices->currency) < 0)
    return kd_lab_fail (error, "currency.unknown", "no currency is called %s", choices->currency) != NULL;
  if (rate != NULL && (!kd_decimal_to_scaled (rate, KD_IMPORT_RATE_DIGITS, &choices->rate, &code) || choices->rate <= 0))
    return kd_lab_fail (error, "bad_args", "rate is a decimal above 0") != NULL;
  return TRUE;
}

/* ---- the answer ---- */

static void
add_text (JsonBuilder *builder,
          const char *name,
          const char *text)
{
  if (text == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
add_count (JsonBuilder *builder,
           const char *name,
           guint64 n)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) n);
}

static void
add_message (JsonBuilder *builder,
             const char *code,
             const char *value,
             const char *detail)
{
  g_autoptr (GString) message = g_string_new (code);

  if (value != NULL)
    g_string_append_printf (message, ": \"%s\"", value);
  if (detail != NULL)
    g_string_append_printf (message, " (%s)", detail);
  add_text (builder, "message", message->str);
}

static void
add_report (JsonBuilder *builder,
            const KdImportReport *report)
{
  json_builder_set_member_name (builder, "errors");
  json_builder_begin_array (builder);
  for (guint i = 0; i < report->problems->len; i++)
    {
      const KdImportProblem *problem = g_ptr_array_index (report->problems, i);

      json_builder_begin_object (builder);
      add_count (builder, "row", problem->row);
      add_text (builder, "column", problem->column);
      add_text (builder, "code", problem->code);
      add_text (builder, "value", problem->value);
      add_message (builder, problem->code, problem->value, problem->detail);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "notes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < report->notes->len; i++)
    {
      const KdImportNote *note = g_ptr_array_index (report->notes, i);

      json_builder_begin_object (builder);
      if (note->row > 0)
        add_count (builder, "row", note->row);
      add_text (builder, "column", note->column);
      add_text (builder, "code", note->code);
      add_text (builder, "value", note->value);
      add_count (builder, "count", note->count);
      add_message (builder, note->code, note->value, NULL);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_columns (JsonBuilder *builder,
             const KdImportColumns *columns)
{
  json_builder_set_member_name (builder, "columns");
  json_builder_begin_array (builder);
  for (guint i = 0; i < columns->columns->len; i++)
    {
      const KdImportColumn *column = &g_array_index (columns->columns, KdImportColumn, i);
      const char decimal[2] = { column->form.decimal, '\0' };
      gboolean used = column->field != KD_COLUMN_IGNORED && !column->repeated;

      json_builder_begin_object (builder);
      add_text (builder, "column", column->header);
      add_text (builder, "field", kd_import_field_to_text (used ? column->field : KD_COLUMN_IGNORED));
      if (used && kd_import_field_is_number (column->field))
        {
          add_text (builder, "decimal", decimal);
          json_builder_set_member_name (builder, "ambiguous");
          json_builder_add_boolean_value (builder, column->form.ambiguous);
        }
      add_text (builder, "currency", column->currency[0] != '\0' ? column->currency : NULL);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static JsonNode *
answer (KdImportFile *file,
        const KdImportReport *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  const KdImportCounts *counts = &report->counts;

  json_builder_begin_object (builder);
  add_count (builder, "created", counts->created);
  add_count (builder, "updated", counts->updated);
  add_count (builder, "skipped", counts->skipped);
  json_builder_set_member_name (builder, "variants");
  json_builder_begin_object (builder);
  add_count (builder, "created", counts->variants_created);
  add_count (builder, "updated", counts->variants_updated);
  add_count (builder, "skipped", counts->variants_skipped);
  json_builder_end_object (builder);
  add_count (builder, "failed", counts->errors);
  add_report (builder, report);
  add_columns (builder, kd_import_file_get_columns (file));
  add_text (builder, "source", kd_import_source_to_text (kd_import_file_get_columns (file)->source));
  add_text (builder, "encoding", kd_import_file_get_encoding (file));
  add_text (builder, "delimiter", kd_import_file_get_delimiter (file));
  json_builder_end_object (builder);
  return kd_lab_end (g_steal_pointer (&builder));
}

/* ---- the plan ---- */

static gboolean
product_cb (KdImportProduct *product,
            gpointer data)
{
  return TRUE;
}

static gboolean
row_cb (const KdImportRow *row,
        gpointer data)
{
  return kd_import_plan_row (((Run *) data)->plan, row);
}

static gpointer
fail_file (GError *failed,
           GError **error)
{
  const char *code = kd_import_file_error_code (failed);
  gpointer none = kd_lab_fail (error, code != NULL ? code : "failed", "%s", failed->message);

  g_error_free (failed);
  return none;
}

JsonNode *
kd_lab_import_plan (JsonObject *args,
                    GError **error)
{
  KdImportChoices choices = { 0 };
  g_autoptr (KdMemoryRows) rows = NULL;
  g_autoptr (KdImportFile) file = NULL;
  g_autoptr (KdImportPlan) plan = NULL;
  const char *path = kd_lab_get_text (args, "path", error), *decimal;
  GError *failed = NULL;
  Run run;

  if (path == NULL || !read_choices (args, &choices, error)
      || !kd_lab_get_text_or (args, "decimal", "", &decimal, error))
    return NULL;
  rows = read_existing (args, error);
  if (rows == NULL)
    return NULL;
  file = kd_import_file_open (path, NULL, choices.currency, &failed);
  if (file == NULL || !kd_import_file_scan (file, *decimal, NULL, NULL, NULL, &failed))
    return fail_file (failed, error);
  plan = kd_import_plan_new (kd_import_file_get_scan (file), &choices, kd_memory_rows_get_rows (rows), product_cb, NULL);
  run.plan = plan;
  if (!kd_import_file_read (file, row_cb, NULL, &run, NULL, &failed))
    return fail_file (failed, error);
  return answer (file, kd_import_plan_get_report (plan));
}
