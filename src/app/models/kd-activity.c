/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-activity.h"

struct _KdActivity
{
  GObject parent_instance;

  char *title;
  KdId operation;
  gboolean can_cancel, can_resume;
  int cancelled;               /* (atomic) */

  GMutex mutex;
  char *words;                  /* (mutex) (nullable): as the runner said last */
  guint64 done, total;          /* (mutex) */
  KdActivityState state;        /* (mutex) */
  GSource *source;              /* (mutex) (nullable): tells main */

  char *shown_words;            /* what main was told */
  gint64 told;                  /* monotonic µs */
};

G_DEFINE_FINAL_TYPE (KdActivity, kd_activity, G_TYPE_OBJECT)

enum { CHANGED, CANCEL, RESUME, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
take_words (KdActivity *self)
{
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->source, g_source_unref);
  g_free (self->shown_words);
  self->shown_words = g_strdup (self->words);
  self->told = g_get_monotonic_time ();
  g_mutex_unlock (&self->mutex);
}

static gboolean
tell_cb (gpointer data)
{
  KdActivity *self = data;

  take_words (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* With the mutex held: main hears of it when 100 ms have passed since the last time. */
static void
schedule (KdActivity *self,
          gboolean at_once)
{
  gint64 wait = at_once ? 0 : self->told / 1000 + KD_ACTIVITY_UPDATE_MS - g_get_monotonic_time () / 1000;

  if (self->source != NULL)
    {
      if (!at_once)
        return;
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  self->source = g_timeout_source_new ((guint) CLAMP (wait, 0, KD_ACTIVITY_UPDATE_MS));
  g_source_set_callback (self->source, tell_cb, g_object_ref (self), g_object_unref);
  g_source_attach (self->source, NULL);
}

static void
kd_activity_finalize (GObject *object)
{
  KdActivity *self = KD_ACTIVITY (object);

  g_free (self->title);
  g_free (self->words);
  g_free (self->shown_words);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (kd_activity_parent_class)->finalize (object);
}

static void
kd_activity_class_init (KdActivityClass *klass)
{
  static const char *const names[N_SIGNALS] = { "changed", "cancel", "resume" };

  G_OBJECT_CLASS (klass)->finalize = kd_activity_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], KD_TYPE_ACTIVITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kd_activity_init (KdActivity *self)
{
  g_mutex_init (&self->mutex);
}

KdActivity *
kd_activity_new (const char *title)
{
  KdActivity *self = g_object_new (KD_TYPE_ACTIVITY, NULL);

  self->title = g_strdup (title);
  return self;
}

const char *
kd_activity_get_title (KdActivity *self)
{
  return self->title;
}

void
kd_activity_set_title (KdActivity *self,
                       const char *title)
{
  g_free (self->title);
  self->title = g_strdup (title);
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
kd_activity_get_words (KdActivity *self)
{
  return self->shown_words;
}

guint64
kd_activity_get_done (KdActivity *self)
{
  guint64 done;

  g_mutex_lock (&self->mutex);
  done = self->done;
  g_mutex_unlock (&self->mutex);
  return done;
}

guint64
kd_activity_get_total (KdActivity *self)
{
  guint64 total;

  g_mutex_lock (&self->mutex);
  total = self->total;
  g_mutex_unlock (&self->mutex);
  return total;
}

KdActivityState
kd_activity_get_state (KdActivity *self)
{
  KdActivityState state;

  g_mutex_lock (&self->mutex);
  state = self->state;
  g_mutex_unlock (&self->mutex);
  return state;
}

void
kd_activity_update (KdActivity *self,
                    guint64 done,
                    guint64 total,
                    const char *words)
{
  g_mutex_lock (&self->mutex);
  self->done = done;
  self->total = total;
  g_free (self->words);
  self->words = g_strdup (words);
  schedule (self, FALSE);
  g_mutex_unlock (&self->mutex);
}

void
kd_activity_finish (KdActivity *self,
                    KdActivityState state,
                    const char *words)
{
  g_mutex_lock (&self->mutex);
  self->state = state;
  g_free (self->words);
  self->words = g_strdup (words);
  schedule (self, TRUE);
  g_mutex_unlock (&self->mutex);
}

const KdId *
kd_activity_get_operation (KdActivity *self)
{
  return &self->operation;
}

void
kd_activity_set_operation (KdActivity *self,
                           const KdId *operation)
{
  self->operation = operation != NULL ? *operation : KD_ID_NONE;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
kd_activity_can_cancel (KdActivity *self)
{
  return self->can_cancel && kd_activity_get_state (self) == KD_ACTIVITY_RUNNING
         && !kd_activity_is_cancelled (self);
}

gboolean
kd_activity_can_resume (KdActivity *self)
{
  return self->can_resume && kd_activity_get_state (self) != KD_ACTIVITY_RUNNING;
}

void
kd_activity_set_can_cancel (KdActivity *self,
                            gboolean can_cancel)
{
  self->can_cancel = can_cancel;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
kd_activity_set_can_resume (KdActivity *self,
                            gboolean can_resume)
{
  self->can_resume = can_resume;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
kd_activity_cancel (KdActivity *self)
{
  if (!kd_activity_can_cancel (self))
    return;
  g_atomic_int_set (&self->cancelled, TRUE);
  g_signal_emit (self, signals[CANCEL], 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
kd_activity_resume (KdActivity *self)
{
  if (!kd_activity_can_resume (self))
    return;
  g_atomic_int_set (&self->cancelled, FALSE);
  g_mutex_lock (&self->mutex);
  self->state = KD_ACTIVITY_RUNNING;
  g_mutex_unlock (&self->mutex);
  g_signal_emit (self, signals[RESUME], 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
kd_activity_is_cancelled (KdActivity *self)
{
  return g_atomic_int_get (&self->cancelled) != 0;
}
