#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the simulator: many seeds at a time, the seeds that once failed, or the deliberate mistakes
that it must find. What fails is shrunk to the steps that it needs, and told step by step."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

import mutants

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDS = os.path.join(HERE, 'seeds')
BLOCK = 5               # seeds of one process
RUN_SECONDS = 600       # one that takes longer hangs
SHRINK_SECONDS = 120


class Case:
    """One run: what the options say, and which of the steps are kept."""

    def __init__(self, seed, steps, devices, profile, keep=None):
        self.seed, self.steps, self.devices, self.profile, self.keep = seed, steps, devices, profile, keep

    def arguments(self):
        words = ['--seed', str(self.seed), '--steps', str(self.steps), '--devices', str(self.devices),
                 '--profile', self.profile]
        return words + (['--keep', ranges(self.keep)] if self.keep is not None else [])

    def __str__(self):
        return ' '.join(self.arguments())


def ranges(numbers):
    """[1, 2, 3, 7] as '1-3,7'."""
    parts = []
    for number in sorted(numbers):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ','.join('%d-%d' % (a, b) if b > a else '%d' % a for a, b in parts) or ','


def numbers_of(text):
    numbers = []
    for part in text.split(','):
        first, _, last = part.partition('-')
        if first:
            numbers += range(int(first), int(last or first) + 1)
    return numbers


def kept_cases():
    """The seeds that once failed: one file each, its first line that is no comment the options."""
    cases = []
    for name in sorted(os.listdir(SEEDS)):
        if not name.endswith('.seed'):
            continue
        with open(os.path.join(SEEDS, name), encoding='utf-8') as file:
            words = [line for line in file if line.strip() and not line.startswith('#')][0].split()
        values = dict(zip(words[::2], words[1::2]))
        keep = numbers_of(values['--keep']) if '--keep' in values else None
        cases.append((name, Case(int(values['--seed']), int(values['--steps']), int(values['--devices']),
                                 values['--profile'], keep)))
    return cases


def what_failed(output):
    """The line of a run's output that says why it ended."""
    for line in output.splitlines():
        if line.startswith('Bail out!') or 'ERROR: ' in line or 'runtime error' in line or 'CRITICAL' in line:
            return line.strip()
    lines = output.strip().splitlines()
    return lines[-1].strip() if lines else 'no word'


def signature(message):
    """The same for the same kind of failure."""
    message = re.sub(r'0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|==\d+==', '', message)
    return re.sub(r'\d+', 'N', message)[:160]


class Runner:
    def __init__(self, program):
        self.program = program

    def run(self, arguments, seconds=RUN_SECONDS):
        """(status, output, seed and step where it ended); status None: it took too long."""
        with tempfile.NamedTemporaryFile(prefix='kedai-sim-') as state:
            command = [self.program, '--state', state.name] + arguments
            try:
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds,
                                      check=False)
                status, output = done.returncode, done.stdout
            except subprocess.TimeoutExpired as late:
                status, output = None, late.stdout or b''
            where = state.read().split()
        return status, output.decode('utf-8', 'replace'), [int(word) for word in where[:2]]

    def fails(self, case, wanted, seconds):
        status, output, _ = self.run(case.arguments(), seconds)
        return status not in (0, None) and signature(what_failed(output)) == wanted


