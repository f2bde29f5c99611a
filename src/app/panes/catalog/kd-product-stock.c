/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-stock.h"

#include "kd-catalog-words.h"
#include "kd-product-fields.h"
#include "kd-stock-adjust.h"
#include "kd-stock.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

#define MOVES_FIRST 10
#define SPACING 12

/* One place's line. */
typedef struct
{
  KdId location;
  GtkWidget *row, *name, *numbers, *adjust;
} Place;

struct _KdProductStock {
  GtkWidget parent_instance;

  KdSession *session;     /* (owned) */
  KdProductForm *form;    /* (owned) (nullable) */
  GPtrArray *places;      /* of Place */
  KdId variant;           /* the one whose places are shown */
  GArray *variants;       /* of KdId: in the list to choose from */
  gboolean showing, all_moves;
  GtkWidget *choice, *list, *words;
  GtkWidget *moves_title, *moves, *more;
};

G_DEFINE_FINAL_TYPE (KdProductStock, kd_product_stock, GTK_TYPE_WIDGET)

static void show_stock (KdProductStock *self);

/* ---- which variant ---- */

static const KdVariant *
find_variant (const KdProductDetail *detail,
              const KdId *id)
{
  for (guint i = 0; i < detail->variants->len; i++)
    if (kd_id_equal (&((const KdVariant *) g_ptr_array_index (detail->variants, i))->parent.id, id))
      return g_ptr_array_index (detail->variants, i);
  return NULL;
}

static void
fill_choice (KdProductStock *self,
             const KdProductDetail *detail)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = 0;

  g_array_set_size (self->variants, 0);
  for (guint i = 0; i < detail->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (detail->variants, i);

      if (variant->archived)
        continue;
      if (kd_id_equal (&variant->parent.id, &self->variant))
        selected = self->variants->len;
      g_array_append_val (self->variants, variant->parent.id);
      gtk_string_list_append (titles, variant->title != NULL ? variant->title : detail->product->name);
    }
  self->variant = self->variants->len > 0 ? g_array_index (self->variants, KdId, selected) : KD_ID_NONE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->choice), G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->choice), selected);
  gtk_widget_set_visible (self->choice, self->variants->len > 1);
}

static void
chosen_cb (GtkDropDown *choice,
           GParamSpec *pspec,
           KdProductStock *self)
{
  guint selected = gtk_drop_down_get_selected (choice);

  if (self->showing || selected >= self->variants->len)
    return;
  self->variant = g_array_index (self->variants, KdId, selected);
  show_stock (self);
}

/* ---- places ---- */

static Place *
add_place (KdProductStock *self,
           const KdLocation *location)
{
  Place *place = g_new0 (Place, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  place->location = location->parent.id;
  place->name = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (place->name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (place->name), PANGO_ELLIPSIZE_END);
  place->numbers = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (place->numbers), 0);
  gtk_label_set_wrap (GTK_LABEL (place->numbers), TRUE);
  gtk_widget_add_css_class (place->numbers, "kd-numeric");
  gtk_box_append (GTK_BOX (lines), place->name);
  gtk_box_append (GTK_BOX (lines), place->numbers);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  place->adjust = kd_stock_adjust_new (self->session);
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (box), place->adjust);
  place->row = gtk_list_box_row_new ();
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (place->row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (place->row), FALSE);
  gtk_widget_set_focusable (place->row, FALSE);
  gtk_list_box_append (GTK_LIST_BOX (self->list), place->row);
  g_ptr_array_add (self->places, place);
  return place;
}

