# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a source tree, and the table of checks that run over them."""

import os
import re
import subprocess

FIXTURES = 'tests/lint/fixtures/'

# name -> function (Tree) -> list of problems, in the order of registration.
CHECKS = {}


class Skip(Exception):
    """The check can't be made here; its message says why."""


def check(name):
    """Registers a check. It returns one line of text for each problem, an empty list when all is
    well, and raises Skip where a tool is missing."""
    def register(function):
        assert name not in CHECKS
        CHECKS[name] = function
        return function
    return register


class Tree:
    """A source tree: paths are relative to its root and use '/'."""

    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.files = sorted(self._list())
        self._texts = {}

    def _list(self):
        git = subprocess.run(['git', '-C', self.root, 'ls-files', '-z', '--cached', '--others',
                              '--exclude-standard'],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False) \
            if os.path.exists(os.path.join(self.root, '.git')) else None
        if git is not None and git.returncode == 0:
            names = [name for name in git.stdout.decode().split('\0') if name]
        else:
            names = []
            for folder, folders, files in os.walk(self.root):
                folders[:] = [f for f in folders
                              if f not in ('.git', '__pycache__') and not f.startswith('build')]
                names += [os.path.relpath(os.path.join(folder, f), self.root) for f in files]
        return [name for name in names
                if not name.startswith(FIXTURES) and os.path.isfile(os.path.join(self.root, name))]

    def path(self, name):
        return os.path.join(self.root, name)

    def select(self, *endings, under=('',)):
        """The files with one of these endings below one of these folders."""
        return [name for name in self.files
                if name.endswith(endings) and name.startswith(tuple(under))]

    def text(self, name):
        if name not in self._texts:
            with open(self.path(name), encoding='utf-8', newline='') as file:
                self._texts[name] = file.read()
        return self._texts[name]

    def has(self, name):
        return name in self.files


_TOKENS = re.compile(r'''/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*\'''', re.DOTALL)


def code_of(text, keep_strings=False):
    """C text without its comments and (unless kept) the insides of its strings; lines stay."""
    def blank(match):
        token = match.group(0)
        if token.startswith('/'):
            return '\n' * token.count('\n') or ' '
        return token if keep_strings else token[0] * 2
    return _TOKENS.sub(blank, text)


def find(pattern, text):
    """Yields (line number, match) for each match of a compiled pattern."""
    for match in pattern.finditer(text):
        yield text.count('\n', 0, match.start()) + 1, match
