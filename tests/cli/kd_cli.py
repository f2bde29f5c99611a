# SPDX-License-Identifier: GPL-3.0-or-later
"""The real kedai-cli on data folders of its own."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile

PROGRAM = os.environ['KEDAI_CLI_PROGRAM']
SOURCE = os.environ.get('KEDAI_SOURCE_DIR') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
SHARED = os.environ.get('KEDAI_SHARED_DATA') or os.path.join(SOURCE, '..', 'shared', 'data')
WAIT = 60

_scratch = tempfile.mkdtemp(prefix='kedai-cli-')
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
_count = [0]


class Skip(Exception):
    """The test can't be made here; the reason is said."""


def place(name=None):
    """A path that isn't there yet."""
    _count[0] += 1
    return os.path.join(_scratch, name or 'place-%d' % _count[0])


def write(content, name=None, encoding='utf-8'):
    path = place(name)
    with open(path, 'wb') as file:
        file.write(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def shared(name):
    path = os.path.join(SHARED, name)
    if not os.path.exists(path):
        raise Skip('%s is not here' % path)
    return path


class Result:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def json(self):
        """The last line is the result."""
        assert self.lines, self
        return json.loads(self.lines[-1])

    def __repr__(self):
        return 'exit %d\n%s%s' % (self.code, self.out[-3000:], self.err[-3000:])


def environment():
    # libsoup 3.2 leaks a little for each connection; tests/sync and tests/store look for leaks.
    asan = ':'.join(filter(None, [os.environ.get('ASAN_OPTIONS'), 'detect_leaks=0']))
    return {**os.environ, 'ASAN_OPTIONS': asan}


def run(*args, code=0, stdin='', text=False, **kwargs):
    """Runs the program; fails on another exit code than @code, and on anything that looks like a fault."""
    process = subprocess.run([PROGRAM, *([] if text else ['--json']), *args], input=stdin, capture_output=True,
                             text=True, timeout=WAIT, env=environment(), **kwargs)
    result = Result(process.returncode, process.stdout, process.stderr)
    assert result.code == code, '%s: wanted exit %d: %r' % (' '.join(args), code, result)
    for sign in ('CRITICAL', 'WARNING', 'runtime error', 'AddressSanitizer'):
        assert sign not in result.err, result
    if code != 0:
        assert result.err.startswith('kedai-cli: ') or result.err == '' and not args, result
    if code != 0 and not text:
        answer = result.json
        assert 'error' in answer and 'message' in answer or 'errors' in answer, result
    return result


class Data:
    """A data folder."""

    def __init__(self, path=None):
        self.path = path or place()

    def run(self, *args, **kwargs):
        return run('--data', self.path, *args, **kwargs)

    def copy(self):
        other = Data()
        shutil.copytree(self.path, other.path)
        return other

    def query(self, kind, *args):
        return [json.loads(line) for line in self.run('query', kind, *args).lines]

    def counts(self, *kinds):
        return {kind: len(self.query(kind)) for kind in kinds}

    def status(self):
        return self.run('status').json

    def rows(self):
        """Everything of the catalog that a person sees, without what the server counts."""
        return {kind: {row['id']: {k: v for k, v in row.items() if k != 'seq'} for row in self.query(kind)}
                for kind in ('product', 'option', 'variant', 'variant_code', 'category', 'stock_level')}


_template = []


def shop():
    """A shop with its embedded server; a copy of one that is made once."""
    if not _template:
        data = Data()
        data.run('init', '--shop', 'Toko Uji', '--owner', 'Ibu Sari')
        _template.append(data)
    return _template[0].copy()


def main(cases):
    """As kd_server.main, with skips."""
    import sys
    import traceback

    only = sys.argv[1:]
    tests = [(name, value) for name, value in cases.items() if name.startswith('test_') and (not only or name in only)]
    failed = False
    print('1..%d' % len(tests))
    for number, (name, case) in enumerate(tests, 1):
        try:
            case()
            print('ok %d - %s' % (number, name[5:]), flush=True)
        except Skip as skip:
            print('ok %d - %s # SKIP %s' % (number, name[5:], skip), flush=True)
        except Exception:  # one that fails must not hide the others
            failed = True
            print('not ok %d - %s' % (number, name[5:]))
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            sys.stdout.flush()
    sys.exit(1 if failed else 0)
