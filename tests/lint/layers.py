# SPDX-License-Identifier: GPL-3.0-or-later
"""Which library may include what: the arrows between the folders of src/, as one table."""

import os
import re

from tree import check, code_of, find

# Headers of the outside, by the name the table below uses. What no pattern knows belongs to the
# C library and is open to all.
EXTERNAL = [
    ('gio', r'gio/|glib/gstdio\.h'),
    ('glib', r'glib|gmodule\.h'),
    ('json', r'json-glib/'),
    ('sodium', r'sodium'),
    ('sqlite3', r'sqlite3'),
    ('libpq', r'libpq|pg_config'),
    ('zstd', r'zstd'),
    ('icu', r'unicode/'),
    ('xml', r'libxml/'),
    ('phonenumber', r'phonenumbers/|google/'),
    ('pixbuf', r'gdk-pixbuf/'),
    ('rsvg', r'librsvg/|cairo'),
    ('qrencode', r'qrencode'),
    ('soup', r'libsoup/'),
    ('gtk', r'gtk/|gdk/|gsk/|pango/|graphene|adwaita'),
    ('notify', r'libnotify/'),
    ('secret', r'libsecret/'),
]

# folder: (folders whose headers it may include, headers of the outside it may include).
# The longest folder that holds a file is its library; every library may use itself and glib.
# What a library's public headers bring along is open to those that use it.
LIBRARIES = {
    'domain': ('', ''),
    'domain/kinds': ('domain', 'sodium'),
    'domain/mutations': ('domain', 'sodium'),
    'domain/text': ('domain', 'icu phonenumber xml'),
    'platform': ('', 'gio secret'),
    'wire': ('domain', 'gio json sodium'),
    'formats': ('domain', 'gio icu'),
    'media': ('domain', 'gio pixbuf rsvg'),
    'sql': ('domain', 'gio'),
    'sql/sqlite': ('domain sql', 'gio sqlite3'),
    'sql/postgres': ('domain sql', 'gio libpq'),
    'store': ('domain wire sql sql/sqlite formats', 'gio json sodium zstd'),
    'net': ('', 'gio soup sodium'),
    'sync': ('domain wire store sql net platform', 'gio soup json sodium zstd'),
    'app/models': ('domain wire store formats', 'gio'),
    'app/compat': ('app/models', 'gio gtk'),
    'app/widgets': ('app/compat app/models store domain media', 'gio gtk'),
    'app/platform': ('app/models domain platform', 'gio gtk notify'),
    'app/desktop': ('app/models domain platform wire store net sync', 'gio soup'),
    'app/forms': ('app/widgets app/compat app/models store domain media', 'gio gtk'),
    'app/panes': ('app/forms app/widgets app/compat app/models store domain media', 'gio gtk'),
    'app/shell': ('app/panes app/forms app/widgets app/compat app/models store domain media '
                  'app/desktop app/platform platform sync net wire', 'gio gtk'),
    'connectors/core': ('domain', 'gio json'),
    'connectors': ('connectors/core domain wire net', 'gio json soup sodium'),
    'server/core': ('domain wire sql', 'gio json sodium'),
    'server/storage': ('server/core domain wire sql sql/sqlite sql/postgres media',
                       'gio json sodium'),
    'server/http': ('server/core domain wire net media', 'gio soup json sodium zstd'),
    'server/web': ('server/http server/core domain wire net media', 'gio soup json qrencode'),
    'server/jobs': ('server/core domain wire net media connectors/core', 'gio json soup'),
    'server': ('server/core server/storage server/http server/web server/jobs connectors '
               'connectors/core domain wire sql sql/sqlite sql/postgres net media platform',
               'gio soup json sodium'),
    'cli': ('domain platform wire formats media sql sql/sqlite store net sync',
            'gio soup json sodium'),
    'lab': ('domain wire formats media store', 'gio json'),
}

# Only the programs' main files see both an interface and its implementation.
MAIN = re.compile(r'src/(app|server|cli|lab)/(.*/)?main[-\w]*\.c$')

