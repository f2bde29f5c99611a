/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-fields.h"

#include "kd-barcode.h"
#include "kd-catalog-words.h"
#include "kd-category-picker.h"
#include "kd-entry-undo.h"
#include "kd-form-field.h"
#include "kd-member-rights.h"
#include "kd-money-entry.h"
#include "kd-money.h"
#include "kd-text-view.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>
#include <string.h>

#define SPACING 12
#define SECTION_SPACING 24
#define COLUMN_SPACING 12
#define MONEY_COLUMNS 3
#define DESCRIPTION_HEIGHT 110
#define PERMILLE 1000

typedef enum
{
  CONTROL_ENTRY,
  CONTROL_MONEY,
  CONTROL_TEXT,
  CONTROL_CHECK,
  CONTROL_CATEGORIES,
} ControlType;

typedef struct
{
  KdProductFields *fields;
  KdProductField field;
  ControlType type;
  GtkWidget *row;         /* KdFormField, or the check button itself */
  GtkWidget *control;     /* what holds the value */
} Bound;

struct _KdProductFields {
  GtkWidget parent_instance;

  KdProductForm *form;    /* (owned) (nullable) */
  Bound bound[KD_N_PRODUCT_FIELDS];
  GtkWidget *own;         /* what only a product without options has */
  gboolean showing;       /* controls are being set by program */
  gboolean fresh;         /* another form: load everything anew */
};

G_DEFINE_FINAL_TYPE (KdProductFields, kd_product_fields, GTK_TYPE_WIDGET)

/* ---- one control ---- */

static char *
control_text (const Bound *bound)
{
  GtkTextIter start, end;
  GtkTextBuffer *buffer;

  switch (bound->type)
    {
    case CONTROL_MONEY: return g_strdup (kd_money_entry_get_text (KD_MONEY_ENTRY (bound->control)));
    case CONTROL_CHECK: return g_strdup (gtk_check_button_get_active (GTK_CHECK_BUTTON (bound->control)) ? "1" : "");
    case CONTROL_CATEGORIES: return g_strdup (kd_category_picker_get_ids (KD_CATEGORY_PICKER (bound->control)));
    case CONTROL_TEXT:
      buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (bound->control));
      gtk_text_buffer_get_bounds (buffer, &start, &end);
      return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
    default: return g_strdup (gtk_editable_get_text (GTK_EDITABLE (bound->control)));
    }
}

static void
show_text (const Bound *bound,
           const char *text,
           const char *stored)
{
  gboolean typed = strcmp (text, stored) != 0;

  switch (bound->type)
    {
    case CONTROL_CHECK:
      gtk_check_button_set_active (GTK_CHECK_BUTTON (bound->control), *text != '\0');
      break;
    case CONTROL_CATEGORIES: kd_category_picker_set_ids (KD_CATEGORY_PICKER (bound->control), text); break;
    case CONTROL_MONEY:
      kd_money_entry_load (KD_MONEY_ENTRY (bound->control), stored);
      if (typed)
        gtk_editable_set_text (GTK_EDITABLE (kd_money_entry_get_entry (KD_MONEY_ENTRY (bound->control))), text);
      break;
    case CONTROL_TEXT:
      kd_entry_undo_load (bound->control, stored);
      if (typed)
        gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (bound->control)), text, -1);
      break;
    default:
      kd_entry_undo_load (bound->control, stored);
      if (typed)
        gtk_editable_set_text (GTK_EDITABLE (bound->control), text);
    }
}

static void
set_stored (const Bound *bound,
            const char *stored)
{
  if (bound->type == CONTROL_MONEY)
    kd_entry_undo_set_stored (kd_money_entry_get_entry (KD_MONEY_ENTRY (bound->control)), stored);
  else if (bound->type == CONTROL_ENTRY || bound->type == CONTROL_TEXT)
    kd_entry_undo_set_stored (bound->control, stored);
}

/* ---- what stands below a control ---- */

