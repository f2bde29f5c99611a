# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of our own for one test, and a seller who works on it through the sync protocol."""

import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
import uuid

START_S = 20
STOP_S = 15
PASSWORD = 'kata sandi panjang'


def make_id():
    """An id that begins with its time (UUID version 7)."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6, 'big') + os.urandom(10))
    raw[6] = raw[6] & 15 | 0x70
    raw[8] = raw[8] & 63 | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def wait_for(what, seconds, ask):
    """Asks until the answer counts as true; fails by name when the time is over."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError('waited %g s in vain: %s' % (seconds, what))
        time.sleep(0.01)


class Server:
    """kedai-server on a folder of its own, on any free port."""

    def __init__(self, program, port=0, folder=None):
        self.program = program
        self.own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix='kedai-browser.')
        self.log_path = os.path.join(self.folder, 'log')
        self.process = None
        self.port = port
        self.start()

    def start(self):
        with open(self.log_path, 'ab') as log:
            self.process = subprocess.Popen(
                [self.program, '--data', os.path.join(self.folder, 'data'), '--listen',
                 '127.0.0.1:%d' % self.port, '--sign-up', '--print-address'],
                stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline().decode().strip()
        assert line.startswith('http://'), 'the server did not start: ' + self.log()
        self.address = line
        self.port = int(line.rsplit(':', 1)[1])

    def log(self):
        with open(self.log_path, encoding='utf-8', errors='replace') as file:
            return file.read()

    def kill(self):
        self.process.kill()
        self.process.wait(STOP_S)
        self.process.stdout.close()

    def stop(self):
        """Ends it, and says whether it ended well."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
            code = -1
        self.process.stdout.close()
        return code

    def clear(self):
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


def ask(port, method, path, body=None, headers=None):
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Seller:
    """Staff with a device: pushes numbered mutations, pulls what changed."""

    def __init__(self, server, login='rina', slug='kopi-senja', name='Kopi Senja'):
        self.server = server
        self.slug = slug
        signed = self.call('POST', '/v1/auth/sign-up',
                           {'login': login, 'password': PASSWORD, 'name': login.title(),
                            'device_name': 'Laptop'}, token=None)
        self.token = signed['access']
        shop = self.call('POST', '/v1/shops',
                         {'name': name, 'slug': slug, 'currency': 'IDR', 'region': 'ID',
                          'timezone': 'Asia/Jakarta', 'language': 'id', 'location': 'Utama'})
        self.shop = shop['id']
        device = self.call('POST', '/v1/shops/%s/devices' % self.shop,
                           {'install_nonce': make_id(), 'next_alias': 1})
        self.device = device['device_id']
        self.proto, self.schema = device['proto'], device['schema']
        self.number = self.acknowledged = 0
        self.cursor = self.witness = None
        self.rows = {}
        self.pull()

    def call(self, method, path, body=None, token='own'):
        headers = {'Content-Type': 'application/json'}
        if token == 'own':
            headers['Authorization'] = 'Bearer ' + self.token
        answer = ask(self.server.port, method, path,
                     None if body is None else json.dumps(body), headers)
        assert answer.status in (200, 201, 204), '%s %s: %d %s' % (method, path, answer.status,
                                                                   answer.text())
        return answer.json() if answer.body else None

    def pull(self):
        """What changed since: {(kind, id): fields}, also kept in self.rows."""
        fresh = {}
        while True:
            query = {'device': self.device, 'sealed': self.number, 'ack': self.acknowledged,
                     'proto': self.proto, 'schema': self.schema}
            if self.cursor:
                query['cursor'] = self.cursor
            if self.witness:
                query['witness'] = self.witness
            page = self.call('GET', '/v1/shops/%s/changes?%s' % (self.shop,
                                                                 urllib.parse.urlencode(query)))
            for kind, row, _seq, op, fields in (entry[:4] + [entry[4] if len(entry) > 4 else None]
                                                for entry in page.get('rows', [])):
                fresh[kind, row] = fields if op == 'U' else None
            self.cursor = page['next']
            if not page.get('more'):
                break
        self.rows.update(fresh)
        return fresh

    def all(self, kind):
        return {row: fields for (name, row), fields in self.rows.items()
                if name == kind and fields is not None}

    def push(self, *calls):
        """Runs calls (name, args); returns their results, the refused ones included."""
        mutations = []
        for name, args in calls:
            self.number += 1
            uid = make_id()
            mutations.append({'no': self.number, 'uid': uid, 'op': uid, 'name': name, 'v': 1,
                              'made_at': int(time.time() * 1000), 'base_seq': 0, 'args': args})
        answer = self.call('POST', '/v1/shops/%s/push' % self.shop,
                           {'proto': self.proto, 'schema': self.schema, 'device': self.device,
                            'sealed': self.number, 'ack': self.acknowledged,
                            'clock': int(time.time() * 1000), 'muts': mutations})
        self.acknowledged = answer['last']
        return answer['results']

    def do(self, mutation, **args):
        """One call that must be applied."""
        result = self.push((mutation, args))[0]
        assert result.get('status', 'applied') == 'applied', '%s: %s' % (mutation, result)
        return result

    # ---- a shop's goods ----

    def upload(self, data, mime):
        sha256 = hashlib.sha256(data).hexdigest()
        self.call('POST', '/v1/shops/%s/blobs' % self.shop,
                  {'sha256': sha256, 'size': len(data), 'mime': mime})
        answer = ask(self.server.port, 'PATCH', '/v1/shops/%s/blobs/%s' % (self.shop, sha256), data,
                     {'Authorization': 'Bearer ' + self.token, 'Upload-Offset': '0',
                      'Content-Type': 'application/octet-stream'})
        assert answer.status in (200, 201, 204), answer.text()
        return sha256

    def product(self, name, price, stock=10000, picture=None, **more):
        """A product with one variant: (product's id, variant's id)."""
        product, variant = make_id(), make_id()
        fields = dict({'name': name, 'status': 'active', 'price': price}, **more)
        settings = {'position': 'a0'}
        item = {'id': variant, 'set': settings}
        if stock is None:
            settings['untracked'] = True
        else:
            item['opening'] = stock
        self.do('product.save', id=product, set=fields, variants=[item])
        if picture:
            self.do('media.add', id=make_id(), product=product, position='a0', blob=picture,
                    mime='image/jpeg', size=1, width=900, height=900)
        return product, variant


class Buyer:
    """A browser without a script: a cookie jar and forms."""

    def __init__(self, server, slug='kopi-senja', language='en'):
        self.server = server
        self.base = '/' + slug
        self.cookie = None
        self.language = language

    def get(self, path, **headers):
        return self.send('GET', path, None, headers)

    def send(self, method, path, form=None, headers=None):
        fields = {'Accept-Language': self.language}
        if self.cookie:
            fields['Cookie'] = 'kedai=' + self.cookie
        if form is not None:
            fields['Content-Type'] = 'application/x-www-form-urlencoded'
            fields['Origin'] = self.server.address
        fields.update({name.replace('_', '-'): value for name, value in (headers or {}).items()
                       if value is not None})
        for name, value in (headers or {}).items():
            if value is None:
                fields.pop(name.replace('_', '-'), None)
        body = urllib.parse.urlencode(form) if form is not None else None
        answer = ask(self.server.port, method, self.base + path, body, fields)
        for line in answer.headers.get_all('Set-Cookie') or []:
            if line.startswith('kedai='):
                self.cookie = line.split(';')[0][len('kedai='):]
        return answer

    def post(self, path, form, **headers):
        return self.send('POST', path, form, headers)
