/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-json.h"

G_BEGIN_DECLS

/**
 * KdJsonWriter:
 *
 * Writes JSON without white space to a string. It keeps the commas; that names and values
 * alternate is the caller's part. The strings come out in the one form that the canonical form
 * takes: only the quote, the backslash and control characters are escaped.
 */
typedef struct
{
  GString *out; /* not owned */
  gboolean comma;
} KdJsonWriter;

#define KD_JSON_WRITER(string) ((KdJsonWriter){ .out = (string) })

void kd_json_begin_object (KdJsonWriter *writer);
void kd_json_end_object (KdJsonWriter *writer);
void kd_json_begin_array (KdJsonWriter *writer);
void kd_json_end_array (KdJsonWriter *writer);
void kd_json_member (KdJsonWriter *writer,
                     const char *name);
/* NULL is written as null. */
void kd_json_string (KdJsonWriter *writer,
                     const char *value);
void kd_json_int (KdJsonWriter *writer,
                  gint64 value);
void kd_json_double (KdJsonWriter *writer,
                     double value);
void kd_json_bool (KdJsonWriter *writer,
                   gboolean value);
void kd_json_null (KdJsonWriter *writer);
/* @json: one value, taken as it is */
void kd_json_raw (KdJsonWriter *writer,
                  const char *json,
                  gssize len);

/* The canonical form of any JSON: members in name order (bytes), no white space. */
void kd_json_node (KdJsonWriter *writer,
                   JsonNode *node);
char *kd_json_canonical (JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
