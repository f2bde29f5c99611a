/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-selection.h"

/* Rows that a move may cover in one change; see KdWindowModel. Beyond that the current row is
 * given up rather than looked for item by item. */
#define LONGEST_MOVE 512

struct _KdSelection {
  GObject parent_instance;

  GListModel *model; /* (owned) (nullable) */
  KdSelectMode mode;
  unsigned current;
  GObject *current_item; /* (owned) (nullable) to find it again in a moved range */
  const KdSelectionSet *funcs;
  gpointer set;
  GDestroyNotify set_destroy;
};

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdSelection, kd_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                      selection_model_init))

enum { PROP_0, PROP_CURRENT, N_PROPS };
static GParamSpec *props[N_PROPS];

/* ---- the set used where none is given: positions ---- */

static gboolean
bitset_is_selected (gpointer set,
                    unsigned position)
{
  return gtk_bitset_contains (set, position);
}

static void
bitset_select (gpointer set,
               unsigned position,
               unsigned n,
               gboolean exclusive)
{
  if (exclusive)
    gtk_bitset_remove_all (set);
  gtk_bitset_add_range (set, position, n);
}

static void
bitset_unselect (gpointer set,
                 unsigned position,
                 unsigned n)
{
  gtk_bitset_remove_range (set, position, n);
}

static guint64
bitset_count (gpointer set)
{
  return gtk_bitset_get_size (set);
}

static const KdSelectionSet bitset_funcs = {
  .is_selected = bitset_is_selected,
  .select = bitset_select,
  .unselect = bitset_unselect,
  .unselect_all = (void (*) (gpointer)) gtk_bitset_remove_all,
  .count = bitset_count,
};

/* ---- helpers ---- */

static unsigned
n_items (KdSelection *self)
{
  return self->model != NULL ? g_list_model_get_n_items (self->model) : 0;
}

static void
tell (KdSelection *self,
      unsigned position,
      unsigned n)
{
  if (n > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position, n);
}

/* Moves the current row without a word about the selection. */
static void
put_current (KdSelection *self,
             unsigned position)
{
  g_autoptr (GObject) item = NULL;

  if (position >= n_items (self))
    position = GTK_INVALID_LIST_POSITION;
  if (position != GTK_INVALID_LIST_POSITION)
    item = g_list_model_get_item (self->model, position);
  g_set_object (&self->current_item, item);
  if (self->current == position)
    return;
  self->current = position;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);
}

static void
select_one (KdSelection *self,
            unsigned position)
{
  unsigned before = self->current;

  if (before == position)
    return;
  put_current (self, position);
  if (before != GTK_INVALID_LIST_POSITION && before < n_items (self))
    tell (self, before, 1);
  if (self->current != GTK_INVALID_LIST_POSITION)
    tell (self, self->current, 1);
}

