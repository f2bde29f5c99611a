#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test cases in a log of `meson test` and shows the end of what failed.

Usage: results.py testlog.json. The last line is "N passed, N failed, N skipped"; the exit status
is 1 when anything failed or nothing ran.
"""

import json
import re
import sys

TAIL_LINES = 60
TAIL_CHARS = 8000
GOOD = ('OK', 'EXPECTEDFAIL')
CASE = re.compile(r'(not )?ok\b\s*(?:\d+)?\s*(?:-\s*)?([^#]*)(?:#\s*(\w+)\b\s*(.*))?', re.IGNORECASE)
PLAN = re.compile(r'1\.\.\d+')


def cases_of(test):
    """Yields (name, 'pass' | 'fail' | 'skip') for each case that a test program reported."""
    for line in (test.get('stdout') or '').splitlines():
        match = CASE.match(line)
        if match is None:
            continue
        failed, name, directive = match.group(1), match.group(2).strip(), match.group(3) or ''
        if directive.upper() == 'SKIP':
            yield name, 'skip'
        elif failed and directive.upper() != 'TO' 'DO':
            yield name, 'fail'
        else:
            yield name, 'pass'


def judge(test):
    """The cases of one meson test; a crash, time-out or broken plan adds a failed one."""
    output = test.get('stdout') or ''
    cases = list(cases_of(test))
    result = test['result']
    tap = bool(cases) or any(PLAN.match(line) for line in output.splitlines())
    if not tap:
        if result == 'SKIP' and test.get('returncode') == 77:
            return [(test['name'], 'skip')]
        if result in GOOD:
            return [(test['name'], 'pass')]
        return [(test['name'] + ': ' + result.lower() + ', no test reported', 'fail')]
    if result not in GOOD + ('SKIP',) and not any(how == 'fail' for _, how in cases):
        cases.append(('%s: %s (exit status %s)' % (test['name'], result.lower(),
                                                  test.get('returncode')), 'fail'))
    if not cases:
        cases.append((test['name'], 'skip'))
    return cases


def tail(text):
    lines = [line for line in text.splitlines() if not re.match(r'ok\b', line)]
    return '\n'.join(lines[-TAIL_LINES:])[-TAIL_CHARS:]


def main():
    counts = {'pass': 0, 'fail': 0, 'skip': 0}
    skipped = []
    try:
        with open(sys.argv[1], encoding='utf-8', errors='replace') as log:
            tests = [json.loads(line) for line in log if line.strip()]
    except FileNotFoundError:
        tests = []
    for test in tests:
        cases = judge(test)
        for _, how in cases:
            counts[how] += 1
        skipped += ['%s: %s' % (test['name'], name) for name, how in cases if how == 'skip']
        failed = [name for name, how in cases if how == 'fail']
        if failed:
            print('\n==== failed: %s (%s, %.1f s)' % (test['name'], test['result'],
                                                     test.get('duration') or 0))
            for name in failed:
                print('  ' + name)
            for stream in ('stdout', 'stderr'):
                if (test.get(stream) or '').strip():
                    print('---- end of its %s\n%s' % (stream, tail(test[stream])))
    if skipped:
        print('\nskipped:\n  ' + '\n  '.join(skipped))
    if not tests:
        print('no test ran')
        counts['fail'] = 1
    print('\n%d passed, %d failed, %d skipped' % (counts['pass'], counts['fail'], counts['skip']))
    return 1 if counts['fail'] else 0


if __name__ == '__main__':
    sys.exit(main())
