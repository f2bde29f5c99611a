/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads every .ui file below a folder against the types of GTK and libadwaita that are installed:
 * gtk4-builder-tool knows no type of libadwaita, and a wrong name in a template shows only when
 * its widget is first opened. One test case (TAP) for each file.
 *
 *   check-ui FOLDER          every file must be good
 *   check-ui --bad FOLDER    every file must have the problem that its first comment names
 */
#include "config.h"

#include <adwaita.h>
#include <string.h>

#define MAX_DEPTH 64
#define MAX_GTK_MINOR 8
#define MAX_ADW_MINOR 2

typedef struct
{
  GtkBuilder *builder;
  GString    *problems;
  GType       types[MAX_DEPTH];    /* of the objects that are open; G_TYPE_INVALID: one of ours */
  gboolean    icon_only[MAX_DEPTH];
  gboolean    named[MAX_DEPTH];
  int         depth;
  int         inside_other;        /* depth within <layout>, <accessibility>, <menu> */
  gboolean    needs_gtk;
} UiFile;

static void
add_problem (UiFile              *file,
             GMarkupParseContext *context,
             const char          *format,
             ...) G_GNUC_PRINTF (3, 4);

static void
add_problem (UiFile              *file,
             GMarkupParseContext *context,
             const char          *format,
             ...)
{
  int line, column;
  va_list args;

  g_markup_parse_context_get_position (context, &line, &column);
  g_string_append_printf (file->problems, "# line %d: ", line);
  va_start (args, format);
  g_string_append_vprintf (file->problems, format, args);
  va_end (args);
  g_string_append_c (file->problems, '\n');
}

static const char *
attribute (const char **names,
           const char **values,
           const char  *wanted)
{
  for (int i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], wanted) == 0)
      return values[i];
  return NULL;
}

static gboolean
is_ours (const char *name)
{
  return name != NULL && g_str_has_prefix (name, "Kd");
}

/* Our own types are not linked in here; what they are is tested in the suite widgets. */
static GType
type_of (UiFile              *file,
         GMarkupParseContext *context,
         const char          *name)
{
  GType type;

  if (name == NULL || is_ours (name))
    return G_TYPE_INVALID;
  type = gtk_builder_get_type_from_name (file->builder, name);
  if (type == G_TYPE_INVALID)
    add_problem (file, context, "there is no type %s", name);
  return type;
}

static void
open_object (UiFile              *file,
             GMarkupParseContext *context,
             const char          *element,
             const char         **names,
             const char         **values)
{
  gboolean is_template = strcmp (element, "template") == 0;
  const char *name = attribute (names, values, is_template ? "parent" : "class");

  if (file->depth + 1 >= MAX_DEPTH)
    {
      add_problem (file, context, "objects are nested too deeply");
      return;
    }
  file->depth++;
  file->types[file->depth] = type_of (file, context, name);
  file->icon_only[file->depth] = FALSE;
  /* One with an id can get its name from the code. */
  file->named[file->depth] = attribute (names, values, "id") != NULL;
}

static void
close_object (UiFile              *file,
              GMarkupParseContext *context)
{
  if (file->depth == 0)
    return;
  if (file->icon_only[file->depth] && !file->named[file->depth])
    add_problem (file, context, "a button with an icon alone has no accessible label");
  file->depth--;
}

static void
check_property (UiFile              *file,
                GMarkupParseContext *context,
                const char          *name)
{
  GType type = file->depth > 0 ? file->types[file->depth] : G_TYPE_INVALID;
  g_autoptr(GTypeClass) class = NULL;
  GParamSpec *spec;

  if (name == NULL || type == G_TYPE_INVALID || !G_TYPE_IS_OBJECT (type))
    return;
  class = g_type_class_ref (type);
  spec = g_object_class_find_property (G_OBJECT_CLASS (class), name);
  if (spec == NULL)
    add_problem (file, context, "%s has no property %s", g_type_name (type), name);
  else if ((spec->flags & G_PARAM_DEPRECATED) != 0)
    add_problem (file, context, "the property %s of %s is deprecated", name, g_type_name (type));

  if (g_type_is_a (type, GTK_TYPE_BUTTON) || g_type_is_a (type, GTK_TYPE_MENU_BUTTON))
    {
      if (strcmp (name, "icon-name") == 0)
        file->icon_only[file->depth] = TRUE;
      else if (strcmp (name, "label") == 0)
        file->named[file->depth] = TRUE;
    }
}

static void
check_signal (UiFile              *file,
              GMarkupParseContext *context,
              const char          *name)
{
  GType type = file->depth > 0 ? file->types[file->depth] : G_TYPE_INVALID;
  g_autoptr(GTypeClass) class = NULL;
  guint id;
  GQuark detail;

  if (name == NULL || type == G_TYPE_INVALID || !G_TYPE_IS_OBJECT (type))
    return;
  class = g_type_class_ref (type);
  if (!g_signal_parse_name (name, type, &id, &detail, TRUE))
    add_problem (file, context, "%s has no signal %s", g_type_name (type), name);
}

