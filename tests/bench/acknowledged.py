# SPDX-License-Identifier: GPL-3.0-or-later
"""An import until the embedded server has acknowledged all of it, and until all of it has come back, beside what `sqlite3 .import` and one
rebuild of a full text index take for the same file. Arguments: an empty folder, the number of
products."""
import json
import os
import subprocess
import sys
import time

from say import say

CLI = os.environ['KEDAI_CLI']
BENCH = os.path.join(os.environ['KEDAI_BUILD_DIR'], 'tests/bench/bench-import')


def cli(data, *words):
    out = subprocess.run([CLI, '--data', data, '--json', *words], env=dict(os.environ, KEDAI_SECRETS='file'),
                         stdout=subprocess.PIPE, check=True).stdout
    return json.loads(out.decode().strip().rsplit('\n', 1)[-1])


def main():
    folder, n = sys.argv[1], sys.argv[2]
    data = os.path.join(folder, 'data')
    cli(data, 'init', '--shop', 'Toko Ukur')
    reference = json.loads(subprocess.check_output([BENCH, '--reference', folder, n]))
    begin, clock = time.monotonic(), time.time()
    result = cli(data, 'import', 'products', reference['file'], '--sync')
    took = time.monotonic() - begin
    status = cli(data, 'status')
    if result['created'] != int(n) or status['waiting'] != 0 or status['problems'] != 0:
        raise SystemExit('bench: not all of it was acknowledged: %s' % status)
    acknowledged = status['last_push'] / 1000 - clock
    say('import.acknowledged', acknowledged, 's', 'sqlite3 .import and one FTS5 rebuild', reference['took'],
        acknowledged / reference['took'], '<= 10x', int(n), came_back=round(took, 3))


main()