# Folders that hold one library in each sub-folder, none of which knows the others.
SIBLINGS = ('app/panes', 'connectors')

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)

PLATFORM_HEADERS = re.compile(
    r'gio/gunix|gio/gdbus|glib-unix\.h|windows\.h|winsock|sys/wait\.h|sys/file\.h|sys/socket\.h'
    r'|sys/mman\.h|sys/prctl\.h|sys/resource\.h|sys/un\.h|netinet/|arpa/|pwd\.h|poll\.h|spawn\.h'
    r'|dlfcn\.h')
PLATFORM_CALLS = re.compile(
    r'\b(?:v?fork|exec[vl]\w*|flock|lockf|posix_spawn\w*|g_unix_\w+|g_bus_\w+|g_dbus_\w+)(?=\s*\()'
    r'|\bGDBus\w+|\bF_(?:OFD_)?SETLKW?\b')


def library_of(name):
    """The folder in the table, and the sub-folder where siblings don't know each other."""
    folder = os.path.dirname(name)[len('src/'):]
    library = folder
    while library and library not in LIBRARIES:
        library = os.path.dirname(library)
    for parent in SIBLINGS:
        if library == parent and folder.startswith(parent + '/'):
            return library, folder[len(parent) + 1:].split('/')[0]
    return library, ''


def external_of(header):
    for name, pattern in EXTERNAL:
        if re.match(pattern, header):
            return name
    return ''


def headers_of(tree):
    """Header's own name -> the files that have it."""
    found = {}
    for name in tree.select('.h', under=['src/']):
        found.setdefault(os.path.basename(name), []).append(name)
    return found


def may_use(library, allowed, other):
    """`domain` is one library in several folders; every other folder of the table is its own."""
    mine = [library] + allowed.split()
    return other in mine or (other.startswith('domain') and
                             any(one.split('/')[0] == 'domain' for one in mine))


@check('layers')
def check_layers(tree):
    problems = []
    headers = headers_of(tree)
    for name in tree.select('.c', '.h', '.cc', '.cpp', under=['src/']):
        library, part = library_of(name)
        if not library:
            problems.append('%s: its folder is in no library of tests/lint/layers.py' % name)
            continue
        if MAIN.match(name):
            continue
        allowed, outside = LIBRARIES[library]
        for line, match in find(INCLUDE, tree.text(name)):
            quoted, header = match.group(1) == '"', match.group(2)
            where = '%s:%d: ' % (name, line)
            if not quoted:
                external = external_of(header)
                if external not in ('', 'glib') and external not in outside.split():
                    problems.append('%s%s may not use <%s>' % (where, library, header))
                continue
            if '/' in header:
                problems.append('%sheaders are included flat: "%s"' % (where, header))
                continue
            for target in headers.get(header, []):
                other, other_part = library_of(target)
                if not may_use(library, allowed, other) or \
                        (other == library and part and other_part and part != other_part):
                    problems.append('%s%s may not use "%s" of %s' % (
                        where, '/'.join(filter(None, (library, part))), header,
                        '/'.join(filter(None, (other, other_part)))))
    return problems


@check('header-names')
def check_header_names(tree):
    return ['%s: headers are included flat, so each needs a name of its own: %s'
            % (header, ' '.join(names))
            for header, names in sorted(headers_of(tree).items()) if len(names) > 1]


@check('platform-only')
def check_platform_only(tree):
    """What only one operating system has stands below a folder named platform."""
    problems = []
    for name in tree.select('.c', '.h', '.cc', '.cpp', under=['src/']):
        if '/platform/' in name:
            continue
        for line, match in find(INCLUDE, tree.text(name)):
            if PLATFORM_HEADERS.match(match.group(2)):
                problems.append('%s:%d: <%s> belongs under platform/'
                                % (name, line, match.group(2)))
        for line, match in find(PLATFORM_CALLS, code_of(tree.text(name))):
            problems.append('%s:%d: %s belongs under platform/' % (name, line, match.group(0)))
    return problems
