/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-page.h"

#include "kd-action-button.h"
#include "kd-activity-bar.h"
#include "kd-announce.h"
#include "kd-empty-page.h"
#include "kd-import-choices.h"
#include "kd-import-lines.h"
#include "kd-import-money.h"
#include "kd-import-words.h"
#include "kd-product-fields.h"
#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define WIDTH_MAX 720
#define SPACING 18
#define HEAD_SPACING 9
#define TALLIES 4

typedef struct
{
  GtkWidget *box, *number, *word;
} Tally;

struct _KdImportPage {
  GtkWidget parent_instance;

  KdImportJob *job;       /* (owned) (nullable) */
  KdActivity *activity;   /* (owned) (nullable): the one the bar shows */
  GtkWidget *stack, *file;
  GtkWidget *bar;         /* of what is under way */
  GtkWidget *refused, *done, *checked;
  Tally tallies[TALLIES];
  GtkWidget *variants, *verdict, *verdict_icon, *verdict_text;
  GtkWidget *money, *choices;
  GtkWidget *problems_section, *problems_title, *problems;
  GtkWidget *notes_section, *notes_title, *notes;
  GtkWidget *actions, *working, *run;
};

G_DEFINE_FINAL_TYPE (KdImportPage, kd_import_page, GTK_TYPE_WIDGET)

/* ---- while it works ---- */

static void
activity_changed_cb (KdImportPage *self)
{
  if (kd_activity_get_state (self->activity) != KD_ACTIVITY_RUNNING)
    return;
  kd_activity_bar_set_progress (KD_ACTIVITY_BAR (self->bar), kd_activity_get_title (self->activity),
                                kd_activity_get_words (self->activity), kd_activity_get_done (self->activity),
                                kd_activity_get_total (self->activity));
  kd_activity_bar_set_can_cancel (KD_ACTIVITY_BAR (self->bar), kd_activity_can_cancel (self->activity));
}

static void
watch_activity (KdImportPage *self,
                KdActivity *activity)
{
  if (self->activity == activity)
    return;
  if (self->activity != NULL)
    g_signal_handlers_disconnect_by_data (self->activity, self);
  g_set_object (&self->activity, activity);
  if (activity == NULL)
    return;
  g_signal_connect_swapped (activity, "changed", G_CALLBACK (activity_changed_cb), self);
  activity_changed_cb (self);
}

static void
stop_cb (KdImportPage *self)
{
  if (self->job != NULL)
    kd_import_job_cancel (self->job);
}

/* ---- what would happen ---- */

