# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions, types and habits that the project doesn't use, each with what to use instead."""

import re

from tree import check, code_of, find

# (pattern over C code without comments and strings, what to do instead)
EVERYWHERE = [
    (r'\bGtkColumnView\w*|\bgtk_column_view_\w+|\bGTK_TYPE_COLUMN_VIEW\w*', 'KdGrid'),
    (r'\bgtk_application_set_accels_for_action\b', 'KdCommand and its shortcut controllers'),
    (r'\bgtk_(?:tree_(?:view|store|path|row)|list_store|cell_renderer|icon_view|combo_box'
     r'|entry_completion|info_bar|statusbar|lock_button|volume_button|assistant|color_button'
     r'|font_button|app_chooser)_?\w*', 'list models and views, GtkDropDown'),
    (r'\bgtk_(?:dialog|message_dialog)_\w+|\bGtk(?:Message)?Dialog\b', 'kd_ask_async'),
    (r'\bgtk_widget_(?:show|hide|show_all)\b', 'gtk_widget_set_visible'),
    (r'\bgtk_widget_get_style_context\b', 'gtk_widget_add_css_class'),
    (r'\bgtk_show_uri\w*', 'g_app_info_launch_default_for_uri_async'),
    (r'\bgtk_(?:gesture_set_sequence_state|toggle_button_toggled|entry_set_completion)\b',
     'what replaced it in GTK 4.10'),
    (r'\bgtk_widget_get_(?:allocation|allocated_width|allocated_height)\b',
     'gtk_widget_get_width and _height'),
    (r'\bgtk_widget_translate_coordinates\b', 'gtk_widget_compute_point'),
    (r'\bgtk_css_provider_load_from_data\b', 'a resource, or kd_css_load'),
    (r'\bgtk_(?:image|picture)_\w*pixbuf\w*|\bgdk_pixbuf_get_from_\w+'
     r'|\bgdk_texture_new_for_pixbuf\b|\bgdk_cairo_set_source_pixbuf\b', 'textures and paintables'),
    (r'\bgtk_file_filter_add_pixbuf_formats\b', 'filters by MIME type'),
    (r'\bgtk_calendar_select_day\b|\bgtk_icon_paintable_get_icon_name\b', 'nothing deprecated'),
    (r'\bgtk_window_present_with_time\b', 'gtk_window_present'),
    (r'\bgdk_x11_\w+|\bgdk_wayland_\w+', 'portable code'),
    (r'\bgtk_application_window_set_help_overlay\b|\bGtkShortcutsWindow\b|\bgtk_shortcuts_\w+',
     'the window made from the command tables'),
    (r'\bgtk_(?:single|multi)_selection_new\b|\bgtk_(?:filter|sort)_list_model_new\b',
     'KdSelection, and order and filter in the query'),
    (r'\badw_(?:action|expander)_row_set_icon_name\b', 'a prefix'),
    (r'\badw_expander_row_add_action\b', 'actions in the child rows'),
    (r'\bAdwEnumListModel\b|\badw_enum_list_model_new\b', 'GtkStringList'),
    (r'\bG_APPLICATION_FLAGS_NONE\b', 'G_APPLICATION_DEFAULT_FLAGS'),
    (r'\bsoup_server_(?:un)?pause_message\b', 'soup_server_message_pause and _unpause'),
    (r'\bg(?:char|int|short|long|float|double)\b', 'the C type'),
    (r'\bg_error\s*\(', 'a GError'),
    # GLib 2.74 leaks the folders it replaces; `dev` keeps tests out of the user's own.
    (r'\bG_TEST_OPTION_ISOLATE_DIRS\b', 'g_dir_make_tmp'),
    (r'\b(?:strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|tmpnam|mktemp|system|popen)'
     r'\s*\(', 'its safe counterpart in GLib'),
    (r'\b(?:sleep|usleep|nanosleep|g_usleep)\s*\(', 'a bounded wait for what is expected'),
    (r'\b(?:setlocale|localtime|gmtime|asctime|ctime)\s*\(', 'GDateTime'),
]

