/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-mutation.h"

G_BEGIN_DECLS

/* Random objects of any shape whose values keep their fields' limits, the same for the same seed.
 * What fails is repeated by its seed. */

typedef struct
{
  guint64 state;
} KdRandom;

#define KD_RANDOM(seed) ((KdRandom){ (seed) })

guint64 kd_random_next (KdRandom *random);

/* 0 to @n - 1 */
guint kd_random_below (KdRandom *random,
                       guint n);
gint64 kd_random_between (KdRandom *random,
                          gint64 low,
                          gint64 high);
KdId kd_random_id (KdRandom *random);

/* A text of @min to @max bytes, with everything that is hard to quote. */
char *kd_random_text (KdRandom *random,
                      gsize min,
                      gsize max,
                      gboolean lines);

/**
 * kd_random_field:
 * @kind: (nullable): kind of a partial that names none
 *
 * Gives one field another value; never empty where the field is required, else at times.
 */
void kd_random_field (KdRandom *random,
                      const KdField *field,
                      const KdKind *kind,
                      gpointer object);

/* All fields of an initialised object. */
void kd_random_object (KdRandom *random,
                       const KdShape *shape,
                       const KdKind *kind,
                       gpointer object);

/* (transfer full): with an id, and without `extra`, seq and by */
KdRecord *kd_random_record (KdRandom *random,
                            const KdKind *kind);

/* (transfer full): some fields */
KdPartial *kd_random_partial (KdRandom *random,
                              const KdKind *kind);

/* (transfer full): a call whose arguments keep their limits, though rarely any sense */
KdCall *kd_random_call (KdRandom *random,
                        const KdMutation *mutation);

G_END_DECLS
