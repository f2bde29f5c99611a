/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

#include "kd-tax.h"
#include "kd-time.h"

#include <json-glib/json-glib.h>

#define ROUNDS 1000

static KdTaxRate
rate_of (const char *text)
{
  KdTaxRate rate = { 0, 1 };

  g_assert_true (kd_tax_rate_parse (text, &rate));
  return rate;
}

static gint64
tax_of (gint64 amount,
        const char *rate_text,
        gboolean included)
{
  KdTaxRate rate = rate_of (rate_text);
  gint64 tax;
  const char *code;

  g_assert_true (kd_tax_of (amount, &rate, included, &tax, &code));
  return tax;
}

static void
test_rates (void)
{
  static const char *const eleven[] = { "11%", "0.11", ".11", "11/100", "11/12*12%", "12% * 11/12",
                                        "1100/100%", "0.110" };
  static const char *const bad[] = { "", "x", "-1%", "11 %%", "1/0", "101%", "2", "1e30%", "%",
                                     "11/", "/2", "*", "0.123456789", "nan" };
  KdTaxRate rate;

  for (guint i = 0; i < G_N_ELEMENTS (eleven); i++)
    {
      rate = rate_of (eleven[i]);
      g_assert_cmpint (rate.numerator, ==, 11);
      g_assert_cmpint (rate.denominator, ==, 100);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kd_tax_rate_parse (bad[i], &rate));
  rate = rate_of ("0");
  g_assert_cmpint (rate.numerator, ==, 0);
}

static void
test_ppn (void)
{
  const char *day_names[] = { "2021-06-01", "2022-03-31", "2022-04-01", "2024-12-31", "2025-01-01",
                              "2026-11-21" };
  const int common[] = { 10, 10, 11, 11, 11, 11 }, luxury[] = { 10, 10, 11, 11, 12, 12 };

  for (guint i = 0; i < G_N_ELEMENTS (day_names); i++)
    {
      gint64 day, tax;
      const char *code;
      KdTaxRate rate;

      g_assert_true (kd_date_parse (day_names[i], &day));
      rate = kd_tax_ppn (day, KD_TAX_GOODS_COMMON);
      g_assert_true (kd_tax_of (1000000, &rate, FALSE, &tax, &code));
      g_assert_cmpint (tax, ==, common[i] * 10000);
      rate = kd_tax_ppn (day, KD_TAX_GOODS_LUXURY);
      g_assert_true (kd_tax_of (1000000, &rate, FALSE, &tax, &code));
      g_assert_cmpint (tax, ==, luxury[i] * 10000);
    }
}

/* Published worked examples, and twins of ours with a remainder. */
static void
test_published (void)
{
  g_assert_cmpint (tax_of (1000000, "11/12*12%", FALSE), ==, 110000);
  g_assert_cmpint (tax_of (150000, "11/12*12%", FALSE), ==, 16500);
  g_assert_cmpint (tax_of (50000000, "11/12*12%", FALSE), ==, 5500000);
  g_assert_cmpint (tax_of (99999, "11/12*12%", FALSE), ==, 11000);
  g_assert_cmpint (tax_of (14999, "11/12*12%", FALSE), ==, 1650);
  g_assert_cmpint (tax_of (111000, "11/12*12%", TRUE), ==, 11000);
  g_assert_cmpint (tax_of (1000000, "12%", FALSE), ==, 120000);
  g_assert_cmpint (tax_of (-1000000, "11%", FALSE), ==, -110000);
  g_assert_cmpint (tax_of (50, "1%", FALSE), ==, 1);
  g_assert_cmpint (tax_of (-50, "1%", FALSE), ==, -1);
  g_assert_cmpint (tax_of (49, "1%", FALSE), ==, 0);
}

static void
test_ppn_file (void)
{
  const char *shared = g_getenv ("KD_TEST_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : ".", "contracts", "payloads",
                                            "standards", "ppn_cases.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *cases;

  if (!json_parser_load_from_file (parser, path, NULL))
    {
      g_test_skip ("the collected cases aren't here");
      return;
    }
  cases = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "cases");
  g_assert_cmpuint (json_array_get_length (cases), >, 0);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *one = json_array_get_object_element (cases, i);
      gboolean included = json_object_has_member (one, "price_incl");
      gboolean luxury = json_object_get_boolean_member_with_default (one, "lux", FALSE);
      KdTaxLine line = {
        .price = json_object_get_int_member (one, included ? "price_incl" : "price"),
        .quantity = 1000,
        .rate = rate_of (luxury ? "12%" : "11/12*12%"),
      };
      KdTaxTotals totals;
      const char *code;

      g_assert_true (kd_tax_totals (&line, 1, included, 0, NULL, NULL, 0, &totals, &code));
      g_assert_cmpint (totals.subtotal, ==, json_object_get_int_member (one, "harga_jual"));
      g_assert_cmpint (totals.tax, ==, json_object_get_int_member (one, "ppn_receipt"));
      g_assert_cmpint (totals.total, ==, json_object_get_int_member (one, "total_receipt"));
    }
}

