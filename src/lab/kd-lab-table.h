/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-lab.h"

G_BEGIN_DECLS

/* The functions of the lab by the file they stand in; each has its line in kd-lab-table.c. */

G_END_DECLS