static void
show_tally (Tally *tally,
            guint64 n,
            const char *word,
            const char *currency)
{
  g_autofree char *number = kd_import_count_words (n, currency);
  g_autofree char *name = g_strdup_printf ("%s %s", number, word);

  gtk_label_set_text (GTK_LABEL (tally->number), number);
  gtk_label_set_text (GTK_LABEL (tally->word), word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (tally->box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (n == 0)
    gtk_widget_add_css_class (tally->box, "none");
  else
    gtk_widget_remove_css_class (tally->box, "none");
}

static void
show_counts (KdImportPage *self)
{
  const KdImportCounts *counts = &kd_import_job_get_result (self->job)->report->counts;
  const char *currency = kd_import_get_currency (kd_import_job_get_import (self->job));
  guint64 variants = counts->variants_created + counts->variants_updated;
  g_autofree char *n = kd_import_count_words (variants, currency);
  g_autofree char *text = NULL;

  /* TRANSLATORS: Below a number of products of a file. */
  show_tally (&self->tallies[0], counts->created, _("new"), currency);
  show_tally (&self->tallies[1], counts->updated, _("changed"), currency);
  show_tally (&self->tallies[2], counts->skipped, _("skipped"), currency);
  show_tally (&self->tallies[3], counts->errors, _("wrong"), currency);
  text = g_strdup_printf (ngettext ("With %s variant", "With %s variants", variants), n);
  gtk_label_set_text (GTK_LABEL (self->variants), text);
  gtk_widget_set_visible (self->variants, variants > counts->created + counts->updated);
}

static const char *
verdict (KdImportPage *self,
         const char **ret_icon,
         const char **ret_style)
{
  const KdImportCounts *counts = &kd_import_job_get_result (self->job)->report->counts;
  gboolean none = counts->created + counts->updated == 0;

  *ret_icon = "dialog-information-symbolic";
  *ret_style = "neutral";
  if (kd_import_job_was_stopped (self->job))
    return _("The import was stopped. What had come in was taken back.");
  /* The question stands right below, and its answer may change everything. */
  if (kd_import_job_get_money (self->job, NULL) == KD_IMPORT_MONEY_UNKNOWN)
    return NULL;
  if (none && counts->errors == 0)
    {
      *ret_icon = "emblem-ok-symbolic";
      *ret_style = "good";
      return kd_import_job_get_options (self->job)->mode == KD_IMPORT_BOTH
               ? _("Nothing changes: what the file says is in the shop already.")
               : _("Nothing to import: choose below what is to be done.");
    }
  if (counts->errors == 0)
    return NULL;
  *ret_icon = "dialog-warning-symbolic";
  *ret_style = none && counts->skipped == 0 ? "bad" : "warning";
  if (none && counts->skipped > 0)
    return _("Nothing changes but for the wrong rows: mend them and import the file again.");
  if (none)
    return _("Nothing can be imported as it stands. What is wrong is said below.");
  if (kd_import_job_get_options (self->job)->all_or_nothing)
    return _("There are wrong rows, and all or nothing is chosen: mend them first.");
  return _("Wrong rows are set aside, the others can be imported.");
}

static void
show_verdict (KdImportPage *self)
{
  static const char *const styles[] = { "neutral", "good", "warning", "bad" };
  const char *icon, *style, *words = verdict (self, &icon, &style);

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (self->verdict, styles[i]);
  gtk_widget_add_css_class (self->verdict, style);
  gtk_widget_set_visible (self->verdict, words != NULL);
  if (words == NULL || g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->verdict_text)), words) == 0)
    return;
  gtk_label_set_text (GTK_LABEL (self->verdict_text), words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->verdict_icon), icon);
  kd_announce (self->verdict, words);
}

static void
show_title (GtkWidget *label,
            const char *words,
            guint64 n,
            const char *currency)
{
  g_autofree char *count = kd_import_count_words (n, currency);
  g_autofree char *title = g_strdup_printf ("%s (%s)", words, count);

  gtk_label_set_text (GTK_LABEL (label), title);
}

static void
show_lines (KdImportPage *self)
{
  const KdImportReport *report = kd_import_job_get_result (self->job)->report;
  const char *currency = kd_import_get_currency (kd_import_job_get_import (self->job));

  kd_import_lines_set_problems (KD_IMPORT_LINES (self->problems), report, currency);
  kd_import_lines_set_notes (KD_IMPORT_LINES (self->notes), report, currency);
  show_title (self->problems_title, _("Wrong rows"), report->problems->len, currency);
  show_title (self->notes_title, _("Good to know"), report->notes->len, currency);
  gtk_widget_set_visible (self->problems_section, report->problems->len > 0);
  gtk_widget_set_visible (self->notes_section, report->notes->len > 0);
}

static void
show_run (KdImportPage *self)
{
  guint64 n = kd_import_job_count (self->job);
  g_autofree char *count = kd_import_count_words (n, kd_import_get_currency (kd_import_job_get_import (self->job)));
  g_autofree char *text = g_strdup_printf (ngettext ("Import %s Product", "Import %s Products", n), count);
  gboolean busy = kd_import_job_is_busy (self->job);

  kd_action_button_set_text (KD_ACTION_BUTTON (self->run), text);
  gtk_widget_set_visible (self->working, busy);
  if (busy)
    gtk_spinner_start (GTK_SPINNER (gtk_widget_get_first_child (self->working)));
  else
    gtk_spinner_stop (GTK_SPINNER (gtk_widget_get_first_child (self->working)));
  gtk_widget_set_visible (self->actions, busy || n > 0);
}

