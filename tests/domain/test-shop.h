/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-chat-args.h"
#include "kd-kinds.h"
#include "kd-mutation.h"
#include "kd-order-args.h"
#include "kd-order-machine.h"
#include "kd-shop-args.h"

G_BEGIN_DECLS

/* A shop in memory with an owner, a location, two products and a contact, for the tests of
 * handlers. Everything in it is the same at every run. */

#define KD_TEST_TIME G_GINT64_CONSTANT (1790000000000)

typedef struct
{
  KdMemoryRows *memory;
  KdRows *rows;
  KdContext ctx;            /* of the next run; uid, made, edited and accepted move on */
  KdId shop, owner, manager, agent, cashier, location;
  KdId shirt, shirt_m;      /* published, 10 pieces, 50000 */
  KdId rice, rice_kg;       /* published, by weight, 2.5 kg, 15000 */
  KdId draft, draft_one;    /* not published, 5 pieces, 9000 */
  KdId contact, conversation;
  KdId session;             /* a buyer's conversation */
  guint n;                  /* ids made so far */
} KdTestShop;

KdTestShop *kd_test_shop_new (KdSide side);
KdTestShop *kd_test_shop_copy (const KdTestShop *shop);
void kd_test_shop_free (KdTestShop *shop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdTestShop, kd_test_shop_free)

KdId kd_test_id (KdTestShop *shop);
/* 32 hex digits, another one each time; (transfer full) */
char *kd_test_token (KdTestShop *shop);

/* Who acts from now on. */
void kd_test_as_member (KdTestShop *shop, const KdId *user);
void kd_test_as_buyer (KdTestShop *shop, const KdId *contact, const KdId *conversation);
void kd_test_as (KdTestShop *shop, KdOrigin origin);

/**
 * kd_test_run:
 * @call: (transfer none)
 *
 * The fence, the arguments' limits and the handler, in one transaction: refused, the rows are as
 * before.
 */
gboolean kd_test_run (KdTestShop *shop, const KdCall *call, KdOutcome *outcome);

/* Both take the call. */
void kd_test_applies (KdTestShop *shop, KdCall *call);
void kd_test_refused (KdTestShop *shop, KdCall *call, const char *code);
/* The inverse of @call on the rows as they are; (transfer container) */
GPtrArray *kd_test_inverse (KdTestShop *shop, const KdCall *call);

/* Records by id; the test fails without one. */
const KdOrder *kd_test_order (KdTestShop *shop, const KdId *id);
gint64 kd_test_available (KdTestShop *shop, const KdId *variant);
gint64 kd_test_on_hand (KdTestShop *shop, const KdId *variant);
gint64 kd_test_reserved (KdTestShop *shop, const KdId *variant);
guint kd_test_open_tasks (KdTestShop *shop, KdTaskType type);

/* Every level is the sum of its movements and of its reservations. */
void kd_test_assert_ledger (KdTestShop *shop);

/* Calls with their arguments; a line is variant, quantity and KD_EMPTY or a price. */
KdCall *kd_test_order_create (KdTestShop *shop, const KdId *id, gboolean place);
void kd_test_add_line (KdCall *create, const KdId *variant, gint64 quantity, gint64 price);
KdCall *kd_test_transition (const KdId *id, KdMachine machine, const char *to);
KdCall *kd_test_place (KdTestShop *shop, const KdId *id);
KdCall *kd_test_payment (KdTestShop *shop, const KdId *order, gint64 amount);

#define KD_ARGS_OF(call, type) ((type *) (call)->args)

G_END_DECLS
