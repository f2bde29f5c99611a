/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-random-record.h"

G_BEGIN_DECLS

/* What the measuring programs share. */

/* One line of JSON on standard output. */
typedef struct
{
  const char *name;           /* "search.products" */
  double figure;
  const char *unit;
  const char *what;           /* (nullable): what @reference was, measured beside it in the same run */
  double reference;
  double ratio;               /* 0: there is none */
  const char *reach;          /* (nullable): "<= 4x" */
  guint n;
  const char *more;           /* (nullable): further members as JSON: "\"p50\":1.5" */
} KdBenchFigure;
void kd_bench_say (const KdBenchFigure *figure);

/* Seconds since some moment, and what this process, or a thread of it, has used of the processor. */
double kd_bench_now (void);
double kd_bench_cpu (int whose);

/* Of a GArray of double, which is sorted: the value that @share of all lie at or below. */
double kd_bench_at (GArray *values, double share);

/* Seconds that a write of one page and its fdatasync() take in @folder: the median of some. */
double kd_bench_fdatasync (const char *folder);

/* A product's name and SKU: the same for the same number. */
char *kd_bench_product_name (guint i);
char *kd_bench_sentence (KdRandom *random);
#define KD_BENCH_PICK(random, list) list[kd_random_below (random, G_N_ELEMENTS (list))]
extern const char *const kd_bench_goods[20], *const kd_bench_sorts[17], *const kd_bench_towns[10];

G_END_DECLS
