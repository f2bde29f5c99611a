/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-session.h"

G_BEGIN_DECLS

/* One category with its place in the tree. */
typedef struct
{
  KdId id, up;
  char *name;
  char *path;             /* "Clothes › Shirts" */
  char *position;
  guint depth;
  guint n_children;
} KdCategoryNode;

/*
 * The categories of the shop in the order of the tree, kept up to date. One in each session, as
 * long as anyone holds it. Signal: changed ().
 */
#define KD_TYPE_CATEGORY_TREE (kd_category_tree_get_type ())
G_DECLARE_FINAL_TYPE (KdCategoryTree, kd_category_tree, KD, CATEGORY_TREE, GObject)

/* (transfer full) */
KdCategoryTree *kd_category_tree_get (KdSession *session);

gboolean kd_category_tree_is_loaded (KdCategoryTree *self);
guint kd_category_tree_get_n (KdCategoryTree *self);
/* (transfer none): valid until the next `changed` */
const KdCategoryNode *kd_category_tree_get_nth (KdCategoryTree *self,
                                                guint n);
/* (nullable) */
const KdCategoryNode *kd_category_tree_find (KdCategoryTree *self,
                                             const KdId *id);
/* Whether a is b or lies somewhere below it. */
gboolean kd_category_tree_is_below (KdCategoryTree *self,
                                    const KdId *a,
                                    const KdId *b);
/* (nullable): the one of this name directly below up, compared as people do */
const KdCategoryNode *kd_category_tree_find_named (KdCategoryTree *self,
                                                   const KdId *up,
                                                   const char *name);
/* The position at the end of those below up. (transfer full) */
char *kd_category_tree_end_position (KdCategoryTree *self,
                                     const KdId *up);

G_END_DECLS
