/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-category-tree.h"

#include "kd-kinds.h"
#include "kd-position.h"
#include "kd-text.h"

#define DEPTH_MAX 64 /* of what two devices may have closed to a ring */

struct _KdCategoryTree
{
  GObject parent_instance;

  KdSession *session;     /* weak: the session outlives every page */
  GCancellable *cancellable;
  GPtrArray *nodes;       /* of KdCategoryNode, depth first */
  GHashTable *by_id;      /* KdId -> KdCategoryNode */
  gboolean loaded;
  gboolean reading, again;
};

G_DEFINE_FINAL_TYPE (KdCategoryTree, kd_category_tree, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void read_all (KdCategoryTree *self);

static void
node_free (KdCategoryNode *node)
{
  g_free (node->name);
  g_free (node->path);
  g_free (node->position);
  g_free (node);
}

static int
compare_siblings (gconstpointer a,
                  gconstpointer b)
{
  const KdCategory *first = *(const KdCategory *const *) a, *second = *(const KdCategory *const *) b;
  int order = g_strcmp0 (first->position, second->position);

  return order != 0 ? order : kd_id_compare (&first->parent.id, &second->parent.id);
}

typedef struct
{
  KdCategoryTree *tree;
  GHashTable *below;      /* KdId -> GPtrArray of KdCategory, in order */
} Building;

static void
place (Building *building,
       const KdCategory *record,
       KdCategoryNode *up)
{
  KdCategoryTree *self = building->tree;
  GPtrArray *children = g_hash_table_lookup (building->below, &record->parent.id);
  KdCategoryNode *node;

  if (g_hash_table_contains (self->by_id, &record->parent.id))
    return;
  node = g_new0 (KdCategoryNode, 1);
  node->id = record->parent.id;
  node->up = up != NULL ? up->id : KD_ID_NONE;
  node->name = g_strdup (record->name != NULL ? record->name : "");
  node->path = up != NULL ? g_strconcat (up->path, " › ", node->name, NULL) : g_strdup (node->name);
  node->position = g_strdup (record->position);
  node->depth = up != NULL ? up->depth + 1 : 0;
  g_ptr_array_add (self->nodes, node);
  g_hash_table_insert (self->by_id, &node->id, node);
  if (up != NULL)
    up->n_children++;
  for (guint i = 0; children != NULL && i < children->len && node->depth < DEPTH_MAX; i++)
    place (building, g_ptr_array_index (children, i), node);
}

static void
build (KdCategoryTree *self,
       GPtrArray *records)
{
  Building building = { self, g_hash_table_new_full (kd_id_hash, kd_id_equal, NULL,
                                                     (GDestroyNotify) g_ptr_array_unref) };

  g_hash_table_remove_all (self->by_id);
  g_ptr_array_set_size (self->nodes, 0);
  g_ptr_array_sort (records, compare_siblings);
  for (guint i = 0; i < records->len; i++)
    {
      KdCategory *record = g_ptr_array_index (records, i);
      GPtrArray *children = g_hash_table_lookup (building.below, &record->up);

      if (children == NULL)
        {
          children = g_ptr_array_new ();
          g_hash_table_insert (building.below, &record->up, children);
        }
      g_ptr_array_add (children, record);
    }
  for (guint i = 0; i < records->len; i++)
    if (kd_id_is_none (&((KdCategory *) g_ptr_array_index (records, i))->up))
      place (&building, g_ptr_array_index (records, i), NULL);
  /* Those whose parent isn't there, or that two devices closed to a ring, stand at the top. */
  for (guint i = 0; i < records->len; i++)
    place (&building, g_ptr_array_index (records, i), NULL);
  g_hash_table_unref (building.below);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdCategoryTree) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kd_session_records_finish (KD_SESSION (source), result, &error);

  self->reading = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (records == NULL)
    {
      g_message ("Categories could not be read: %s", error->message);
      return;
    }
  build (self, records);
  self->loaded = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
  if (self->again)
    read_all (self);
}