static void
test_totals (void)
{
  KdTaxLine lines[] = {
    { .price = 1000, .quantity = 1000, .rate = rate_of ("11%") },
    { .price = 1300, .quantity = 1000, .rate = rate_of ("11%") },
    { .price = 2000, .quantity = 500, .rate = rate_of ("0") },
  };
  const KdTaxAdjustment discount[] = {
    { .amount = -2200, .line = KD_TAX_ALL_LINES },
    { .amount = 51, .line = KD_TAX_ALL_LINES, .after_tax = TRUE },
  };
  const KdTaxRate shipping = rate_of ("10%");
  KdTaxTotals totals;
  const char *code;

  g_assert_true (kd_tax_totals (lines, 3, FALSE, 500, &shipping, discount, 2, &totals, &code));
  g_assert_cmpint (lines[0].adjustment, ==, -667);
  g_assert_cmpint (lines[1].adjustment, ==, -867);
  g_assert_cmpint (lines[2].adjustment, ==, -666);
  g_assert_cmpint (lines[0].tax, ==, 37); /* 36.63 */
  g_assert_cmpint (lines[1].tax, ==, 48); /* 47.63 */
  g_assert_cmpint (totals.subtotal, ==, 3300);
  g_assert_cmpint (totals.adjustments, ==, -2200);
  g_assert_cmpint (totals.shipping_tax, ==, 50);
  g_assert_cmpint (totals.tax, ==, 135);
  g_assert_cmpint (totals.total, ==, 1100 + 85 + 550 + 51);
}

static void
test_totals_refused (void)
{
  KdTaxLine line = { .price = 1000, .quantity = 1000, .rate = rate_of ("11%") };
  KdTaxAdjustment adjustment = { .amount = -1001, .line = 0 };
  KdTaxTotals totals;
  const char *code;

  g_assert_false (kd_tax_totals (&line, 1, FALSE, 0, NULL, &adjustment, 1, &totals, &code));
  g_assert_cmpstr (code, ==, "tax.adjustment");
  adjustment = (KdTaxAdjustment) { .amount = -1, .line = 1 };
  g_assert_false (kd_tax_totals (&line, 1, FALSE, 0, NULL, &adjustment, 1, &totals, &code));
  adjustment = (KdTaxAdjustment) { .amount = -1, .line = KD_TAX_ALL_LINES };
  g_assert_false (kd_tax_totals (NULL, 0, FALSE, 0, NULL, &adjustment, 1, &totals, &code));
  line.price = G_MAXINT64;
  g_assert_false (kd_tax_totals (&line, 1, FALSE, 0, NULL, NULL, 0, &totals, &code));
  g_assert_cmpstr (code, ==, "number.range");
}

/* Whatever is bought: the parts sum up, and tax is what the law says within half a unit a line. */
static void
test_totals_laws (void)
{
  static const char *const rates[] = { "0", "11%", "12%", "11/12*12%", "0.5%", "10%" };

  for (guint i = 0; i < ROUNDS; i++)
    {
      KdTaxLine lines[12];
      guint n = (guint) g_test_rand_int_range (1, 13);
      gboolean included = g_test_rand_bit ();
      KdTaxAdjustment adjustment = { .line = KD_TAX_ALL_LINES };
      const KdTaxRate shipping_rate = rate_of (rates[g_test_rand_int_range (0, 6)]);
      gint64 shipping = g_test_rand_int_range (0, 50000), sum = 0, tax = 0, goods = 0;
      KdTaxTotals totals;
      const char *code;

      for (guint l = 0; l < n; l++)
        {
          lines[l] = (KdTaxLine) { .price = g_test_rand_int_range (1, 5000000),
                                   .quantity = g_test_rand_int_range (1, 20000),
                                   .rate = rate_of (rates[g_test_rand_int_range (0, 6)]) };
          goods += lines[l].price * lines[l].quantity / 1000;
        }
      adjustment.amount = -(gint64) g_test_rand_double_range (0, (double) goods);
      g_assert_true (
        kd_tax_totals (lines, n, included, shipping, &shipping_rate, &adjustment, 1, &totals, &code));
      for (guint l = 0; l < n; l++)
        {
          sum += lines[l].total;
          tax += lines[l].tax;
          g_assert_cmpint (lines[l].amount + lines[l].adjustment, >=, 0);
          g_assert_cmpint (lines[l].total, ==, lines[l].net + lines[l].tax);
          if (included)
            g_assert_cmpint (lines[l].total, ==, lines[l].amount + lines[l].adjustment);
        }
      g_assert_cmpint (totals.tax, ==, tax + totals.shipping_tax);
      g_assert_cmpint (totals.total, ==, sum + totals.shipping + totals.shipping_tax);
      g_assert_cmpint (totals.total, ==,
                       totals.subtotal + totals.adjustments + totals.shipping + totals.tax);
      if (included)
        g_assert_cmpint (totals.total, ==, totals.goods + adjustment.amount + shipping);
    }
}

void
kd_test_add_tax (void)
{
  g_test_add_func ("/tax/rates", test_rates);
  g_test_add_func ("/tax/ppn", test_ppn);
  g_test_add_func ("/tax/published", test_published);
  g_test_add_func ("/tax/ppn-file", test_ppn_file);
  g_test_add_func ("/tax/totals", test_totals);
  g_test_add_func ("/tax/totals-refused", test_totals_refused);
  g_test_add_func ("/tax/totals-laws", test_totals_laws);
}
