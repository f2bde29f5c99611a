/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-option-rows.h"

#include "kd-text.h"
#include "kd-widgets.h"
#include "kd-wrap-box.h"

#include <glib/gi18n.h>

#define SPACING 6
#define ROW_SPACING 12
#define NAME_CHARS 12
#define VALUE_CHARS 10

struct _KdOptionRows {
  GtkWidget parent_instance;

  KdProductForm *form;    /* (owned) (nullable) */
  KdVariantPlan *plan;    /* what is shown */
  GtkWidget *box, *add;
  gboolean typing;        /* a name is being typed here: the rows stay */
};

G_DEFINE_FINAL_TYPE (KdOptionRows, kd_option_rows, GTK_TYPE_WIDGET)

static void show_plan (KdOptionRows *self);

static const KdProductDetail *
stored (KdOptionRows *self)
{
  return kd_product_form_get_detail (self->form);
}

static guint
option_of (GtkWidget *widget)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "kd-option"));
}

static void
keep_option (GtkWidget *widget,
             guint option)
{
  g_object_set_data (G_OBJECT (widget), "kd-option", GUINT_TO_POINTER (option));
}

static void
keep_plan (KdOptionRows *self)
{
  kd_product_form_set_plan (self->form, self->plan);
}

/* ---- what is typed and pressed ---- */

static void
name_cb (GtkEditable *entry,
         KdOptionRows *self)
{
  guint n = option_of (GTK_WIDGET (entry));
  KdPlannedOption *option;

  if (self->form == NULL || n >= self->plan->options->len)
    return;
  option = g_ptr_array_index (self->plan->options, n);
  g_free (option->name);
  option->name = g_strdup (gtk_editable_get_text (entry));
  self->typing = TRUE;
  keep_plan (self);
  self->typing = FALSE;
}

/* Several at once where commas stand between them. */
static void
add_values_cb (GtkEditable *entry,
               KdOptionRows *self)
{
  g_auto (GStrv) names = g_strsplit_set (gtk_editable_get_text (entry), ",;\n", -1);
  guint n = option_of (GTK_WIDGET (entry));
  gboolean any = FALSE;

  if (self->form == NULL || n >= self->plan->options->len)
    return;
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *name = kd_text_trim (names[i]);
      KdId id;

      if (*name == '\0')
        continue;
      id = kd_session_new_id (kd_product_form_get_session (self->form));
      kd_variant_plan_add_value (self->plan, stored (self), n, &id, name);
      any = TRUE;
    }
  if (any)
    keep_plan (self);
}

static void
remove_value_cb (GtkButton *button,
                 KdOptionRows *self)
{
  const KdId *id = g_object_get_data (G_OBJECT (button), "kd-id");

  kd_variant_plan_remove_value (self->plan, stored (self), option_of (GTK_WIDGET (button)), id);
  keep_plan (self);
}

static void
remove_option_cb (GtkButton *button,
                  KdOptionRows *self)
{
  kd_variant_plan_remove_option (self->plan, stored (self), option_of (GTK_WIDGET (button)));
  keep_plan (self);
}

static void
add_option_cb (KdOptionRows *self)
{
  KdId id;
  GtkWidget *row;

  if (self->form == NULL)
    return;
  id = kd_session_new_id (kd_product_form_get_session (self->form));
  kd_variant_plan_add_option (self->plan, stored (self), &id);
  keep_plan (self);
  row = gtk_widget_get_last_child (self->box);
  if (row != NULL)
    gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
}

/* ---- showing ---- */

static GtkWidget *
new_value (KdOptionRows *self,
           guint option,
           const KdOptionValue *value)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (value->name);
  GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");
  /* TRANSLATORS: %s is one value of an option, such as a size. */
  g_autofree char *words = g_strdup_printf (_("Remove %s"), value->name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (remove, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  keep_option (remove, option);
  g_object_set_data_full (G_OBJECT (remove), "kd-id", g_memdup2 (&value->id, sizeof value->id), g_free);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_value_cb), self);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_add_css_class (remove, "circular");
  gtk_widget_add_css_class (chip, "kd-value");
  gtk_box_append (GTK_BOX (chip), label);
  gtk_box_append (GTK_BOX (chip), remove);
  return chip;
}

static GtkWidget *
new_value_entry (KdOptionRows *self,
                 guint n,
                 const KdPlannedOption *option)
{
  GtkWidget *entry = gtk_entry_new ();
  /* TRANSLATORS: %s is the name of an option. */
  g_autofree char *words = *option->name != '\0' ? g_strdup_printf (_("Add a value of %s"), option->name)
                                                 : g_strdup (_("Add a value"));

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), VALUE_CHARS);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("Add: S, M, L"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_hexpand (entry, TRUE);
  keep_option (entry, n);
  g_signal_connect (entry, "activate", G_CALLBACK (add_values_cb), self);
  return entry;
}