static void
show_checked (KdImportPage *self)
{
  show_run (self);
  if (kd_import_job_is_busy (self->job))
    return;
  show_counts (self);
  show_verdict (self);
  show_lines (self);
}

/* ---- the end ---- */

static void
show_refused (KdImportPage *self)
{
  kd_empty_page_set_words (KD_EMPTY_PAGE (self->refused), _("This file can't be imported"),
                           kd_import_file_words_for (kd_import_job_get_code (self->job),
                                                     kd_import_job_get_name (self->job)));
}

static void
show_done (KdImportPage *self)
{
  const KdImportResult *outcome = kd_import_job_get_outcome (self->job);
  const char *currency = kd_import_get_currency (kd_import_job_get_import (self->job));
  guint64 errors = outcome->report->counts.errors;
  g_autofree char *title = kd_import_outcome_words (outcome, currency);
  g_autofree char *count = kd_import_count_words (errors, currency);
  g_autofree char *text = g_strdup_printf (
    ngettext ("%s product was set aside because something is wrong in its rows. Save them, mend them, and import them again.",
              "%s products were set aside because something is wrong in their rows. Save them, mend them, and import them"
              " again.", errors), count);

  kd_empty_page_set_words (KD_EMPTY_PAGE (self->done), title, text);
}

/* ---- following the job ---- */

static const char *
child_of (KdImportJobState state)
{
  switch (state)
    {
    case KD_IMPORT_JOB_REFUSED: return "refused";
    case KD_IMPORT_JOB_CHECKED: return "checked";
    case KD_IMPORT_JOB_DONE: return "done";
    default: return "busy";
    }
}

static void
job_changed_cb (KdImportPage *self)
{
  KdImportJobState state = kd_import_job_get_state (self->job);
  gboolean other = g_strcmp0 (child_of (state), gtk_stack_get_visible_child_name (GTK_STACK (self->stack))) != 0;

  watch_activity (self, kd_import_job_get_activity (self->job));
  if (state == KD_IMPORT_JOB_CHECKED)
    show_checked (self);
  else if (state == KD_IMPORT_JOB_REFUSED)
    show_refused (self);
  else if (state == KD_IMPORT_JOB_DONE)
    show_done (self);
  else if (state == KD_IMPORT_JOB_UNDOING)
    {
      kd_activity_bar_set_progress (KD_ACTIVITY_BAR (self->bar), _("Taking back what was imported"), NULL, 0, 0);
      kd_activity_bar_set_can_cancel (KD_ACTIVITY_BAR (self->bar), FALSE);
    }
  if (state != KD_IMPORT_JOB_CHECKED)
    gtk_widget_set_visible (self->actions, FALSE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), child_of (state));
  if (other && gtk_widget_get_mapped (GTK_WIDGET (self)))
    kd_import_page_focus (self);
}

/* ---- the widget ---- */

static void
kd_import_page_dispose (GObject *object)
{
  KdImportPage *self = KD_IMPORT_PAGE (object);

  kd_import_page_set_job (self, NULL);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  self->stack = NULL;
  G_OBJECT_CLASS (kd_import_page_parent_class)->dispose (object);
}