/* Where the current row's object is now among newly given rows. */
static unsigned
find_current (KdSelection *self,
              unsigned position,
              unsigned added)
{
  for (unsigned i = position; added <= LONGEST_MOVE && i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      if (item == self->current_item)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
items_changed_cb (GListModel *model,
                  unsigned position,
                  unsigned removed,
                  unsigned added,
                  KdSelection *self)
{
  unsigned current = self->current;

  if (current != GTK_INVALID_LIST_POSITION && current >= position + removed)
    current = current - removed + added;
  else if (current != GTK_INVALID_LIST_POSITION && current >= position)
    current = find_current (self, position, added);
  if (self->set != NULL && self->funcs == &bitset_funcs)
    gtk_bitset_splice (self->set, position, removed, added);

  /* Whoever hears of the rows first asks whether they are selected: be right before telling. */
  if (current != self->current)
    {
      self->current = current;
      if (current == GTK_INVALID_LIST_POSITION)
        g_clear_object (&self->current_item);
      g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);
    }
  else
    g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

/* ---- GListModel ---- */

static GType
get_item_type (GListModel *list)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *list)
{
  return n_items (KD_SELECTION (list));
}

static gpointer
get_item (GListModel *list,
          guint position)
{
  KdSelection *self = KD_SELECTION (list);

  return self->model != NULL ? g_list_model_get_item (self->model, position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* ---- GtkSelectionModel ---- */

static gboolean
is_selected (GtkSelectionModel *model,
             guint position)
{
  KdSelection *self = KD_SELECTION (model);

  if (self->mode == KD_SELECT_ONE)
    return self->current == position;
  return self->funcs->is_selected (self->set, position);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model,
                        guint position,
                        guint n)
{
  KdSelection *self = KD_SELECTION (model);
  GtkBitset *bits = gtk_bitset_new_empty ();
  unsigned count = n_items (self);

  n = position < count ? MIN (n, count - position) : 0;
  for (unsigned i = position; i < position + n; i++)
    if (is_selected (model, i))
      gtk_bitset_add (bits, i);
  return bits;
}

static gboolean
select_item (GtkSelectionModel *model,
             guint position,
             gboolean unselect_rest)
{
  KdSelection *self = KD_SELECTION (model);

  if (self->mode == KD_SELECT_ONE)
    {
      select_one (self, position);
      return TRUE;
    }
  self->funcs->select (self->set, position, 1, unselect_rest);
  if (unselect_rest)
    tell (self, 0, n_items (self));
  else
    tell (self, position, 1);
  if (unselect_rest)
    put_current (self, position);
  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *model,
               guint position)
{
  KdSelection *self = KD_SELECTION (model);

  if (self->mode == KD_SELECT_ONE)
    return FALSE;
  self->funcs->unselect (self->set, position, 1);
  tell (self, position, 1);
  return TRUE;
}

static gboolean
select_range (GtkSelectionModel *model,
              guint position,
              guint n,
              gboolean unselect_rest)
{
  KdSelection *self = KD_SELECTION (model);

  if (self->mode == KD_SELECT_ONE || n == 0)
    return FALSE;
  self->funcs->select (self->set, position, n, unselect_rest);
  if (unselect_rest)
    tell (self, 0, n_items (self));
  else
    tell (self, position, n);
  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *model,
                guint position,
                guint n)
{
  KdSelection *self = KD_SELECTION (model);

  if (self->mode == KD_SELECT_ONE || n == 0)
    return FALSE;
  self->funcs->unselect (self->set, position, n);
  tell (self, position, n);
  return TRUE;
}

static gboolean
select_all (GtkSelectionModel *model)
{
  KdSelection *self = KD_SELECTION (model);

  if (self->mode == KD_SELECT_ONE)
    return FALSE;
  if (self->funcs->select_all != NULL)
    self->funcs->select_all (self->set);
  else
    self->funcs->select (self->set, 0, n_items (self), TRUE);
  tell (self, 0, n_items (self));
  return TRUE;
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  KdSelection *self = KD_SELECTION (model);

  if (self->mode == KD_SELECT_ONE)
    return FALSE;
  self->funcs->unselect_all (self->set);
  tell (self, 0, n_items (self));
  return TRUE;
}

/* Of the ranges of `bits`, calls select or unselect run by run. */
static void
apply_runs (KdSelection *self,
            const GtkBitset *bits,
            gboolean select)
{
  GtkBitsetIter iter;
  guint value, start = 0, length = 0;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, bits, &value); more || length > 0;)
    {
      if (more && length > 0 && value == start + length)
        length++;
      else if (length > 0)
        {
          if (select)
            self->funcs->select (self->set, start, length, FALSE);
          else
            self->funcs->unselect (self->set, start, length);
          length = 0;
          continue;
        }
      else
        {
          start = value;
          length = 1;
        }
      more = gtk_bitset_iter_next (&iter, &value);
    }
}

static gboolean
set_selection (GtkSelectionModel *model,
               GtkBitset *selected,
               GtkBitset *mask)
{
  KdSelection *self = KD_SELECTION (model);
  g_autoptr (GtkBitset) on = NULL;
  g_autoptr (GtkBitset) off = NULL;

  if (self->mode == KD_SELECT_ONE)
    {
      if (!gtk_bitset_is_empty (selected))
        select_one (self, gtk_bitset_get_minimum (selected));
      return TRUE;
    }
  on = gtk_bitset_copy (mask);
  gtk_bitset_intersect (on, selected);
  off = gtk_bitset_copy (mask);
  gtk_bitset_subtract (off, selected);
  apply_runs (self, off, FALSE);
  apply_runs (self, on, TRUE);
  if (!gtk_bitset_is_empty (mask))
    {
      unsigned first = gtk_bitset_get_minimum (mask);
      unsigned last = MIN (gtk_bitset_get_maximum (mask), MAX (n_items (self), 1) - 1);

      if (first <= last)
        tell (self, first, last - first + 1);
    }
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->select_all = select_all;
  iface->unselect_all = unselect_all;
  iface->set_selection = set_selection;
}

/* ---- GObject ---- */

static void
kd_selection_get_property (GObject *object,
                           guint id,
                           GValue *value,
                           GParamSpec *pspec)
{
  if (id == PROP_CURRENT)
    g_value_set_uint (value, KD_SELECTION (object)->current);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kd_selection_set_property (GObject *object,
                           guint id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  if (id == PROP_CURRENT)
    kd_selection_set_current (KD_SELECTION (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
clear_set (KdSelection *self)
{
  if (self->set_destroy != NULL)
    self->set_destroy (self->set);
  self->set = NULL;
  self->set_destroy = NULL;
}

static void
kd_selection_dispose (GObject *object)
{
  KdSelection *self = KD_SELECTION (object);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_clear_object (&self->model);
  g_clear_object (&self->current_item);
  G_OBJECT_CLASS (kd_selection_parent_class)->dispose (object);
}

static void
kd_selection_finalize (GObject *object)
{
  clear_set (KD_SELECTION (object));
  G_OBJECT_CLASS (kd_selection_parent_class)->finalize (object);
}

static void
kd_selection_class_init (KdSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kd_selection_get_property;
  object_class->set_property = kd_selection_set_property;
  object_class->dispose = kd_selection_dispose;
  object_class->finalize = kd_selection_finalize;
  props[PROP_CURRENT]
    = g_param_spec_uint ("current", NULL, NULL, 0, G_MAXUINT, GTK_INVALID_LIST_POSITION,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
kd_selection_init (KdSelection *self)
{
  self->current = GTK_INVALID_LIST_POSITION;
  self->funcs = &bitset_funcs;
  self->set = gtk_bitset_new_empty ();
  self->set_destroy = (GDestroyNotify) gtk_bitset_unref;
}

KdSelection *
kd_selection_new (KdSelectMode mode)
{
  KdSelection *self = g_object_new (KD_TYPE_SELECTION, NULL);

  self->mode = mode;
  return self;
}

void
kd_selection_set_model (KdSelection *self,
                        GListModel *model)
{
  unsigned removed, added;

  g_return_if_fail (KD_IS_SELECTION (self));

  if (self->model == model)
    return;
  removed = n_items (self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_set_object (&self->model, model);
  if (model != NULL)
    g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  added = n_items (self);
  if (self->funcs == &bitset_funcs)
    gtk_bitset_remove_all (self->set);
  g_clear_object (&self->current_item);
  self->current = GTK_INVALID_LIST_POSITION;
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, added);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);
}

GListModel *
kd_selection_get_model (KdSelection *self)
{
  return self->model;
}

void
kd_selection_set_set (KdSelection *self,
                      const KdSelectionSet *funcs,
                      gpointer set,
                      GDestroyNotify destroy)
{
  g_return_if_fail (KD_IS_SELECTION (self) && self->mode == KD_SELECT_MANY);

  clear_set (self);
  self->funcs = funcs;
  self->set = set;
  self->set_destroy = destroy;
  kd_selection_changed (self);
}

guint64
kd_selection_get_count (KdSelection *self)
{
  guint64 n = 0;

  if (self->mode == KD_SELECT_ONE)
    return self->current != GTK_INVALID_LIST_POSITION ? 1 : 0;
  if (self->funcs->count != NULL)
    return self->funcs->count (self->set);
  for (unsigned i = 0; i < n_items (self); i++)
    n += self->funcs->is_selected (self->set, i) ? 1 : 0;
  return n;
}

unsigned
kd_selection_get_current (KdSelection *self)
{
  return self->current;
}

void
kd_selection_set_current (KdSelection *self,
                          unsigned position)
{
  g_return_if_fail (KD_IS_SELECTION (self));

  if (position == GTK_INVALID_LIST_POSITION || position >= n_items (self))
    {
      if (self->mode == KD_SELECT_ONE)
        select_one (self, GTK_INVALID_LIST_POSITION);
      else
        put_current (self, GTK_INVALID_LIST_POSITION);
      return;
    }
  if (self->current != position)
    select_item (GTK_SELECTION_MODEL (self), position, TRUE);
}

void
kd_selection_changed (KdSelection *self)
{
  g_return_if_fail (KD_IS_SELECTION (self));
  tell (self, 0, n_items (self));
}
