/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-draft-private.h"

#include "kd-store-records.h"
#include "kd-target.h"
#include "kd-wire-record.h"

#define REGISTRY "kd-drafts"

/* One field that is being typed. */
typedef struct
{
  char *text;
  char *base;           /* (nullable): the stored value as JSON when typing began */
  gint64 base_seq;
  gboolean unwritten;
} Typed;

struct _KdDraft
{
  GObject parent_instance;

  KdSession *session;           /* borrowed */
  const KdKind *kind;
  KdId id;
  GHashTable *fields;           /* (owned): name -> Typed */
  GHashTable *removed;          /* (owned): names to be removed from the disk */
  GHashTable *reasons;          /* (owned): name -> code */
  guint source;
  gboolean loaded;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];
enum { PROP_0, PROP_DIRTY, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (KdDraft, kd_draft, G_TYPE_OBJECT)

static void
typed_free (gpointer data)
{
  Typed *typed = data;

  g_free (typed->text);
  g_free (typed->base);
  g_free (typed);
}

static void
changed (KdDraft *self,
         const char *field)
{
  g_signal_emit (self, signals[CHANGED], 0, field);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DIRTY]);
}

/* ---- to the disk ---- */

static void
write_field (KdDraft *self,
             const char *field,
             const Typed *typed)
{
  KdStoredDraft stored = { .kind = self->kind->number, .row_id = self->id, .field = (char *) field,
                           .text = typed != NULL ? typed->text : NULL, .base = typed != NULL ? typed->base : NULL,
                           .base_seq = typed != NULL ? typed->base_seq : 0, .at = kd_session_now (self->session) };

  kd_store_set_draft_async (kd_session_get_store (self->session), &stored);
}

void
kd_draft_flush (KdDraft *self)
{
  GHashTableIter iter;
  gpointer field, value;

  g_clear_handle_id (&self->source, g_source_remove);
  g_hash_table_iter_init (&iter, self->fields);
  while (g_hash_table_iter_next (&iter, &field, &value))
    if (((Typed *) value)->unwritten)
      {
        write_field (self, field, value);
        ((Typed *) value)->unwritten = FALSE;
      }
  g_hash_table_iter_init (&iter, self->removed);
  while (g_hash_table_iter_next (&iter, &field, NULL))
    write_field (self, field, NULL);
  g_hash_table_remove_all (self->removed);
}

static gboolean
flush_cb (gpointer data)
{
  KdDraft *self = data;

  self->source = 0;
  kd_draft_flush (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (KdDraft *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (KD_DRAFT_DELAY_MS, flush_cb, self);
}

void
kd_drafts_flush (KdSession *session)
{
  GHashTable *registry = g_object_get_data (G_OBJECT (session), REGISTRY);
  GHashTableIter iter;
  gpointer draft;

  if (registry == NULL)
    return;
  g_hash_table_iter_init (&iter, registry);
  while (g_hash_table_iter_next (&iter, NULL, &draft))
    kd_draft_flush (draft);
}

/* ---- from the disk ---- */

typedef struct
{
  guint kind;
  KdId id;
} Question;

static gpointer
read_drafts (KdStore *store,
             KdSqlConnection *connection,
             gpointer data,
             GError **error)
{
  const Question *question = data;
  return kd_store_drafts (store, connection, question->kind, &question->id, error);
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdDraft) self = data;
  g_autoptr (GPtrArray) stored = kd_store_read_finish (KD_STORE (source), result, NULL, NULL);

  self->loaded = TRUE;
  for (guint i = 0; stored != NULL && i < stored->len; i++)
    {
      const KdStoredDraft *draft = g_ptr_array_index (stored, i);
      Typed *typed;

      /* what was typed meanwhile wins */
      if (draft->text == NULL || g_hash_table_contains (self->fields, draft->field)
          || g_hash_table_contains (self->removed, draft->field))
        continue;
      typed = g_new0 (Typed, 1);
      typed->text = g_strdup (draft->text);
      typed->base = g_strdup (draft->base);
      typed->base_seq = draft->base_seq;
      g_hash_table_insert (self->fields, g_strdup (draft->field), typed);
    }
  changed (self, NULL);
}

static void
forget (gpointer data,
        GObject *where)
{
  GHashTable *registry = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, registry);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == where)
      g_hash_table_iter_remove (&iter);
  g_hash_table_unref (registry);
}

KdDraft *
kd_draft_get (KdSession *session,
              const KdKind *kind,
              const KdId *id)
{
  GHashTable *registry = g_object_get_data (G_OBJECT (session), REGISTRY);
  g_autofree char *key = kd_target_text (kind, id);
  Question *question;
  KdDraft *self;

  if (registry == NULL)
    {
      registry = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_data_full (G_OBJECT (session), REGISTRY, registry, (GDestroyNotify) g_hash_table_unref);
    }
  self = g_hash_table_lookup (registry, key);
  if (self != NULL)
    return g_object_ref (self);
  self = g_object_new (KD_TYPE_DRAFT, NULL);
  self->session = session;
  self->kind = kind;
  self->id = *id;
  g_hash_table_insert (registry, g_steal_pointer (&key), self);
  g_object_weak_ref (G_OBJECT (self), forget, g_hash_table_ref (registry));
  question = g_new0 (Question, 1);
  question->kind = kind->number;
  question->id = *id;
  kd_store_read_async (kd_session_get_store (session), KD_READER_INTERACTIVE, read_drafts, question, g_free,
                       (GDestroyNotify) g_ptr_array_unref, NULL, read_cb, g_object_ref (self));
  return self;
}

