/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-http-private.h"

G_BEGIN_DECLS

/* REST, made of the kinds and the mutations: reading (kd-rest-read.c), writing (kd-rest-write.c),
 * the routes (kd-routes-rest.c). */

#define KD_REST_PAGE_MAX 200
#define KD_REST_PAGE 50
#define KD_REST_BODY_MAX (256 * 1024)

void kd_rest_list (KdRequest *request);
void kd_rest_get (KdRequest *request);
void kd_rest_history (KdRequest *request);
void kd_rest_create (KdRequest *request);
void kd_rest_patch (KdRequest *request);
void kd_rest_delete (KdRequest *request);
void kd_rest_action (KdRequest *request);

/* A record as an object: its id, fields, seq and by; no secrets. */
void kd_rest_write_record (KdJsonWriter *writer, const KdRecord *record);
void kd_rest_set_etag (KdRequest *request, gint64 seq);

/* Whether it is one of a kind's own create, patch and delete. */
gboolean kd_rest_is_generated (const KdMutation *mutation);

/* Appends the routes of all kinds and mutations to an array of KdRoute. */
void kd_rest_add_routes (GArray *routes);

G_END_DECLS