static char *
margin_words (KdProductFields *self)
{
  g_autofree char *price_text = kd_product_form_dup_text (self->form, KD_PRODUCT_PRICE);
  g_autofree char *cost_text = kd_product_form_dup_text (self->form, KD_PRODUCT_COST);
  const char *code, *currency = kd_session_get_currency (kd_product_form_get_session (self->form));
  g_autofree char *amount = NULL;
  g_autofree char *percent = NULL;
  gint64 price, cost, share;

  if (!kd_product_form_read_amount (self->form, KD_PRODUCT_PRICE, price_text, &price, &code)
      || !kd_product_form_read_amount (self->form, KD_PRODUCT_COST, cost_text, &cost, &code)
      || price == KD_EMPTY || cost == KD_EMPTY || price == 0
      || !kd_money_scale (price - cost, PERMILLE, price, KD_ROUND_HALF_UP, &share, &code))
    return NULL;
  amount = kd_price_words (price - cost, currency);
  percent = kd_quantity_words (share * PERMILLE / 10, currency);
  /* TRANSLATORS: What is earned on one piece: an amount, and percent of the price. */
  return g_strdup_printf (_("Margin %s (%s%%)"), amount, percent);
}

static char *
code_words (const char *text)
{
  KdBarcodeType type;
  g_autofree char *canonical = NULL;

  if (*text == '\0')
    return NULL;
  if (!kd_barcode_check (text, &type, &canonical))
    return g_strdup (kd_catalog_reason ("code.digit"));
  switch (type)
    {
    case KD_BARCODE_EAN8: return g_strdup (_("EAN-8, the check digit is right"));
    case KD_BARCODE_EAN13: return g_strdup (_("EAN-13, the check digit is right"));
    case KD_BARCODE_UPCA: return g_strdup (_("UPC-A, the check digit is right"));
    default: return NULL;
    }
}

static char *
hint_for (const Bound *bound,
          const char *text)
{
  KdProductFields *self = bound->fields;

  switch ((int) bound->field)
    {
    case KD_PRODUCT_COST: return margin_words (self);
    case KD_PRODUCT_CODE: return code_words (text);
    case KD_PRODUCT_TAGS: return g_strdup (_("Separate tags with commas"));
    case KD_PRODUCT_WEIGHT: return g_strdup (_("In grams; 1,5 kg is understood too"));
    default: return NULL;
    }
}

static char *
words_of_value (const Bound *bound,
                char *text)
{
  if (text == NULL || bound->type != CONTROL_CATEGORIES)
    return text;
  {
    char *words = kd_category_picker_words (KD_CATEGORY_PICKER (bound->control), text);

    g_free (text);
    return words;
  }
}

static void
show_other (const Bound *bound)
{
  KdProductForm *form = bound->fields->form;
  char *other = NULL;
  const KdConflict *conflict = kd_product_form_get_conflict (form, bound->field, &other);
  g_autofree char *words = words_of_value (bound, other);
  g_autofree char *when = conflict != NULL ? kd_catalog_time_words (conflict->lost_at) : NULL;

  kd_form_field_set_other (KD_FORM_FIELD (bound->row), conflict != NULL ? words : NULL, when);
}

static void
show_below (const Bound *bound,
            const char *text)
{
  KdProductForm *form = bound->fields->form;
  const char *code = kd_product_form_get_reason (form, bound->field);
  const char *problem = code != NULL ? kd_catalog_reason_or_code (code) : NULL;
  g_autofree char *underneath = words_of_value (bound, kd_product_form_dup_underneath (form, bound->field));
  g_autofree char *hint = hint_for (bound, text);

  if (bound->type == CONTROL_CHECK)
    return;
  if (bound->type == CONTROL_MONEY)
    {
      kd_money_entry_set_problem (KD_MONEY_ENTRY (bound->control), problem);
      if (bound->field == KD_PRODUCT_COST)
        gtk_widget_set_tooltip_text (bound->control, hint);
    }
  else
    {
      kd_form_field_set_hint (KD_FORM_FIELD (bound->row), hint);
      kd_form_field_set_problem (KD_FORM_FIELD (bound->row), problem);
    }
  kd_form_field_set_stored (KD_FORM_FIELD (bound->row), underneath);
  show_other (bound);
}

