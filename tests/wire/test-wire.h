/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-random-record.h"
#include "kd-wire-sync.h"

G_BEGIN_DECLS

/* Each subject adds its cases here; main.c calls them all. */
void test_auth_add (void);
void test_call_add (void);
void test_detail_add (void);
void test_json_add (void);
void test_message_add (void);
void test_record_add (void);
void test_refused_add (void);
void test_set_add (void);

/* How often a property is tried with other values. */
#define TEST_ROUNDS 60

/* Fails the test unless @error is ours, with that code and path; frees it. */
void test_assert_error (GError *error,
                        KdWireError kind,
                        const char *code,
                        const char *path);

G_END_DECLS
