/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kd-session.h"

G_BEGIN_DECLS

/**
 * kd_task_row_describe:
 * @row: where the task is shown
 *
 * Writes below the row's title what the task is about, once that is read: the product with its
 * variant and how many pieces are missing, or the order. Goes on as long as the row lives.
 */
void kd_task_row_describe (AdwActionRow *row, KdSession *session, const KdTask *task);

G_END_DECLS