def shrink(runner, case, step, message, seconds):
    """As few steps as still show the same failure."""
    wanted, until = signature(message), time.monotonic() + seconds
    keep = [n for n in (case.keep or range(1, case.steps + 1)) if n <= step]
    smaller = Case(case.seed, case.steps, case.devices, case.profile, keep)
    if not runner.fails(smaller, wanted, seconds):
        return case
    size = max(len(keep) // 2, 1)
    while time.monotonic() < until:
        at, dropped = 0, False
        while at < len(smaller.keep) and time.monotonic() < until:
            keep = smaller.keep[:at] + smaller.keep[at + size:]
            tried = Case(case.seed, case.steps, case.devices, case.profile, keep)
            if runner.fails(tried, wanted, max(until - time.monotonic(), 1)):
                smaller, dropped = tried, True
            else:
                at += size
        if size == 1 and not dropped:
            break
        if size > 1:
            size = max(size // 2, 1)
    return smaller


class Search:
    """Many seeds, several processes at a time, until one fails or the time is over."""

    def __init__(self, runner, options, seconds=None):
        self.runner, self.options = runner, options
        self.until = time.monotonic() + seconds if seconds else None
        self.lock = threading.Lock()
        self.next, self.done, self.failure = options.seed, 0, None
        self.lines = []

    def work(self):
        options = self.options
        while True:
            with self.lock:
                first, last = self.next, options.seed + options.seeds
                n = min(BLOCK, last - first)
                if n <= 0 or self.failure or (self.until and time.monotonic() > self.until):
                    return
                self.next += n
            case = Case(first, options.steps, options.devices, options.profile)
            status, output, where = self.runner.run(case.arguments() + ['--seeds', str(n)], options.limit)
            with self.lock:
                self.lines += [line for line in output.splitlines() if line.startswith('seed ')]
                if status == 0:
                    self.done += n
                    if options.verbose:
                        print(output, end='', flush=True)
                elif not self.failure or where[:1] < [self.failure[0].seed]:
                    seed, step = where if len(where) == 2 else (first, options.steps)
                    message = what_failed(output) if status is not None else 'seed %d hangs at step %d' % (seed, step)
                    self.failure = (Case(seed, options.steps, options.devices, options.profile), step, message, output)

    def run(self):
        workers = [threading.Thread(target=self.work) for _ in range(self.options.jobs)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return self.failure


def tell(runner, options, failure):
    """Shrinks a failure and tells its story."""
    case, step, message, output = failure
    print('# %s' % message)
    if options.shrink > 0 and step > 0:
        print('# shrinking, at most %d s' % options.shrink, flush=True)
        case = shrink(runner, case, step, message, options.shrink)
    _, story, _ = runner.run(case.arguments() + ['--trace'])
    print('# step, seconds, what happened')
    for line in story.splitlines()[-options.lines:]:
        print('#' + line)
    if what_failed(story) == 'no word':
        print(output[-4000:])
    print('# again: ./dev sim %s --trace' % case, flush=True)


def run_seeds(runner, options):
    """The result of TAP style cases: a list of (name, failure)."""
    results = []
    if options.kept:
        case = Case(options.seed, options.steps, options.devices, options.profile)
        stories = [runner.run(case.arguments() + more)[1] for more in (['--trace'], ['--trace'], [])]
        stories[2] = stories[0] if stories[2] == stories[0].splitlines(True)[-1] else 'untold, another'
        results.append(('a seed tells the same story twice',
                        None if stories[0] == stories[1] == stories[2] else (None, 0, 'seed %d differs from itself' % case.seed, '')))
        wrong = mutants.problems()
        results.append(('every mutant can still be made', (None, 0, '; '.join(wrong), '') if wrong else None))
        for name, case in kept_cases():
            status, output, where = runner.run(case.arguments())
            bad = None if status == 0 else (case, where[1] if len(where) == 2 else case.steps, what_failed(output), output)
            results.append(('kept seed %s' % name, bad))
    search = Search(runner, options, options.seconds)
    failure = search.run()
    results.append(('%d seeds from %d on, %d steps, %d desks, profile %s'
                    % (search.done, options.seed, options.steps, options.devices, options.profile), failure))
    if not search.done and not failure:
        results[-1] = ('no seed was run in the time', (None, 0, 'no seed was run in the time', ''))
    return results


def main():
    parser = argparse.ArgumentParser(prog='./dev sim', description=__doc__)
    parser.add_argument('--program', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--seed', type=int, default=1, help='the first seed')
    parser.add_argument('--seeds', type=int, default=20, help='how many')
    parser.add_argument('--steps', type=int, default=120, help='steps of each')
    parser.add_argument('--devices', type=int, default=3, help='desktops to begin with')
    parser.add_argument('--profile', default='all', help='which faults there are: all, calm, network, crash, purge, restore')
    parser.add_argument('--seconds', type=float, help='begin nothing new after so long')
    parser.add_argument('--limit', type=float, default=RUN_SECONDS, help='seconds after which a few seeds are said to hang')
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1, help='processes at a time')
    parser.add_argument('--keep', help='run one seed with these steps alone, such as 1-5,9')
    parser.add_argument('--trace', action='store_true', help='run one seed and say what happens')
    parser.add_argument('--shrink', type=float, default=SHRINK_SECONDS, help='seconds for making a failure small; 0: none')
    parser.add_argument('--lines', type=int, default=200, help='of the story of a failure')
    parser.add_argument('--kept', action='store_true', help='also the seeds that once failed')
    parser.add_argument('--mutants', nargs='*', metavar='NAME', help='find the deliberate mistakes of tests/sim/mutants, or those named')
    parser.add_argument('--tap', action='store_true', help=argparse.SUPPRESS)
    parser.add_argument('--verbose', action='store_true', help='a line for each seed')
    options = parser.parse_args()
    runner = Runner(options.program)
    if options.mutants is not None:
        return mutants.run(runner, options, Search)
    if options.trace or options.keep:
        keep = numbers_of(options.keep) if options.keep else None
        case = Case(options.seed, options.steps, options.devices, options.profile, keep)
        status, output, _ = runner.run(case.arguments() + (['--trace'] if options.trace else []))
        print(output, end='')
        return 1 if status != 0 else 0
    began, bad = time.monotonic(), 0
    results = run_seeds(runner, options)
    for number, (name, failure) in enumerate(results, 1):
        bad += failure is not None
        if failure is not None and failure[0] is not None:
            tell(runner, options, failure)
        elif failure is not None:
            print('# %s' % failure[2])
        if options.tap:
            print('%sok %d - %s' % ('not ' if failure else '', number, name))
        else:
            print('%s: %s' % ('FAILED' if failure else 'passed', name))
    if options.tap:
        print('1..%d' % len(results))
    else:
        print('%.0f s' % (time.monotonic() - began))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
