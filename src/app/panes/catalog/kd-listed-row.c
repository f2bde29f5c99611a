/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-listed-row.h"

#include "kd-catalog-words.h"
#include "kd-chip.h"
#include "kd-photo-view.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define PHOTO_SIZE 40
#define SPACING 9
#define LINE_SPACING 2
#define MARK_SPACING 6

struct _KdListedRow {
  GtkWidget parent_instance;

  KdPhotoLoader *photos;
  GtkWidget *photo;
  GtkWidget *name, *below;
  GtkWidget *status, *stock;
  GtkWidget *unsaved, *waiting, *conflict;
};

G_DEFINE_FINAL_TYPE (KdListedRow, kd_listed_row, GTK_TYPE_WIDGET)

static void
kd_listed_row_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_listed_row_parent_class)->dispose (object);
}

static void
kd_listed_row_class_init (KdListedRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_listed_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "listedrow");
}

static GtkWidget *
new_mark (GtkWidget *box,
          const char *icon_name,
          const char *words)
{
  GtkWidget *mark = gtk_image_new_from_icon_name (icon_name);

  gtk_widget_set_tooltip_text (mark, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (mark), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_visible (mark, FALSE);
  gtk_box_append (GTK_BOX (box), mark);
  return mark;
}

static GtkWidget *
new_text (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
kd_listed_row_init (KdListedRow *self)
{
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, LINE_SPACING);
  GtkWidget *end = gtk_box_new (GTK_ORIENTATION_VERTICAL, LINE_SPACING);
  GtkWidget *marks = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, MARK_SPACING);

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), SPACING);
  self->photo = kd_photo_view_new (PHOTO_SIZE, PHOTO_SIZE);
  gtk_widget_set_valign (self->photo, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->photo, GTK_WIDGET (self));
  self->name = new_text ();
  self->below = new_text ();
  gtk_widget_add_css_class (self->below, "dim-label");
  gtk_widget_add_css_class (self->below, "kd-small");
  gtk_widget_add_css_class (self->below, "kd-numeric");
  gtk_box_append (GTK_BOX (lines), self->name);
  gtk_box_append (GTK_BOX (lines), self->below);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (lines, GTK_WIDGET (self));

  self->stock = kd_chip_new ();
  gtk_widget_add_css_class (self->stock, "kd-numeric");
  gtk_widget_set_halign (self->stock, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (end), self->stock);
  gtk_widget_set_halign (marks, GTK_ALIGN_END);
  self->status = kd_chip_new ();
  gtk_box_append (GTK_BOX (marks), self->status);
  self->unsaved = new_mark (marks, "document-edit-symbolic", _("Not saved yet"));
  self->conflict = new_mark (marks, "dialog-warning-symbolic", _("Changed on two devices"));
  self->waiting = new_mark (marks, "kd-waiting-symbolic", _("Waits to be sent"));
  gtk_box_append (GTK_BOX (end), marks);
  gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (end, GTK_WIDGET (self));
}

GtkWidget *
kd_listed_row_new (KdPhotoLoader *photos)
{
  KdListedRow *self = g_object_new (KD_TYPE_LISTED_ROW, NULL);

  self->photos = photos;
  return GTK_WIDGET (self);
}

/* SKU, number of variants and price, as far as they are there. */
static char *
second_line (const KdProductRow *row,
             const char *currency)
{
  g_autofree char *price = kd_price_range_words (row->price_min, row->price_max, currency);
  g_autofree char *variants = NULL;
  const char *sku = row->sku;

  if (row->n_variants > 1)
    {
      variants = g_strdup_printf (g_dngettext (NULL, "%u variant", "%u variants", row->n_variants), row->n_variants);
      sku = NULL;
    }
  return g_strjoin (" · ", price, variants != NULL ? variants : sku, NULL);
}

void
kd_listed_row_set_item (KdListedRow *self,
                        KdListedProduct *item,
                        const char *currency,
                        gboolean unsaved)
{
  const KdProductRow *row = kd_listed_product_get_row (item);
  gboolean loaded = kd_item_is_loaded (KD_ITEM (item));
  g_autofree char *below = loaded ? second_line (row, currency) : NULL;
  g_autofree char *stock = loaded ? kd_stock_words (row->available, currency) : NULL;
  char key[KD_HASH_TEXT_LENGTH + 1];

  kd_photo_view_set_photo (KD_PHOTO_VIEW (self->photo), self->photos,
                           loaded && !kd_hash_is_none (&row->photo) ? kd_hash_to_text (&row->photo, key) : NULL);
  gtk_label_set_text (GTK_LABEL (self->name), loaded && row->name != NULL ? row->name : "…");
  gtk_label_set_text (GTK_LABEL (self->below), below != NULL ? below : "");
  kd_chip_set (KD_CHIP (self->stock), loaded ? kd_stock_icon (row->available) : NULL, stock != NULL ? stock : "",
               loaded ? kd_stock_tone (row->available) : KD_TONE_NEUTRAL);
  /* Hidden ones keep their room, so that all rows are of one height. */
  gtk_widget_set_opacity (self->stock, loaded ? 1 : 0);
  gtk_widget_set_visible (self->status, loaded && row->status != KD_PRODUCT_ACTIVE);
  if (loaded && row->status != KD_PRODUCT_ACTIVE)
    kd_chip_set (KD_CHIP (self->status), NULL, kd_status_words (row->status), kd_status_tone (row->status));
  gtk_widget_set_visible (self->unsaved, unsaved);
  gtk_widget_set_visible (self->conflict, loaded && row->conflict);
  gtk_widget_set_visible (self->waiting, loaded && row->row.waiting);
}

char *
kd_listed_row_name (KdListedProduct *item,
                    const char *currency,
                    gboolean unsaved)
{
  const KdProductRow *row = kd_listed_product_get_row (item);
  g_autofree char *below = NULL;
  g_autofree char *stock = NULL;
  GString *name;

  if (!kd_item_is_loaded (KD_ITEM (item)))
    return g_strdup (_("Product"));
  below = second_line (row, currency);
  stock = kd_stock_words (row->available, currency);
  name = g_string_new (row->name);
  g_string_append_printf (name, ", %s, ", below);
  if (row->available == G_MAXINT64 || row->available == 0)
    g_string_append (name, stock);
  else
    /* TRANSLATORS: How many of a product may be sold. */
    g_string_append_printf (name, _("stock %s"), stock);
  if (row->status != KD_PRODUCT_ACTIVE)
    g_string_append_printf (name, ", %s", kd_status_words (row->status));
  if (unsaved)
    g_string_append_printf (name, ", %s", _("Not saved yet"));
  if (row->conflict)
    g_string_append_printf (name, ", %s", _("Changed on two devices"));
  if (row->row.waiting)
    g_string_append_printf (name, ", %s", _("Waits to be sent"));
  return g_string_free (name, FALSE);
}
