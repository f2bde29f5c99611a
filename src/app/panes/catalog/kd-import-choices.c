/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-choices.h"

#include "kd-form-field.h"
#include "kd-import-check.h"
#include "kd-import-words.h"
#include "kd-product-fields.h"
#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>
#include <string.h>

#define SPACING 9
#define COLUMN_SPACING 18
#define SAMPLE_CHARS 28

struct _KdImportChoicesBox {
  GtkWidget parent_instance;

  KdSession *session;     /* (owned) */
  KdImportJob *job;       /* (owned) (nullable) */
  GPtrArray *locations;   /* (owned) (nullable): of KdLocation */
  GCancellable *cancellable; /* (owned) */
  GtkWidget *mode, *place, *place_field, *clears, *all;
  GtkWidget *facts, *encoding, *decimal, *samples;
  gboolean showing;       /* the controls follow the job, not the person */
};

G_DEFINE_FINAL_TYPE (KdImportChoicesBox, kd_import_choices, GTK_TYPE_WIDGET)

static const struct
{
  KdImportMode mode;
  const char *words;
} modes[] = {
  { KD_IMPORT_BOTH, N_("Add and change") },
  { KD_IMPORT_CREATE, N_("Only add new ones") },
  { KD_IMPORT_UPDATE, N_("Only change existing ones") },
};

static const struct
{
  const char *name, *words;
} encodings[] = {
  { NULL, N_("Found out by itself") },
  { "UTF-8", "UTF-8" },
  { "UTF-16LE", "UTF-16" },
  { "windows-1252", N_("Western (Windows-1252)") },
  { "windows-1250", N_("Central European (Windows-1250)") },
  { "windows-1251", N_("Cyrillic (Windows-1251)") },
  { "GB18030", N_("Chinese (GB18030)") },
  { "Shift_JIS", N_("Japanese (Shift JIS)") },
};

static const struct
{
  char decimal;
  const char *words;
} decimals[] = {
  { 0, N_("Found out by itself") },
  { ',', "1.250.000,50" },
  { '.', "1,250,000.50" },
};

/* ---- what is chosen ---- */

static void
chosen_cb (KdImportChoicesBox *self)
{
  KdImportOptions options;
  guint place;

  if (self->showing || self->job == NULL || kd_import_job_get_state (self->job) != KD_IMPORT_JOB_CHECKED)
    return;
  options = *kd_import_job_get_options (self->job);
  options.mode = modes[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->mode))].mode;
  options.empty_clears = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->clears));
  options.all_or_nothing = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->all));
  options.encoding = encodings[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->encoding))].name;
  options.decimal = decimals[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->decimal))].decimal;
  place = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->place));
  if (self->locations != NULL && place < self->locations->len)
    options.location = ((const KdLocation *) g_ptr_array_index (self->locations, place))->parent.id;
  kd_import_job_set_options (self->job, &options);
}

/* ---- following the job ---- */

static void
show_facts (KdImportChoicesBox *self)
{
  KdImport *import = kd_import_job_get_import (self->job);
  KdImportFile *file = kd_import_get_file (import);
  const char *delimiter = kd_import_file_get_delimiter (file), *encoding = kd_import_file_get_encoding (file);
  g_autofree char *rows = kd_import_count_words (kd_import_job_get_result (self->job)->rows, kd_import_get_currency (import));
  g_autoptr (GString) text = g_string_new (kd_import_source_words (kd_import_file_get_columns (file)->source));

  g_string_append_printf (text, " · ");
  g_string_append_printf (text, ngettext ("%s row", "%s rows", kd_import_job_get_result (self->job)->rows), rows);
  if (encoding != NULL)
    g_string_append_printf (text, " · %s", encoding);
  if (delimiter != NULL)
    g_string_append_printf (text, " · %s",
                            strcmp (delimiter, "\t") == 0  ? _("tabs between the cells")
                            : strcmp (delimiter, ";") == 0 ? _("semicolons between the cells")
                                                           : _("commas between the cells"));
  gtk_label_set_text (GTK_LABEL (self->facts), text->str);
}

