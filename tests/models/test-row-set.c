/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-models.h"

void
test_row_set_add (void)
{
}
