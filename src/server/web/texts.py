#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The buyers' page in other languages: a sorted C table from the catalog of the program.

A server speaks several languages at once and may run where no locale is installed, so the page
can't use the process's own gettext.

Usage: texts.py ROOT CATALOG OUTPUT SOURCE...
"""

import ast
import importlib.util
import os
import re
import sys
import tempfile


def entries(path):
    """Yields (msgid, first msgstr) of a catalog; fuzzy and empty ones are left out."""
    with open(path, encoding='utf-8') as file:
        blocks = re.split(r'\n\s*\n', file.read())
    for block in blocks:
        fields, key, fuzzy = {}, None, False
        for line in block.split('\n'):
            line = line.strip()
            if line.startswith('#~'):
                continue
            if line.startswith('#,') and 'fuzzy' in line:
                fuzzy = True
            if line.startswith('#') or not line:
                continue
            if line.startswith('"'):
                fields[key] += ast.literal_eval(line)
            else:
                key, rest = line.split(' ', 1)
                fields[key] = ast.literal_eval(rest.strip())
        text = fields.get('msgstr', fields.get('msgstr[0]', ''))
        if fields.get('msgid') and not fuzzy:
            yield fields['msgid'], text


def quoted(text):
    """A C string; bytes beyond ASCII in octal, so that no digit after them is taken in."""
    return '"%s"' % ''.join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?'
                            else '\\%03o' % byte for byte in text.encode())


def main():
    root, catalog, output, sources = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    spec = importlib.util.spec_from_file_location('texts', os.path.join(root, 'po', 'texts.py'))
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, 'web.pot')
        tool.extract(root, [os.path.relpath(os.path.abspath(name), root) for name in sources],
                     template)
        wanted = {msgid for msgid, _text in entries(template)}
    found = {msgid: text for msgid, text in entries(catalog) if msgid in wanted and text}
    with open(output, 'w', encoding='utf-8') as file:
        file.write('/* SPDX-License-Identifier: GPL-3.0-or-later */\n'
                   '/* Written by texts.py. */\n#include "config.h"\n\n#include "kd-web-text.h"\n\n'
                   'const KdWebTranslation kd_web_indonesian[] = {\n')
        for msgid in sorted(found, key=lambda text: text.encode()):
            file.write('  { %s, %s },\n' % (quoted(msgid), quoted(found[msgid])))
        file.write('  { NULL, NULL },\n};\nconst guint kd_web_n_indonesian = %d;\n' % len(found))


main()
