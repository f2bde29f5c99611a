/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-unsaved.h"

#define STATE_KEY "catalog.unsaved"
#define STATE_TYPE "a(sms)"
#define UNSAVED_MAX 200

typedef struct
{
  KdId id;
  char *begun;            /* (nullable) */
} Entry;

struct _KdUnsaved
{
  GObject parent_instance;

  KdSession *session;     /* weak: the session outlives every page */
  GPtrArray *entries;
};

G_DEFINE_FINAL_TYPE (KdUnsaved, kd_unsaved, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
entry_free (Entry *entry)
{
  g_free (entry->begun);
  g_free (entry);
}

static Entry *
find (KdUnsaved *self,
      const KdId *id,
      guint *ret_n)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (!kd_id_equal (&entry->id, id))
        continue;
      if (ret_n != NULL)
        *ret_n = i;
      return entry;
    }
  return NULL;
}

static void
load (KdUnsaved *self)
{
  const char *text = kd_session_get_state (self->session, STATE_KEY);
  g_autoptr (GVariant) state = NULL;
  GVariantIter iter;
  const char *id, *begun;

  if (text != NULL)
    state = g_variant_parse (G_VARIANT_TYPE (STATE_TYPE), text, NULL, NULL, NULL);
  if (state == NULL)
    return;
  g_variant_iter_init (&iter, state);
  while (g_variant_iter_next (&iter, "(&sm&s)", &id, &begun))
    {
      Entry *entry = g_new0 (Entry, 1);

      entry->begun = g_strdup (begun);
      if (kd_id_parse (id, &entry->id))
        g_ptr_array_add (self->entries, entry);
      else
        entry_free (entry);
    }
}

static void
store (KdUnsaved *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (STATE_TYPE));
  g_autoptr (GVariant) state = NULL;
  g_autofree char *text = NULL;
  char id[KD_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      g_variant_builder_add (&builder, "(sms)", kd_id_to_text (&entry->id, id), entry->begun);
    }
  state = g_variant_ref_sink (g_variant_builder_end (&builder));
  text = self->entries->len > 0 ? g_variant_print (state, FALSE) : NULL;
  if (self->session != NULL)
    kd_session_set_state (self->session, STATE_KEY, text);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
kd_unsaved_finalize (GObject *object)
{
  KdUnsaved *self = KD_UNSAVED (object);

  if (self->session != NULL)
    g_object_set_data (G_OBJECT (self->session), "kd-unsaved", NULL);
  g_clear_weak_pointer (&self->session);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  G_OBJECT_CLASS (kd_unsaved_parent_class)->finalize (object);
}

static void
kd_unsaved_class_init (KdUnsavedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_unsaved_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_UNSAVED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
kd_unsaved_init (KdUnsaved *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
}

KdUnsaved *
kd_unsaved_get (KdSession *session)
{
  KdUnsaved *self = g_object_get_data (G_OBJECT (session), "kd-unsaved");

  if (self != NULL)
    return g_object_ref (self);
  self = g_object_new (KD_TYPE_UNSAVED, NULL);
  g_set_weak_pointer (&self->session, session);
  g_object_set_data (G_OBJECT (session), "kd-unsaved", self);
  load (self);
  return self;
}

guint
kd_unsaved_get_n (KdUnsaved *self)
{
  return self->entries->len;
}

const char *
kd_unsaved_get_nth (KdUnsaved *self,
                    guint n,
                    KdId *ret_id)
{
  const Entry *entry = g_ptr_array_index (self->entries, n);

  *ret_id = entry->id;
  return entry->begun;
}

gboolean
kd_unsaved_has (KdUnsaved *self,
                const KdId *id)
{
  return find (self, id, NULL) != NULL;
}

void
kd_unsaved_add (KdUnsaved *self,
                const KdId *id,
                const char *begun)
{
  Entry *entry = find (self, id, NULL);

  if (entry != NULL && g_strcmp0 (entry->begun, begun) == 0)
    return;
  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->id = *id;
      g_ptr_array_insert (self->entries, 0, entry);
      /* The drafts themselves stay; only the marks of the oldest go. */
      if (self->entries->len > UNSAVED_MAX)
        g_ptr_array_set_size (self->entries, UNSAVED_MAX);
    }
  g_free (entry->begun);
  entry->begun = g_strdup (begun);
  store (self);
}

void
kd_unsaved_remove (KdUnsaved *self,
                   const KdId *id)
{
  guint n;

  if (find (self, id, &n) == NULL)
    return;
  g_ptr_array_remove_index (self->entries, n);
  store (self);
}