static void
show_bound (const Bound *bound)
{
  KdProductForm *form = bound->fields->form;
  g_autofree char *text = kd_product_form_dup_text (form, bound->field);
  g_autofree char *stored = kd_product_form_dup_stored (form, bound->field);
  g_autofree char *shown = control_text (bound);

  /* Loading again would move the cursor of whoever types. */
  if (bound->fields->fresh || strcmp (shown, text) != 0)
    show_text (bound, text, stored);
  else
    set_stored (bound, stored);
  show_below (bound, text);
}

static void
show_all (KdProductFields *self)
{
  gboolean simple, fresh, costs;

  if (self->form == NULL || !kd_product_form_is_loaded (self->form) || self->showing)
    return;
  self->showing = TRUE;
  simple = kd_product_form_is_simple (self->form);
  fresh = kd_product_form_is_new (self->form);
  costs = (kd_session_get_scopes (kd_product_form_get_session (self->form)) >> KD_SCOPE_MANAGER & 1) != 0;
  gtk_widget_set_visible (self->own, simple);
  gtk_widget_set_visible (self->bound[KD_PRODUCT_COST].row, simple && costs);
  gtk_widget_set_visible (self->bound[KD_PRODUCT_OPENING].row, fresh);
  for (int field = 0; field < KD_N_PRODUCT_FIELDS; field++)
    if (self->bound[field].row != NULL)
      show_bound (&self->bound[field]);
  gtk_widget_set_sensitive (self->bound[KD_PRODUCT_OVERSELL].row,
                            !gtk_check_button_get_active (GTK_CHECK_BUTTON (self->bound[KD_PRODUCT_UNTRACKED].control)));
  self->fresh = FALSE;
  self->showing = FALSE;
}

/* ---- typing ---- */

static void
typed_cb (Bound *bound)
{
  KdProductFields *self = bound->fields;
  g_autofree char *text = NULL;

  if (self->showing || self->form == NULL)
    return;
  text = control_text (bound);
  kd_product_form_type (self->form, bound->field, text);
}

static void
leave_cb (Bound *bound)
{
  if (bound->fields->form != NULL)
    kd_product_form_flush (bound->fields->form);
}

static void
use_stored_cb (Bound *bound)
{
  if (bound->fields->form != NULL)
    kd_product_form_forget (bound->fields->form, bound->field);
}

static void
settle (Bound *bound,
        gboolean use_other)
{
  KdProductForm *form = bound->fields->form;
  const KdConflict *conflict = form != NULL ? kd_product_form_get_conflict (form, bound->field, NULL) : NULL;

  if (conflict != NULL)
    kd_product_form_settle (form, conflict, use_other);
}

static void
use_other_cb (Bound *bound)
{
  settle (bound, TRUE);
}

static void
keep_stored_cb (Bound *bound)
{
  settle (bound, FALSE);
}

static gboolean
parse_money (const char *text,
             int64_t *ret_amount,
             char **ret_words,
             gpointer data)
{
  Bound *bound = data;
  KdProductForm *form = bound->fields->form;
  const char *code = NULL;
  gint64 amount;

  if (form == NULL)
    return FALSE;
  if (!kd_product_form_read_amount (form, bound->field, text, &amount, &code) || amount == KD_EMPTY)
    {
      *ret_words = g_strdup (kd_catalog_reason_or_code (code));
      return FALSE;
    }
  *ret_amount = amount;
  *ret_words = kd_price_words (amount, kd_session_get_currency (kd_product_form_get_session (form)));
  return TRUE;
}

/* ---- making the controls ---- */

static Bound *
bind (KdProductFields *self,
      KdProductField field,
      ControlType type,
      GtkWidget *control)
{
  Bound *bound = &self->bound[field];

  *bound = (Bound) { self, field, type, NULL, control };
  return bound;
}

