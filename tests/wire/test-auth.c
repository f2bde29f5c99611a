/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

#include <string.h>

/* What signing in, pairing and finding an embedded server say. */

static void
test_answer (void)
{
  KdRandom random = KD_RANDOM (31);
  g_autoptr (KdAuthAnswer) answer = kd_auth_answer_new ();
  g_autoptr (KdAuthAnswer) read = NULL;
  g_autofree char *text = NULL;
  KdAuthShop *shop = kd_auth_shop_new ();

  answer->access = g_strdup ("kda_x");
  answer->access_until = 5;
  answer->refresh = g_strdup ("kdr_y");
  answer->session = kd_random_id (&random);
  answer->user = kd_random_id (&random);
  answer->server_id = kd_random_id (&random);
  shop->id = kd_random_id (&random);
  shop->slug = g_strdup ("toko");
  shop->role = KD_ROLE_CASHIER;
  g_ptr_array_add (answer->shops, shop);
  text = kd_auth_answer_to_json (answer);
  read = kd_auth_answer_parse (text, -1, NULL);
  g_assert_nonnull (read);
  g_assert_cmpstr (read->access, ==, "kda_x");
  g_assert_true (kd_id_equal (&read->user, &answer->user));
  g_assert_cmpuint (read->shops->len, ==, 1);
  g_assert_cmpint (((KdAuthShop *) g_ptr_array_index (read->shops, 0))->role, ==, KD_ROLE_CASHIER);
  g_assert_null (kd_auth_answer_parse ("{\"shops\":[1]}", -1, NULL));
}

static void
test_proof (void)
{
  KdHash key = { { 1 } }, other = { { 2 } }, nonce = { { 3 } };
  g_autoptr (KdHello) hello = kd_hello_new ();

  hello->proof = kd_hello_proof (&key, &nonce, "http://127.0.0.1:8123");
  g_assert_true (kd_hello_check (hello, &key, &nonce, "http://127.0.0.1:8123"));
  g_assert_false (kd_hello_check (hello, &other, &nonce, "http://127.0.0.1:8123"));
  g_assert_false (kd_hello_check (hello, &key, &other, "http://127.0.0.1:8123"));
  g_assert_false (kd_hello_check (hello, &key, &nonce, "http://127.0.0.1:8124"));
}

/* Whoever stands between the two sees to it that the certificates differ, and so do the digits. */
static void
test_pair_code (void)
{
  KdHash certificate = { { 1 } }, other = { { 2 } }, a = { { 3 } }, b = { { 4 } };
  char here[KD_PAIR_DIGITS + 1], there[KD_PAIR_DIGITS + 1];

  kd_pair_code (&certificate, "123456", &a, &b, here);
  kd_pair_code (&certificate, "123456", &a, &b, there);
  g_assert_cmpuint (strlen (here), ==, KD_PAIR_DIGITS);
  g_assert_cmpstr (here, ==, there);
  kd_pair_code (&other, "123456", &a, &b, there);
  g_assert_cmpstr (here, !=, there);
  kd_pair_code (&certificate, "123456", &b, &a, there);
  g_assert_cmpstr (here, !=, there);
}

void
test_auth_add (void)
{
  g_test_add_func ("/auth/answer", test_answer);
  g_test_add_func ("/auth/proof", test_proof);
  g_test_add_func ("/auth/pair-code", test_pair_code);
}
