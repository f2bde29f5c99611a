#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the source tree against the rules of HACKING.md; one test case (TAP) for each rule.

Usage: run.py [--source DIR] [--self-test] [CHECK...]

With --self-test every check is run over tests/lint/fixtures/<check>/ instead, a small tree that
breaks its rule: each line of the file `expected` there must be found among the problems, and there
may be no others unless its last line is `...`.
"""

import argparse
import os
import sys
import traceback

sys.dont_write_bytecode = True

import tree  # noqa: E402
import layers  # noqa: E402,F401
import forbidden  # noqa: E402,F401
import sources  # noqa: E402,F401
import metadata  # noqa: E402,F401
import packages  # noqa: E402,F401
import translations  # noqa: E402,F401

HERE = os.path.dirname(os.path.abspath(__file__))


def tell(problems):
    for problem in problems:
        for line in problem.splitlines():
            print('# ' + line)


def run_check(name, source):
    problems = tree.CHECKS[name](source)
    tell(problems)
    return not problems


def run_fixture(name):
    """Does the check see everything that its bad fixture does wrong?"""
    folder = os.path.join(HERE, 'fixtures', name)
    expected_file = os.path.join(folder, 'expected')
    if not os.path.exists(expected_file):
        print('# no bad fixture at tests/lint/fixtures/%s/expected' % name)
        return False
    with open(expected_file, encoding='utf-8') as file:
        expected = [line for line in file.read().splitlines() if line]
    others = expected[-1:] == ['...']
    if others:
        expected.pop()
    problems = tree.CHECKS[name](tree.Tree(os.path.join(folder, 'tree')))
    missed = [line for line in expected if not any(line in problem for problem in problems)]
    surplus = 0 if others else len(problems) - len(expected)
    tell(['not found: ' + line for line in missed])
    if surplus > 0:
        tell(['%d problems, %d expected:' % (len(problems), len(expected))] + problems)
    return bool(expected) and not missed and surplus <= 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', default=os.path.join(HERE, '..', '..'))
    parser.add_argument('--self-test', action='store_true')
    parser.add_argument('checks', nargs='*')
    args = parser.parse_args()
    names = args.checks or list(tree.CHECKS)
    unknown = [name for name in names if name not in tree.CHECKS]
    if unknown:
        sys.exit('no check named %s; there are: %s' % (unknown[0], ' '.join(tree.CHECKS)))
    source = None if args.self_test else tree.Tree(args.source)
    failed = 0
    print('1..%d' % len(names))
    for number, name in enumerate(names, 1):
        try:
            good = run_fixture(name) if args.self_test else run_check(name, source)
        except tree.Skip as reason:
            print('ok %d %s # SKIP %s' % (number, name, reason), flush=True)
            continue
        except Exception as error:  # one broken check must not hide the others
            traceback.print_exc()
            tell(['the check itself failed: %s' % error])
            good = False
        print('%s %d %s' % ('ok' if good else 'not ok', number, name), flush=True)
        failed += not good
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