static GtkWidget *
add_row (Bound *bound,
         const char *label,
         GtkWidget *shown,
         GtkWidget *focus)
{
  GtkEventController *leave = gtk_event_controller_focus_new ();

  bound->row = kd_form_field_new (label, shown, focus);
  g_signal_connect_swapped (bound->row, "use-stored", G_CALLBACK (use_stored_cb), bound);
  g_signal_connect_swapped (bound->row, "use-other", G_CALLBACK (use_other_cb), bound);
  g_signal_connect_swapped (bound->row, "keep-stored", G_CALLBACK (keep_stored_cb), bound);
  g_signal_connect_swapped (leave, "leave", G_CALLBACK (leave_cb), bound);
  gtk_widget_add_controller (bound->row, leave);
  gtk_widget_set_hexpand (bound->row, TRUE);
  return bound->row;
}

static GtkWidget *
new_entry (KdProductFields *self,
           KdProductField field,
           const char *label)
{
  GtkWidget *entry = gtk_entry_new ();
  Bound *bound = bind (self, field, CONTROL_ENTRY, entry);

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  kd_entry_undo_attach (entry, NULL);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (typed_cb), bound);
  return add_row (bound, label, entry, NULL);
}

static GtkWidget *
new_money (KdProductFields *self,
           KdProductField field,
           const char *label,
           const char *name)
{
  GtkWidget *entry = kd_money_entry_new (name, parse_money, &self->bound[field], NULL);
  Bound *bound = bind (self, field, CONTROL_MONEY, entry);

  gtk_editable_set_width_chars (GTK_EDITABLE (kd_money_entry_get_entry (KD_MONEY_ENTRY (entry))), 8);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (typed_cb), bound);
  return add_row (bound, label, entry, kd_money_entry_get_entry (KD_MONEY_ENTRY (entry)));
}

static GtkWidget *
new_text (KdProductFields *self,
          KdProductField field,
          const char *label)
{
  GtkWidget *view = kd_text_view_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  Bound *bound = bind (self, field, CONTROL_TEXT, view);

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 9);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 9);
  kd_entry_undo_attach (view, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), DESCRIPTION_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_widget_add_css_class (scrolled, "kd-text-frame");
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "changed", G_CALLBACK (typed_cb),
                            bound);
  return add_row (bound, label, scrolled, view);
}

static GtkWidget *
new_check (KdProductFields *self,
           KdProductField field,
           const char *label)
{
  GtkWidget *check = gtk_check_button_new_with_mnemonic (label);
  Bound *bound = bind (self, field, CONTROL_CHECK, check);

  bound->row = check;
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (typed_cb), bound);
  return check;
}

GtkWidget *
kd_product_section_new (const char *title,
                        GtkWidget **ret_box)
{
  GtkWidget *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);
  GtkWidget *heading = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (GTK_BOX (section), heading);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (section), GTK_ACCESSIBLE_RELATION_LABELLED_BY, heading, NULL, -1);
  *ret_box = section;
  return section;
}

/* Fields beside each other while there is room for them. */
static GtkWidget *
new_columns (unsigned n)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), COLUMN_SPACING);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), SPACING);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), n);
  return flow;
}

static void
add_column (GtkWidget *columns,
            GtkWidget *field)
{
  GtkWidget *child = gtk_flow_box_child_new ();

  /* The field is what Tab goes to, not its place in the box. */
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), field);
  g_object_bind_property (field, "visible", child, "visible", G_BINDING_SYNC_CREATE);
  gtk_flow_box_append (GTK_FLOW_BOX (columns), child);
}

static GtkWidget *
make_general (KdProductFields *self)
{
  GtkWidget *box, *section = kd_product_section_new (_("General"), &box);
  GtkWidget *columns = new_columns (2);
  GtkWidget *picker = kd_category_picker_new ();
  Bound *bound = bind (self, KD_PRODUCT_CATEGORIES, CONTROL_CATEGORIES, picker);

  gtk_box_append (GTK_BOX (box), new_entry (self, KD_PRODUCT_NAME, _("_Name")));
  gtk_box_append (GTK_BOX (box), new_text (self, KD_PRODUCT_DESCRIPTION, _("_Description")));
  g_signal_connect_swapped (picker, "changed", G_CALLBACK (typed_cb), bound);
  gtk_box_append (GTK_BOX (box), add_row (bound, _("_Categories"), picker,
                                          kd_category_picker_get_button (KD_CATEGORY_PICKER (picker))));
  add_column (columns, new_entry (self, KD_PRODUCT_TAGS, _("_Tags")));
  add_column (columns, new_entry (self, KD_PRODUCT_BRAND, _("_Brand")));
  gtk_box_append (GTK_BOX (box), columns);
  return section;
}

