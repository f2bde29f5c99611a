# SPDX-License-Identifier: GPL-3.0-or-later
"""A real kedai-server in a folder of its own, clients that speak to it by hand, and a TAP runner."""

import base64
import hashlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

PROGRAM = os.environ['KEDAI_SERVER_PROGRAM']
WAIT = 20


def uuid7(ms=None):
    ms = int(time.time() * 1000) if ms is None else ms
    raw = bytearray(ms.to_bytes(6, 'big') + secrets.token_bytes(10))
    raw[6] = 0x70 | raw[6] & 0x0f
    raw[8] = 0x80 | raw[8] & 0x3f
    text = raw.hex()
    return '-'.join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json.get('code')

    def __repr__(self):
        return '%d %s' % (self.status, self.body[:400])


class Server:
    """One process. `stop` ends it in order, `kill` doesn't; `start` starts it again on its data."""

    def __init__(self, *args, embedded=False, env=None, data=None):
        self.folder = tempfile.mkdtemp(prefix='kedai-server-')
        self.data = data or os.path.join(self.folder, 'data')
        self.args = list(args)
        self.embedded = embedded
        self.env = dict(env or {})
        self.process = None
        self.owner_token = None
        self.port = None
        self.start()

    def command(self, *extra):
        return [PROGRAM, '--data', self.data, *self.args, *extra]

    def start(self):
        extra, fds, pipe = [], (), None
        if self.embedded:
            reading, pipe = os.pipe()
            self.owner_token = secrets.token_hex(16)
            os.write(pipe, (self.owner_token + '\n').encode())
            extra += ['--embedded', '--owner-fd', str(reading)]
            fds = (reading,)
        elif self.port is None:
            extra += ['--port', '0']
        else:
            extra += ['--port', str(self.port)]
        self.log = open(os.path.join(self.folder, 'log'), 'ab')
        asan = os.environ.get('ASAN_OPTIONS', '')
        self.process = subprocess.Popen(self.command(*extra, '--print-address'), stdout=subprocess.PIPE,
                                        stderr=self.log, pass_fds=fds,
                                        env={**os.environ, 'ASAN_OPTIONS': asan, **self.env})
        for fd in fds:
            os.close(fd)
        self.pipe = pipe
        address = self.process.stdout.readline().decode().strip()
        assert address.startswith('http'), 'it did not start: ' + self.read_log()[-2000:]
        self.address = address
        self.host = address.split('//')[1]
        self.port = int(self.host.rsplit(':', 1)[1])
        return self

    def read_log(self):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8', errors='replace') as file:
            return file.read()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=WAIT):
        code = self.process.wait(seconds)
        self.process.stdout.close()
        self.log.close()
        if self.pipe is not None:
            os.close(self.pipe)
            self.pipe = None
        return code

    def stop(self):
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.wait()

    def close(self):
        """Ends it, and fails on a crash, a leak or a warning."""
        code = self.stop() if self.process.returncode is None else self.process.returncode
        log = self.read_log()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert code in (0, -signal.SIGKILL), 'ended with %s: %s' % (code, log[-6000:])
        for line in log.splitlines():
            assert '"level":"warning"' not in line and '"level":"error"' not in line, line
            assert 'ERROR: ' not in line and 'runtime error' not in line, log[-3000:]

    def fds(self):
        return len(os.listdir('/proc/%d/fd' % self.process.pid))

    def request(self, method, path, body=None, headers=None, timeout=WAIT):
        connection = http.client.HTTPConnection(self.host, timeout=timeout)
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault('Content-Type', 'application/json')
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, read)

    def sign_up(self, login, password='rahasia sekali', name=None):
        answer = self.request('POST', '/v1/auth/sign-up', {'login': login, 'password': password, 'name': name or login})
        assert answer.status == 200, answer
        return Client(self, answer.json)

    def sign_in(self, login, password='rahasia sekali'):
        answer = self.request('POST', '/v1/auth/sign-in', {'login': login, 'password': password})
        assert answer.status == 200, answer
        return Client(self, answer.json)

    def owner(self, name='Ibu Sari'):
        answer = self.request('POST', '/v1/auth/owner', {'token': self.owner_token, 'name': name})
        assert answer.status == 200, answer
        return Client(self, answer.json)


class Client:
    """One session."""

    def __init__(self, server, answer):
        self.server = server
        self.take(answer)

    def take(self, answer):
        self.access = answer['access']
        self.refresh = answer['refresh']
        self.user = answer['user']
        self.session = answer['session']
        self.shops = answer['shops']

    def request(self, method, path, body=None, headers=None, **kwargs):
        return self.server.request(method, path, body, {'Authorization': 'Bearer ' + self.access, **(headers or {})}, **kwargs)

    def get(self, path, **kwargs):
        return self.request('GET', path, **kwargs)

    def post(self, path, body=None, **kwargs):
        return self.request('POST', path, {} if body is None else body, **kwargs)

    def make_shop(self, name='Toko Uji', **more):
        answer = self.post('/v1/shops', {'name': name, 'currency': 'IDR', **more})
        assert answer.status == 201, answer
        return answer.json['id']

    def device(self, shop, nonce=None):
        return Device(self, shop, nonce)


