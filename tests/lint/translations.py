# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text for people is listed, extracted and translated."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile

from tree import Skip, check

HERE = os.path.dirname(os.path.abspath(__file__))

# Texts that read the same in Indonesian: names, units, loan words.
SAME_FILE = os.path.join(HERE, 'same-in-indonesian.txt')


def texts():
    """po/texts.py, which knows how texts are found and extracted."""
    path = os.path.join(HERE, '..', '..', 'po', 'texts.py')
    spec = importlib.util.spec_from_file_location('texts', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def need_gettext():
    for tool in ('xgettext', 'msgmerge', 'msgfmt', 'msgattrib'):
        if shutil.which(tool) is None:
            raise Skip('needs gettext')


@check('potfiles')
def check_potfiles(tree):
    if not tree.has('po/POTFILES'):
        return ['po/POTFILES is missing: run ./dev po-update']
    listed = texts().listed_files(tree.root)
    needed = texts().source_files(tree.root)
    problems = ['po/POTFILES lacks %s: run ./dev po-update' % name
                for name in needed if name not in listed]
    problems += ['po/POTFILES names %s, which has no texts' % name
                 for name in listed if name not in needed]
    return problems


# What printf replaces is no text.
DIRECTIVE = re.compile(r'%[-+ 0-9.*$l]*[a-zA-Z%]')

STRING = re.compile(r'"((?:\\.|[^"\\])*)"')


def entries(catalog):
    """Yields (flags, msgctxt, msgid, [msgstr...]) of a catalog written with --no-wrap."""
    with open(catalog, encoding='utf-8') as file:
        blocks = file.read().split('\n\n')
    for block in blocks:
        flags, fields, key = '', {}, None
        for line in block.split('\n'):
            if line.startswith('#~'):
                key = None
                break
            if line.startswith('#,'):
                flags += line[2:]
            elif line.startswith('"') and key:
                fields[key] += STRING.match(line).group(1)
            elif line and not line.startswith('#'):
                key, rest = line.split(' ', 1)
                fields[key] = STRING.match(rest).group(1)
        if 'msgid' in fields:
            yield flags, fields.get('msgctxt'), fields['msgid'], [
                value for name, value in fields.items() if name.startswith('msgstr')]


@check('indonesian')
def check_indonesian(tree):
    """id.po against a template extracted just now: nothing missing, fuzzy, broken or unchanged."""
    need_gettext()
    tool = texts()
    problems = []
    with open(SAME_FILE, encoding='utf-8') as file:
        same = set(line.rstrip('\n') for line in file if not line.startswith('#'))
    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, 'kedai.pot')
        merged = os.path.join(folder, 'id.po')
        catalog = tree.path('po/id.po')
        tool.extract(tree.root, tool.source_files(tree.root), template)
        checked = subprocess.run(['msgfmt', '--check', '--output-file', os.devnull, catalog],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 check=False)
        if checked.returncode != 0:
            problems += ['po/id.po: ' + line for line in checked.stdout.splitlines()]
            return problems
        tool.merge(catalog, template, merged)
        for flags, context, source, translations in entries(merged):
            if source == '':
                continue
            name = '"%s"' % source + (' (%s)' % context if context else '')
            if 'fuzzy' in flags:
                problems.append('po/id.po: fuzzy: ' + name)
            elif not all(translations):
                problems.append('po/id.po: not translated: ' + name)
            elif translations[0] == source and source not in same and \
                    re.search('[a-z]', DIRECTIVE.sub('', source)):
                problems.append('po/id.po: same as its source, and not in '
                                'tests/lint/same-in-indonesian.txt: ' + name)
    return problems