static GtkWidget *
new_row (KdOptionRows *self,
         guint n,
         const KdPlannedOption *option)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *name = gtk_entry_new ();
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  GtkWidget *values = kd_wrap_box_new (SPACING);

  gtk_editable_set_text (GTK_EDITABLE (name), option->name);
  gtk_editable_set_width_chars (GTK_EDITABLE (name), NAME_CHARS);
  gtk_entry_set_placeholder_text (GTK_ENTRY (name), _("Size, colour…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (name), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name of the option"), -1);
  gtk_widget_set_hexpand (name, TRUE);
  keep_option (name, n);
  g_signal_connect (name, "changed", G_CALLBACK (name_cb), self);
  gtk_widget_set_tooltip_text (remove, _("Remove this option"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Remove this option"), -1);
  gtk_widget_add_css_class (remove, "flat");
  keep_option (remove, n);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_option_cb), self);
  gtk_box_append (GTK_BOX (head), name);
  gtk_box_append (GTK_BOX (head), remove);
  for (guint i = 0; i < option->values->len; i++)
    {
      const KdOptionValue *value = g_ptr_array_index (option->values, i);

      if (!value->archived)
        kd_wrap_box_append (KD_WRAP_BOX (values), new_value (self, n, value));
    }
  kd_wrap_box_append (KD_WRAP_BOX (values), new_value_entry (self, n, option));
  gtk_box_append (GTK_BOX (row), head);
  gtk_box_append (GTK_BOX (row), values);
  gtk_widget_add_css_class (row, "kd-option");
  return row;
}

/* Where the focus was: in which option's row, and whether in its name. */
typedef struct {
  int row;
  gboolean in_name;
} FocusPlace;

static FocusPlace
find_focus (KdOptionRows *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  int n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (self->box); row != NULL && focus != NULL;
       row = gtk_widget_get_next_sibling (row), n++)
    if (gtk_widget_is_ancestor (focus, row))
      return (FocusPlace) { n, gtk_widget_is_ancestor (focus, gtk_widget_get_first_child (row)) };
  return (FocusPlace) { -1, FALSE };
}

static void
give_focus (KdOptionRows *self,
            FocusPlace place)
{
  GtkWidget *row = gtk_widget_get_first_child (self->box);

  for (int n = 0; row != NULL && n < place.row; n++)
    row = gtk_widget_get_next_sibling (row);
  if (place.row < 0)
    return;
  if (row == NULL)
    gtk_widget_grab_focus (self->add);
  else if (place.in_name)
    gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (gtk_widget_get_last_child (gtk_widget_get_last_child (row)));
}

static void
show_plan (KdOptionRows *self)
{
  FocusPlace focus = find_focus (self);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), row);
  for (guint i = 0; i < self->plan->options->len; i++)
    gtk_box_append (GTK_BOX (self->box), new_row (self, i, g_ptr_array_index (self->plan->options, i)));
  gtk_widget_set_visible (self->add, self->plan->options->len < KD_PLAN_OPTIONS_MAX);
  give_focus (self, focus);
}

static gboolean
same_options (const KdVariantPlan *a,
              const KdVariantPlan *b)
{
  if (a->options->len != b->options->len)
    return FALSE;
  for (guint i = 0; i < a->options->len; i++)
    {
      const KdPlannedOption *first = g_ptr_array_index (a->options, i), *second = g_ptr_array_index (b->options, i);
      g_autofree char *one = kd_option_values_write (first->values);
      g_autofree char *two = kd_option_values_write (second->values);

      if (!kd_id_equal (&first->id, &second->id) || g_strcmp0 (first->name, second->name) != 0
          || g_strcmp0 (one, two) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
form_changed (KdOptionRows *self)
{
  KdVariantPlan *before = self->plan;
  gboolean same;

  if (self->form == NULL || !kd_product_form_is_loaded (self->form))
    return;
  self->plan = kd_product_form_dup_plan (self->form);
  same = before != NULL && same_options (before, self->plan);
  g_clear_pointer (&before, kd_variant_plan_free);
  if (!same && !self->typing)
    show_plan (self);
}

static void
kd_option_rows_dispose (GObject *object)
{
  KdOptionRows *self = KD_OPTION_ROWS (object);

  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);
  g_clear_pointer (&self->plan, kd_variant_plan_free);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_option_rows_parent_class)->dispose (object);
}

static void
kd_option_rows_class_init (KdOptionRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_option_rows_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
kd_option_rows_init (KdOptionRows *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), ROW_SPACING);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, ROW_SPACING);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->add = gtk_button_new_with_mnemonic (_("Add _Option"));
  gtk_widget_set_halign (self->add, GTK_ALIGN_START);
  g_signal_connect_swapped (self->add, "clicked", G_CALLBACK (add_option_cb), self);
  gtk_widget_set_parent (self->add, GTK_WIDGET (self));
}

GtkWidget *
kd_option_rows_new (void)
{
  return g_object_new (KD_TYPE_OPTION_ROWS, NULL);
}

void
kd_option_rows_set_form (KdOptionRows *self,
                         KdProductForm *form)
{
  g_return_if_fail (KD_IS_OPTION_ROWS (self));

  if (self->form == form)
    return;
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_set_object (&self->form, form);
  g_clear_pointer (&self->plan, kd_variant_plan_free);
  if (form == NULL)
    return;
  g_signal_connect_swapped (form, "changed", G_CALLBACK (form_changed), self);
  form_changed (self);
}
