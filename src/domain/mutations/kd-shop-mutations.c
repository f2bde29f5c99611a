/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-currency.h"
#include "kd-position.h"
#include "kd-rows-need.h"
#include "kd-shop-private.h"
#include "kd-slug.h"
#include "kd-stock.h"

/* shop.create {id, name, slug, currency, region?, timezone?, language?, owner, owner_name, location}
 * The first rows of a shop: its profile, its owner and the location that every shop has. That no
 * other shop of the server has the slug is the server's to know. */

static KdShopProfile *
new_profile (const KdShopCreateArgs *args)
{
  KdShopProfile *profile = (KdShopProfile *) kd_record_new (&kd_kind_shop_profile);

  profile->parent.id = args->id;
  profile->name = g_strdup (args->name);
  profile->slug = g_strdup (args->slug);
  profile->currency = g_strdup (args->currency);
  profile->region = g_strdup (args->region);
  profile->timezone = g_strdup (args->timezone);
  profile->language = g_strdup (args->language);
  profile->stock_policy = KD_STOCK_POLICY_ASK;
  profile->deduct_at = KD_DEDUCT_AT_SHIPPING;
  profile->tax_mode = KD_TAX_NONE;
  profile->prices_include_tax = TRUE;
  profile->hold_minutes = KD_HOLD_MINUTES_DEFAULT;
  profile->buyer_hold_hours = KD_BUYER_HOLD_HOURS_DEFAULT;
  return profile;
}

static gboolean
create_apply (const KdMutation *m,
              KdRows *rows,
              const KdContext *ctx,
              gconstpointer data,
              KdOutcome *outcome)
{
  const KdShopCreateArgs *args = data;
  g_autoptr (KdRecord) like = kd_record_new (&kd_kind_shop_profile);
  g_autoptr (GPtrArray) profiles = kd_rows_scan (rows, &kd_kind_shop_profile, "slug", like, 0, 1);
  KdMember *owner;
  KdLocation *location;

  if (profiles->len > 0)
    return kd_outcome_refuse (outcome, "shop.exists");
  if (!kd_rows_new_id (rows, &kd_kind_shop_profile, &args->id, outcome))
    return FALSE;
  if (!kd_slug_is_valid (args->slug))
    return kd_outcome_refuse (outcome, "shop.bad_slug");
  if (kd_currency_digits (args->currency) < 0)
    return kd_outcome_refuse (outcome, "currency.unknown");
  kd_rows_put (rows, &new_profile (args)->parent);

  owner = (KdMember *) kd_record_new (&kd_kind_member);
  owner->parent.id = args->owner;
  owner->name = g_strdup (args->owner_name);
  owner->role = KD_ROLE_OWNER;
  kd_rows_put (rows, &owner->parent);

  location = (KdLocation *) kd_record_new (&kd_kind_location);
  location->parent.id = kd_made_id (ctx, &kd_kind_location, "location");
  location->position = kd_position_first ();
  location->name = g_strdup (args->location);
  kd_rows_put (rows, &location->parent);
  return TRUE;
}

static void
create_summary (const KdMutation *m,
                gconstpointer data,
                KdSummary *summary)
{
  summary->values[0] = g_strdup (((const KdShopCreateArgs *) data)->name);
}

#define KD_STRUCT KdShopCreateArgs
static const KdField create_fields[] = {
  KD_ARG (1, id, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (2, name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
  KD_ARG (3, slug, TEXT, .flags = KD_FIELD_REQUIRED, .max = KD_SLUG_MAX),
  KD_ARG (4, currency, TEXT, .flags = KD_FIELD_REQUIRED, .min = 3, .max = 3),
  KD_ARG (5, region, TEXT, .max = 2),
  KD_ARG (6, timezone, TEXT, .max = 64),
  KD_ARG (7, language, TEXT, .max = 16),
  KD_ARG (8, owner, ID, .flags = KD_FIELD_REQUIRED),
  KD_ARG (9, owner_name, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
  KD_ARG (10, location, TEXT, .flags = KD_FIELD_REQUIRED, .max = 120),
};
#undef KD_STRUCT
KD_ARGS (create_args, "shop.create", KdShopCreateArgs, create_fields);

static const KdMutation shop_create = {
  .name = "shop.create",
  .version = 1,
  .args = &create_args,
  .origins = KD_ORIGIN_JOB,
  .apply = create_apply,
  .summary = create_summary,
};

const KdMutation *const kd_shop_mutations[] = {
  &shop_create,
  &kd_member_invite,
  &kd_member_set_role,
  &kd_member_grant,
  &kd_member_remove,
  NULL,
};
