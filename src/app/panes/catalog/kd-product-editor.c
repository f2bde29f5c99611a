/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-editor.h"

#include "kd-action-button.h"
#include "kd-banner.h"
#include "kd-catalog-words.h"
#include "kd-chip.h"
#include "kd-empty-page.h"
#include "kd-product-fields.h"
#include "kd-product-pictures.h"
#include "kd-product-stock.h"
#include "kd-product-variants.h"
#include "kd-unsaved.h"
#include "kd-widgets.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define CONTENT_WIDTH 760
#define MARGIN 12
#define SECTION_SPACING 24

struct _KdProductEditor {
  GtkWidget parent_instance;

  KdSession *session;     /* (owned) */
  KdUnsaved *unsaved;
  KdProductForm *form;    /* (owned) (nullable) */
  GtkWidget *head, *title, *status, *waiting, *menu;
  GtkWidget *banner;
  GtkWidget *stack, *fields, *pictures, *variants, *stock, *scrolled;
  GtkWidget *bar;         /* what to do with what isn't saved */
};

G_DEFINE_FINAL_TYPE (KdProductEditor, kd_product_editor, GTK_TYPE_WIDGET)

enum { CHANGED, SAVED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- showing ---- */

static void
show_head (KdProductEditor *self)
{
  g_autofree char *name = kd_product_form_dup_text (self->form, KD_PRODUCT_NAME);
  gboolean fresh = kd_product_form_is_new (self->form);
  int status = kd_product_form_get_status (self->form);

  if (*name == '\0')
    {
      g_free (name);
      name = g_strdup (fresh ? _("New product") : _("Without a name"));
    }
  gtk_label_set_text (GTK_LABEL (self->title), name);
  kd_chip_set (KD_CHIP (self->status), kd_status_icon (status), fresh ? _("Not saved yet") : kd_status_words (status),
               kd_status_tone (status));
  gtk_widget_set_visible (self->waiting, kd_open_record_is_waiting (kd_product_form_get_record (self->form)));
}

static void
mark_unsaved (KdProductEditor *self)
{
  g_autofree char *name = NULL;

  if (!kd_product_form_is_dirty (self->form))
    {
      kd_unsaved_remove (self->unsaved, kd_product_form_get_id (self->form));
      return;
    }
  if (kd_product_form_is_new (self->form))
    name = kd_product_form_dup_text (self->form, KD_PRODUCT_NAME);
  kd_unsaved_add (self->unsaved, kd_product_form_get_id (self->form), name);
}

static void
show_form (KdProductEditor *self)
{
  gboolean loaded = self->form != NULL && kd_product_form_is_loaded (self->form);
  gboolean gone = loaded && kd_product_form_is_gone (self->form);
  const char *page = self->form == NULL ? "none" : gone ? "gone" : loaded ? "form" : "loading";

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), page);
  gtk_widget_set_visible (self->head, self->form != NULL);
  gtk_widget_set_visible (self->title, loaded && !gone);
  gtk_widget_set_visible (self->status, loaded && !gone);
  gtk_widget_set_visible (self->menu, loaded && !gone);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->bar), loaded && !gone && kd_product_form_is_dirty (self->form));
  if (loaded && !gone)
    {
      show_head (self);
      mark_unsaved (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
saved_cb (KdProductForm *form,
          KdProductEditor *self)
{
  kd_banner_hide (KD_BANNER (self->banner));
  g_signal_emit (self, signals[SAVED], 0);
}

static void
refused_cb (KdProductForm *form,
            int field,
            KdProductEditor *self)
{
  const char *code;

  if (field >= 0)
    {
      kd_product_fields_focus (KD_PRODUCT_FIELDS (self->fields), (KdProductField) field);
      return;
    }
  if (field == KD_PRODUCT_OPTIONS)
    {
      gtk_widget_child_focus (self->variants, GTK_DIR_TAB_FORWARD);
      return;
    }
  code = kd_draft_get_reason (kd_product_form_get_draft (form), "");
  kd_banner_show (KD_BANNER (self->banner), kd_catalog_reason_or_code (code), KD_TONE_BAD);
}

/* ---- making it ---- */

static GtkWidget *
make_head (KdProductEditor *self,
           GtkWidget *back,
           GMenuModel *menu)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *publish = kd_action_button_new ("page.publish", KD_ACTION_LABEL);

  gtk_widget_add_css_class (head, "kd-editor-head");
  if (back != NULL)
    gtk_box_append (GTK_BOX (head), back);
  self->title = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_widget_add_css_class (self->title, "title-4");
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_box_append (GTK_BOX (head), self->title);
  self->waiting = gtk_image_new_from_icon_name ("kd-waiting-symbolic");
  gtk_widget_set_tooltip_text (self->waiting, _("Waits to be sent"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->waiting), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Waits to be sent"), -1);
  gtk_box_append (GTK_BOX (head), self->waiting);
  self->status = kd_chip_new ();
  gtk_widget_set_valign (self->status, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), self->status);
  gtk_widget_add_css_class (publish, "suggested-action");
  gtk_box_append (GTK_BOX (head), publish);
  self->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu), menu);
  gtk_widget_set_tooltip_text (self->menu, _("More"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL, _("More"), -1);
  gtk_box_append (GTK_BOX (head), self->menu);
  return head;
}

