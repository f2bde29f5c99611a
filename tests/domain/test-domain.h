/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each subject adds its cases here; main.c calls them all. */
void kd_test_add_buyer_mutations (void);
void kd_test_add_chat_mutations (void);
void kd_test_add_codes (void);
void kd_test_add_html (void);
void kd_test_add_member_mutations (void);
void kd_test_add_money (void);
void kd_test_add_order_laws (void);
void kd_test_add_order_mutations (void);
void kd_test_add_orders (void);
void kd_test_add_stock (void);
void kd_test_add_tax (void);
void kd_test_add_text (void);
void kd_test_add_time (void);

G_END_DECLS
