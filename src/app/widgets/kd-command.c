/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-command.h"

#include "kd-toast-host.h"

#include <glib/gi18n.h>

typedef struct {
  KdCommandState state;
  const char *reason;
  gboolean checked;
} Judged;

struct _KdCommandGroup {
  GObject parent_instance;

  char *prefix;
  const KdCommand *commands;
  unsigned n_commands;
  GObject *context; /* (weak) */
  unsigned roles;
  KdReasonText reason_text;
  Judged *judged;
  GSimpleActionGroup *actions;
  GPtrArray *widgets; /* (weak) what it is attached to */
};

G_DEFINE_FINAL_TYPE (KdCommandGroup, kd_command_group, G_TYPE_OBJECT)

typedef struct {
  KdCommandGroup *group; /* (owned) */
  const KdCommand *command;
} Shortcut;

static guint changed_signal;
static GQuark groups_quark;

static const char *
translate (const char *text)
{
  return text != NULL ? _(text) : NULL;
}

static Judged
judge (KdCommandGroup *self,
       const KdCommand *command)
{
  Judged judged = { KD_COMMAND_ENABLED, NULL, FALSE };

  if (self->context == NULL || (command->roles != 0 && (command->roles & self->roles) == 0))
    judged.state = KD_COMMAND_HIDDEN;
  else if (command->state != NULL)
    judged.state = command->state (self->context, &judged.reason);
  if (judged.state != KD_COMMAND_REFUSED)
    judged.reason = NULL;
  if (judged.state != KD_COMMAND_HIDDEN && command->checked != NULL)
    judged.checked = command->checked (self->context);
  return judged;
}

static const char *
reason_words (KdCommandGroup *self,
              const char *reason)
{
  const char *words = NULL;

  if (reason != NULL && self->reason_text != NULL)
    words = self->reason_text (reason);
  if (words == NULL)
    words = reason != NULL ? reason : _("This can't be done now");
  return words;
}

static unsigned
command_index (KdCommandGroup *self,
               const KdCommand *command)
{
  g_assert (command >= self->commands && command < self->commands + self->n_commands);
  return (unsigned) (command - self->commands);
}

static void
show_action (KdCommandGroup *self,
             unsigned i)
{
  const KdCommand *command = &self->commands[i];
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), command->name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action),
                               self->judged[i].state == KD_COMMAND_ENABLED);
  if (command->checked != NULL)
    g_simple_action_set_state (G_SIMPLE_ACTION (action),
                               g_variant_new_boolean (self->judged[i].checked));
}

static void
action_cb (GSimpleAction *action,
           GVariant *param,
           KdCommandGroup *self)
{
  kd_command_group_activate (self, g_action_get_name (G_ACTION (action)), param, NULL);
}

static void
shortcut_free (Shortcut *shortcut)
{
  g_object_unref (shortcut->group);
  g_free (shortcut);
}

static gboolean
shortcut_cb (GtkWidget *widget,
             GVariant *args,
             gpointer data)
{
  Shortcut *shortcut = data;
  Judged judged;

  /* A page in the back keeps its shortcuts to itself, so the next page's can have the key. */
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget))
    return GDK_EVENT_PROPAGATE;
  judged = judge (shortcut->group, shortcut->command);
  if (judged.state == KD_COMMAND_HIDDEN)
    return GDK_EVENT_PROPAGATE;
  kd_command_group_activate (shortcut->group, shortcut->command->name, NULL, widget);
  return GDK_EVENT_STOP;
}

static void
widget_gone_cb (gpointer data,
                GObject *widget)
{
  KdCommandGroup *self = data;

  g_ptr_array_remove_fast (self->widgets, widget);
}

static gboolean
is_bare_key (const char *accel)
{
  GdkModifierType modifiers;
  guint key;

  if (!gtk_accelerator_parse (accel, &key, &modifiers))
    return TRUE;
  return (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) == 0
         && !(key >= GDK_KEY_F1 && key <= GDK_KEY_F12);
}

static void
add_shortcuts (KdCommandGroup *self,
               GtkWidget *widget)
{
  GtkEventController *everywhere = gtk_shortcut_controller_new ();
  GtkEventController *inside = gtk_shortcut_controller_new ();

  /* A window's own controller is asked last of all anyway; with the scope GLOBAL it never is. */
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (everywhere),
                                     GTK_IS_ROOT (widget) ? GTK_SHORTCUT_SCOPE_LOCAL
                                                          : GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_event_controller_set_propagation_phase (everywhere, GTK_PHASE_BUBBLE);
  gtk_event_controller_set_propagation_phase (inside, GTK_PHASE_BUBBLE);

  for (unsigned i = 0; i < self->n_commands; i++)
    {
      g_auto (GStrv) accels = NULL;

      if (self->commands[i].accel == NULL || self->commands[i].param != NULL)
        continue;
      accels = g_strsplit (self->commands[i].accel, "|", -1);
      for (unsigned j = 0; accels[j] != NULL; j++)
        {
          GtkShortcutTrigger *trigger = gtk_shortcut_trigger_parse_string (accels[j]);
          Shortcut *shortcut;

          g_assert (trigger != NULL);
          shortcut = g_new (Shortcut, 1);
          *shortcut = (Shortcut) { g_object_ref (self), &self->commands[i] };
          gtk_shortcut_controller_add_shortcut (
            GTK_SHORTCUT_CONTROLLER (is_bare_key (accels[j]) ? inside : everywhere),
            gtk_shortcut_new (trigger,
                              gtk_callback_action_new (shortcut_cb, shortcut,
                                                       (GDestroyNotify) shortcut_free)));
        }
    }
  gtk_widget_add_controller (widget, everywhere);
  gtk_widget_add_controller (widget, inside);
}

