/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-json-writer.h"
#include "kd-kind.h"

G_BEGIN_DECLS

/* Structs and JSON, by their shape.
 *
 *   id, ref           the id's text, null for none
 *   text, html,
 *   position          string, null when empty
 *   int, quantity,
 *   money, time       whole number; null for KD_EMPTY and for no time
 *   bool              true, false
 *   date              "YYYY-MM-DD"
 *   enum              its text
 *   sets              array, sorted
 *   blob hash         64 hex digits; a list of them: array, in order
 *   json              the value itself, canonical; an empty field is absent (null where strangers
 *                     send)
 *   partial           object of those fields of its kind that are present
 *   list              array of objects
 *
 * A whole number named `kind` holds a kind's number and is written as the kind's name. */

/* Codes of errors, beside those of kd_field_check(). */
#define KD_WIRE_BAD_TYPE "field.type"
#define KD_WIRE_BAD_RANGE "field.range"
#define KD_WIRE_UNKNOWN "field.unknown"
#define KD_WIRE_BY_SERVER "field.by_server"

typedef enum
{
  KD_WIRE_WRITE_ALL = 1 << 0,         /* also what is at its default */
  KD_WIRE_WRITE_SERVER_ONLY = 1 << 1,
  KD_WIRE_WRITE_LOCAL_ONLY = 1 << 2,
  KD_WIRE_WRITE_NO_SECRETS = 1 << 3,
} KdWireWriteFlags;

/**
 * kd_wire_write_fields:
 * @mask: a bit for each field (by its index in @shape) that may be written
 *
 * Writes the fields, in name order, as members of the object that @writer stands in.
 */
void kd_wire_write_fields (KdJsonWriter *writer,
                           const KdShape *shape,
                           gconstpointer object,
                           guint64 mask,
                           KdWireWriteFlags flags);

/* One field's value alone. */
void kd_wire_write_value (KdJsonWriter *writer,
                          const KdField *field,
                          gconstpointer object,
                          KdWireWriteFlags flags);
char *kd_wire_value_to_text (const KdField *field,
                             gconstpointer object) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_wire_write_record:
 *
 * Writes the record as an object: its fields, and among them the members of `extra`; without id,
 * seq and by.
 */
void kd_wire_write_record (KdJsonWriter *writer,
                           const KdRecord *record,
                           KdWireWriteFlags flags);
char *kd_wire_record_to_text (const KdRecord *record,
                              KdWireWriteFlags flags) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  KD_WIRE_READ_KEEP_UNKNOWN = 1 << 0, /* unknown members go to ret_extra */
  KD_WIRE_READ_SKIP_UNKNOWN = 1 << 1, /* unknown members are passed over */
  KD_WIRE_READ_NO_LIMITS = 1 << 2,    /* types alone are checked: the writer is trusted */
  KD_WIRE_READ_SOME = 1 << 3,         /* absent fields are not missed */
  KD_WIRE_READ_BY_SERVER = 1 << 4,    /* arguments that the server fills may be there */
  KD_WIRE_READ_SERVER_ONLY = 1 << 5,
  KD_WIRE_READ_LOCAL_ONLY = 1 << 6,
  KD_WIRE_READ_ANY_ENUM = 1 << 7,     /* enum texts of a newer version stay; never from strangers */
} KdWireReadFlags;

/* Rows that our server sent. */
#define KD_WIRE_READ_PULL (KD_WIRE_READ_KEEP_UNKNOWN | KD_WIRE_READ_ANY_ENUM | KD_WIRE_READ_NO_LIMITS)
/* What this program wrote itself. */
#define KD_WIRE_READ_OWN (KD_WIRE_READ_PULL | KD_WIRE_READ_BY_SERVER | KD_WIRE_READ_SERVER_ONLY \
                          | KD_WIRE_READ_LOCAL_ONLY)

/**
 * kd_wire_read_object:
 * @kind: (nullable): kind of the partials that name none
 * @object: initialised by kd_shape_init(); on failure some fields are set
 * @ret_extra: (out) (optional) (nullable): canonical object of the unknown members, with
 *   %KD_WIRE_READ_KEEP_UNKNOWN
 * @ret_mask: (out) (optional): a bit for each field that was there
 *
 * Error domain %KD_WIRE_ERROR, with the path of the field.
 */
gboolean kd_wire_read_object (const KdShape *shape,
                              const KdKind *kind,
                              JsonObject *json,
                              gpointer object,
                              KdWireReadFlags flags,
                              char **ret_extra,
                              guint64 *ret_mask,
                              GError **error);

/* One field's value alone, into @object. */
gboolean kd_wire_read_value (const KdField *field,
                             JsonNode *node,
                             gpointer object,
                             KdWireReadFlags flags,
                             GError **error);
gboolean kd_wire_value_parse (const KdField *field,
                              const char *text,
                              gpointer object,
                              KdWireReadFlags flags,
                              GError **error);

/* (transfer full) */
KdRecord *kd_wire_read_record (const KdKind *kind,
                               const KdId *id,
                               JsonObject *json,
                               KdWireReadFlags flags,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
KdRecord *kd_wire_record_parse (const KdKind *kind,
                                const KdId *id,
                                const char *text,
                                gssize len,
                                KdWireReadFlags flags,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): some fields, as REST and forms send them */
KdPartial *kd_wire_read_partial (const KdKind *kind,
                                 JsonObject *json,
                                 KdWireReadFlags flags,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Longest text of one record. */
#define KD_WIRE_RECORD_MAX (1024 * 1024)

G_END_DECLS
