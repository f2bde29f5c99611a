# SPDX-License-Identifier: GPL-3.0-or-later
"""`dev`: its package list against what the build and the tests ask for, its commands, and CI."""

import os
import re
import subprocess

from tree import check, find

# pkg-config name, or name of a library -> the Debian package with its headers.
PACKAGE_OF = {
    'glib-2.0': 'libglib2.0-dev',
    'gobject-2.0': 'libglib2.0-dev',
    'gmodule-2.0': 'libglib2.0-dev',
    'gio-2.0': 'libglib2.0-dev',
    'gio-unix-2.0': 'libglib2.0-dev',
    'gio-windows-2.0': '',
    'gtk4': 'libgtk-4-dev',
    'gtk4-x11': 'libgtk-4-dev',
    'libadwaita-1': 'libadwaita-1-dev',
    'json-glib-1.0': 'libjson-glib-dev',
    'libsoup-3.0': 'libsoup-3.0-dev',
    'sqlite3': 'libsqlite3-dev',
    'libnotify': 'libnotify-dev',
    'libsodium': 'libsodium-dev',
    'libsecret-1': 'libsecret-1-dev',
    'libzstd': 'libzstd-dev',
    'icu-i18n': 'libicu-dev',
    'icu-uc': 'libicu-dev',
    'icu-io': 'libicu-dev',
    'libxml-2.0': 'libxml2-dev',
    'gdk-pixbuf-2.0': 'libgdk-pixbuf-2.0-dev',
    'librsvg-2.0': 'librsvg2-dev',
    'libqrencode': 'libqrencode-dev',
    'protobuf': 'libprotobuf-dev',
    'phonenumber': 'libphonenumber-dev',
    'atspi-2': 'libatspi2.0-dev',
    'cairo': 'libgtk-4-dev',
    'pango': 'libgtk-4-dev',
    'threads': '',
    'm': '',
    'dl': '',
    'rt': '',
}

# Modules of Python that Debian packs apart from Python itself.
MODULE_PACKAGES = {'gi': 'python3-gi', 'selenium': 'python3-selenium', 'dbus': 'python3-dbus'}

DEPENDENCY = re.compile(r"\b(?:dependency|find_library)\s*\(\s*'([^']+)'")
LIST = re.compile(r'^\w+_packages=\(\n(.*?)^\)', re.MULTILINE | re.DOTALL)
IMPORT = re.compile(r'^\s*(?:from|import)\s+(\w+)', re.MULTILINE)


def packages_of(tree):
    return [word for block in LIST.findall(tree.text('dev')) for word in block.split()]


@check('packages')
def check_packages(tree):
    problems = []
    packages = packages_of(tree)
    for package in sorted(set(p for p in packages if packages.count(p) > 1)):
        problems.append('dev: lists %s twice' % package)
    for name in tree.select('meson.build'):
        for line, match in find(DEPENDENCY, tree.text(name)):
            wanted = PACKAGE_OF.get(match.group(1))
            where = '%s:%d: %s' % (name, line, match.group(1))
            if wanted is None:
                problems.append('%s: which package? Say it in tests/lint/packages.py' % where)
            elif wanted and wanted not in packages:
                problems.append('%s: dev does not list %s' % (where, wanted))
    for name in tree.select('.py', under=['tests/']):
        for line, match in find(IMPORT, tree.text(name)):
            wanted = MODULE_PACKAGES.get(match.group(1))
            if wanted and wanted not in packages:
                problems.append('%s:%d: dev does not list %s' % (name, line, wanted))
    return problems


COMMAND = re.compile(r'^  ([\w-]+)\) ', re.MULTILINE)
INTERNAL = ('install-deps',)


@check('dev')
def check_dev(tree):
    """It is a script that bash understands, and its help names every command."""
    done = subprocess.run(['bash', '-n', tree.path('dev')], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    problems = ['dev: ' + line for line in done.stdout.splitlines()]
    text = tree.text('dev')
    explained = re.search(r"<<'END'\n(.*?)^END$", text, re.MULTILINE | re.DOTALL)
    table = re.search(r'^case \$command in\n(.*?)^esac$', text, re.MULTILINE | re.DOTALL)
    if explained is None or table is None:
        return problems + ['dev: has no help, or no table of commands']
    for command in COMMAND.findall(table.group(1)):
        if command not in INTERNAL and \
                re.search(r'^  %s\b' % re.escape(command), explained.group(1), re.MULTILINE) is None:
            problems.append('dev: its help does not explain ' + command)
    return problems


@check('ci')
def check_ci(tree):
    """What is tested elsewhere is exactly what a person tests here."""
    if not tree.has('.ci/run'):
        return ['.ci/run is missing']
    commands = [line for line in tree.text('.ci/run').splitlines()
                if line.strip() and not line.startswith('#')]
    problems = []
    if len(commands) != 1 or not commands[0].endswith('./dev test'):
        problems.append('.ci/run: calls something else than ./dev test')
    problems += ['%s: is not executable' % name for name in ('dev', '.ci/run')
                 if tree.has(name) and not os.access(tree.path(name), os.X_OK)]
    return problems