static void
kd_import_page_class_init (KdImportPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_import_page_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "importpage");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
new_label (const char *text,
           const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_head (KdImportPage *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, HEAD_SPACING);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *back = kd_action_button_new ("page.import-close", KD_ACTION_ICON);

  self->file = new_label (NULL, "dim-label");
  gtk_widget_add_css_class (self->file, "kd-small");
  gtk_label_set_ellipsize (GTK_LABEL (self->file), PANGO_ELLIPSIZE_MIDDLE);
  gtk_box_append (GTK_BOX (lines), new_label (_("Import products"), "heading"));
  gtk_box_append (GTK_BOX (lines), self->file);
  gtk_widget_add_css_class (back, "flat");
  gtk_widget_set_valign (back, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (head, "kd-import-head");
  gtk_box_append (GTK_BOX (head), back);
  gtk_box_append (GTK_BOX (head), lines);
  return head;
}

static GtkWidget *
make_busy (KdImportPage *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->bar = kd_activity_bar_new ();
  g_signal_connect_swapped (self->bar, "cancel", G_CALLBACK (stop_cb), self);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH_MAX);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->bar);
  gtk_widget_set_valign (clamp, GTK_ALIGN_CENTER);
  return clamp;
}

static GtkWidget *
make_tallies (KdImportPage *self)
{
  static const char *const styles[TALLIES] = { "good", "accent", "neutral", "bad" };
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, HEAD_SPACING);

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  for (guint i = 0; i < TALLIES; i++)
    {
      Tally *tally = &self->tallies[i];

      tally->box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_GROUP, NULL);
      tally->number = gtk_label_new (NULL);
      tally->word = gtk_label_new (NULL);
      gtk_label_set_ellipsize (GTK_LABEL (tally->word), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (tally->number, "kd-total");
      gtk_widget_add_css_class (tally->word, "kd-small");
      gtk_widget_add_css_class (tally->box, "kd-tally");
      gtk_widget_add_css_class (tally->box, styles[i]);
      gtk_box_append (GTK_BOX (tally->box), tally->number);
      gtk_box_append (GTK_BOX (tally->box), tally->word);
      gtk_box_append (GTK_BOX (row), tally->box);
    }
  return row;
}

static GtkWidget *
make_verdict (KdImportPage *self)
{
  self->verdict = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, HEAD_SPACING);
  self->verdict_icon = gtk_image_new ();
  self->verdict_text = new_label (NULL, NULL);
  gtk_label_set_wrap (GTK_LABEL (self->verdict_text), TRUE);
  gtk_widget_add_css_class (self->verdict, "kd-verdict");
  gtk_box_append (GTK_BOX (self->verdict), self->verdict_icon);
  gtk_box_append (GTK_BOX (self->verdict), self->verdict_text);
  return self->verdict;
}

/* A heading with a number, perhaps a button beside it, and the rows below. */
static GtkWidget *
make_lines (const char *name,
            const char *command,
            GtkWidget **ret_title,
            GtkWidget **ret_lines)
{
  GtkWidget *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, HEAD_SPACING);
  GtkWidget *head = kd_wrap_box_new (HEAD_SPACING);

  *ret_title = new_label (NULL, "heading");
  gtk_widget_set_hexpand (*ret_title, TRUE);
  *ret_lines = kd_import_lines_new (name);
  kd_wrap_box_append (KD_WRAP_BOX (head), *ret_title);
  if (command != NULL)
    kd_wrap_box_append (KD_WRAP_BOX (head), kd_action_button_new (command, KD_ACTION_LABEL));
  gtk_box_append (GTK_BOX (section), head);
  gtk_box_append (GTK_BOX (section), *ret_lines);
  return section;
}

static GtkWidget *
make_checked (KdImportPage *self,
              KdSession *session)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING), *top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->variants = new_label (NULL, "dim-label");
  self->money = kd_import_money_new ();
  self->choices = kd_import_choices_new (session);
  self->problems_section = make_lines (_("Wrong rows"), "page.import-save-errors", &self->problems_title, &self->problems);
  self->notes_section = make_lines (_("Good to know"), NULL, &self->notes_title, &self->notes);
  gtk_box_append (GTK_BOX (top), make_tallies (self));
  gtk_box_append (GTK_BOX (top), self->variants);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), make_verdict (self));
  gtk_box_append (GTK_BOX (box), self->money);
  gtk_box_append (GTK_BOX (box), self->problems_section);
  gtk_box_append (GTK_BOX (box), self->notes_section);
  gtk_box_append (GTK_BOX (box), self->choices);
  gtk_widget_add_css_class (box, "kd-import-body");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH_MAX);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  return scrolled;
}

