/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-memory.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>

#define HEAPS 2
#define LARGE (128 * 1024)
#endif

void
kd_memory_give_back (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

void
kd_memory_be_frugal (void)
{
#ifdef __GLIBC__
  mallopt (M_ARENA_MAX, HEAPS);
  mallopt (M_MMAP_THRESHOLD, LARGE);
  mallopt (M_TRIM_THRESHOLD, LARGE);
#endif
}
