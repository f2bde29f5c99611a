# SPDX-License-Identifier: GPL-3.0-or-later
"""A server and two desktops of one shop as real processes, to be killed and started again."""

import glob
import json
import os
import random
import secrets
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

from kd_server import Server, uuid7

CLI = os.environ['KEDAI_CLI_PROGRAM']
CHECK = os.environ['KEDAI_CRASH_CHECK']
WAIT = 120
NAMES = ('Kaos', 'Topi', 'Beras', 'Kopi', 'Teh', 'Tas', 'Sepatu', 'Buku')
PRODUCTS, CONVERSATIONS = 110, 8


def environment():
    asan = ':'.join(filter(None, [os.environ.get('ASAN_OPTIONS'), 'detect_leaks=0']))
    return {**os.environ, 'ASAN_OPTIONS': asan}


def fast_folder():
    """Where files are fast: what a disk forgets in a power cut is not tested here."""
    return '/dev/shm' if os.access('/dev/shm', os.W_OK) else tempfile.gettempdir()


def stop_process(pid):
    """Like a kill that can be taken back: returns when no thread of it runs any more."""
    os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        states = []
        for path in glob.glob('/proc/%d/task/*/stat' % pid):
            with open(path, encoding='utf-8', errors='replace') as file:
                states.append(file.read().rsplit(')', 1)[1].split()[0])
        if all(state in 'TtZX' for state in states):
            return
        time.sleep(0.001)
    raise AssertionError('process %d does not stop' % pid)


