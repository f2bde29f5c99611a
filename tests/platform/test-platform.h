/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The path of this program, to start it again as the other process of a test. */
extern const char *test_self;

void test_child_add (void);
void test_files_add (void);

/* What the program does when it was started by a test: the first argument names the part. */
int test_child_main (const char *part);
int test_lock_main (const char *path);

/* An empty folder; test_folder_free() removes it with all it holds. */
char *test_folder_new (void);
void test_folder_free (char *folder);

