/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longest currency or unit beside a number, in bytes. */
#define KD_NUMBER_MARK_MAX 15

/**
 * KdNumberGuess:
 *
 * What the cells of one column have shown so far. Begins as zeros; each cell is added once, then
 * the column as a whole says how its numbers are written: "1.250.000" proves that a point groups,
 * "11.05" that it divides, "15.000" alone proves nothing.
 */
typedef struct
{
  guint numbers;         /* cells that are numbers */
  guint others;          /* cells that are neither numbers nor empty */
  guint proof[2];        /* cells that only make sense with a point / a comma as decimal sign */
  guint open[2];         /* one point / comma with three digits behind it: either way */
  guint spaces;          /* cells grouped by a space */
  guint apostrophes;     /* cells grouped by an apostrophe */
} KdNumberGuess;

/**
 * KdNumberForm:
 * @decimal: '.' or ','
 * @group: '.', ',', ' ' or '\''; 0 where no cell is grouped
 * @ambiguous: nothing in the column (nor the hint) proves it; show it and let the seller choose
 * @conflicts: cells that contradict the others
 */
typedef struct
{
  char decimal;
  char group;
  gboolean ambiguous;
  guint conflicts;
} KdNumberForm;

void kd_number_guess_add (KdNumberGuess *guess,
                          const char *cell);

/**
 * kd_number_guess_end:
 * @hint: '.' or ',' as another column of the file proved it; 0: none
 *
 * Without proof and hint a sign before three digits groups them: amounts with three decimals are
 * rarer than thousands.
 */
KdNumberForm kd_number_guess_end (const KdNumberGuess *guess,
                                  char hint);

/**
 * kd_number_parse:
 * @cell: with a currency or unit before or behind it, perhaps ("Rp 15.000,-", "12.50 USD", "(5)")
 * @form: (nullable): %NULL: only plain numbers with a point
 * @digits: decimals of the result: 0 for rupiah, 2 for dollars, 3 for thousandths
 * @ret_value: (out): scaled by @digits
 * @ret_mark: (out) (optional): room for %KD_NUMBER_MARK_MAX + 1 bytes: the currency or unit as it
 *   stands there, "" for none
 * @ret_code: (out) (transfer none): "number.empty", "number.syntax", "number.decimals" (more than
 *   @digits that aren't zeros), "number.range"
 */
gboolean kd_number_parse (const char *cell,
                          const KdNumberForm *form,
                          int digits,
                          gint64 *ret_value,
                          char *ret_mark,
                          const char **ret_code);

/* As kd_number_parse() for an amount: too many decimals are "money.decimals". */
gboolean kd_number_parse_money (const char *cell,
                                const KdNumberForm *form,
                                int digits,
                                gint64 *ret_minor,
                                char *ret_mark,
                                const char **ret_code);

G_END_DECLS
