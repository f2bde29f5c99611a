/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab-table.h"

#include "kd-currency.h"
#include "kd-money.h"
#include "kd-tax.h"

#include <string.h>

#define QUANTITY_PLACES 3
#define WEIGHT_PLACES_MAX 9

static gpointer
fail_member (GError **error,
             const char *code,
             const char *array,
             gint64 index,
             const char *member)
{
  JsonObject *at = json_object_new ();

  json_object_set_string_member (at, "arg", array);
  if (index >= 0)
    json_object_set_int_member (at, "index", index);
  if (member != NULL)
    json_object_set_string_member (at, "member", member);
  return kd_lab_fail_at (error, code, at, "%s: %s", array, code);
}

static void
add_int (JsonBuilder *builder,
         const char *name,
         gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static JsonNode *
answer_int (const char *name,
            gint64 value)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_int (builder, name, value);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

static JsonNode *
answer_text (const char *name,
             const char *value)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

JsonNode *
kd_lab_money_parse (JsonObject *args,
                    GError **error)
{
  const char *text = kd_lab_get_text (args, "text", error), *currency, *locale, *code;
  gint64 digits, minor;

  if (text == NULL || !kd_lab_get_text_or (args, "currency", "IDR", &currency, error) ||
      !kd_lab_get_text_or (args, "locale", NULL, &locale, error) ||
      !kd_lab_get_int_or (args, "digits", -1, &digits, error))
    return NULL;
  if (digits < -1 || digits > KD_MONEY_DIGITS_MAX)
    return kd_lab_fail (error, "number.range", "digits go from 0 to %d", KD_MONEY_DIGITS_MAX);
  if (!kd_money_parse (text, currency, locale, (int) digits, &minor, &code))
    return kd_lab_fail (error, code, "\"%s\" is no amount in %s", text, currency);
  return answer_int ("minor", minor);
}

JsonNode *
kd_lab_money_format (JsonObject *args,
                     GError **error)
{
  const char *currency, *locale;
  g_autofree char *text = NULL;
  gint64 minor;

  if (!kd_lab_get_int (args, "minor", &minor, error) ||
      !kd_lab_get_text_or (args, "currency", "IDR", &currency, error) ||
      !kd_lab_get_text_or (args, "locale", NULL, &locale, error))
    return NULL;
  text = kd_money_format (minor, currency, locale);
  if (text == NULL)
    return kd_lab_fail (error, "currency.unknown", "no currency is called \"%s\"", currency);
  return answer_text ("text", text);
}

JsonNode *
kd_lab_money_round (JsonObject *args,
                    GError **error)
{
  g_autofree char *value = kd_lab_dup_number (json_object_get_member (args, "value"), "value", error);
  g_autofree char *rounded = NULL;
  const char *mode_name, *code;
  gint64 digits;
  KdRounding mode;

  if (value == NULL || !kd_lab_get_int_or (args, "digits", 0, &digits, error) ||
      !kd_lab_get_text_or (args, "mode", "half_up", &mode_name, error))
    return NULL;
  if (!kd_rounding_from_text (mode_name, &mode))
    return fail_member (error, "bad_args", "mode", -1, NULL);
  if (digits < -KD_DECIMAL_SHIFT_MAX || digits > KD_DECIMAL_SHIFT_MAX)
    return kd_lab_fail (error, "number.range", "too many digits");
  rounded = kd_decimal_round (value, (int) digits, mode, &code);
  if (rounded == NULL)
    return kd_lab_fail (error, code, "\"%s\" is no decimal that can be kept", value);
  return answer_text ("value", rounded);
}

/* Weights with decimals become whole ones by the power of ten that all of them need. */
static gint64 *
read_weights (JsonArray *array,
              GError **error)
{
  guint n = json_array_get_length (array);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree gint64 *weights = g_new0 (gint64, MAX (n, 1));
  const char *code;
  int places = 0;

  for (guint i = 0; i < n; i++)
    {
      char *text = kd_lab_dup_number (json_array_get_element (array, i), "weights", error);

      if (text == NULL)
        return NULL;
      g_ptr_array_add (texts, text);
      places = MAX (places, kd_decimal_places (text));
    }
  if (places > WEIGHT_PLACES_MAX)
    return fail_member (error, "number.decimals", "weights", -1, NULL);
  for (guint i = 0; i < n; i++)
    if (!kd_decimal_to_scaled (texts->pdata[i], places, &weights[i], &code))
      return fail_member (error, code, "weights", i, NULL);
  return g_steal_pointer (&weights);
}

JsonNode *
kd_lab_money_allocate (JsonObject *args,
                       GError **error)
{
  JsonArray *array;
  g_autofree gint64 *weights = NULL, *parts = NULL;
  const char *code;
  gint64 amount;
  guint n;
  JsonBuilder *builder;

  if (!kd_lab_get_int (args, "amount", &amount, error) ||
      (array = kd_lab_get_array (args, "weights", error)) == NULL ||
      (weights = read_weights (array, error)) == NULL)
    return NULL;
  n = json_array_get_length (array);
  parts = g_new0 (gint64, MAX (n, 1));
  if (!kd_money_allocate (amount, weights, n, parts, &code))
    return kd_lab_fail (error, code, "weights are needed, none below 0 and one above");
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    json_builder_add_int_value (builder, parts[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

/* A rate as vectors write it: 11, "11", "11%", "0.11", 1100 (basis points) or "11/12*12%". */
static gboolean
read_rate (JsonObject *object,
           KdTaxRate *ret_rate)
{
  JsonNode *node = json_object_get_member (object, "rate");
  g_autofree char *text = NULL, *percent = NULL;

  *ret_rate = (KdTaxRate) { 0, 1 };
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  text = kd_lab_dup_number (node, "rate", NULL);
  if (text == NULL)
    return FALSE;
  g_strstrip (text);
  if (json_node_get_value_type (node) == G_TYPE_INT64 && json_node_get_int (node) >= 100)
    percent = g_strdup_printf ("%s/100%%", text);
  else if (strpbrk (text, "%*/") == NULL && g_ascii_isdigit (*text) && *text != '0')
    percent = g_strdup_printf ("%s%%", text);
  return kd_tax_rate_parse (percent != NULL ? percent : text, ret_rate);
}

static gboolean
read_line (JsonNode *node,
           KdTaxLine *line,
           const char **ret_code,
           const char **ret_member)
{
  JsonObject *object;
  g_autofree char *quantity = NULL;
  JsonNode *member;

  *ret_code = "bad_args";
  *ret_member = NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  *ret_member = "price";
  if (!kd_lab_get_int (object, "price", &line->price, NULL))
    return FALSE;
  *ret_member = "quantity";
  member = json_object_get_member (object, "quantity");
  quantity = member != NULL ? kd_lab_dup_number (member, "quantity", NULL) : g_strdup ("1");
  if (quantity == NULL ||
      !kd_decimal_to_scaled (quantity, QUANTITY_PLACES, &line->quantity, ret_code))
    return FALSE;
  *ret_member = "rate";
  *ret_code = "tax.rate";
  return read_rate (object, &line->rate);
}

static gboolean
read_adjustment (JsonNode *node,
                 KdTaxAdjustment *adjustment)
{
  JsonObject *object;
  gint64 line;

  adjustment->line = KD_TAX_ALL_LINES;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    {
      adjustment->amount = json_node_get_int (node);
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  if (!kd_lab_get_int (object, "amount", &adjustment->amount, NULL) ||
      !kd_lab_get_int_or (object, "line", KD_TAX_ALL_LINES, &line, NULL) ||
      !kd_lab_get_bool_or (object, "after_tax", FALSE, &adjustment->after_tax, NULL) ||
      line < KD_TAX_ALL_LINES || line > G_MAXINT)
    return FALSE;
  adjustment->line = (int) line;
  return TRUE;
}

static gboolean
read_shipping (JsonObject *args,
               gint64 *ret_shipping,
               KdTaxRate *ret_rate)
{
  JsonNode *node = json_object_get_member (args, "shipping");

  *ret_shipping = 0;
  *ret_rate = (KdTaxRate) { 0, 1 };
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return kd_lab_get_int (json_node_get_object (node), "price", ret_shipping, NULL) &&
           read_rate (json_node_get_object (node), ret_rate);
  return kd_lab_get_int_or (args, "shipping", 0, ret_shipping, NULL);
}

static JsonNode *
write_totals (const KdTaxLine *lines,
              guint n,
              const KdTaxTotals *totals)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "lines");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    {
      json_builder_begin_object (builder);
      add_int (builder, "amount", lines[i].amount);
      add_int (builder, "adjustment", lines[i].adjustment);
      add_int (builder, "net", lines[i].net);
      add_int (builder, "tax", lines[i].tax);
      add_int (builder, "total", lines[i].total);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  add_int (builder, "goods", totals->goods);
  add_int (builder, "subtotal", totals->subtotal);
  add_int (builder, "adjustments", totals->adjustments);
  add_int (builder, "shipping", totals->shipping);
  add_int (builder, "shipping_tax", totals->shipping_tax);
  add_int (builder, "tax", totals->tax);
  add_int (builder, "rounding", totals->rounding);
  add_int (builder, "total", totals->total);
  json_builder_end_object (builder);
  return kd_lab_end (builder);
}

JsonNode *
kd_lab_tax_totals (JsonObject *args,
                   GError **error)
{
  JsonArray *array = kd_lab_get_array (args, "lines", error), *extra = NULL;
  g_autofree KdTaxLine *lines = NULL;
  g_autofree KdTaxAdjustment *adjustments = NULL;
  KdTaxTotals totals;
  KdTaxRate shipping_rate;
  const char *code, *member;
  gint64 shipping;
  gboolean included;
  guint n, n_extra = 0;

  if (array == NULL ||
      !kd_lab_get_bool_or (args, "prices_include_tax", TRUE, &included, error))
    return NULL;
  n = json_array_get_length (array);
  lines = g_new0 (KdTaxLine, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    if (!read_line (json_array_get_element (array, i), &lines[i], &code, &member))
      return fail_member (error, code, "lines", i, member);
  if (kd_lab_has (args, "adjustments"))
    {
      extra = kd_lab_get_array (args, "adjustments", error);
      if (extra == NULL)
        return NULL;
      n_extra = json_array_get_length (extra);
    }
  adjustments = g_new0 (KdTaxAdjustment, MAX (n_extra, 1));
  for (guint i = 0; i < n_extra; i++)
    if (!read_adjustment (json_array_get_element (extra, i), &adjustments[i]))
      return fail_member (error, "bad_args", "adjustments", i, NULL);
  if (!read_shipping (args, &shipping, &shipping_rate))
    return fail_member (error, "bad_args", "shipping", -1, NULL);
  if (!kd_tax_totals (lines, n, included, shipping, &shipping_rate, adjustments, n_extra, &totals,
                      &code))
    return kd_lab_fail (error, code, "these lines have no total");
  return write_totals (lines, n, &totals);
}
