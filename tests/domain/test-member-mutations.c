/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"
#include "test-shop.h"

#include "kd-member-rights.h"
#include "kd-slug.h"

static KdCall *
invite (const KdId *user,
        int role)
{
  KdCall *call = kd_call_new_by_name ("member.invite");

  *KD_ARGS_OF (call, KdMemberInviteArgs) = (KdMemberInviteArgs){ *user, g_strdup ("Tono"), role };
  return call;
}

static KdCall *
set_role (const KdId *user,
          int role)
{
  KdCall *call = kd_call_new_by_name ("member.set_role");

  *KD_ARGS_OF (call, KdMemberRoleArgs) = (KdMemberRoleArgs){ *user, role };
  return call;
}

static KdCall *
grant (const KdId *user,
       const char *name,
       gboolean given)
{
  KdCall *call = kd_call_new_by_name ("member.grant");

  *KD_ARGS_OF (call, KdMemberGrantArgs) = (KdMemberGrantArgs){ *user, g_strdup (name), given };
  return call;
}

static KdCall *
dismiss (const KdId *user)
{
  KdCall *call = kd_call_new_by_name ("member.remove");

  KD_ARGS_OF (call, KdMemberRemoveArgs)->id = *user;
  return call;
}

static const KdMember *
get_member (KdTestShop *shop,
            const KdId *id)
{
  return (const KdMember *) kd_rows_get (shop->rows, &kd_kind_member, id);
}

static void
test_invite (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId user = kd_test_id (shop);

  kd_test_applies (shop, invite (&user, KD_ROLE_CASHIER));
  g_assert_cmpuint (kd_member_get_scopes (get_member (shop, &user)), ==, 1);
  kd_test_refused (shop, invite (&user, KD_ROLE_CASHIER), "member.exists");
  kd_test_applies (shop, grant (&user, "chat", TRUE));
  g_assert_cmpuint (kd_member_get_scopes (get_member (shop, &user)), ==, 3);
  kd_test_applies (shop, dismiss (&user));
  g_assert_cmpuint (kd_member_get_scopes (get_member (shop, &user)), ==, 0);
  kd_test_refused (shop, set_role (&user, KD_ROLE_AGENT), "member.removed");
  kd_test_applies (shop, invite (&user, KD_ROLE_VIEWER));
  g_assert_cmpuint (kd_member_get_scopes (get_member (shop, &user)), ==, 1);
}

/* Nobody gives more than they hold, changes what they are, or touches who stands above them. */
static void
test_fences (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdId user = kd_test_id (shop);

  kd_test_as_member (shop, &shop->cashier);
  kd_test_refused (shop, invite (&user, KD_ROLE_VIEWER), "scope");
  kd_test_refused (shop, set_role (&shop->cashier, KD_ROLE_OWNER), "scope");
  kd_test_refused (shop, grant (&shop->cashier, "cost", TRUE), "scope");
  kd_test_refused (shop, dismiss (&shop->agent), "scope");

  kd_test_as_member (shop, &shop->manager);
  kd_test_refused (shop, invite (&user, KD_ROLE_OWNER), "member.above");
  kd_test_refused (shop, invite (&user, KD_ENUM_UNKNOWN), "bad_field");
  kd_test_refused (shop, set_role (&shop->cashier, KD_ROLE_OWNER), "member.above");
  kd_test_refused (shop, set_role (&shop->manager, KD_ROLE_CASHIER), "member.self");
  kd_test_refused (shop, set_role (&shop->owner, KD_ROLE_VIEWER), "member.above");
  kd_test_refused (shop, dismiss (&shop->owner), "member.above");
  kd_test_refused (shop, grant (&shop->manager, "chat", TRUE), "member.self");
  kd_test_refused (shop, grant (&shop->cashier, "owner", TRUE), "bad_field");
  kd_test_applies (shop, grant (&shop->cashier, "cost", TRUE));
  kd_test_applies (shop, set_role (&shop->cashier, KD_ROLE_MANAGER));
  shop->ctx.actor.scopes = 1;
  kd_test_refused (shop, grant (&shop->agent, "cost", TRUE), "member.above");

  kd_test_as (shop, KD_ORIGIN_KEY);
  kd_test_refused (shop, invite (&user, KD_ROLE_VIEWER), "origin");
}

static void
test_last_owner (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);

  kd_test_as (shop, KD_ORIGIN_JOB);
  kd_test_refused (shop, dismiss (&shop->owner), "member.last_owner");
  kd_test_refused (shop, set_role (&shop->owner, KD_ROLE_MANAGER), "member.last_owner");
  kd_test_applies (shop, set_role (&shop->manager, KD_ROLE_OWNER));
  kd_test_applies (shop, dismiss (&shop->owner));
  kd_test_refused (shop, dismiss (&shop->manager), "member.last_owner");
}

