/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-category-picker.h"

#include "kd-calls.h"
#include "kd-text.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>
#include <string.h>

#define ROWS_MAX 200     /* more are found by searching */
#define INDENT 16
#define LIST_WIDTH 280
#define LIST_HEIGHT 300

struct _KdCategoryPicker {
  GtkWidget parent_instance;

  KdSession *session;     /* (owned) (nullable) */
  KdCategoryTree *tree;
  char *ids;
  GtkWidget *button, *label;
  GtkWidget *popover, *search, *list, *add, *add_label;
  KdId added;             /* a category just made here, to be chosen when it is there */
};

G_DEFINE_FINAL_TYPE (KdCategoryPicker, kd_category_picker, GTK_TYPE_WIDGET)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void fill (KdCategoryPicker *self);

static GArray *
ids_of (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (KdId));
  KdId id;

  for (guint i = 0; words[i] != NULL; i++)
    if (kd_id_parse (words[i], &id))
      g_array_append_val (ids, id);
  return ids;
}

static int
index_of (GArray *ids,
          const KdId *id)
{
  for (guint i = 0; i < ids->len; i++)
    if (kd_id_equal (&g_array_index (ids, KdId, i), id))
      return (int) i;
  return -1;
}

static void
show_label (KdCategoryPicker *self)
{
  g_autofree char *words = kd_category_picker_words (self, self->ids);

  gtk_label_set_text (GTK_LABEL (self->label), *words != '\0' ? words : _("None"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  *words != '\0' ? words : _("None"), -1);
}

static void
take_ids (KdCategoryPicker *self,
          GArray *ids)
{
  GString *text = g_string_new (NULL);
  char id[KD_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", kd_id_to_text (&g_array_index (ids, KdId, i), id));
  g_free (self->ids);
  self->ids = g_string_free (text, FALSE);
  show_label (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
put (KdCategoryPicker *self,
     const KdId *id,
     gboolean in,
     gboolean first)
{
  g_autoptr (GArray) ids = ids_of (self->ids);
  int at = index_of (ids, id);

  if (at >= 0)
    g_array_remove_index (ids, (guint) at);
  if (in && first)
    g_array_prepend_val (ids, *id);
  else if (in)
    g_array_append_val (ids, *id);
  take_ids (self, ids);
}

static const KdId *
id_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "kd-id");
}

static void
toggled_cb (GtkCheckButton *check,
            KdCategoryPicker *self)
{
  KdId id = *id_of (GTK_WIDGET (check));

  put (self, &id, gtk_check_button_get_active (check), FALSE);
  fill (self);
}

static void
main_cb (GtkButton *button,
         KdCategoryPicker *self)
{
  KdId id = *id_of (GTK_WIDGET (button));

  put (self, &id, TRUE, TRUE);
  fill (self);
}

static void
keep_id (GtkWidget *widget,
         const KdId *id)
{
  g_object_set_data_full (G_OBJECT (widget), "kd-id", g_memdup2 (id, sizeof *id), g_free);
}

static GtkWidget *
new_row (KdCategoryPicker *self,
         const KdCategoryNode *node,
         int place,
         gboolean searching)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *check = gtk_check_button_new_with_label (searching ? node->path : node->name);
  g_autofree char *words = NULL;

  keep_id (check, &node->id);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), place >= 0);
  gtk_widget_set_hexpand (check, TRUE);
  g_signal_connect (check, "toggled", G_CALLBACK (toggled_cb), self);
  if (!searching)
    gtk_widget_set_margin_start (check, (int) node->depth * INDENT);
  gtk_box_append (GTK_BOX (box), check);
  if (place == 0)
    {
      GtkWidget *mark = gtk_label_new (_("Main"));

      gtk_widget_add_css_class (mark, "dim-label");
      gtk_widget_add_css_class (mark, "kd-small");
      gtk_box_append (GTK_BOX (box), mark);
    }
  else if (place > 0)
    {
      GtkWidget *button = gtk_button_new_with_label (_("Make Main"));

      keep_id (button, &node->id);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "kd-small");
      g_signal_connect (button, "clicked", G_CALLBACK (main_cb), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, node->path, -1);
  return row;
}

static gboolean
fits (const KdCategoryNode *node,
      const char *folded)
{
  g_autofree char *path = NULL;

  if (*folded == '\0')
    return TRUE;
  path = kd_text_fold (node->path);
  return strstr (path, folded) != NULL;
}

/* The id whose check button has the focus, so that filling anew can give it back. */
static KdId
focused_id (KdCategoryPicker *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, self->list) || id_of (focus) == NULL)
    return KD_ID_NONE;
  return *id_of (focus);
}

static void
fill (KdCategoryPicker *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  g_autofree char *folded = kd_text_fold (text);
  g_autofree char *add = NULL;
  g_autoptr (GArray) ids = ids_of (self->ids);
  KdId focused = focused_id (self);
  GtkWidget *child, *focus = NULL;
  guint shown = 0;

  g_strstrip (folded);
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  for (guint i = 0; self->tree != NULL && i < kd_category_tree_get_n (self->tree) && shown < ROWS_MAX; i++)
    {
      const KdCategoryNode *node = kd_category_tree_get_nth (self->tree, i);
      GtkWidget *row;

      if (!fits (node, folded))
        continue;
      row = new_row (self, node, index_of (ids, &node->id), *folded != '\0');
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
      if (kd_id_equal (&node->id, &focused))
        focus = gtk_widget_get_first_child (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row)));
      shown++;
    }
  if (focus != NULL)
    gtk_widget_grab_focus (focus);
  /* TRANSLATORS: Makes a category of the name that was typed. */
  add = g_strdup_printf (_("Add “%s”"), text);
  gtk_label_set_text (GTK_LABEL (self->add_label), add);
  gtk_widget_set_visible (self->add, !kd_text_is_blank (text)
                                       && kd_category_tree_find_named (self->tree, &KD_ID_NONE, text) == NULL);
}

