# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile or broken client tries: sizes, depths, slowness, floods."""

import os
import signal
import socket
import sqlite3
import tempfile
import time

from kd_server import Server, WebSocket, main, uuid7, wait_for

folder = tempfile.mkdtemp(prefix='kedai-config-')
config = os.path.join(folder, 'server.conf')
with open(config, 'w', encoding='utf-8') as file:
    file.write('[server]\nsign_up=true\nheader_ms=600\nbody_ms=800\n')
server = Server('--config', config)
ani = server.sign_up('ani')
shop = ani.make_shop()


def connect():
    return socket.create_connection(('127.0.0.1', server.port), 20)


def exchange(data, timeout=20):
    """What comes back until the other side closes."""
    with connect() as link:
        link.settimeout(timeout)
        got = b''
        try:
            link.sendall(data)
            while True:
                more = link.recv(65536)
                if not more:
                    return got
                got += more
        except (ConnectionError, TimeoutError, socket.timeout):
            return got


def head(method, path, *lines):
    return ('\r\n'.join(['%s %s HTTP/1.1' % (method, path), 'Host: ' + server.host, *lines]) + '\r\n\r\n').encode()


def alive():
    assert server.process.poll() is None and server.request('GET', '/healthz').status == 200


def test_deep_json():
    for text in ('[' * 10000 + ']' * 10000, '{"a":' * 10000 + '1' + '}' * 10000, '{"login":' + '[' * 3000):
        answer = server.request('POST', '/v1/auth/sign-up', text[:8000], {'Content-Type': 'application/json'})
        assert (answer.status, answer.code) == (400, 'bad_json'), answer
    device = ani.device(shop)
    body = '{"device":"%s","muts":[{"no":1,"uid":"%s","name":"setting.create","v":1,"args":%s}]}' % (
        device.id, uuid7(), '{"a":' * 10000 + '1' + '}' * 10000)
    answer = ani.post('/v1/shops/%s/push' % shop, body, headers={'Content-Type': 'application/json'})
    assert answer.status == 400, answer
    alive()


def test_bad_json():
    for text in ('', '{', '{"login":"\\ud800"}', '{"login":"\\u0000"}', '{"login":"a","login":"b"}', 'null', '1e999', '\xff'):
        answer = server.request('POST', '/v1/auth/sign-in', text.encode('latin-1'), {'Content-Type': 'application/json'})
        assert answer.status == 400 and answer.headers['content-type'] == 'application/problem+json', (text, answer)


def test_a_header_of_a_megabyte():
    got = exchange(head('GET', '/v1/me', 'X-Big: ' + 'x' * (1 << 20)))
    assert not got.startswith(b'HTTP/1.1 2'), got[:200]
    exchange(b'GET /' + b'a' * (1 << 20) + b' HTTP/1.1\r\n\r\n')
    exchange(head('GET', '/healthz', *['X-%d: y' % i for i in range(20000)]))
    alive()