static GtkWidget *
make_content (KdProductEditor *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SECTION_SPACING);

  self->fields = kd_product_fields_new ();
  self->pictures = kd_product_pictures_new (self->session);
  gtk_box_append (GTK_BOX (box), self->fields);
  kd_product_fields_insert (KD_PRODUCT_FIELDS (self->fields), self->pictures);
  self->variants = kd_product_variants_new ();
  gtk_box_append (GTK_BOX (box), self->variants);
  self->stock = kd_product_stock_new (self->session);
  gtk_box_append (GTK_BOX (box), self->stock);
  gtk_widget_set_margin_start (box, MARGIN);
  gtk_widget_set_margin_end (box, MARGIN);
  gtk_widget_set_margin_top (box, MARGIN);
  gtk_widget_set_margin_bottom (box, MARGIN * 2);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), CONTENT_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), clamp);
  return self->scrolled;
}

static GtkWidget *
make_stack (KdProductEditor *self)
{
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_accessible_update_property (GTK_ACCESSIBLE (spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loading"), -1);
  gtk_stack_add_named (GTK_STACK (stack), kd_empty_page_new ("kd-catalog-symbolic", _("No product chosen"),
                                                             _("Choose one in the list to see and change it.")),
                       "none");
  gtk_stack_add_named (GTK_STACK (stack), spinner, "loading");
  gtk_widget_set_vexpand (stack, TRUE);
  return stack;
}

/* The form is many widgets: they are made for the first product that is opened. */
static void
ensure_content (KdProductEditor *self)
{
  GtkStack *stack = GTK_STACK (self->stack);

  if (self->fields != NULL)
    return;
  gtk_stack_add_named (stack, kd_empty_page_new ("user-trash-symbolic", _("This product was deleted"),
                                                 _("Undo (Ctrl+Z) brings it back if you deleted it.")),
                       "gone");
  gtk_stack_add_named (stack, make_content (self), "form");
}

static GtkWidget *
make_bar (KdProductEditor *self)
{
  GtkWidget *revealer = gtk_revealer_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_label_new (_("Not saved yet; kept on this computer"));
  GtkWidget *save = kd_action_button_new ("page.save", KD_ACTION_LABEL);

  gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_add_css_class (words, "dim-label");
  gtk_widget_add_css_class (save, "suggested-action");
  gtk_widget_add_css_class (box, "kd-save-bar");
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), kd_action_button_new ("page.discard", KD_ACTION_LABEL));
  gtk_box_append (GTK_BOX (box), save);
  gtk_revealer_set_child (GTK_REVEALER (revealer), box);
  gtk_revealer_set_transition_type (GTK_REVEALER (revealer), GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  return revealer;
}

static void
let_go (KdProductEditor *self)
{
  if (self->form == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->form, self);
  /* One that was begun, and nothing typed, was never wanted. */
  if (kd_product_form_is_new (self->form) && !kd_product_form_is_dirty (self->form))
    {
      kd_unsaved_remove (self->unsaved, kd_product_form_get_id (self->form));
      kd_product_form_discard (self->form);
    }
  else
    kd_product_form_flush (self->form);
  g_clear_object (&self->form);
}

static void
kd_product_editor_dispose (GObject *object)
{
  KdProductEditor *self = KD_PRODUCT_EDITOR (object);

  let_go (self);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_object (&self->unsaved);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_product_editor_parent_class)->dispose (object);
}

static void
kd_product_editor_class_init (KdProductEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_product_editor_dispose;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_PRODUCT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[SAVED] = g_signal_new ("saved", KD_TYPE_PRODUCT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "producteditor");
}

static void
kd_product_editor_init (KdProductEditor *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                                  GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
kd_product_editor_new (KdSession *session,
                       GtkWidget *back,
                       GMenuModel *menu)
{
  KdProductEditor *self = g_object_new (KD_TYPE_PRODUCT_EDITOR, NULL);

  self->session = g_object_ref (session);
  self->unsaved = kd_unsaved_get (session);
  self->head = make_head (self, back, menu);
  self->banner = kd_banner_new ();
  self->stack = make_stack (self);
  self->bar = make_bar (self);
  gtk_widget_set_parent (self->head, GTK_WIDGET (self));
  gtk_widget_set_parent (self->banner, GTK_WIDGET (self));
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  show_form (self);
  return GTK_WIDGET (self);
}

static void
show_content (KdProductEditor *self)
{
  if (self->form != NULL)
    ensure_content (self);
  if (self->fields == NULL)
    return;
  kd_product_fields_set_form (KD_PRODUCT_FIELDS (self->fields), self->form);
  kd_product_pictures_set_form (KD_PRODUCT_PICTURES (self->pictures), self->form);
  kd_product_variants_set_form (KD_PRODUCT_VARIANTS (self->variants), self->form);
  kd_product_stock_set_form (KD_PRODUCT_STOCK (self->stock), self->form);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), 0);
}

void
kd_product_editor_set_product (KdProductEditor *self,
                               const KdId *id,
                               gboolean begin)
{
  g_return_if_fail (KD_IS_PRODUCT_EDITOR (self));

  if (id != NULL && self->form != NULL && kd_id_equal (kd_product_form_get_id (self->form), id))
    return;
  let_go (self);
  kd_banner_hide (KD_BANNER (self->banner));
  if (id != NULL)
    {
      self->form = kd_product_form_new (self->session, id, begin);
      g_signal_connect_swapped (self->form, "changed", G_CALLBACK (show_form), self);
      g_signal_connect (self->form, "saved", G_CALLBACK (saved_cb), self);
      g_signal_connect (self->form, "refused", G_CALLBACK (refused_cb), self);
    }
  show_content (self);
  show_form (self);
}

KdProductForm *
kd_product_editor_get_form (KdProductEditor *self)
{
  return self->form;
}

void
kd_product_editor_focus (KdProductEditor *self)
{
  if (self->fields != NULL)
    kd_product_fields_focus (KD_PRODUCT_FIELDS (self->fields), KD_PRODUCT_NAME);
}