static GtkWidget *
make_actions (KdImportPage *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->actions = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, HEAD_SPACING);
  self->working = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, HEAD_SPACING);
  self->run = kd_action_button_new ("page.import-run", KD_ACTION_LABEL);
  gtk_box_append (GTK_BOX (self->working), gtk_spinner_new ());
  gtk_box_append (GTK_BOX (self->working), new_label (_("Checking…"), "dim-label"));
  gtk_widget_set_hexpand (self->run, TRUE);
  gtk_widget_set_halign (self->run, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->run, "suggested-action");
  gtk_box_append (GTK_BOX (self->actions), self->working);
  gtk_box_append (GTK_BOX (self->actions), self->run);
  gtk_widget_set_visible (self->actions, FALSE);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH_MAX);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->actions);
  gtk_widget_add_css_class (clamp, "kd-import-bar");
  return clamp;
}

static void
kd_import_page_init (KdImportPage *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                                  GTK_ORIENTATION_VERTICAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Import products"), -1);
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_widget_set_vexpand (self->stack, TRUE);
}

GtkWidget *
kd_import_page_new (KdSession *session)
{
  KdImportPage *self = g_object_new (KD_TYPE_IMPORT_PAGE, NULL);

  self->refused = kd_empty_page_new ("dialog-error-symbolic", "", NULL);
  kd_empty_page_set_primary (KD_EMPTY_PAGE (self->refused), _("Another File…"), "page.import");
  kd_empty_page_set_link (KD_EMPTY_PAGE (self->refused), NULL, "page.import-close");
  self->done = kd_empty_page_new ("emblem-ok-symbolic", "", NULL);
  kd_empty_page_set_primary (KD_EMPTY_PAGE (self->done), NULL, "page.import-save-errors");
  kd_empty_page_set_link (KD_EMPTY_PAGE (self->done), NULL, "page.import-close");
  self->checked = make_checked (self, session);
  gtk_stack_add_named (GTK_STACK (self->stack), make_busy (self), "busy");
  gtk_stack_add_named (GTK_STACK (self->stack), self->refused, "refused");
  gtk_stack_add_named (GTK_STACK (self->stack), self->checked, "checked");
  gtk_stack_add_named (GTK_STACK (self->stack), self->done, "done");
  gtk_widget_set_parent (make_head (self), GTK_WIDGET (self));
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  gtk_widget_set_parent (make_actions (self), GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

void
kd_import_page_set_job (KdImportPage *self,
                        KdImportJob *job)
{
  g_return_if_fail (KD_IS_IMPORT_PAGE (self));

  if (self->job == job || self->stack == NULL)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  watch_activity (self, NULL);
  g_set_object (&self->job, job);
  kd_import_money_set_job (KD_IMPORT_MONEY (self->money), job);
  kd_import_choices_set_job (KD_IMPORT_CHOICES (self->choices), job);
  if (job == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->file), kd_import_job_get_name (job));
  gtk_widget_set_tooltip_text (self->file, kd_import_job_get_name (job));
  g_signal_connect_swapped (job, "changed", G_CALLBACK (job_changed_cb), self);
  job_changed_cb (self);
}

void
kd_import_page_focus (KdImportPage *self)
{
  g_return_if_fail (KD_IS_IMPORT_PAGE (self));

  if (gtk_widget_get_visible (self->money)
      && self->job != NULL && kd_import_job_get_state (self->job) == KD_IMPORT_JOB_CHECKED
      && kd_import_job_may_run (self->job) != NULL)
    gtk_widget_child_focus (self->money, GTK_DIR_TAB_FORWARD);
  else if (gtk_widget_get_visible (self->actions) && gtk_widget_get_visible (self->run))
    gtk_widget_grab_focus (self->run);
  else
    gtk_widget_child_focus (self->stack, GTK_DIR_TAB_FORWARD);
}
