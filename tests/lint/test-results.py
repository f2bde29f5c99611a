#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counting of test cases (tests/support/results.py) over made-up logs."""

import json
import os
import subprocess
import sys
import tempfile

RESULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support', 'results.py')

# (name, log entries, last line, exit status)
CASES = [
    ('passed cases are counted one by one',
     [{'result': 'OK', 'returncode': 0, 'stdout': '1..2\nok 1 /a\nok 2 /b # a remark\n'}],
     '2 passed, 0 failed, 0 skipped', 0),
    ('a failed case fails the run',
     [{'result': 'FAIL', 'returncode': 1, 'stdout': '1..2\nok 1 /a\nnot ok 2 /b\n'}],
     '1 passed, 1 failed, 0 skipped', 1),
    ('a skipped case is neither',
     [{'result': 'OK', 'returncode': 0, 'stdout': 'ok 1 /a # SKIP no network\nok 2 /b\n1..2\n'}],
     '1 passed, 0 failed, 1 skipped', 0),
    ('a crash after good cases is one failure',
     [{'result': 'ERROR', 'returncode': -11, 'stdout': '1..3\nok 1 /a\nok 2 /b\n'}],
     '2 passed, 1 failed, 0 skipped', 1),
    ('a time-out before any case is one failure',
     [{'result': 'TIMEOUT', 'returncode': -15, 'stdout': ''}],
     '0 passed, 1 failed, 0 skipped', 1),
    ('a leak reported after the last case is one failure',
     [{'result': 'ERROR', 'returncode': 1, 'stdout': '1..1\nok 1 /a\n', 'stderr': 'leak'}],
     '1 passed, 1 failed, 0 skipped', 1),
    ('a program that reports no case at all is one failure',
     [{'result': 'SKIP', 'returncode': 0, 'stdout': 'hello\n'}],
     '0 passed, 1 failed, 0 skipped', 1),
    ('a program that skips itself is one skipped',
     [{'result': 'SKIP', 'returncode': 0, 'stdout': '1..0 # SKIP no display\n'}],
     '0 passed, 0 failed, 1 skipped', 0),
    ('a program without cases counts by its exit status',
     [{'result': 'OK', 'returncode': 0, 'stdout': ''},
      {'result': 'FAIL', 'returncode': 3, 'stdout': ''}],
     '1 passed, 1 failed, 0 skipped', 1),
    ('nothing run is a failure', [], '0 passed, 1 failed, 0 skipped', 1),
]


def main():
    print('1..%d' % len(CASES))
    failed = 0
    for number, (name, entries, last, status) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, 'testlog.json')
            with open(log, 'w', encoding='utf-8') as file:
                for entry in entries:
                    file.write(json.dumps(dict({'name': 't', 'duration': 1.0}, **entry)) + '\n')
            done = subprocess.run([sys.executable, RESULTS, log], stdout=subprocess.PIPE, text=True,
                                  check=False)
        good = done.stdout.splitlines()[-1] == last and done.returncode == status
        if not good:
            print('# got %d, %s' % (done.returncode, done.stdout.splitlines()[-1]))
            failed = 1
        print('%s %d %s' % ('ok' if good else 'not ok', number, name))
    return failed


if __name__ == '__main__':
    sys.exit(main())
