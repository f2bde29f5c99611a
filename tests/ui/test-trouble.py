#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window says where the shop's file or the computer is in trouble: clear words, the program
stays, and the file is byte for byte what it was."""
import glob
import http.server
import json
import os
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kd_ui import App, Role, environment, until  # noqa: E402

SHOP, PRODUCT = 'Toko Sari', 'Keripik tempe'
SERVER = '01900000-0000-7000-8000-000000000001'
HOLD = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute('PRAGMA locking_mode=EXCLUSIVE')
file.execute('BEGIN EXCLUSIVE')
print('held', flush=True)
sys.stdin.read()
"""
SMALL = 4096                  # bytes: no write beyond them, as on a full disk


def cli(data, *args):
    done = subprocess.run([os.environ['KEDAI_CLI'], '--data', data, *args], capture_output=True, env=environment(), timeout=120)
    assert done.returncode == 0, done.stderr.decode()


def database(data):
    found = glob.glob(os.path.join(data, 'profiles', '*', '*.db'))
    assert len(found) == 1, found
    return found[0]


def bytes_of(path):
    with open(path, 'rb') as file:
        return file.read()


def start(data):
    """GIO keeps a module that it looked at and had no use for; leaks are the other tests' matter."""
    return App(data, ASAN_OPTIONS=os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0')


def drawer_says(app, words):
    """Opens the sync drawer by its chip. The chip may still move under the pointer: its words change."""
    for last in (False, False, True):
        app.click(app.get('Offline', part=True, role=Role.PUSH_BUTTON, seconds=90))
        try:
            return app.get(words, part=True, seconds=30 if last else 10)
        except AssertionError:
            if last:
                raise


class Trouble:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='kedai-trouble.')
        self.shop = os.path.join(self.folder, 'shop')
        self.app = None
        self.n = 0
        cli(self.shop, 'init', '--shop', SHOP)

    def copy(self):
        """The shop's folder once more; each case breaks its own."""
        self.n += 1
        data = os.path.join(self.folder, str(self.n))
        shutil.copytree(self.shop, data)
        return data

    def refused(self, data, *words):
        """Starts on it: the page that says why, and nothing was changed."""
        path = database(data)
        before = bytes_of(path)
        self.app = app = start(data)
        app.get("The shop can't be opened")
        for part in words:
            app.get(part, part=True)
        assert app.process.poll() is None
        app.quit()
        assert bytes_of(path) == before, 'the file was touched'
        self.app = None

    # ---- the cases ----

    def a_newer_version(self):
        data = self.copy()
        file = sqlite3.connect(database(data))
        file.execute('PRAGMA user_version=9999')
        file.close()
        self.refused(data, "A newer Kedai has used this shop's file", 'Nothing was changed')

    def damaged(self):
        data = self.copy()
        with open(database(data), 'r+b') as file:
            file.seek(100)
            file.write(b'\xa5' * 3000)
        self.refused(data, "The shop's file on this computer is damaged", 'Nothing was deleted')

    def no_database(self):
        data = self.copy()
        with open(database(data), 'wb') as file:
            file.write(b'\x89PNG\r\n\x1a\n' + b'a picture, not a shop' * 50)
        self.refused(data, "The shop's file on this computer is damaged")

    def locked(self):
        data = self.copy()
        # a process of its own: closing any descriptor of a file drops a process's locks on it
        holder = subprocess.Popen([sys.executable, '-c', HOLD, database(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            assert holder.stdout.readline().strip() == b'held'
            self.refused(data, 'Another program has this shop open')
        finally:
            holder.communicate(timeout=30)

    def open_elsewhere(self):
        data = self.copy()
        other = subprocess.Popen([os.environ['KEDAI_CLI'], '--data', data, 'sync', '--watch'], env=environment(),
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            until(lambda: os.path.exists(os.path.join(data, 'server', 'run.json')), 'the other program at work')
            path = database(data)
            self.app = app = start(data)
            app.get('Another program has this shop open', part=True)
            app.quit()
            self.app = None
            assert other.poll() is None and os.path.exists(path)
        finally:
            other.terminate()
            other.communicate(timeout=60)

    def a_disk_that_is_full(self):
        """What is typed stays on the screen, with the reason; it is saved when there is room again."""
        data = self.copy()
        self.app = app = start(data)
        app.get('Saved', part=True, role=Role.PUSH_BUTTON, seconds=90)
        app.click(app.get('Choose a conversation', role=Role.LABEL))
        app.key('ctrl+4')
        app.get('Catalog', role=Role.PANEL)
        app.key('ctrl+n')
        until(lambda: app.focused() is not None and app.focused().get_role() in (Role.TEXT, Role.ENTRY)
              and app.text(app.focused()) == '', 'an empty field that has the cursor')
        hard = resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (SMALL, hard))
        app.type(PRODUCT)
        app.key('ctrl+s')
        app.get('The disk could not be written', part=True)
        assert app.process.poll() is None
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        app.key('ctrl+s')
        app.get(PRODUCT, part=True, role=Role.LIST_ITEM)
        app.quit()
        self.app = None
        file = sqlite3.connect(database(data))
        assert file.execute('SELECT count(*) FROM product WHERE name=?', (PRODUCT,)).fetchone() == (1,)
        file.close()

    def a_port_in_use(self):
        """Another program has the shop's port: the shop opens all the same, and the drawer says why."""
        data = self.copy()
        with open(os.path.join(data, 'server', 'port'), encoding='utf-8') as file:
            port = int(file.read())
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(('127.0.0.1', port))
            taken.listen()
            self.app = app = start(data)
            app.get(SHOP, role=Role.LABEL)
            drawer_says(app, "Another program uses the shop's address on this computer")
            app.quit()
            self.app = None

    def a_stranger_at_the_address(self):
        """What answers there can't prove that it is the shop's server: no token goes to it."""
        data = self.copy()
        heard = []

        class Stranger(http.server.BaseHTTPRequestHandler):
            def answer(self):
                heard.append('%s %s\n%s' % (self.command, self.path, self.headers))
                body = json.dumps({'server_id': SERVER, 'version': '9', 'embedded': True, 'sign_up': False, 'proto': 1, 'schema': 1,
                                   'now': int(time.time() * 1000), 'proof': '0' * 64}).encode()
                self.send_response(200)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            do_GET = do_POST = answer

            def log_message(self, *args):
                pass
        stranger = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Stranger)
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        with open(os.path.join(data, 'server', 'run.json'), 'w', encoding='utf-8') as file:
            json.dump({'address': 'http://127.0.0.1:%d' % stranger.server_port, 'pid': os.getpid(), 'run_key': 'ab' * 32,
                       'server_id': SERVER}, file)
        self.app = app = start(data)
        app.get(SHOP, role=Role.LABEL)
        drawer_says(app, "Another program answers at the shop's address on this computer")
        app.quit()
        self.app = None
        stranger.shutdown()
        assert heard and heard[0].startswith('GET /v1/hello?nonce='), heard
        for request in heard:
            assert 'authorization' not in request.lower() and 'kdr_' not in request and request.startswith('GET /v1/hello'), request

    def a_wrong_clock(self):
        """What the last contact showed is told until the next one; nothing refuses to work."""
        data = self.copy()
        settings = glob.glob(os.path.join(data, 'profiles', '*', '*.ini'))[0]
        with open(settings, encoding='utf-8') as file:
            text = re.sub(r'(?m)^embedded=.*$', 'embedded=false', file.read())
        with open(settings, 'w', encoding='utf-8') as file:
            file.write(re.sub(r'(?m)^address=.*$', 'address=http://127.0.0.1:1', text))
        file = sqlite3.connect(database(data))
        with file:
            file.execute('UPDATE sync_state SET clock_offset_ms=?', (-3 * 365 * 24 * 3600 * 1000,))
        file.close()
        self.app = app = start(data)
        app.get(SHOP, role=Role.LABEL)
        drawer_says(app, "This computer's clock is 1095 days off")
        app.quit()
        self.app = None

    cases = (a_newer_version, damaged, no_database, locked, open_elsewhere, a_disk_that_is_full, a_port_in_use,
             a_stranger_at_the_address, a_wrong_clock)


def main():
    trouble = Trouble()
    failed = 0
    print('1..%d' % len(Trouble.cases))
    for number, case in enumerate(Trouble.cases, 1):
        try:
            case(trouble)
            print('ok %d - %s' % (number, case.__name__), flush=True)
        except Exception:  # one that fails must not hide the others
            failed += 1
            traceback.print_exc()
            print('not ok %d - %s' % (number, case.__name__), flush=True)
            if trouble.app:
                trouble.app.shot('failed-' + case.__name__)
                trouble.app.kill()
                trouble.app = None
    shutil.rmtree(trouble.folder, ignore_errors=True)
    return 1 if failed else 0


sys.exit(main())