static void
show_place (KdProductStock *self,
            Place *place,
            const KdProductDetail *detail,
            const KdVariant *variant,
            const KdLocation *location)
{
  const char *currency = kd_session_get_currency (self->session);
  gint64 on_hand = 0, reserved = 0;
  g_autofree char *here = NULL, *held = NULL, *left = NULL, *words = NULL;
  g_autofree char *name = NULL;

  for (guint i = 0; i < detail->levels->len; i++)
    {
      const KdStockLevel *level = g_ptr_array_index (detail->levels, i);

      if (!kd_id_equal (&level->variant, &variant->parent.id) || !kd_id_equal (&level->location, &place->location))
        continue;
      on_hand = level->on_hand;
      reserved = level->reserved;
    }
  here = kd_quantity_words (on_hand, currency);
  held = kd_quantity_words (reserved, currency);
  left = kd_quantity_words (kd_stock_left (variant, on_hand, reserved), currency);
  /* TRANSLATORS: What lies there, what is promised to orders, and what may be sold. */
  words = g_strdup_printf (_("On hand %s · Reserved %s · Available %s"), here, held, left);
  gtk_label_set_text (GTK_LABEL (place->name), location->name);
  gtk_widget_set_visible (place->name, detail->locations->len > 1);
  gtk_label_set_text (GTK_LABEL (place->numbers), words);
  if (on_hand < 0)
    gtk_widget_add_css_class (place->numbers, "kd-problem");
  else
    gtk_widget_remove_css_class (place->numbers, "kd-problem");
  name = variant->title != NULL ? g_strdup_printf ("%s (%s)", detail->product->name, variant->title)
                                : g_strdup (detail->product->name);
  kd_stock_adjust_show (KD_STOCK_ADJUST (place->adjust), &variant->parent.id, &place->location, on_hand, name);
}

static void
show_places (KdProductStock *self,
             const KdProductDetail *detail)
{
  const KdVariant *variant = find_variant (detail, &self->variant);
  gboolean counted = variant != NULL && !variant->untracked;

  gtk_widget_set_visible (self->list, counted);
  gtk_widget_set_visible (self->words, variant != NULL && variant->untracked);
  if (!counted)
    return;
  for (guint i = 0; i < detail->locations->len; i++)
    {
      const KdLocation *location = g_ptr_array_index (detail->locations, i);
      Place *place = i < self->places->len ? g_ptr_array_index (self->places, i) : add_place (self, location);

      place->location = location->parent.id;
      show_place (self, place, detail, variant, location);
    }
  while (self->places->len > detail->locations->len)
    {
      Place *last = g_ptr_array_index (self->places, self->places->len - 1);

      gtk_list_box_remove (GTK_LIST_BOX (self->list), last->row);
      g_ptr_array_set_size (self->places, (int) self->places->len - 1);
    }
}

/* ---- movements ---- */

static GtkWidget *
new_move (KdProductStock *self,
          const KdProductDetail *detail,
          const KdStockMove *move)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *what = gtk_label_new (NULL), *when = gtk_label_new (NULL), *number = gtk_label_new (NULL);
  const KdVariant *variant = find_variant (detail, &move->variant);
  g_autofree char *time = kd_catalog_time_words (move->effective);
  g_autofree char *count = kd_quantity_change_words (move->quantity, kd_session_get_currency (self->session));
  g_autofree char *words = move->reason != NULL
                             ? g_strdup_printf ("%s: %s", kd_move_words (move->class_), move->reason)
                             : g_strdup (kd_move_words (move->class_));
  g_autofree char *below = variant != NULL && variant->title != NULL ? g_strdup_printf ("%s · %s", variant->title, time)
                                                                     : g_strdup (time);

  gtk_label_set_text (GTK_LABEL (what), words);
  gtk_label_set_xalign (GTK_LABEL (what), 0);
  gtk_label_set_ellipsize (GTK_LABEL (what), PANGO_ELLIPSIZE_END);
  gtk_label_set_text (GTK_LABEL (when), below);
  gtk_label_set_xalign (GTK_LABEL (when), 0);
  gtk_label_set_ellipsize (GTK_LABEL (when), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (when, "dim-label");
  gtk_widget_add_css_class (when, "kd-small");
  gtk_label_set_text (GTK_LABEL (number), count);
  gtk_widget_add_css_class (number, "kd-numeric");
  gtk_box_append (GTK_BOX (lines), what);
  gtk_box_append (GTK_BOX (lines), when);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (box), number);
  return box;
}

