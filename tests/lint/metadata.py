# SPDX-License-Identifier: GPL-3.0-or-later
"""The files by which desktops, stores and Flatpak know the program."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from tree import Skip, check

APP_ID = 'id.kedai.Kedai'


def run(command):
    """(exit status, output lines) of a tool; skips the check where it isn't installed."""
    if shutil.which(command[0]) is None:
        raise Skip('needs ' + command[0])
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', check=False)
    return done.returncode, [line for line in done.stdout.splitlines() if line.strip()]


def merged(tree, kind, name, folder):
    """The file as the build makes it, with its translations."""
    output = os.path.join(folder, os.path.basename(name)[:-len('.in')])
    code, lines = run(['msgfmt', '--' + kind, '--template', tree.path(name), '--output-file', output,
                       '-d', tree.path('po')])
    return output, ['%s: %s' % (name, line) for line in lines] if code != 0 else []


@check('desktop-file')
def check_desktop(tree):
    name = 'data/%s.desktop.in' % APP_ID
    with tempfile.TemporaryDirectory() as folder:
        output, problems = merged(tree, 'desktop', name, folder)
        if not problems:
            code, lines = run(['desktop-file-validate', '--warn-kde', output])
            if code != 0 or lines:
                problems = [name + ': ' + line.replace(output + ': ', '') for line in lines] or \
                    [name + ': refused']
    return problems


@check('metainfo')
def check_metainfo(tree):
    name = 'data/%s.metainfo.xml.in' % APP_ID
    with tempfile.TemporaryDirectory() as folder:
        output, problems = merged(tree, 'xml', name, folder)
        # appstreamcli is the stricter one, but its package can't be installed where /etc/apt is
        # read-only, as in a container that borrows it; so it is asked where it is.
        tools = [['appstream-util', 'validate-relax', '--nonet']]
        if shutil.which('appstreamcli') is not None:
            tools.append(['appstreamcli', 'validate', '--no-net', '--no-color'])
        for tool in tools if not problems else []:
            code, lines = run(tool + [output])
            problems += [name + ': ' + line.strip() for line in lines] if code != 0 else []
    return problems


@check('gschema')
def check_gschema(tree):
    code, lines = run(['glib-compile-schemas', '--strict', '--dry-run', tree.path('data')])
    return ['data: ' + line.strip() for line in lines or ['refused']] if code != 0 else []


@check('icons')
def check_icons(tree):
    """Every SVG of data/ reads as XML and holds no foreign reference; icons of panes are listed."""
    problems = []
    listed = ''.join(tree.text(name) for name in tree.select('.gresource.xml'))
    for name in tree.select('.svg', under=['data/']):
        try:
            root = ElementTree.fromstring(tree.text(name))
        except ElementTree.ParseError as error:
            problems.append('%s: %s' % (name, error))
            continue
        if root.tag != '{http://www.w3.org/2000/svg}svg':
            problems.append('%s: is not an SVG' % name)
        if re.search(r'href="(?!#)|<script|<image|<foreignObject', tree.text(name)):
            problems.append('%s: refers to something outside itself' % name)
        if name.startswith('data/icons/') and '/actions/' in name and \
                os.path.basename(name)[:-len('.svg')] + '.symbolic.png' not in listed:
            problems.append('%s: is in no gresource.xml' % name)
    return problems


class YamlError(Exception):
    """A line that the reader below doesn't understand."""


def read_yaml(text):
    """Reads the part of YAML that manifests are written in: mappings, lists, plain and quoted
    scalars, comments."""
    lines = []
    for number, line in enumerate(text.split('\n'), 1):
        if '\t' in line:
            raise YamlError('%d: has a tab' % number)
        content = re.sub(r'(^|\s)#.*$', '', line).rstrip()
        if content.strip():
            lines.append((number, len(content) - len(content.lstrip()), content.strip()))
    value, rest = _block(lines, lines[0][1] if lines else 0)
    if rest:
        raise YamlError('%d: indented wrongly' % rest[0][0])
    return value


def _scalar(text):
    if text[:1] in '"\'' and text[:1]:
        if len(text) < 2 or text[-1] != text[0]:
            raise YamlError('a quote is not closed: ' + text)
        return json.loads(text) if text[0] == '"' else text[1:-1].replace("''", "'")
    return {'true': True, 'false': False}.get(text, text)


def _block(lines, indent):
    """The value that begins at the first line, and the lines after it."""
    is_list = lines[0][2].startswith('-')
    value = [] if is_list else {}
    while lines and lines[0][1] == indent and lines[0][2].startswith('-') == is_list:
        number, _, content = lines[0]
        if is_list:
            inner = content[1:].lstrip()
            if re.match(r'[\w-]+:(\s|$)', inner):
                shifted = indent + len(content) - len(inner)
                item, lines = _block([(number, shifted, inner)] + lines[1:], shifted)
            else:
                item, lines = _scalar(inner), lines[1:]
            value.append(item)
            continue
        match = re.match(r'([\w.-]+):(?:\s+(.*))?$', content)
        if match is None:
            raise YamlError('%d: neither a list nor a mapping: %s' % (number, content))
        key, rest = match.group(1), match.group(2)
        if key in value:
            raise YamlError('%d: %s stands there twice' % (number, key))
        lines = lines[1:]
        if rest:
            value[key] = _scalar(rest)
        elif lines and (lines[0][1] > indent or
                        lines[0][1] == indent and lines[0][2].startswith('-')):
            value[key], lines = _block(lines, lines[0][1])
        else:
            value[key] = ''
    return value, lines


def manifest_problems(manifest):
    wanted = {'id': APP_ID, 'runtime': 'org.gnome.Platform', 'sdk': 'org.gnome.Sdk',
              'command': 'kedai'}
    for key, value in wanted.items():
        if manifest.get(key) != value:
            yield '%s is not %s' % (key, value)
    if not re.fullmatch(r'\d+', str(manifest.get('runtime-version', ''))):
        yield 'runtime-version is missing'
    for permission in ('--share=network', '--socket=wayland', '--device=dri'):
        if permission not in manifest.get('finish-args', []):
            yield 'finish-args lack ' + permission
    modules = manifest.get('modules') or []
    if not modules or modules[-1].get('name') != 'kedai':
        yield 'the last module is not kedai'
    for module in modules:
        name = module.get('name', '?')
        if not module.get('sources'):
            yield 'module %s has no sources' % name
        for source in module.get('sources') or []:
            if source.get('type') == 'archive' and \
                    not re.fullmatch(r'[0-9a-f]{64}', str(source.get('sha256', ''))):
                yield 'module %s: an archive without sha256' % name
            if not str(source.get('url', 'https://')).startswith('https://'):
                yield 'module %s: a source that is not https' % name


@check('flatpak')
def check_flatpak(tree):
    name = 'flatpak/%s.yml' % APP_ID
    if not tree.has(name):
        return [name + ' is missing']
    try:
        manifest = read_yaml(tree.text(name))
    except (YamlError, ValueError) as error:
        return ['%s: %s' % (name, error)]
    problems = ['%s: %s' % (name, problem) for problem in manifest_problems(manifest)]
    if shutil.which('flatpak-builder') is not None:
        code, lines = run(['flatpak-builder', '--show-manifest', tree.path(name)])
        if code != 0:
            problems += [name + ': ' + line for line in lines]
    return problems
