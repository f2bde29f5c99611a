/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-http-private.h"

G_BEGIN_DECLS

#define KD_BLOB_EDGE_MAX 2048
#define KD_BLOB_SMALL_BYTES 30000   /* of a picture up to this edge: */
#define KD_BLOB_SMALL_EDGE 640

/**
 * kd_blob_answer:
 * @mime: (nullable): as the server sniffed it; NULL: it is sniffed again
 * @edge: 0: as uploaded (a drawing is always made a picture); rounded up to one of a few sizes
 * @open: anybody may keep it; else private
 *
 * Sends a blob that the caller may read: ETag, ranges, sandboxed.
 */
void kd_blob_answer (KdRequest *request, const KdHash *sha256, const char *mime, guint edge, gboolean open);

G_END_DECLS