# Inside app/compat both the old and the new are at home.
OUTSIDE_COMPAT = [
    (r'\b(?:Adw|adw_|ADW_TYPE_)(?:Leaflet|leaflet|LEAFLET|Flap|flap_\w+|FLAP|Squeezer|squeezer|SQUEEZER'
     r'|ViewSwitcherTitle|view_switcher_title|VIEW_SWITCHER_TITLE)\w*', 'KdSplitView'),
    (r'\bAdwMessageDialog\b|\badw_message_dialog_\w+|\bADW_TYPE_MESSAGE_DIALOG\b', 'kd_ask_async'),
    (r'\bAdwAboutWindow\b|\badw_about_window_\w+', 'kd_show_about'),
    (r'\bAdwPreferencesWindow\b|\badw_preferences_window_\w+|\bADW_TYPE_PREFERENCES_WINDOW\b',
     'AdwPreferencesPage in an AdwWindow'),
    (r'\bGtkFileChooser\w*|\bgtk_file_chooser_\w+', 'kd_choose_file_async'),
    (r'\b(?:GTK|ADW)_CHECK_VERSION\b', 'a function of app/compat'),
]

MAIN_FILE_ONLY = re.compile(r'\bsetlocale\s*\(')

IN_UI = re.compile(
    r'"(Gtk(?:ColumnView\w*|TreeView|ComboBox\w*|Dialog|MessageDialog|FileChooser\w*|InfoBar'
    r'|Statusbar|IconView|CellRenderer\w*|Shortcuts(?:Window|Section|Group|Shortcut)|ListStore'
    r'|SingleSelection|MultiSelection|FilterListModel|SortListModel)'
    r'|Adw(?:Leaflet|Flap|Squeezer|ViewSwitcherTitle|MessageDialog|AboutWindow|PreferencesWindow))"')

CSS_TRAPS = [
    (r'\bvar\s*\(', 'var()'),
    (r':root\b', ':root'),
    (r'\bcolor-mix\s*\(', 'color-mix()'),
    (r'@media\b', '@media'),
    (r'(?<![\w-])--[\w-]+\s*:', 'a custom property'),
]


def compiled(table):
    return [(re.compile(pattern), instead) for pattern, instead in table]


@check('forbidden-calls')
def check_calls(tree):
    problems = []
    everywhere, outside = compiled(EVERYWHERE), compiled(OUTSIDE_COMPAT)
    for name in tree.select('.c', '.h', '.cc', '.cpp', under=['src/', 'tests/']):
        code = code_of(tree.text(name))
        table = everywhere if name.startswith('src/app/compat/') else everywhere + outside
        is_main = re.search(r'/main[-\w]*\.c$', name) is not None
        for pattern, instead in table:
            for line, match in find(pattern, code):
                if is_main and MAIN_FILE_ONLY.match(match.group(0)):
                    continue
                # A test may end at once with words; the program never does.
                if name.startswith('tests/') and match.group(0).startswith('g_error'):
                    continue
                problems.append('%s:%d: %s: use %s'
                                % (name, line, match.group(0).rstrip(' ('), instead))
    for name in tree.select('.ui'):
        for line, match in find(IN_UI, tree.text(name)):
            problems.append('%s:%d: %s is not used here' % (name, line, match.group(1)))
    return problems


@check('gtk-css')
def check_css(tree):
    """GTK 4.8 knows named colours, and none of what later style sheets are written with."""
    problems = []
    for name in tree.select('.css', under=['src/app/', 'data/']):
        text = re.sub(r'/\*.*?\*/', lambda m: '\n' * m.group(0).count('\n'), tree.text(name),
                      flags=re.DOTALL)
        for pattern, what in CSS_TRAPS:
            for line, _ in find(re.compile(pattern), text):
                problems.append('%s:%d: GTK 4.8 does not know %s' % (name, line, what))
    return problems


GETTEXT = re.compile(r'(?<![\w.>])(?:_|N_|C_|NC_|ngettext|gettext|dgettext|g_dgettext|g_dngettext)'
                     r'\s*\(')
WITHOUT_WORDS = ['src/' + part + '/' for part in (
    'domain', 'platform', 'wire', 'formats', 'media', 'sql', 'store', 'net', 'sync',
    'server/core', 'server/storage', 'connectors')]


@check('words-in-app-layers')
def check_words(tree):
    """Libraries give codes and values; the words for people are made in the app layers."""
    return ['%s:%d: words for people belong in the app layers' % (name, line)
            for name in tree.select('.c', '.h', under=WITHOUT_WORDS)
            for line, _ in find(GETTEXT, code_of(tree.text(name)))]
