/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void add_command_tests (void);
void add_compat_tests (void);
void add_gallery_tests (void);
void add_grid_tests (void);
void add_list_tests (void);
void add_photo_tests (void);
void add_shell_parts_tests (void);
void add_small_tests (void);
void add_split_view_tests (void);