class Desktop:
    """A data folder, and what its program promised."""

    def __init__(self, name, path):
        self.name = name
        self.path = path
        self.process = None
        self.reader = None
        self.known = set()      # uids it said, or that were found where a line got no answer
        self.lines = []         # (line, uid or None) as answered
        self.sent = 0
        self.answered = 0
        self.waiting = []       # lines without an answer
        self.seen = threading.Event()
        self.lock = threading.Lock()    # what the reader tells belongs together

    def run(self, *args, stdin='', codes=(0,)):
        done = subprocess.run([CLI, '--json', '--data', self.path, *args], input=stdin, capture_output=True, text=True,
                              timeout=WAIT, env=environment())
        assert done.returncode in codes, '%s: %s: exit %d: %s%s' % (self.name, args, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return [json.loads(line) for line in done.stdout.splitlines()]

    @property
    def database(self):
        return glob.glob(self.path + '/profiles/*/*.db')[0]

    # ---- sync --watch --input ----

    def start(self):
        self.seen.clear()
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([CLI, '--json', '--data', self.path, 'sync', '--watch', '--input'], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, env=environment())
        self.reader = threading.Thread(target=self.read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def start_window(self, conversation):
        """The console itself, on a conversation, with the cursor in the composer."""
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([os.environ['KD_KEDAI'], '--data', self.path, 'kedai:conversation/' + conversation],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.errors, env=environment())
        self.reader = None

    def read(self, stdout):
        for raw in stdout:
            if not raw.endswith(b'\n'):
                break           # killed in the middle of it
            answer = json.loads(raw)
            self.seen.set()
            if 'activity' in answer:
                assert answer['activity'] != 'stopped', (self.name, answer)
                continue
            uids = answer.get('uids', [])
            with self.lock:
                self.known.update(uids)
                self.lines.append((self.waiting[self.answered], uids[0] if uids else None))
                self.answered += 1

    def send(self, lines):
        with self.lock:
            self.waiting += lines
            self.sent += len(lines)
        try:
            self.process.stdin.write(''.join(line + '\n' for line in lines).encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass                # killed before

    def wait(self, codes):
        code = self.process.wait(WAIT)
        if self.reader is not None:
            self.reader.join(WAIT)
            assert not self.reader.is_alive()
            self.process.stdout.close()
        self.errors.seek(0)
        errors = self.errors.read().decode(errors='replace')
        self.errors.close()
        self.process = None
        assert code in codes and 'runtime error' not in errors and 'Sanitizer' not in errors and 'CRITICAL' not in errors, (
            '%s ended with %s: %s' % (self.name, code, errors[-4000:]))

    def close_input(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def kill(self):
        self.process.kill()
        self.wait((-signal.SIGKILL,))

    def finish(self):
        self.close_input()
        self.wait((0,))

    def in_flight(self):
        return self.sent - self.answered

    def promises(self):
        """What it said so far, and how many lines it may have made beside them."""
        with self.lock:
            return set(self.known), self.in_flight()

    def forget_in_flight(self):
        """Lines that a killed program left unanswered: whether they were made is seen in its files."""
        self.waiting = self.waiting[:self.answered]
        self.sent = self.answered


class World:
    """Made once; `reset` goes back to its beginning for the next seed."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='kedai-crash-', dir=fast_folder())
        self.server = Server('--sign-up', data=os.path.join(self.folder, 'server'))
        owner = self.server.sign_up('sari')
        self.shop = owner.make_shop('Toko Uji')
        self.desktops = [Desktop(name, os.path.join(self.folder, name)) for name in ('a', 'b')]
        for desktop in self.desktops:
            desktop.run('login', self.server.address, '--user', 'sari', stdin='rahasia sekali\n')
        self.stock_up(self.desktops[0])
        self.desktops[1].run('sync')
        began = time.monotonic()
        self.desktops[1].start()
        self.desktops[1].seen.wait(WAIT)
        self.startup = time.monotonic() - began
        self.desktops[1].finish()
        self.end_server()
        self.template = os.path.join(self.folder, 'template')
        os.mkdir(self.template)
        for name in ('server', 'a', 'b'):
            shutil.copytree(os.path.join(self.folder, name), os.path.join(self.template, name))

    def stock_up(self, desktop):
        lines = ['SKU,Name,Price,Stock'] + ['T-%d,%s %d,%d,%d' % (n, NAMES[n % 8], n, 1000 * (1 + n % 40), n % 15) for n in range(PRODUCTS)]
        path = os.path.join(self.folder, 'stock.csv')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join(lines) + '\n')
        assert desktop.run('import', 'products', path)[-1]['created'] == PRODUCTS
        for n in range(CONVERSATIONS):
            contact, conversation = uuid7(), uuid7()
            desktop.run('run', 'contact.create', json.dumps({'id': contact, 'set': {'name': 'Pembeli %d' % n}}))
            desktop.run('run', 'conversation.start', json.dumps({'id': conversation, 'contact': contact}))
        desktop.run('sync')
        self.location = desktop.run('query', 'location')[0]['id']
        self.variants = [row['id'] for row in desktop.run('query', 'variant')]
        self.products = [row['id'] for row in desktop.run('query', 'product')]
        self.conversations = [row['id'] for row in desktop.run('query', 'conversation')]

    # ---- the server ----

    def server_runs(self):
        return self.server.process is not None and self.server.process.returncode is None

    def end_server(self):
        assert self.server.stop() == 0, self.server.read_log()[-4000:]

    def look_at_log(self):
        """A server that was killed says nothing; one that stumbles does."""
        for line in self.server.read_log().splitlines():
            assert '"level":"error"' not in line and 'ERROR: ' not in line and 'runtime error' not in line, line

    # ---- one seed ----

    def reset(self):
        for name in ('server', 'a', 'b'):
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
            shutil.copytree(os.path.join(self.template, name), os.path.join(self.folder, name))
        self.desktops = [Desktop(name, os.path.join(self.folder, name)) for name in ('a', 'b')]
        for desktop in self.desktops:
            desktop.known = set(uids_of(desktop.database, ('outbox', 'outbox_done')))
        self.orders = []
        self.server.start()

    def server_database(self):
        return glob.glob(os.path.join(self.folder, 'server', 'server', 'shops', '**', '*.db'), recursive=True)[0]

    def running(self):
        processes = [desktop.process.pid for desktop in self.desktops if desktop.process is not None]
        return processes + ([self.server.process.pid] if self.server_runs() else [])

    def snapshot(self):
        """All files of one moment: everything that still runs stands still meanwhile."""
        place = os.path.join(self.folder, 'snapshot')
        shutil.rmtree(place, ignore_errors=True)
        os.mkdir(place)
        running = self.running()
        for pid in running:
            stop_process(pid)
        paths = []
        sources = [('server.db', self.server_database())] + [(desktop.name + '.db', desktop.database) for desktop in self.desktops]
        for name, source in sources:
            for suffix in ('', '-wal'):
                if os.path.exists(source + suffix):
                    shutil.copyfile(source + suffix, os.path.join(place, name + suffix))
            paths.append(os.path.join(place, name))
        promises = [desktop.promises() for desktop in self.desktops]
        for pid in running:
            os.kill(pid, signal.SIGCONT)
        return paths, promises

    def run_check(self, paths, quiet):
        return subprocess.run([CHECK, *(['--quiet'] if quiet else []), self.shop, *paths], capture_output=True, text=True,
                              timeout=WAIT, env=environment())

    def sees(self, name, sql):
        """Whether the check finds what @sql does to the files of the server or a desktop."""
        paths, _ = self.snapshot()
        connection = sqlite3.connect(os.path.join(self.folder, 'snapshot', name + '.db'))
        for function in ('kd_shop_tx', 'kd_fold', 'kd_tail'):
            connection.create_function(function, -1, lambda *values: values[0] if values else 1, deterministic=True)
        changed = connection.execute(sql).rowcount
        assert changed > 0, sql
        connection.commit()
        connection.close()
        found = self.run_check(paths, True)
        return found.returncode != 0 and 'Bail out!' in found.stdout

    def check(self, quiet=False, typed=None):
        """I1-I6 over a snapshot; @typed: the desktop on which a person typed uncounted things."""
        paths, promises = self.snapshot()
        done = self.run_check(paths, quiet)
        assert done.returncode == 0, 'a broken promise: %s%s' % (done.stdout[-6000:], done.stderr[-3000:])
        for desktop, (said, flight), line in zip(self.desktops, promises, done.stdout.splitlines()):
            found = json.loads(line)
            held = set(found['done']) | set(found['outbox'])
            assert len(found['done']) + len(found['outbox']) == len(held)
            # what was said is there; what is there was said, or was just being answered
            assert said <= held, '%s lost %s' % (desktop.name, said - held)
            assert typed is desktop or len(held - said) <= flight, '%s: %d more than was asked for' % (desktop.name, len(held - said) - flight)
            if desktop.process is None:
                desktop.known |= held
                desktop.forget_in_flight()
            desktop.refused = set(found['refused'])
            if quiet:
                assert not found['outbox']

    def close(self):
        for desktop in self.desktops:
            if desktop.process is not None:
                desktop.process.kill()
                desktop.process.wait()
        if self.server_runs():
            self.server.kill()
        shutil.rmtree(self.server.folder, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def uids_of(database, tables):
    found = []
    connection = sqlite3.connect(database)
    for table in tables:
        for (uid,) in connection.execute('SELECT uid FROM ' + table):
            text = uid.hex()
            found.append('-'.join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))
    connection.close()
    return found


class People:
    """Random work of the staff, as lines for --input."""

    def __init__(self, world, dice):
        self.world = world
        self.dice = dice

    def line(self):
        things = (self.rename, self.rename, self.price, self.adjust, self.adjust, self.order, self.order, self.move_order,
                  self.reply, self.reply, self.new_product, self.delete)
        name, args = self.dice.choice(things)()
        return '%s %s' % (name, json.dumps(args))

    def lines(self, n):
        return [self.line() for _ in range(n)]

    def rename(self):
        return 'product.patch', {'id': self.dice.choice(self.world.products),
                                 'set': {'name': '%s %d' % (self.dice.choice(NAMES), self.dice.randrange(1000))}}

    def price(self):
        return 'product.patch', {'id': self.dice.choice(self.world.products[:40]), 'set': {'price': 1000 * self.dice.randrange(1, 50)}}

    def delete(self):
        """Edits of it on the other desktop are refused when they arrive."""
        return 'product.delete', {'id': self.dice.choice(self.world.products[:20])}

    def adjust(self):
        return 'stock.adjust', {'variant': self.dice.choice(self.world.variants), 'location': self.world.location,
                                'delta': 1000 * self.dice.randrange(1, 9), 'class': 'receipt'}

    def order(self):
        row = uuid7()
        self.world.orders.append(row)
        return 'order.create', {'id': row, 'token': secrets.token_hex(16), 'name': 'Sari', 'phone': '+6281234567890',
                                'place': self.dice.random() < 0.6, 'beyond_stock': self.dice.random() < 0.5,
                                'lines': [{'variant': self.dice.choice(self.world.variants),
                                           'quantity': 1000 * self.dice.randrange(1, 4), 'price': 5000}]}

    def move_order(self):
        if not self.world.orders:
            return self.order()
        machine, to = self.dice.choice((('order', 'placed'), ('order', 'cancelled'), ('fulfilment', 'packed'), ('fulfilment', 'shipped')))
        return 'order.transition', {'id': self.dice.choice(self.world.orders), 'machine': machine, 'to': to}

    def reply(self):
        return 'message.send', {'id': uuid7(), 'conversation': self.dice.choice(self.world.conversations),
                                'text': '%s %d' % (self.dice.choice(NAMES), self.dice.randrange(1000))}

    def new_product(self):
        return 'product.save', {'id': uuid7(), 'set': {'name': 'Baru %d' % self.dice.randrange(1000), 'price': 5000, 'status': 'active'},
                                'variants': [{'id': uuid7(), 'set': {'sku': 'S-%d' % self.dice.randrange(20)}, 'opening': 3000}]}


def dice_of(seed):
    return random.Random(seed * 7919 + 17)
