/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Asks the C library to give memory back: few heaps for many threads that mostly wait, and large
 * pieces of their own. Once, before there are threads. */
void kd_memory_be_frugal (void);

/* Gives back now what is free of it, after much was freed. Takes a few milliseconds. */
void kd_memory_give_back (void);