static GtkWidget *
make_price (KdProductFields *self)
{
  GtkWidget *box, *section = kd_product_section_new (_("Price"), &box);
  GtkWidget *columns = new_columns (MONEY_COLUMNS);

  add_column (columns, new_money (self, KD_PRODUCT_PRICE, _("_Price"), _("Price")));
  add_column (columns, new_money (self, KD_PRODUCT_COMPARE_AT, _("Price _before"), _("Price before")));
  add_column (columns, new_money (self, KD_PRODUCT_COST, _("C_ost"), _("Cost")));
  gtk_box_append (GTK_BOX (box), columns);
  return section;
}

static GtkWidget *
make_own (KdProductFields *self)
{
  GtkWidget *box, *section = kd_product_section_new (_("Stock and codes"), &box);
  GtkWidget *columns = new_columns (MONEY_COLUMNS);

  add_column (columns, new_entry (self, KD_PRODUCT_SKU, _("S_KU")));
  add_column (columns, new_entry (self, KD_PRODUCT_CODE, _("Ba_rcode")));
  add_column (columns, new_entry (self, KD_PRODUCT_OPENING, _("_Stock now")));
  gtk_box_append (GTK_BOX (box), columns);
  gtk_box_append (GTK_BOX (box), new_check (self, KD_PRODUCT_UNTRACKED, _("Stock isn't counted: al_ways available")));
  gtk_box_append (GTK_BOX (box), new_check (self, KD_PRODUCT_OVERSELL, _("May be sold _beyond its stock")));
  return section;
}

/* ---- the widget ---- */

static void
kd_product_fields_dispose (GObject *object)
{
  KdProductFields *self = KD_PRODUCT_FIELDS (object);

  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);
  self->showing = TRUE;
  kd_widgets_unparent_children (GTK_WIDGET (object));
  memset (self->bound, 0, sizeof self->bound);
  G_OBJECT_CLASS (kd_product_fields_parent_class)->dispose (object);
}

static void
kd_product_fields_class_init (KdProductFieldsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_product_fields_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
kd_product_fields_init (KdProductFields *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkWidget *shipping, *weight;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), SECTION_SPACING);
  gtk_widget_set_parent (make_general (self), GTK_WIDGET (self));
  gtk_widget_set_parent (make_price (self), GTK_WIDGET (self));
  self->own = make_own (self);
  gtk_widget_set_parent (self->own, GTK_WIDGET (self));
  shipping = kd_product_section_new (_("Shipping"), &weight);
  gtk_box_append (GTK_BOX (weight), new_entry (self, KD_PRODUCT_WEIGHT, _("_Weight")));
  gtk_widget_set_parent (shipping, GTK_WIDGET (self));
}

GtkWidget *
kd_product_fields_new (void)
{
  return g_object_new (KD_TYPE_PRODUCT_FIELDS, NULL);
}

void
kd_product_fields_set_form (KdProductFields *self,
                            KdProductForm *form)
{
  g_return_if_fail (KD_IS_PRODUCT_FIELDS (self));

  if (self->form == form)
    return;
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_set_object (&self->form, form);
  if (form == NULL)
    return;
  self->fresh = TRUE;
  kd_category_picker_set_session (KD_CATEGORY_PICKER (self->bound[KD_PRODUCT_CATEGORIES].control),
                                  kd_product_form_get_session (form));
  g_signal_connect_swapped (form, "changed", G_CALLBACK (show_all), self);
  show_all (self);
}

void
kd_product_fields_focus (KdProductFields *self,
                         KdProductField field)
{
  g_return_if_fail (KD_IS_PRODUCT_FIELDS (self));

  if (self->bound[field].row != NULL)
    gtk_widget_grab_focus (self->bound[field].row);
}

void
kd_product_fields_insert (KdProductFields *self,
                          GtkWidget *section)
{
  gtk_widget_insert_after (section, GTK_WIDGET (self), gtk_widget_get_first_child (GTK_WIDGET (self)));
}
