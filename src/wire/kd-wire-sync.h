/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything that the sync protocol says. */

#include "kd-wire-auth.h"
#include "kd-wire-call.h"
#include "kd-wire-changes.h"
#include "kd-wire-device.h"
#include "kd-wire-message.h"
#include "kd-wire-problem.h"