static void
kd_command_group_dispose (GObject *object)
{
  KdCommandGroup *self = KD_COMMAND_GROUP (object);

  g_clear_weak_pointer (&self->context);
  for (unsigned i = 0; self->widgets != NULL && i < self->widgets->len; i++)
    g_object_weak_unref (self->widgets->pdata[i], widget_gone_cb, self);
  g_clear_pointer (&self->widgets, g_ptr_array_unref);
  G_OBJECT_CLASS (kd_command_group_parent_class)->dispose (object);
}

static void
kd_command_group_finalize (GObject *object)
{
  KdCommandGroup *self = KD_COMMAND_GROUP (object);

  g_clear_object (&self->actions);
  g_free (self->judged);
  g_free (self->prefix);
  G_OBJECT_CLASS (kd_command_group_parent_class)->finalize (object);
}

static void
kd_command_group_class_init (KdCommandGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kd_command_group_dispose;
  object_class->finalize = kd_command_group_finalize;

  groups_quark = g_quark_from_static_string ("kd-command-groups");
  changed_signal = g_signal_new ("changed", KD_TYPE_COMMAND_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
kd_command_group_init (KdCommandGroup *self)
{
  self->roles = ~0u;
  self->actions = g_simple_action_group_new ();
  self->widgets = g_ptr_array_new ();
}

KdCommandGroup *
kd_command_group_new (const char *prefix,
                      const KdCommand *commands,
                      unsigned n_commands,
                      GObject *context)
{
  KdCommandGroup *self = g_object_new (KD_TYPE_COMMAND_GROUP, NULL);

  self->prefix = g_strdup (prefix);
  self->commands = commands;
  self->n_commands = n_commands;
  self->judged = g_new0 (Judged, n_commands);
  g_set_weak_pointer (&self->context, context);
  for (unsigned i = 0; i < n_commands; i++)
    {
      g_autoptr (GVariantType) type
        = commands[i].param != NULL ? g_variant_type_new (commands[i].param) : NULL;
      g_autoptr (GSimpleAction) action
        = commands[i].checked != NULL
            ? g_simple_action_new_stateful (commands[i].name, type, g_variant_new_boolean (FALSE))
            : g_simple_action_new (commands[i].name, type);

      g_signal_connect_object (action, "activate", G_CALLBACK (action_cb), self, 0);
      g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
    }
  kd_command_group_update (self);
  return self;
}

void
kd_command_group_set_roles (KdCommandGroup *self,
                            unsigned roles)
{
  self->roles = roles;
  kd_command_group_update (self);
}

void
kd_command_group_set_reason_text (KdCommandGroup *self,
                                  KdReasonText reason_text)
{
  self->reason_text = reason_text;
}

void
kd_command_group_attach (KdCommandGroup *self,
                         GtkWidget *widget)
{
  GPtrArray *groups = g_object_get_qdata (G_OBJECT (widget), groups_quark);

  if (groups == NULL)
    {
      groups = g_ptr_array_new_with_free_func (g_object_unref);
      g_object_set_qdata_full (G_OBJECT (widget), groups_quark, groups,
                               (GDestroyNotify) g_ptr_array_unref);
    }
  g_ptr_array_add (groups, g_object_ref (self));
  g_ptr_array_add (self->widgets, widget);
  g_object_weak_ref (G_OBJECT (widget), widget_gone_cb, self);
  gtk_widget_insert_action_group (widget, self->prefix, G_ACTION_GROUP (self->actions));
  add_shortcuts (self, widget);
}

void
kd_command_group_update (KdCommandGroup *self)
{
  gboolean changed = FALSE;

  for (unsigned i = 0; i < self->n_commands; i++)
    {
      Judged judged = judge (self, &self->commands[i]);

      if (judged.state == self->judged[i].state && judged.checked == self->judged[i].checked
          && g_strcmp0 (judged.reason, self->judged[i].reason) == 0)
        continue;
      self->judged[i] = judged;
      changed = TRUE;
      show_action (self, i);
    }
  if (changed)
    g_signal_emit (self, changed_signal, 0);
}

const char *
kd_command_group_get_prefix (KdCommandGroup *self)
{
  return self->prefix;
}

const KdCommand *
kd_command_group_lookup (KdCommandGroup *self,
                         const char *name)
{
  for (unsigned i = 0; i < self->n_commands; i++)
    if (strcmp (self->commands[i].name, name) == 0)
      return &self->commands[i];
  return NULL;
}

KdCommandState
kd_command_group_get_state (KdCommandGroup *self,
                            const KdCommand *command,
                            const char **ret_reason)
{
  Judged *judged = &self->judged[command_index (self, command)];

  if (ret_reason != NULL)
    *ret_reason
      = judged->state == KD_COMMAND_REFUSED ? reason_words (self, judged->reason) : NULL;
  return judged->state;
}

gboolean
kd_command_group_get_checked (KdCommandGroup *self,
                              const KdCommand *command)
{
  return self->judged[command_index (self, command)].checked;
}

gboolean
kd_command_group_activate (KdCommandGroup *self,
                           const char *name,
                           GVariant *param,
                           GtkWidget *source)
{
  const KdCommand *command = kd_command_group_lookup (self, name);
  g_autoptr (GObject) context = self->context != NULL ? g_object_ref (self->context) : NULL;
  KdToastHost *host;
  Judged judged;

  g_return_val_if_fail (command != NULL, FALSE);

  judged = judge (self, command);
  if (judged.state == KD_COMMAND_ENABLED)
    {
      g_autoptr (KdCommandGroup) alive = g_object_ref (self);

      command->run (context, param);
      kd_command_group_update (alive);
      return TRUE;
    }
  if (judged.state == KD_COMMAND_HIDDEN)
    return FALSE;
  for (unsigned i = 0; source == NULL && i < self->widgets->len; i++)
    if (gtk_widget_get_mapped (self->widgets->pdata[i]))
      source = self->widgets->pdata[i];
  host = source != NULL ? kd_toast_host_find (source) : NULL;
  if (host != NULL)
    kd_toast_host_say (host, reason_words (self, judged.reason));
  kd_command_group_update (self);
  return FALSE;
}

void
kd_command_group_append_to_menu (KdCommandGroup *self,
                                 GMenu *menu,
                                 const char *name)
{
  const KdCommand *command = kd_command_group_lookup (self, name);
  g_autofree char *detailed = g_strconcat (self->prefix, ".", name, NULL);
  g_autoptr (GMenuItem) item = NULL;

  g_return_if_fail (command != NULL && command->param == NULL);

  if (kd_command_group_get_state (self, command, NULL) == KD_COMMAND_HIDDEN)
    return;
  item = g_menu_item_new (translate (command->title), detailed);
  if (command->accel != NULL)
    {
      g_auto (GStrv) accels = g_strsplit (command->accel, "|", 2);

      g_menu_item_set_attribute (item, "accel", "s", accels[0]);
    }
  g_menu_append_item (menu, item);
}

const KdCommand *
kd_command_find (GtkWidget *widget,
                 const char *detailed_name,
                 KdCommandGroup **ret_group)
{
  const char *dot = strchr (detailed_name, '.');

  g_return_val_if_fail (dot != NULL, NULL);

  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      GPtrArray *groups = groups_quark != 0
                            ? g_object_get_qdata (G_OBJECT (widget), groups_quark)
                            : NULL;

      for (unsigned i = 0; groups != NULL && i < groups->len; i++)
        {
          KdCommandGroup *group = groups->pdata[i];
          const KdCommand *command;

          if (strlen (group->prefix) != (size_t) (dot - detailed_name)
              || strncmp (group->prefix, detailed_name, dot - detailed_name) != 0)
            continue;
          command = kd_command_group_lookup (group, dot + 1);
          if (command == NULL)
            continue;
          if (ret_group != NULL)
            *ret_group = group;
          return command;
        }
    }
  return NULL;
}

void
kd_command_foreach (GtkWidget *widget,
                    KdCommandFunc func,
                    gpointer user_data)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      GPtrArray *groups = groups_quark != 0
                            ? g_object_get_qdata (G_OBJECT (widget), groups_quark)
                            : NULL;

      for (unsigned i = 0; groups != NULL && i < groups->len; i++)
        {
          KdCommandGroup *group = groups->pdata[i];

          kd_command_group_update (group);
          for (unsigned j = 0; j < group->n_commands; j++)
            if (group->judged[j].state != KD_COMMAND_HIDDEN)
              func (group, &group->commands[j], user_data);
        }
    }
}

char *
kd_command_accel_label (const KdCommand *command)
{
  g_auto (GStrv) accels = NULL;
  GdkModifierType modifiers;
  guint key;

  if (command->accel == NULL)
    return NULL;
  accels = g_strsplit (command->accel, "|", 2);
  if (!gtk_accelerator_parse (accels[0], &key, &modifiers))
    return NULL;
  return gtk_accelerator_get_label (key, modifiers);
}
