/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the two sides say over the inherited pipe: the secret line first (empty if there is none),
 * then nothing until the end, or this one byte before it. */
#define KD_CHILD_STAY 'S'

/* Where the child finds its end. */
#define KD_CHILD_FD 3
