/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-wire-message.h"

G_BEGIN_DECLS

/* Messages are described by shapes too; KD_STRUCT is defined as the struct's name. */
#define KD_M(field, t, ...) \
  { .name = #field, .type = KD_TYPE_##t, .offset = G_STRUCT_OFFSET (KD_STRUCT, field), ##__VA_ARGS__ }
#define KD_MESSAGE(text, s, table) \
  { .name = text, .size = sizeof (s), .fields = table, .n_fields = G_N_ELEMENTS (table) }

/* Limits of a sequence, a mutation's number, a count. */
#define KD_COUNT .min = 0, .max = G_MAXINT64

/**
 * kd_wire_read_within:
 * @within: (nullable): the member of the message that the object stands in, for the error's path
 * @index: its place in that list, or -1
 */
gboolean kd_wire_read_within (const char *within,
                              int index,
                              const KdShape *shape,
                              JsonObject *json,
                              gpointer object,
                              KdWireReadFlags flags,
                              char **ret_extra,
                              GError **error);

gboolean kd_message_fail (GError **error,
                          const char *code,
                          const char *path);

/* As kd_wire_read_within() for a part of a message: unknown members are passed over. */
gboolean kd_message_read (const KdShape *shape,
                          const char *within,
                          int index,
                          JsonObject *json,
                          gpointer message,
                          GError **error);

/* A member that is an object; absent or null leaves @message as it is. */
gboolean kd_message_read_member (const KdShape *shape,
                                 const char *name,
                                 JsonObject *json,
                                 gpointer message,
                                 GError **error);

/* A member that is an array of at most @max; (nullable) (transfer none) in @ret_array. */
gboolean kd_message_get_array (JsonObject *json,
                               const char *name,
                               guint max,
                               JsonArray **ret_array,
                               GError **error);

void kd_message_write (KdJsonWriter *writer,
                       const KdShape *shape,
                       gconstpointer message);

/* Ends a message's text. */
char *kd_message_end (GString *out,
                      gsize *ret_len);

extern const char *const kd_names_status[];
extern const KdShape kd_shape_witness;

gboolean kd_results_read (JsonObject *json,
                          GPtrArray *results,
                          GError **error);
/* Writes the member `results`. */
void kd_results_write (KdJsonWriter *writer,
                       GPtrArray *results);

G_END_DECLS