static void
tree_changed_cb (KdCategoryTree *tree,
                 KdCategoryPicker *self)
{
  show_label (self);
  if (gtk_widget_get_visible (self->popover))
    fill (self);
}

static void
made_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (KdCategoryPicker) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, &error);

  if (commit == NULL || commit->refused >= 0 || self->tree == NULL)
    return;
  put (self, &self->added, TRUE, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
}

static void
add_cb (KdCategoryPicker *self)
{
  g_autofree char *name = kd_text_trim (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  KdPartial *set;

  if (*name == '\0' || self->session == NULL || !gtk_widget_get_visible (self->add))
    return;
  set = kd_partial_new (&kd_kind_category);
  *(char **) kd_partial_field (set, "name") = g_strdup (name);
  *(char **) kd_partial_field (set, "position") = kd_category_tree_end_position (self->tree, &KD_ID_NONE);
  self->added = kd_session_new_id (self->session);
  kd_session_commit_one_async (self->session, N_("Add category %s"), name,
                               kd_call_create (&kd_kind_category, &self->added, set), made_cb, g_object_ref (self));
}

static void
shown_cb (KdCategoryPicker *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  fill (self);
  gtk_widget_grab_focus (self->search);
}

static void
kd_category_picker_dispose (GObject *object)
{
  KdCategoryPicker *self = KD_CATEGORY_PICKER (object);

  if (self->tree != NULL)
    g_signal_handlers_disconnect_by_data (self->tree, self);
  g_clear_object (&self->tree);
  g_clear_object (&self->session);
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_category_picker_parent_class)->dispose (object);
}

static void
kd_category_picker_finalize (GObject *object)
{
  g_free (KD_CATEGORY_PICKER (object)->ids);
  G_OBJECT_CLASS (kd_category_picker_parent_class)->finalize (object);
}

static void
kd_category_picker_class_init (KdCategoryPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_category_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = kd_category_picker_finalize;
  signals[CHANGED] = g_signal_new ("changed", KD_TYPE_CATEGORY_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
make_popover (KdCategoryPicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->search = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->search), 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Search or add a category"), -1);
  g_object_set (self->search, "placeholder-text", _("Search or add a category"), NULL);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (fill), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (add_cb), self);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Categories"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), LIST_HEIGHT);
  gtk_widget_set_size_request (scrolled, LIST_WIDTH, -1);
  self->add_label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->add_label), PANGO_ELLIPSIZE_END);
  self->add = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->add), self->add_label);
  g_signal_connect_swapped (self->add, "clicked", G_CALLBACK (add_cb), self);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), self->add);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (shown_cb), self);
}

static void
kd_category_picker_init (KdCategoryPicker *self)
{
  self->ids = g_strdup ("");
  make_popover (self);
  self->label = gtk_label_new (_("None"));
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->label, TRUE);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), self->label);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), TRUE);
  /* The words stand at the start, as in an entry. */
  gtk_widget_set_halign (gtk_widget_get_parent (self->label), GTK_ALIGN_FILL);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
kd_category_picker_new (void)
{
  return g_object_new (KD_TYPE_CATEGORY_PICKER, NULL);
}

void
kd_category_picker_set_session (KdCategoryPicker *self,
                                KdSession *session)
{
  g_return_if_fail (KD_IS_CATEGORY_PICKER (self));

  if (self->session == session)
    return;
  if (self->tree != NULL)
    g_signal_handlers_disconnect_by_data (self->tree, self);
  g_clear_object (&self->tree);
  g_set_object (&self->session, session);
  self->tree = kd_category_tree_get (session);
  g_signal_connect (self->tree, "changed", G_CALLBACK (tree_changed_cb), self);
  show_label (self);
}

const char *
kd_category_picker_get_ids (KdCategoryPicker *self)
{
  return self->ids;
}

void
kd_category_picker_set_ids (KdCategoryPicker *self,
                            const char *ids)
{
  g_return_if_fail (KD_IS_CATEGORY_PICKER (self));

  g_free (self->ids);
  self->ids = g_strdup (ids);
  show_label (self);
}

char *
kd_category_picker_words (KdCategoryPicker *self,
                          const char *ids)
{
  g_autoptr (GArray) list = ids_of (ids);
  GString *words = g_string_new (NULL);

  for (guint i = 0; self->tree != NULL && i < list->len; i++)
    {
      const KdCategoryNode *node = kd_category_tree_find (self->tree, &g_array_index (list, KdId, i));

      if (node != NULL)
        g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", node->path);
    }
  return g_string_free (words, FALSE);
}

GtkWidget *
kd_category_picker_get_button (KdCategoryPicker *self)
{
  return self->button;
}