static void
add_cell (KdImportChoicesBox *self,
          int column,
          int row,
          const char *text,
          gboolean heading)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), SAMPLE_CHARS);
  gtk_widget_set_hexpand (label, column == 0);
  gtk_widget_add_css_class (label, "kd-small");
  gtk_widget_add_css_class (label, heading ? "dim-label" : "kd-numeric");
  gtk_grid_attach (GTK_GRID (self->samples), label, column, row, 1, 1);
}

static void
show_samples (KdImportChoicesBox *self)
{
  GPtrArray *samples = kd_import_job_get_samples (self->job);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->samples)) != NULL)
    gtk_grid_remove (GTK_GRID (self->samples), child);
  if (samples->len == 0)
    return;
  add_cell (self, 0, 0, _("Name"), TRUE);
  add_cell (self, 1, 0, _("SKU"), TRUE);
  add_cell (self, 2, 0, _("Price"), TRUE);
  for (guint i = 0; i < samples->len; i++)
    {
      const KdImportSample *sample = g_ptr_array_index (samples, i);

      add_cell (self, 0, (int) i + 1, sample->name, FALSE);
      add_cell (self, 1, (int) i + 1, sample->sku, FALSE);
      add_cell (self, 2, (int) i + 1, sample->price, FALSE);
    }
}

static void
show_options (KdImportChoicesBox *self)
{
  const KdImportOptions *options = kd_import_job_get_options (self->job);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (modes[i].mode == options->mode)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->mode), i);
  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    if (g_strcmp0 (encodings[i].name, options->encoding) == 0)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->encoding), i);
  for (guint i = 0; i < G_N_ELEMENTS (decimals); i++)
    if (decimals[i].decimal == options->decimal)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->decimal), i);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->clears), options->empty_clears);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->all), options->all_or_nothing);
}

static void
job_changed_cb (KdImportChoicesBox *self)
{
  if (kd_import_job_get_state (self->job) != KD_IMPORT_JOB_CHECKED || kd_import_job_is_busy (self->job))
    return;
  self->showing = TRUE;
  show_facts (self);
  show_samples (self);
  show_options (self);
  self->showing = FALSE;
}

/* ---- where stock begins ---- */

static void
locations_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) locations = kd_session_records_finish (KD_SESSION (source), result, &error);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  KdImportChoicesBox *self = data;

  if (locations == NULL)
    return; /* also when this widget is gone */
  for (guint i = 0; i < locations->len;)
    if (((const KdLocation *) g_ptr_array_index (locations, i))->transit
        || ((const KdLocation *) g_ptr_array_index (locations, i))->archived)
      g_ptr_array_remove_index (locations, i);
    else
      i++;
  for (guint i = 0; i < locations->len; i++)
    gtk_string_list_append (names, ((const KdLocation *) g_ptr_array_index (locations, i))->name);
  self->showing = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->place), G_LIST_MODEL (names));
  self->showing = FALSE;
  gtk_widget_set_visible (self->place_field, locations->len > 1);
  self->locations = g_steal_pointer (&locations);
}

/* ---- the widget ---- */

static void
kd_import_choices_dispose (GObject *object)
{
  KdImportChoicesBox *self = KD_IMPORT_CHOICES (object);

  g_cancellable_cancel (self->cancellable);
  kd_import_choices_set_job (self, NULL);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_pointer (&self->locations, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_import_choices_parent_class)->dispose (object);
}

static void
kd_import_choices_finalize (GObject *object)
{
  g_object_unref (KD_IMPORT_CHOICES (object)->cancellable);
  G_OBJECT_CLASS (kd_import_choices_parent_class)->finalize (object);
}

static void
kd_import_choices_class_init (KdImportChoicesBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_import_choices_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_import_choices_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "importchoices");
}

