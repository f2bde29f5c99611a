#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts for people: finds the files that hold some, extracts them, and merges the languages.

Usage: texts.py update    rewrites POTFILES and brings every language up to date
"""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
DOMAIN = 'kedai'

CALLS = re.compile(r'(?<![\w.>])(?:_|N_|C_|NC_|gettext|ngettext|dgettext|pgettext|g_dgettext'
                   r'|g_dngettext|g_dpgettext2)\s*\(\s*"|(?<![\w.>])(?:C_|ngettext)\s*\(')
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'g_dcgettext:2', 'g_dngettext:2,3',
            'g_dpgettext2:2c,3']


def has_texts(name, text):
    """Does this file hold texts to translate?"""
    if name.endswith(('.c', '.h')):
        return CALLS.search(text) is not None
    if name.endswith('.ui'):
        return 'translatable=' in text
    if name.endswith('.gschema.xml'):
        return True
    return name.endswith(('.desktop.in', '.metainfo.xml.in'))


def source_files(root):
    """The files that hold texts, sorted, relative to the root."""
    found = []
    for top in ('data', 'src'):
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in names:
                if not name.endswith(('.c', '.h', '.ui', '.xml', '.in')):
                    continue
                path = os.path.join(folder, name)
                with open(path, encoding='utf-8') as file:
                    if has_texts(name, file.read()):
                        found.append(os.path.relpath(path, root))
    return sorted(found)


def listed_files(root):
    """The files that POTFILES names."""
    with open(os.path.join(root, 'po', 'POTFILES'), encoding='utf-8') as file:
        lines = [line.strip() for line in file]
    return [line for line in lines if line and not line.startswith('#')]


def languages(root):
    with open(os.path.join(root, 'po', 'LINGUAS'), encoding='utf-8') as file:
        return [word for line in file if not line.startswith('#') for word in line.split()]


def extract(root, files, template):
    """Writes a template with every text of these files."""
    command = ['xgettext', '--directory', root, '--output', template, '--from-code=UTF-8',
               '--add-comments=TRANSLATORS', '--no-location', '--sort-output', '--no-wrap',
               '--package-name', DOMAIN, '--force-po']
    command += ['--keyword=' + keyword for keyword in KEYWORDS]
    command += ['--flag=%s' % flag for flag in (
        'g_strdup_printf:1:c-format', 'g_string_printf:2:c-format',
        'g_string_append_printf:2:c-format', 'g_set_error:4:c-format', 'g_print:1:c-format',
        'g_printerr:1:c-format')]
    subprocess.run(command + files, check=True)


def without_dates(path):
    """A date in the header would differ on every machine and in every change."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    text = re.sub(r'^"POT-Creation-Date: .*\\n"\n', '', text, flags=re.MULTILINE)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def merge(catalog, template, output):
    """Brings a catalog up to date: nothing guessed, what is gone from the source dropped."""
    subprocess.run(['msgmerge', '--quiet', '--no-fuzzy-matching', '--no-location', '--no-wrap',
                    '--sort-output', '--output-file', output, catalog, template], check=True)
    subprocess.run(['msgattrib', '--no-obsolete', '--no-location', '--no-wrap', '--sort-output',
                    '--output-file', output, output], check=True)
    without_dates(output)


def update(root):
    files = source_files(root)
    with open(os.path.join(root, 'po', 'POTFILES'), 'w', encoding='utf-8') as file:
        file.write('# Written by `./dev po-update`.\n' + ''.join(name + '\n' for name in files))
    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, DOMAIN + '.pot')
        extract(root, files, template)
        for language in languages(root):
            catalog = os.path.join(root, 'po', language + '.po')
            merge(catalog, template, catalog)
            print(language + ': ', end='', flush=True)
            subprocess.run(['msgfmt', '--check', '--statistics', '--output-file', os.devnull,
                            catalog], check=True, stderr=sys.stdout)


if __name__ == '__main__':
    if sys.argv[1:] != ['update']:
        sys.exit(__doc__)
    update(ROOT)
