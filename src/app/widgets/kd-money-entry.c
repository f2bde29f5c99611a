/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-money-entry.h"

#include "kd-entry-undo.h"
#include "kd-widgets.h"

#define ENTRY_MIN_CHARS 6
#define ENTRY_CHARS 12

struct _KdMoneyEntry {
  GtkWidget parent_instance;

  GtkWidget *entry;
  GtkWidget *hint;
  KdMoneyParse parse;
  gpointer parse_data;
  GDestroyNotify parse_destroy;
  KdMoneyState state;
  int64_t amount;
  gboolean loading;
  gboolean dirty; /* typed since the last commit or load */
};

G_DEFINE_FINAL_TYPE (KdMoneyEntry, kd_money_entry, GTK_TYPE_WIDGET)

enum { CHANGED, COMMIT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_hint (KdMoneyEntry *self,
           const char *words,
           gboolean problem)
{
  /* The line keeps its height while empty, so that a form doesn't jump at the first key. */
  gtk_label_set_text (GTK_LABEL (self->hint), words != NULL ? words : "");
  if (problem)
    {
      gtk_widget_add_css_class (self->hint, "problem");
      gtk_widget_add_css_class (self->entry, "error");
    }
  else
    {
      gtk_widget_remove_css_class (self->hint, "problem");
      gtk_widget_remove_css_class (self->entry, "error");
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words != NULL ? words : "",
                                  -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               problem ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
read_text (KdMoneyEntry *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *words = NULL;
  g_autofree char *bare = g_strstrip (g_strdup (text));

  self->amount = 0;
  if (*bare == '\0')
    self->state = KD_MONEY_EMPTY;
  else if (self->parse (text, &self->amount, &words, self->parse_data))
    self->state = KD_MONEY_VALID;
  else
    self->state = KD_MONEY_INVALID;
  show_hint (self, words, self->state == KD_MONEY_INVALID);
}

static void
changed_cb (GtkEditable *editable,
            KdMoneyEntry *self)
{
  read_text (self);
  self->dirty = !self->loading;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
commit (KdMoneyEntry *self)
{
  if (!self->dirty)
    return;
  self->dirty = FALSE;
  g_signal_emit (self, signals[COMMIT], 0);
}

static void
kd_money_entry_dispose (GObject *object)
{
  KdMoneyEntry *self = KD_MONEY_ENTRY (object);

  self->dirty = FALSE;
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_money_entry_parent_class)->dispose (object);
}

static void
kd_money_entry_finalize (GObject *object)
{
  KdMoneyEntry *self = KD_MONEY_ENTRY (object);

  if (self->parse_destroy != NULL)
    self->parse_destroy (self->parse_data);
  G_OBJECT_CLASS (kd_money_entry_parent_class)->finalize (object);
}

static gboolean
kd_money_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (KD_MONEY_ENTRY (widget)->entry);
}

static void
kd_money_entry_class_init (KdMoneyEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_money_entry_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_money_entry_finalize;
  widget_class->grab_focus = kd_money_entry_grab_focus;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_MONEY_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[COMMIT] = g_signal_new ("commit", KD_TYPE_MONEY_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "moneyentry");
}

static void
kd_money_entry_init (KdMoneyEntry *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_orientable_set_orientation (
    GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  self->entry = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), ENTRY_MIN_CHARS);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), ENTRY_CHARS);
  gtk_entry_set_alignment (GTK_ENTRY (self->entry), 1);
  gtk_widget_add_css_class (self->entry, "kd-numeric");
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
  self->hint = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->hint), 1);
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_widget_add_css_class (self->hint, "kd-hint");
  gtk_widget_add_css_class (self->hint, "kd-small");
  gtk_widget_add_css_class (self->hint, "kd-numeric");
  gtk_widget_set_parent (self->hint, GTK_WIDGET (self));

  kd_entry_undo_attach (self->entry, NULL);
  g_signal_connect (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (commit), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (commit), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

GtkWidget *
kd_money_entry_new (const char *name,
                    KdMoneyParse parse,
                    gpointer user_data,
                    GDestroyNotify destroy)
{
  KdMoneyEntry *self = g_object_new (KD_TYPE_MONEY_ENTRY, NULL);

  self->parse = parse;
  self->parse_data = user_data;
  self->parse_destroy = destroy;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  return GTK_WIDGET (self);
}

void
kd_money_entry_load (KdMoneyEntry *self,
                     const char *text)
{
  g_return_if_fail (KD_IS_MONEY_ENTRY (self));

  self->loading = TRUE;
  kd_entry_undo_load (self->entry, text);
  self->loading = FALSE;
  self->dirty = FALSE;
  read_text (self);
}

const char *
kd_money_entry_get_text (KdMoneyEntry *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

KdMoneyState
kd_money_entry_get_amount (KdMoneyEntry *self,
                           int64_t *ret_amount)
{
  if (self->state == KD_MONEY_VALID && ret_amount != NULL)
    *ret_amount = self->amount;
  return self->state;
}

void
kd_money_entry_set_problem (KdMoneyEntry *self,
                            const char *problem)
{
  g_return_if_fail (KD_IS_MONEY_ENTRY (self));

  if (problem != NULL)
    show_hint (self, problem, TRUE);
  else
    read_text (self);
}

GtkWidget *
kd_money_entry_get_entry (KdMoneyEntry *self)
{
  return self->entry;
}
