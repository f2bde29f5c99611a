# SPDX-License-Identifier: GPL-3.0-or-later
"""The deliberate mistakes of tests/sim/mutants: each is made in a copy of its file, compiled into a
simulator of its own, and must be found.

A mutant's file says `what:` is wrong, in which `file:`, and (where one shows it sooner) with which
`profile:`; then each place as it is, after a line `---`, and as it becomes, after a line `+++`."""

import json
import os
import re
import shlex
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.path.join(HERE, 'mutants')
TARGET = 'tests/sim/kd-sim'
LEAST = 20


class Mutant:
    def __init__(self, name):
        self.name, self.profile, self.places = name, 'all', []
        with open(os.path.join(FOLDER, name + '.mutant'), encoding='utf-8') as file:
            head, *places = re.split(r'^---\n', file.read(), flags=re.MULTILINE)
        for line in head.splitlines():
            key, _, value = line.partition(': ')
            setattr(self, key, value)
        for place in places:
            old, new = re.split(r'^\+\+\+\n', place, flags=re.MULTILINE)
            self.places.append((old[:-1], new[:-1]))

    def text(self):
        """(the mistaken text, None), or (None, why there is none)."""
        with open(os.path.join(TOP, self.file), encoding='utf-8') as file:
            text = file.read()
        for old, new in self.places:
            if text.count(old) != 1:
                return None, '%s: stands %d times in %s: %s' % (self.name, text.count(old), self.file, old.strip()[:70])
            text = text.replace(old, new)
        return (text, None) if self.places else (None, '%s: changes nothing' % self.name)


def names():
    return sorted(name[:-len('.mutant')] for name in os.listdir(FOLDER) if name.endswith('.mutant'))


def problems():
    """Mutants that can't be made any more, and too few of them."""
    found = [why for _, why in (Mutant(name).text() for name in names()) if why]
    return found + (['only %d mutants' % len(names())] if len(names()) < LEAST else [])


class Build:
    """How the simulator was compiled and linked."""

    def __init__(self, program):
        self.folder = os.path.abspath(program)[:-len(TARGET) - 1]
        with open(os.path.join(self.folder, 'compile_commands.json'), encoding='utf-8') as file:
            entries = json.load(file)
        self.commands = {os.path.relpath(os.path.join(self.folder, e['file']), TOP): e for e in entries
                         if '/tests/' not in e['output']}
        text = subprocess.run(['ninja', '-t', 'commands', TARGET], cwd=self.folder, stdout=subprocess.PIPE, check=True)
        self.link = shlex.split(text.stdout.decode().strip().splitlines()[-1])

    def make(self, mutant, text, folder):
        """(path of the program, None) or (None, what the compiler says)."""
        entry = self.commands[mutant.file]
        source, output = os.path.join(folder, os.path.basename(mutant.file)), os.path.join(folder, 'mutant.o')
        with open(source, 'w', encoding='utf-8') as file:
            file.write(text)
        words, command = shlex.split(entry['command']), []
        while words:
            word = words.pop(0)
            if word in ('-o', '-MF', '-MQ'):
                words.pop(0)
            elif word not in ('-MD', '-c', '-Werror', entry['file']):
                command.append(word)
        own = os.path.dirname(os.path.join(TOP, mutant.file))
        command += ['-w', '-iquote', own, '-o', output, '-c', source]
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            return None, done.stdout.decode('utf-8', 'replace')[-800:]
        program = os.path.join(folder, 'kd-sim')
        # what the mutant's object defines is not looked for in the libraries
        link = list(self.link)
        link[link.index('-o') + 1] = program
        link.insert(link.index('-o') + 2, output)
        done = subprocess.run(link, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            return None, done.stdout.decode('utf-8', 'replace')[-800:]
        return program, None


def run(runner, options, search):
    """Makes and looks for each; 0 if all were found."""
    build, began = Build(runner.program), time.monotonic()
    wanted = options.mutants or names()
    missed = 0
    options.seeds, options.limit = max(options.seeds, 200), 120
    for name in wanted:
        mutant = Mutant(name)
        text, why = mutant.text()
        with tempfile.TemporaryDirectory(prefix='kedai-mutant-') as folder:
            program, why = build.make(mutant, text, folder) if text else (None, why)
            if program is None:
                missed += 1
                print('NOT MADE %s: %s' % (name, why), flush=True)
                continue
            options.profile = mutant.profile
            failure = search(type(runner)(program), options).run()
        if failure is None:
            missed += 1
            print('MISSED   %s (%s): not found by %d seeds of profile %s' % (name, mutant.what, options.seeds, mutant.profile),
                  flush=True)
        else:
            print('found    %-24s seed %d, step %d, profile %s: %s\n         (%s)'
                  % (name, failure[0].seed, failure[1], mutant.profile, failure[2][:120], mutant.what), flush=True)
    print('%d of %d mutants were found, %.0f s' % (len(wanted) - missed, len(wanted), time.monotonic() - began))
    return 1 if missed else 0