static void
read_all (KdCategoryTree *self)
{
  if (self->session == NULL)
    return;
  self->again = self->reading;
  if (self->reading)
    return;
  self->reading = TRUE;
  kd_session_records_async (self->session, &kd_kind_category, "up", self->cancellable, read_cb, g_object_ref (self));
}

static void
changes_cb (KdSession *session,
            gpointer data,
            KdCategoryTree *self)
{
  const KdChangeSet *changes = data;
  const KdKindChange *change = &changes->kinds[kd_kind_category.number];

  if (change->whole || (change->rows != NULL && change->rows->len > 0))
    read_all (self);
}

static void
kd_category_tree_dispose (GObject *object)
{
  KdCategoryTree *self = KD_CATEGORY_TREE (object);

  g_cancellable_cancel (self->cancellable);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_object_set_data (G_OBJECT (self->session), "kd-category-tree", NULL);
    }
  g_clear_weak_pointer (&self->session);
  G_OBJECT_CLASS (kd_category_tree_parent_class)->dispose (object);
}

static void
kd_category_tree_finalize (GObject *object)
{
  KdCategoryTree *self = KD_CATEGORY_TREE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  G_OBJECT_CLASS (kd_category_tree_parent_class)->finalize (object);
}

static void
kd_category_tree_class_init (KdCategoryTreeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kd_category_tree_dispose;
  object_class->finalize = kd_category_tree_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_CATEGORY_TREE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
kd_category_tree_init (KdCategoryTree *self)
{
  self->cancellable = g_cancellable_new ();
  self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) node_free);
  self->by_id = g_hash_table_new (kd_id_hash, kd_id_equal);
}

KdCategoryTree *
kd_category_tree_get (KdSession *session)
{
  KdCategoryTree *self = g_object_get_data (G_OBJECT (session), "kd-category-tree");

  if (self != NULL)
    return g_object_ref (self);
  self = g_object_new (KD_TYPE_CATEGORY_TREE, NULL);
  g_set_weak_pointer (&self->session, session);
  g_object_set_data (G_OBJECT (session), "kd-category-tree", self);
  g_signal_connect (session, "changes", G_CALLBACK (changes_cb), self);
  read_all (self);
  return self;
}

gboolean
kd_category_tree_is_loaded (KdCategoryTree *self)
{
  return self->loaded;
}

guint
kd_category_tree_get_n (KdCategoryTree *self)
{
  return self->nodes->len;
}

const KdCategoryNode *
kd_category_tree_get_nth (KdCategoryTree *self,
                          guint n)
{
  return n < self->nodes->len ? g_ptr_array_index (self->nodes, n) : NULL;
}

const KdCategoryNode *
kd_category_tree_find (KdCategoryTree *self,
                       const KdId *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

gboolean
kd_category_tree_is_below (KdCategoryTree *self,
                           const KdId *a,
                           const KdId *b)
{
  const KdCategoryNode *node = kd_category_tree_find (self, a);

  for (guint depth = 0; node != NULL && depth <= DEPTH_MAX; depth++)
    {
      if (kd_id_equal (&node->id, b))
        return TRUE;
      node = kd_category_tree_find (self, &node->up);
    }
  return FALSE;
}

const KdCategoryNode *
kd_category_tree_find_named (KdCategoryTree *self,
                             const KdId *up,
                             const char *name)
{
  for (guint i = 0; i < self->nodes->len; i++)
    {
      const KdCategoryNode *node = g_ptr_array_index (self->nodes, i);

      if (kd_id_equal (&node->up, up) && kd_text_same (node->name, name))
        return node;
    }
  return NULL;
}

char *
kd_category_tree_end_position (KdCategoryTree *self,
                               const KdId *up)
{
  const char *last = NULL;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      const KdCategoryNode *node = g_ptr_array_index (self->nodes, i);

      if (kd_id_equal (&node->up, up) && g_strcmp0 (node->position, last) > 0)
        last = node->position;
    }
  return kd_position_after (last);
}
