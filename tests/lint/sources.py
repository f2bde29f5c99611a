# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of source files: licence line, length, includes, leftovers."""

import os
import re

from tree import check, code_of, find

MAX_LINES = 700

SPDX = 'SPDX-License-Identifier: GPL-3.0-or-later'
C_ENDINGS = ('.c', '.h', '.cc', '.cpp')
SOURCES = C_ENDINGS + ('.py', '.js', '.css', '.sh')

# Written apart so that this file doesn't hold them.
LEFTOVERS = re.compile(r'\b(?:TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b')
MACHINE_PATHS = re.compile(r'(?<![\w./$}-])/(?:wo' r'rk|tmp/wt|ro' r'ot|ho' r'me/\w+)(?=/|\b(?![\w-]))')

TEXT_FILES = SOURCES + ('.ui', '.xml', '.in', '.md', '.yml', '.build', '.txt', '.po', '.sql',
                        '.html', '.json', '.supp', 'dev', '.ci/run', '.service')
# Samples of the outside world keep their own bytes.
SAMPLES = re.compile(r'^tests/(?:.*/)?(?:data|samples|fixtures|corpus)/|^data/demo/')


def sources(tree, *endings):
    return [name for name in tree.select(*endings) if not SAMPLES.match(name)]


@check('licence-line')
def check_licence(tree):
    problems = []
    for name in sources(tree, *SOURCES):
        lines = tree.text(name).split('\n', 3)
        if name.endswith(C_ENDINGS):
            good = lines[0] == '/* %s */' % SPDX
        else:
            good = any(SPDX in line for line in lines[:3])
        if not good:
            problems.append('%s: does not begin with its %s line' % (name, SPDX.split(':')[0]))
    return problems


@check('file-length')
def check_length(tree):
    problems = []
    for name in sources(tree, *SOURCES + ('.ui', 'dev')):
        count = tree.text(name).count('\n')
        if count > MAX_LINES:
            problems.append('%s: %d lines, %d are allowed: does it still have one subject?'
                            % (name, count, MAX_LINES))
    return problems


@check('leftovers')
def check_leftovers(tree):
    problems = []
    for name in sources(tree, *TEXT_FILES):
        for line, match in find(LEFTOVERS, tree.text(name)):
            problems.append('%s:%d: %s: finish it, or write it down as an issue'
                            % (name, line, match.group(0)))
    return problems


@check('machine-paths')
def check_paths(tree):
    return ['%s:%d: a path of one machine: %s' % (name, line, match.group(0))
            for name in sources(tree, *TEXT_FILES)
            for line, match in find(MACHINE_PATHS, tree.text(name))]


@check('whitespace')
def check_whitespace(tree):
    problems = []
    for name in sources(tree, *TEXT_FILES):
        text = tree.text(name)
        if text and not text.endswith('\n'):
            problems.append('%s: does not end with a newline' % name)
        if '\r' in text:
            problems.append('%s: has carriage returns' % name)
        for number, line in enumerate(text.split('\n'), 1):
            if line != line.rstrip(' \t'):
                problems.append('%s:%d: ends with spaces' % (name, number))
            if '\t' in line and name.endswith(C_ENDINGS + ('.py', '.ui', '.css', '.build')):
                problems.append('%s:%d: has a tab' % (name, number))
    return problems


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"][^>"]+[>"])', re.MULTILINE)


@check('include-order')
def check_includes(tree):
    """config.h, the file's own header, ours, then the outside's; headers are #pragma once."""
    problems = []
    names = set(os.path.basename(name) for name in tree.select('.h', under=['src/', 'tests/']))
    for name in tree.select(*C_ENDINGS, under=['src/', 'tests/']):
        if SAMPLES.match(name):
            continue
        if name.endswith('.h'):
            if '#pragma once' not in tree.text(name):
                problems.append('%s: has no #pragma once' % name)
            continue
        includes = INCLUDE.findall(tree.text(name))
        if not includes:
            continue
        own = os.path.basename(name).rsplit('.', 1)[0] + '.h'
        if includes[0] != '"config.h"':
            problems.append('%s: the first include is not "config.h"' % name)
        elif own in names and includes[1:2] != ['"%s"' % own] and \
                not (includes[1:2] and includes[1].endswith('-private.h"')):
            problems.append('%s: the second include is not "%s"' % (name, own))
    return problems


MAX_FUNCTION_LINES = 120


@check('function-length')
def check_functions(tree):
    """About 60 lines are wanted; twice that is refused."""
    problems = []
    for name in tree.select('.c', '.cc', '.cpp', under=['src/']):
        lines = code_of(tree.text(name)).split('\n')
        start = None
        for number, line in enumerate(lines, 1):
            if line == '{' and number > 1 and lines[number - 2].rstrip().endswith(')'):
                start = number
            elif line == '}' and start is not None:
                if number - start > MAX_FUNCTION_LINES:
                    problems.append('%s:%d: a function of %d lines'
                                    % (name, start, number - start))
                start = None
    return problems