class Device:
    def __init__(self, client, shop, nonce=None):
        self.client = client
        self.shop = shop
        self.nonce = nonce or uuid7()
        self.no = 0
        self.ack = 0
        self.cursor = None
        self.witness = {'head': 0}
        self.rows = {}
        answer = client.post(self.path('devices'), {'install_nonce': self.nonce})
        assert answer.status == 200, answer
        self.id = answer.json['device_id']
        self.letter = answer.json['letter']

    def path(self, rest):
        return '/v1/shops/%s/%s' % (self.shop, rest)

    def entry(self, name, args, **more):
        self.no += 1
        return {'no': self.no, 'uid': uuid7(), 'name': name, 'v': 1, 'made_at': int(time.time() * 1000), 'base_seq': 0,
                'args': args, **more}

    def push_body(self, muts):
        body = {'proto': 1, 'schema': 1, 'device': self.id, 'sealed': self.no, 'ack': self.ack,
                'clock': int(time.time() * 1000), 'muts': muts}
        if self.witness['head']:
            body['witness'] = self.witness
        return body

    def push(self, *muts, **kwargs):
        return self.client.post(self.path('push'), self.push_body(list(muts)), **kwargs)

    def run(self, name, args, **more):
        """Pushes one mutation; gives its result."""
        answer = self.push(self.entry(name, args, **more))
        assert answer.status == 200, answer
        return answer.json['results'][-1]

    def must(self, name, args, **more):
        result = self.run(name, args, **more)
        assert result.get('status', 'applied') == 'applied', result
        return result

    def pull_answer(self, **more):
        query = {'device': self.id, 'sealed': self.no, 'ack': self.ack, **more}
        if self.cursor:
            query.setdefault('cursor', self.cursor)
        if self.witness['head']:
            query.setdefault('witness', '%d.%s' % (self.witness['head'], self.witness['mark']))
        text = '&'.join('%s=%s' % pair for pair in query.items())
        return self.client.get(self.path('changes?' + text))

    def pull(self):
        """Until there is no more; rows by (kind number, id)."""
        results = []
        while True:
            answer = self.pull_answer()
            assert answer.status == 200, answer
            page = answer.json
            for row in page['rows']:
                kind, row_id, _, op, fields = row[:5]
                if op == 'D':
                    self.rows.pop((kind, row_id), None)
                else:
                    self.rows[(kind, row_id)] = fields
            results += page['results']
            self.cursor = page['next']
            self.witness = {'head': page['head'], 'mark': page['mark']}
            if not page.get('more'):
                return results

    def of_kind(self, number):
        return {key[1]: fields for key, fields in self.rows.items() if key[0] == number}


PRODUCT, VARIANT = 3, 5


def product(name='Kopi', price=2500000, **more):
    return {'id': uuid7(), 'set': {'name': name, 'status': 'active', 'price': price, **more}}


class WebSocket:
    """As little of RFC 6455 as a test needs."""

    def __init__(self, host, path, headers=None):
        address, port = host.rsplit(':', 1)
        self.socket = socket.create_connection((address, int(port)), WAIT)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = ['GET %s HTTP/1.1' % path, 'Host: ' + host, 'Upgrade: websocket', 'Connection: Upgrade',
                 'Sec-WebSocket-Key: ' + key, 'Sec-WebSocket-Version: 13']
        lines += ['%s: %s' % pair for pair in (headers or {}).items()]
        self.socket.sendall(('\r\n'.join(lines) + '\r\n\r\n').encode())
        self.buffer = b''
        head = self.read_until(b'\r\n\r\n').decode()
        self.status = int(head.split()[1])
        if self.status == 101:
            wanted = base64.b64encode(hashlib.sha1((key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').encode()).digest())
            assert wanted.decode() in head, head

    def read_until(self, end):
        while end not in self.buffer:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError(self.buffer)
            self.buffer += data
        head, self.buffer = self.buffer.split(end, 1)
        return head

    def read_exactly(self, n):
        while len(self.buffer) < n:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def frame(self, timeout=WAIT):
        """(opcode, payload); None when nothing comes in time."""
        self.socket.settimeout(timeout)
        try:
            head = self.read_exactly(2)
        except (TimeoutError, socket.timeout):
            return None
        length = head[1] & 127
        if length == 126:
            length = struct.unpack('>H', self.read_exactly(2))[0]
        elif length == 127:
            length = struct.unpack('>Q', self.read_exactly(8))[0]
        return head[0] & 15, self.read_exactly(length)

    def text(self, timeout=WAIT):
        """The next text as JSON; None when none comes in time; ('closed', code) at the end."""
        while True:
            frame = self.frame(timeout)
            if frame is None:
                return None
            if frame[0] == 1:
                return json.loads(frame[1])
            if frame[0] == 8:
                return 'closed', struct.unpack('>H', frame[1][:2])[0] if len(frame[1]) >= 2 else 0

    def send(self, text):
        payload = text.encode()
        mask = secrets.token_bytes(4)
        head = bytes([0x81])
        head += bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0x80 | 126]) + struct.pack('>H', len(payload))
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def close(self):
        self.socket.close()


def wait_for(condition, seconds=WAIT, what='it'):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError('%s did not happen in %s s' % (what, seconds))


def main(cases):
    """Runs the functions named test_* in their order; TAP."""
    tests = [(name, value) for name, value in cases.items() if name.startswith('test_')]
    failed = False
    print('1..%d' % len(tests))
    for number, (name, case) in enumerate(tests, 1):
        try:
            case()
            print('ok %d - %s' % (number, name[5:]), flush=True)
        except Exception:  # one that fails must not hide the others
            failed = True
            print('not ok %d - %s' % (number, name[5:]))
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            sys.stdout.flush()
    sys.exit(1 if failed else 0)
