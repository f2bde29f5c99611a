/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kind.h"
#include "kd-json-writer.h"

G_BEGIN_DECLS

/**
 * kd_cli_value_parse:
 * @text: as typed: amounts as people write them ("15rb"), sets with commas, nothing for empty
 * @currency: the shop's
 * @object: of the field's shape
 *
 * Errors carry the code of what is wrong as their message.
 */
gboolean kd_cli_value_parse (const KdField *field, const char *text, const char *currency, gpointer object, GError **error);

/* {"id","seq", fields...} */
void kd_cli_write_record (KdJsonWriter *writer, const KdRecord *record);

/* Records that belong to another: what a product or an order is made of. */
typedef struct
{
  const char *name;
  GPtrArray *records;     /* of KdRecord */
} KdCliPart;

/* {"id","seq", fields..., "PART":[{...}]...} */
void kd_cli_write_record_with (KdJsonWriter *writer, const KdRecord *record, const KdCliPart *parts, guint n_parts);

G_END_DECLS