static void
test_taken_back (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  g_autoptr (KdTestShop) before = NULL;
  KdCall *calls[3];

  kd_test_applies (shop, grant (&shop->cashier, "chat", TRUE));
  calls[0] = set_role (&shop->agent, KD_ROLE_VIEWER);
  calls[1] = grant (&shop->agent, "cost", TRUE);
  calls[2] = dismiss (&shop->cashier);
  before = kd_test_shop_copy (shop);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (GPtrArray) inverse = kd_test_inverse (shop, calls[i]);

      kd_test_applies (shop, calls[i]);
      for (guint k = 0; k < inverse->len; k++)
        {
          /* The name is asked for again when somebody comes back. */
          KdCall *back = kd_call_copy (g_ptr_array_index (inverse, k));
          kd_test_applies (shop, back);
        }
      g_assert_true (kd_memory_rows_equal (before->memory, shop->memory));
    }
}

static void
test_create_shop (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  KdCall *call = kd_call_new_by_name ("shop.create");
  KdShopCreateArgs *args = call->args;
  KdMemoryRows *empty = kd_memory_rows_new ();

  args->id = kd_test_id (shop);
  args->name = g_strdup ("Toko Dua");
  args->slug = g_strdup ("metrics");
  args->currency = g_strdup ("IDR");
  args->owner = shop->owner;
  args->owner_name = g_strdup ("Melati");
  args->location = g_strdup ("Utama");
  kd_test_refused (shop, kd_call_copy (call), "origin");
  kd_test_as (shop, KD_ORIGIN_JOB);
  kd_test_refused (shop, kd_call_copy (call), "shop.exists");
  kd_memory_rows_free (shop->memory);
  shop->memory = empty;
  shop->rows = kd_memory_rows_get_rows (empty);
  kd_test_refused (shop, kd_call_copy (call), "shop.bad_slug");
  g_free (args->slug);
  args->slug = g_strdup ("toko-dua");
  g_free (args->currency);
  args->currency = g_strdup ("ZZZ");
  kd_test_refused (shop, kd_call_copy (call), "currency.unknown");
  g_free (args->currency);
  args->currency = g_strdup ("IDR");
  kd_test_applies (shop, call);
  g_assert_cmpuint (kd_memory_rows_count (shop->memory, &kd_kind_location), ==, 1);
}

static void
test_slug (void)
{
  static const char *const good[] = { "abc", "toko-melati", "1st-shop", "a--", "v1x",
                                      "a123456789012345678901234567890123456789" };
  static const char *const bad[] = { "", "ab", "v1", "hooks", "docs", "healthz", "readyz", "metrics",
                                     "_live", "-abc", "Toko", "toko melati", "toko/x", "caf\xc3\xa9",
                                     "a1234567890123456789012345678901234567890" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kd_slug_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kd_slug_is_valid (bad[i]));
  g_assert_false (kd_slug_is_valid (NULL));
}

/* A cashier who speaks the protocol by hand. */
static void
test_cashier (void)
{
  g_autoptr (KdTestShop) shop = kd_test_shop_new (KD_SIDE_SERVER);
  static const char *const managers[] = {
    "shop_profile.patch", "product.patch", "variant.patch", "variant_cost.create",
    "location.create", "stock.count", "member.invite", "category.delete",
  };

  kd_test_as_member (shop, &shop->cashier);
  for (guint i = 0; i < G_N_ELEMENTS (managers); i++)
    kd_test_refused (shop, kd_call_new_by_name (managers[i]), "scope");
  g_assert_null (kd_mutation_by_name ("order.patch", 0));
  g_assert_null (kd_mutation_by_name ("stock_move.create", 0));
  g_assert_null (kd_mutation_by_name ("payment.delete", 0));
  g_assert_null (kd_mutation_by_name ("member.patch", 0));
}

void
kd_test_add_member_mutations (void)
{
  g_test_add_func ("/mutations/member/invite", test_invite);
  g_test_add_func ("/mutations/member/fences", test_fences);
  g_test_add_func ("/mutations/member/last-owner", test_last_owner);
  g_test_add_func ("/mutations/member/taken-back", test_taken_back);
  g_test_add_func ("/mutations/member/cashier", test_cashier);
  g_test_add_func ("/mutations/shop/create", test_create_shop);
  g_test_add_func ("/mutations/shop/slug", test_slug);
}