/* ---- what is typed ---- */

const KdKind *
kd_draft_get_kind (KdDraft *self)
{
  return self->kind;
}

const KdId *
kd_draft_get_id (KdDraft *self)
{
  return &self->id;
}

gboolean
kd_draft_is_loaded (KdDraft *self)
{
  return self->loaded;
}

gboolean
kd_draft_is_dirty (KdDraft *self)
{
  return g_hash_table_size (self->fields) > 0;
}

const char *
kd_draft_get_text (KdDraft *self,
                   const char *field)
{
  const Typed *typed = g_hash_table_lookup (self->fields, field);

  return typed != NULL ? typed->text : NULL;
}

void
kd_draft_set_text (KdDraft *self,
                   const char *field,
                   const char *text,
                   const KdRecord *shown)
{
  Typed *typed = g_hash_table_lookup (self->fields, field);
  const KdField *described = kd_shape_find (&self->kind->shape, field);

  g_hash_table_remove (self->reasons, field);
  if (text == NULL)
    {
      if (typed == NULL)
        return;
      g_hash_table_remove (self->fields, field);
      g_hash_table_add (self->removed, g_strdup (field));
    }
  else
    {
      if (typed != NULL && g_strcmp0 (typed->text, text) == 0)
        return;
      if (typed == NULL)
        {
          typed = g_new0 (Typed, 1);
          if (shown != NULL && described != NULL)
            {
              typed->base = kd_wire_value_to_text (described, shown);
              typed->base_seq = shown->seq;
            }
          g_hash_table_insert (self->fields, g_strdup (field), typed);
        }
      g_hash_table_remove (self->removed, field);
      g_free (typed->text);
      typed->text = g_strdup (text);
      typed->unwritten = TRUE;
    }
  schedule (self);
  changed (self, field);
}

char **
kd_draft_list_fields (KdDraft *self)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer field;
  char **fields;

  g_hash_table_iter_init (&iter, self->fields);
  while (g_hash_table_iter_next (&iter, &field, NULL))
    g_strv_builder_add (builder, field);
  fields = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return fields;
}

KdPartial *
kd_draft_get_base (KdDraft *self,
                   const KdPartial *set,
                   const KdRecord *now)
{
  const KdShape *shape = &self->kind->shape;
  KdPartial *base = kd_record_partial (now, set->mask);

  for (guint i = 0; i < shape->n_fields; i++)
    {
      const Typed *typed = g_hash_table_lookup (self->fields, shape->fields[i].name);

      if ((set->mask >> i & 1) == 0 || typed == NULL || typed->base == NULL)
        continue;
      kd_field_reset (&shape->fields[i], base->record);
      kd_wire_value_parse (&shape->fields[i], typed->base, base->record, KD_WIRE_READ_OWN, NULL);
    }
  return base;
}

gboolean
kd_draft_changed_underneath (KdDraft *self,
                             const char *field,
                             const KdRecord *now)
{
  const Typed *typed = g_hash_table_lookup (self->fields, field);
  const KdField *described = kd_shape_find (&self->kind->shape, field);
  g_autofree char *value = NULL;

  if (typed == NULL || typed->base == NULL || described == NULL || now == NULL)
    return FALSE;
  value = kd_wire_value_to_text (described, now);
  return g_strcmp0 (value, typed->base) != 0;
}

void
kd_draft_set_reason (KdDraft *self,
                     const char *field,
                     const char *code)
{
  if (code != NULL)
    g_hash_table_insert (self->reasons, g_strdup (field), g_strdup (code));
  else
    g_hash_table_remove (self->reasons, field);
  g_signal_emit (self, signals[CHANGED], 0, field);
}

const char *
kd_draft_get_reason (KdDraft *self,
                     const char *field)
{
  return g_hash_table_lookup (self->reasons, field);
}

void
kd_draft_clear (KdDraft *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_hash_table_remove_all (self->fields);
  g_hash_table_remove_all (self->removed);
  g_hash_table_remove_all (self->reasons);
  kd_store_clear_drafts_async (kd_session_get_store (self->session), self->kind->number, &self->id);
  changed (self, NULL);
}

static void
kd_draft_get_property (GObject *object,
                       guint id,
                       GValue *value,
                       GParamSpec *pspec)
{
  g_value_set_boolean (value, kd_draft_is_dirty (KD_DRAFT (object)));
}

static void
kd_draft_dispose (GObject *object)
{
  KdDraft *self = KD_DRAFT (object);

  if (self->source != 0)
    kd_draft_flush (self);
  G_OBJECT_CLASS (kd_draft_parent_class)->dispose (object);
}

static void
kd_draft_finalize (GObject *object)
{
  KdDraft *self = KD_DRAFT (object);

  g_hash_table_unref (self->fields);
  g_hash_table_unref (self->removed);
  g_hash_table_unref (self->reasons);
  G_OBJECT_CLASS (kd_draft_parent_class)->finalize (object);
}

static void
kd_draft_class_init (KdDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kd_draft_get_property;
  object_class->dispose = kd_draft_dispose;
  object_class->finalize = kd_draft_finalize;
  props[PROP_DIRTY] = g_param_spec_boolean ("dirty", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_STRING);
}

static void
kd_draft_init (KdDraft *self)
{
  self->fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, typed_free);
  self->removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}