def test_nonsense():
    for data in (b'\0' * 1000, b'GET\r\n\r\n', b'GET / HTTP/9.9\r\n\r\n', b'\x16\x03\x01\x02\x00\x01\x00', head('GET', '//etc/passwd'),
                 head('GET', '/v1/shops/%2e%2e/push'), head('GET', 'http://evil.example/v1/me'), head('CONNECT', 'evil.example:80'),
                 head('POST', '/v1/me', 'Content-Length: -5'), head('POST', '/v1/me', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
                 head('GET', '/%ff%fe'), head('GET', '/%00')):
        got = exchange(data, 3)
        assert not got.startswith(b'HTTP/1.1 200'), (data, got[:300])
    alive()


def test_absolute_addresses_are_checked_too():
    got = exchange(b'GET http://evil.example/v1/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n', 3)
    assert b' 421 ' in got.split(b'\r\n')[0], got[:200]


def test_announced_too_large():
    got = exchange(head('POST', '/v1/auth/sign-in', 'Content-Type: application/json', 'Content-Length: 999999999'))
    assert b' 413 ' in got.split(b'\r\n')[0] and b'too_large' in got, got
    got = exchange(head('POST', '/healthz', 'Content-Length: 1') + b'x')
    assert b' 405 ' in got.split(b'\r\n')[0] and b'Allow: GET' in got, got


def test_chunks_without_an_end():
    chunk = b'2000\r\n' + b' ' * 0x2000 + b'\r\n'
    got, sent = b'', 0
    with connect() as link:
        link.sendall(head('POST', '/v1/auth/sign-in', 'Content-Type: application/json', 'Transfer-Encoding: chunked'))
        try:
            while sent < 200 << 20:
                link.sendall(chunk)
                sent += len(chunk)
        except ConnectionError:
            pass
        try:
            got = link.recv(65536)
        except ConnectionError:
            pass
    assert sent < 100 << 20, sent
    small = exchange(head('POST', '/v1/auth/sign-in', 'Content-Type: application/json', 'Transfer-Encoding: chunked') + chunk * 3)
    assert b' 413 ' in small.split(b'\r\n')[0], (got, small)
    alive()


def closed_after(data, more=None):
    """Seconds until the other side closes a connection that has sent this, and now and then a byte."""
    started = time.monotonic()
    with connect() as link:
        link.sendall(data)
        link.settimeout(0.1)
        while time.monotonic() - started < 20:
            try:
                if link.recv(65536) == b'':
                    return time.monotonic() - started
            except (TimeoutError, socket.timeout):
                if more:
                    try:
                        link.sendall(more)
                    except ConnectionError:
                        return time.monotonic() - started
            except ConnectionError:
                return time.monotonic() - started
    raise AssertionError('still open')


def test_slow_clients():
    for data, more in ((b'', None), (b'GET / HT', None), (b'GET /healthz HTTP/1.1\r\nX: ', b'y'),
                       (head('POST', '/v1/auth/sign-in', 'Content-Type: application/json', 'Content-Length: 1000'), b' ')):
        seconds = closed_after(data, more)
        assert 0.3 < seconds < 5, (data, seconds)
    alive()


def test_descriptors_stay_flat():
    server.request('GET', '/healthz')
    before = server.fds()
    links = []
    for i in range(2000):
        link = connect()
        link.sendall(head('GET', '/healthz'))
        assert link.recv(65536).startswith(b'HTTP/1.1 200')
        links.append(link)
        if len(links) == 100:
            for one in links:
                one.close()
            links = []
    wait_for(lambda: server.fds() <= before + 5, 10, 'the descriptors came back')


def test_an_expired_token():
    client = server.sign_in('ani')
    control = sqlite3.connect(os.path.join(server.data, 'server', 'control.db'), timeout=10)
    with control:
        control.execute('UPDATE access SET until=1 WHERE session_id=?', (bytes.fromhex(client.session.replace('-', '')),))
    control.close()
    answer = client.get('/v1/me')
    assert (answer.status, answer.code) == (401, 'auth'), answer
    refreshed = server.request('POST', '/v1/auth/refresh', {'token': client.refresh})
    assert refreshed.status == 200
    client.take(refreshed.json)
    assert client.get('/v1/me').status == 200


def test_a_socket_says_too_much():
    link = WebSocket(server.host, '/v1/live', {'Authorization': 'Bearer ' + ani.access})
    link.text()
    link.send('x' * 10000)
    try:
        assert link.text()[0] == 'closed'
    except (ConnectionError, EOFError):
        pass
    link = WebSocket(server.host, '/v1/live', {'Authorization': 'Bearer ' + ani.access, 'Origin': 'http://evil.example'})
    assert link.status == 403
    answer = ani.get('/v1/live')
    assert (answer.status, answer.code) == (400, 'no_websocket'), answer


def test_a_disk_that_is_full():
    import resource
    device = ani.device(shop)
    device.must('category.create', {'id': uuid7(), 'set': {'name': 'sebelum'}})
    entries = [device.entry('category.create', {'id': uuid7(), 'set': {'name': 'penuh' + 'x' * 200}}) for _ in range(50)]
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        answer = device.push(*entries)
        assert (answer.status, answer.code) == (503, 'unavailable') and 'retry-after' in answer.headers, answer
        assert ani.get('/v1/shops/%s/categories' % shop).status == 200
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    answer = device.push(*entries)
    assert answer.status == 200 and answer.json['last'] == 51, answer


def test_a_flood_is_slowed():
    answers = [server.request('POST', '/v1/auth/owner', {'token': 'x'}) for _ in range(140)]
    assert answers[0].status == 401 and answers[-1].status == 429 and 'retry-after' in answers[-1].headers, answers[-1]
    alive()


def test_stopping_lets_requests_end():
    live = WebSocket(server.host, '/v1/live', {'Authorization': 'Bearer ' + ani.access})
    live.text()
    body = b'{"name":"Terakhir"}'
    with connect() as link:
        link.sendall(head('POST', '/v1/shops/%s/categories' % shop, 'Content-Type: application/json', 'Authorization: Bearer ' + ani.access,
                          'Content-Length: %d' % len(body)))
        time.sleep(0.1)
        server.signal(signal.SIGTERM)
        assert live.text() == ('closed', 1001)
        ready = server.request('GET', '/readyz')
        assert (ready.status, ready.code) == (503, 'stopping'), ready
        assert server.request('GET', '/healthz').status == 200
        late = ani.get('/v1/me')
        assert (late.status, late.code) == (503, 'stopping'), late
        link.sendall(body)
        answer = link.recv(65536)
        assert b' 201 ' in answer.split(b'\r\n')[0], answer
    live.close()
    assert server.wait() == 0


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