static void
show_moves (KdProductStock *self,
            const KdProductDetail *detail)
{
  guint n = self->all_moves ? detail->moves->len : MIN (detail->moves->len, MOVES_FIRST);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->moves)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->moves), row);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *added = gtk_list_box_row_new ();

      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (added),
                                  new_move (self, detail, g_ptr_array_index (detail->moves, i)));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (added), FALSE);
      gtk_widget_set_focusable (added, FALSE);
      gtk_list_box_append (GTK_LIST_BOX (self->moves), added);
    }
  gtk_widget_set_visible (self->moves, n > 0);
  gtk_widget_set_visible (self->moves_title, n > 0);
  gtk_widget_set_visible (self->more, n < detail->moves->len);
}

static void
more_cb (KdProductStock *self)
{
  self->all_moves = TRUE;
  show_stock (self);
}

/* ---- the widget ---- */

static void
show_stock (KdProductStock *self)
{
  const KdProductDetail *detail = self->form != NULL ? kd_product_form_get_detail (self->form) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), detail != NULL);
  if (detail == NULL)
    return;
  self->showing = TRUE;
  fill_choice (self, detail);
  show_places (self, detail);
  show_moves (self, detail);
  self->showing = FALSE;
}

static void
kd_product_stock_dispose (GObject *object)
{
  KdProductStock *self = KD_PRODUCT_STOCK (object);

  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (kd_product_form_get_record (self->form), self);
  g_clear_object (&self->form);
  self->showing = TRUE;
  kd_widgets_unparent_children (GTK_WIDGET (object));
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kd_product_stock_parent_class)->dispose (object);
}

static void
kd_product_stock_finalize (GObject *object)
{
  g_ptr_array_unref (KD_PRODUCT_STOCK (object)->places);
  g_array_unref (KD_PRODUCT_STOCK (object)->variants);
  G_OBJECT_CLASS (kd_product_stock_parent_class)->finalize (object);
}

static void
kd_product_stock_class_init (KdProductStockClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_product_stock_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_product_stock_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
new_list (const char *name)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_add_css_class (list, "kd-rows");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return list;
}

static void
kd_product_stock_init (KdProductStock *self)
{
  GtkWidget *box, *section = kd_product_section_new (_("Stock"), &box);

  self->places = g_ptr_array_new_with_free_func (g_free);
  self->variants = g_array_new (FALSE, FALSE, sizeof (KdId));
  self->choice = gtk_drop_down_new (NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choice), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Variant"), -1);
  gtk_widget_set_halign (self->choice, GTK_ALIGN_START);
  g_signal_connect (self->choice, "notify::selected", G_CALLBACK (chosen_cb), self);
  self->list = new_list (_("Stock"));
  self->words = gtk_label_new (_("Stock isn't counted."));
  gtk_label_set_xalign (GTK_LABEL (self->words), 0);
  gtk_widget_add_css_class (self->words, "dim-label");
  self->moves_title = gtk_label_new (_("Last movements"));
  gtk_label_set_xalign (GTK_LABEL (self->moves_title), 0);
  gtk_widget_add_css_class (self->moves_title, "kd-small");
  gtk_widget_add_css_class (self->moves_title, "dim-label");
  self->moves = new_list (_("Last movements"));
  self->more = gtk_button_new_with_label (_("Show More"));
  gtk_widget_add_css_class (self->more, "flat");
  gtk_widget_set_halign (self->more, GTK_ALIGN_START);
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (more_cb), self);
  gtk_box_append (GTK_BOX (box), self->choice);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), self->words);
  gtk_box_append (GTK_BOX (box), self->moves_title);
  gtk_box_append (GTK_BOX (box), self->moves);
  gtk_box_append (GTK_BOX (box), self->more);
  gtk_widget_set_parent (section, GTK_WIDGET (self));
}

GtkWidget *
kd_product_stock_new (KdSession *session)
{
  KdProductStock *self = g_object_new (KD_TYPE_PRODUCT_STOCK, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

void
kd_product_stock_set_form (KdProductStock *self,
                           KdProductForm *form)
{
  g_return_if_fail (KD_IS_PRODUCT_STOCK (self));

  if (self->form == form)
    return;
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (kd_product_form_get_record (self->form), self);
  g_set_object (&self->form, form);
  self->variant = KD_ID_NONE;
  self->all_moves = FALSE;
  if (form != NULL)
    g_signal_connect_swapped (kd_product_form_get_record (form), "changed", G_CALLBACK (show_stock), self);
  show_stock (self);
}