static GtkWidget *
new_drop_down (KdImportChoicesBox *self)
{
  GtkWidget *drop_down = gtk_drop_down_new (G_LIST_MODEL (gtk_string_list_new (NULL)), NULL);

  g_signal_connect_swapped (drop_down, "notify::selected", G_CALLBACK (chosen_cb), self);
  return drop_down;
}

static void
append_words (GtkWidget *drop_down,
              const char *words)
{
  gtk_string_list_append (GTK_STRING_LIST (gtk_drop_down_get_model (GTK_DROP_DOWN (drop_down))), words);
}

static GtkWidget *
new_check (KdImportChoicesBox *self,
           const char *label)
{
  GtkWidget *check = kd_import_check_new (label);

  g_signal_connect_swapped (check, "toggled", G_CALLBACK (chosen_cb), self);
  return check;
}

static GtkWidget *
make_what_to_do (KdImportChoicesBox *self)
{
  GtkWidget *box, *section = kd_product_section_new (_("What to do"), &box);
  GtkWidget *line = kd_wrap_box_new (SPACING);

  self->mode = new_drop_down (self);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    append_words (self->mode, _(modes[i].words));
  self->place = new_drop_down (self);
  self->place_field = kd_form_field_new (_("New stock _lies in"), self->place, NULL);
  gtk_widget_set_visible (self->place_field, FALSE);
  self->clears = new_check (self, _("_Empty cells clear what stands there"));
  self->all = new_check (self, _("All or _nothing: one wrong row stops the import"));
  kd_wrap_box_append (KD_WRAP_BOX (line), kd_form_field_new (_("_Products"), self->mode, NULL));
  kd_wrap_box_append (KD_WRAP_BOX (line), self->place_field);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), self->clears);
  gtk_box_append (GTK_BOX (box), self->all);
  return section;
}

static GtkWidget *
make_how_read (KdImportChoicesBox *self)
{
  GtkWidget *expander = gtk_expander_new_with_mnemonic (_("_How the file was read"));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING), *line = kd_wrap_box_new (SPACING);

  self->facts = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->facts), 0);
  gtk_label_set_wrap (GTK_LABEL (self->facts), TRUE);
  self->encoding = new_drop_down (self);
  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    append_words (self->encoding, _(encodings[i].words));
  self->decimal = new_drop_down (self);
  for (guint i = 0; i < G_N_ELEMENTS (decimals); i++)
    append_words (self->decimal, _(decimals[i].words));
  self->samples = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->samples), COLUMN_SPACING);
  kd_wrap_box_append (KD_WRAP_BOX (line), kd_form_field_new (_("En_coding"), self->encoding, NULL));
  kd_wrap_box_append (KD_WRAP_BOX (line), kd_form_field_new (_("N_umbers"), self->decimal, NULL));
  gtk_box_append (GTK_BOX (box), self->facts);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), self->samples);
  gtk_widget_add_css_class (box, "kd-import-read");
  gtk_expander_set_child (GTK_EXPANDER (expander), box);
  return expander;
}

static void
kd_import_choices_init (KdImportChoicesBox *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, COLUMN_SPACING);

  self->cancellable = g_cancellable_new ();
  self->showing = TRUE;
  gtk_box_append (GTK_BOX (box), make_what_to_do (self));
  gtk_box_append (GTK_BOX (box), make_how_read (self));
  self->showing = FALSE;
  gtk_widget_set_parent (box, GTK_WIDGET (self));
}

GtkWidget *
kd_import_choices_new (KdSession *session)
{
  KdImportChoicesBox *self = g_object_new (KD_TYPE_IMPORT_CHOICES, NULL);

  self->session = g_object_ref (session);
  kd_session_records_async (session, &kd_kind_location, "place", self->cancellable, locations_cb, self);
  return GTK_WIDGET (self);
}

void
kd_import_choices_set_job (KdImportChoicesBox *self,
                           KdImportJob *job)
{
  g_return_if_fail (KD_IS_IMPORT_CHOICES (self));

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job == NULL)
    return;
  g_signal_connect_swapped (job, "changed", G_CALLBACK (job_changed_cb), self);
  job_changed_cb (self);
}