static void
check_requires (UiFile              *file,
                GMarkupParseContext *context,
                const char          *library,
                const char          *version)
{
  int minor = 0;
  const char *dot = version != NULL ? strchr (version, '.') : NULL;

  if (dot != NULL)
    minor = (int) g_ascii_strtoll (dot + 1, NULL, 10);
  if (g_strcmp0 (library, "gtk") == 0)
    {
      file->needs_gtk = TRUE;
      if (!g_str_has_prefix (version ? version : "", "4.") || minor > MAX_GTK_MINOR)
        add_problem (file, context, "asks for GTK %s; our floor is 4.%d", version, MAX_GTK_MINOR);
    }
  else if (g_strcmp0 (library, "libadwaita") == 0 && minor > MAX_ADW_MINOR)
    add_problem (file, context, "asks for libadwaita %s; our floor is 1.%d", version, MAX_ADW_MINOR);
}

static gboolean
is_other (const char *element)
{
  return strcmp (element, "layout") == 0 || strcmp (element, "accessibility") == 0 ||
         strcmp (element, "menu") == 0;
}

static void
start_element_cb (GMarkupParseContext *context,
                  const char          *element,
                  const char         **names,
                  const char         **values,
                  void                *data,
                  GError             **error)
{
  UiFile *file = data;
  const char *name = attribute (names, values, "name");

  if (is_other (element))
    {
      file->inside_other++;
      return;
    }
  if (file->inside_other > 0)
    {
      if (file->depth > 0 && g_strcmp0 (name, "label") == 0)
        file->named[file->depth] = TRUE;
      return;
    }
  if (strcmp (element, "object") == 0 || strcmp (element, "template") == 0)
    open_object (file, context, element, names, values);
  else if (strcmp (element, "property") == 0)
    check_property (file, context, name);
  else if (strcmp (element, "signal") == 0)
    check_signal (file, context, name);
  else if (strcmp (element, "requires") == 0)
    check_requires (file, context, attribute (names, values, "lib"),
                    attribute (names, values, "version"));
}

static void
end_element_cb (GMarkupParseContext *context,
                const char          *element,
                void                *data,
                GError             **error)
{
  UiFile *file = data;

  if (is_other (element))
    file->inside_other--;
  else if (file->inside_other == 0 &&
           (strcmp (element, "object") == 0 || strcmp (element, "template") == 0))
    close_object (file, context);
}

/* Gives the problems of a file as lines of TAP comments, empty when there are none. */
static char *
problems_of (const char *path)
{
  const GMarkupParser parser = { .start_element = start_element_cb, .end_element = end_element_cb };
  g_autoptr(GtkBuilder) builder = gtk_builder_new ();
  g_autoptr(GMarkupParseContext) context = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  size_t length;
  UiFile file = { .builder = builder, .problems = g_string_new (NULL) };

  context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &file, NULL);
  if (!g_file_get_contents (path, &text, &length, &error) ||
      !g_markup_parse_context_parse (context, text, (gssize) length, &error) ||
      !g_markup_parse_context_end_parse (context, &error))
    g_string_append_printf (file.problems, "# %s\n", error->message);
  else if (!file.needs_gtk)
    g_string_append (file.problems, "# has no <requires lib=\"gtk\" version=\"4.8\"/>\n");
  return g_string_free (file.problems, FALSE);
}

static void
collect (const char *folder,
         GPtrArray  *paths)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        collect (path, paths);
      else if (g_str_has_suffix (name, ".ui"))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
}

static int
compare_paths (const void *a,
               const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Is the problem found that the file's first comment names: <!-- expected: ... --> ? */
static gboolean
finds_expected (const char *path,
                const char *problems)
{
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  const char *start, *end;

  if (!g_file_get_contents (path, &text, NULL, NULL) ||
      (start = strstr (text, "<!-- expected: ")) == NULL || (end = strstr (start, " -->")) == NULL)
    return FALSE;
  start += strlen ("<!-- expected: ");
  expected = g_strndup (start, (size_t) (end - start));
  return strstr (problems, expected) != NULL;
}

int
main (int    argc,
      char **argv)
{
  gboolean want_bad = argc == 3 && strcmp (argv[1], "--bad") == 0;
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  int failed = 0;

  if (argc != 2 && !want_bad)
    {
      g_printerr ("Usage: check-ui [--bad] FOLDER\n");
      return 2;
    }
  /* Classes can be asked without a display; only instances need one. */
  if (gtk_init_check ())
    adw_init ();
  g_type_ensure (ADW_TYPE_APPLICATION_WINDOW);

  collect (argv[argc - 1], paths);
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *problems = problems_of (path);
      g_autofree char *name = g_path_get_basename (path);
      gboolean good = want_bad ? finds_expected (path, problems) : *problems == '\0';

      if (!good || want_bad)
        g_print ("%s", problems);
      g_print ("%sok %u %s\n", good ? "" : "not ", i + 1, name);
      if (!good)
        failed = 1;
    }
  if (paths->len == 0)
    g_print ("1..0 # SKIP there is no .ui file\n");
  else
    g_print ("1..%u\n", paths->len);
  return failed;
}
