# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, sessions, devices, pairing, and the attacks on them (SECURITY 3 and 4)."""

import hashlib
import os
import secrets

from kd_server import Client, Server, WebSocket, main, uuid7

server = Server('--sign-up')
embedded = Server(embedded=True)


def test_sign_up_and_in():
    ani = server.sign_up('Ani@Example.com', name='Ani')
    assert ani.get('/v1/me').json['name'] == 'Ani'
    again = server.sign_in('ani@example.COM')
    assert again.user == ani.user and again.session != ani.session
    answer = server.request('POST', '/v1/auth/sign-up', {'login': 'ANI@example.com', 'password': 'lain sekali', 'name': 'x'})
    assert (answer.status, answer.code) == (409, 'taken'), answer


def test_wrong_password_and_unknown_login_look_alike():
    server.sign_up('budi')
    wrong = server.request('POST', '/v1/auth/sign-in', {'login': 'budi', 'password': 'salah'})
    unknown = server.request('POST', '/v1/auth/sign-in', {'login': 'tidak-ada', 'password': 'salah'})
    assert wrong.status == unknown.status == 401
    assert {k: v for k, v in wrong.json.items() if k != 'now'} == {k: v for k, v in unknown.json.items() if k != 'now'}


def test_bad_sign_ups():
    for body in ({}, {'login': 'x'}, {'login': 'x', 'password': 'pendek', 'name': 'x'},
                 {'login': ' ', 'password': 'rahasia sekali', 'name': 'x'}, {'login': 'x' * 300, 'password': 'rahasia sekali', 'name': 'x'},
                 {'login': 5, 'password': 'rahasia sekali', 'name': 'x'}, [], 'x'):
        answer = server.request('POST', '/v1/auth/sign-up', body if body != 'x' else '"x"', {'Content-Type': 'application/json'})
        assert answer.status == 400, (body, answer)
        assert answer.headers['content-type'] == 'application/problem+json'


def test_guessing_a_password_is_slowed():
    server.sign_up('citra')
    statuses = [server.request('POST', '/v1/auth/sign-in', {'login': 'citra', 'password': 'salah'}).status for _ in range(12)]
    assert statuses[0] == 401 and statuses[-1] == 429, statuses
    answer = server.request('POST', '/v1/auth/sign-in', {'login': 'citra', 'password': 'rahasia sekali'})
    assert answer.status == 429 and 'retry-after' in answer.headers, answer


def test_refresh_rotates_and_a_lost_answer_is_given_again():
    client = server.sign_up('dewi')
    old_access, old_refresh = client.access, client.refresh
    first = server.request('POST', '/v1/auth/refresh', {'token': old_refresh}).json
    lost = server.request('POST', '/v1/auth/refresh', {'token': old_refresh}).json
    assert first['refresh'] == lost['refresh'] != old_refresh
    assert first['access'] == lost['access'] != old_access
    for access in (old_access, first['access']):
        client.access = access
        assert client.get('/v1/me').status == 200
    second = server.request('POST', '/v1/auth/refresh', {'token': first['refresh']}).json
    # two steps back is nobody's any more
    assert server.request('POST', '/v1/auth/refresh', {'token': old_refresh}).status == 401
    assert server.request('POST', '/v1/auth/refresh', {'token': second['refresh']}).status == 200


def test_signing_out_ends_all_tokens():
    client = server.sign_up('eko')
    assert server.request('POST', '/v1/auth/sign-out', {'token': client.refresh}).status == 204
    assert client.get('/v1/me').status == 401
    assert server.request('POST', '/v1/auth/refresh', {'token': client.refresh}).status == 401
    assert server.request('POST', '/v1/auth/sign-out', {'token': client.refresh}).status == 204


def test_only_the_authorization_header_counts():
    client = server.sign_up('fajar')
    token = client.access
    for headers in ({}, {'Cookie': 'access=' + token}, {'Authorization': token}, {'Authorization': 'Basic ' + token},
                    {'Authorization': 'Bearer ' + token[:-1]}, {'Authorization': 'Bearer ' + 'x' * 5000}, {'Authorization': 'Bearer '}):
        answer = server.request('GET', '/v1/me?access_token=' + token, headers=headers)
        assert answer.status == 401, (headers, answer)
    for path in ('/v1/live?token=' + token, '/v1/live'):
        socket = WebSocket(server.host, path, {'Cookie': 'access=' + token})
        assert socket.status == 401, socket.status
        socket.close()


def test_hosts_and_origins():
    client = server.sign_up('gita')
    for host in ('evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:%d' % server.port, '10.0.0.1:%d' % server.port):
        answer = client.request('GET', '/v1/me', headers={'Host': host})
        assert (answer.status, answer.code) == (421, 'host'), (host, answer)
    for host in ('localhost:%d' % server.port, '127.0.0.1:%d' % server.port, 'LOCALHOST:%d' % server.port):
        assert client.request('GET', '/v1/me', headers={'Host': host}).status == 200
    for origin in ('http://evil.example', 'null', 'https://127.0.0.1:%d' % server.port, 'http://127.0.0.1:1'):
        answer = client.request('GET', '/v1/me', headers={'Origin': origin})
        assert (answer.status, answer.code) == (403, 'origin'), (origin, answer)
    answer = client.request('GET', '/v1/me', headers={'Origin': server.address})
    assert answer.status == 200 and not any(name.startswith('access-control') for name in answer.headers), answer.headers
    assert client.request('OPTIONS', '/v1/me', headers={'Origin': server.address}).status == 405


def test_security_headers():
    answer = server.request('GET', '/v1/hello')
    assert answer.headers['x-content-type-options'] == 'nosniff'
    assert "default-src 'none'" in answer.headers['content-security-policy']
    assert answer.headers['cache-control'] == 'no-store'


def test_json_alone():
    for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'):
        answer = server.request('POST', '/v1/auth/sign-in', '{}', {'Content-Type': kind})
        assert (answer.status, answer.code) == (415, 'media_type'), answer


def test_an_embedded_server_has_no_sign_up():
    answer = embedded.request('POST', '/v1/auth/sign-up', {'login': 'x', 'password': 'rahasia sekali', 'name': 'x'})
    assert (answer.status, answer.code) == (403, 'sign_up_closed'), answer


def test_the_owner_token_is_good_once():
    wrong = embedded.request('POST', '/v1/auth/owner', {'token': '0' * len(embedded.owner_token), 'name': 'x'})
    assert wrong.status == 401
    owner = embedded.owner()
    again = embedded.request('POST', '/v1/auth/owner', {'token': embedded.owner_token, 'name': 'x'})
    assert (again.status, again.code) == (401, 'auth'), again
    assert owner.get('/v1/me').json['login'] == 'owner'
    embedded.client = owner


def test_the_owner_stays_the_same_after_a_restart():
    user = embedded.client.user
    port = embedded.port
    assert embedded.stop() == 0
    embedded.start()
    assert embedded.port == port
    owner = embedded.owner()
    assert owner.user == user
    assert embedded.client.get('/v1/me').status == 200
    embedded.client = owner


def test_an_embedded_server_proves_itself():
    import json
    with open(os.path.join(embedded.data, 'server', 'run.json'), encoding='utf-8') as file:
        run = json.load(file)
    assert run['address'] == embedded.address and run['pid'] == embedded.process.pid
    assert os.stat(os.path.join(embedded.data, 'server', 'run.json')).st_mode & 0o777 == 0o600
    assert os.stat(os.path.join(embedded.data, 'server')).st_mode & 0o777 == 0o700
    assert os.stat(os.path.join(embedded.data, 'server', 'master.key')).st_mode & 0o777 == 0o600
    nonce = secrets.token_bytes(32)
    hello = embedded.request('GET', '/v1/hello?nonce=' + nonce.hex()).json
    digest = hashlib.blake2b(b'kedai hello\0' + nonce + run['address'].encode(), digest_size=32, key=bytes.fromhex(run['run_key']))
    assert hello['proof'] == digest.hexdigest()
    assert embedded.request('GET', '/v1/hello?nonce=xyz').status == 400


def test_devices():
    client = server.sign_up('hadi')
    shop = client.make_shop()
    first = client.device(shop)
    same = client.device(shop, first.nonce)
    assert (same.id, same.letter) == (first.id, first.letter) and first.letter == 'A'
    other = server.sign_in('hadi')
    second = other.device(shop)
    assert second.id != first.id and second.letter == 'B'
    listed = client.get('/v1/shops/%s/devices' % shop).json['devices']
    assert sorted(device['letter'] for device in listed) == ['A', 'B']
    assert [device['letter'] for device in listed if device['this']] == ['A']


def test_a_revoked_device_is_out_at_once():
    client = server.sign_up('intan')
    shop = client.make_shop()
    other = server.sign_in('intan')
    device = other.device(shop)
    socket = WebSocket(server.host, '/v1/live', {'Authorization': 'Bearer ' + other.access})
    assert socket.text()['shop'] == shop
    device.pull()
    assert client.request('DELETE', '/v1/shops/%s/devices/%s' % (shop, device.id)).status == 204
    assert socket.text() == ('closed', 4401)
    for answer in (device.pull_answer(), device.push(device.entry('category.create', {'id': uuid7(), 'set': {'name': 'x'}})), other.get('/v1/me'),
                   server.request('POST', '/v1/auth/refresh', {'token': other.refresh})):
        assert (answer.status, answer.code) == (401, 'device_revoked'), answer
    assert client.get('/v1/me').status == 200
    # a new session of the same installation does not bring it back
    third = server.sign_in('intan')
    answer = third.post('/v1/shops/%s/devices' % shop, {'install_nonce': device.nonce})
    assert (answer.status, answer.code) == (401, 'device_revoked'), answer


def test_devices_of_others():
    client = server.sign_up('joko')
    shop = client.make_shop()
    device = client.device(shop)
    stranger = server.sign_up('karin')
    for answer in (stranger.get('/v1/shops/%s/devices' % shop), stranger.request('DELETE', '/v1/shops/%s/devices/%s' % (shop, device.id)),
                   stranger.post('/v1/shops/%s/devices' % shop, {'install_nonce': device.nonce}),
                   stranger.get('/v1/shops/%s/devices' % uuid7())):
        assert (answer.status, answer.code) == (403, 'scope'), answer
    assert client.request('DELETE', '/v1/shops/%s/devices/%s' % (shop, uuid7())).status == 404
    # the same install nonce under another user is another device
    own = stranger.make_shop()
    assert stranger.device(own, device.nonce).id != device.id


def newcomer(name, nonce=None, target=embedded):
    nonce = nonce or secrets.token_bytes(32)
    commitment = hashlib.blake2b(b'kedai pair\0' + nonce, digest_size=32).hexdigest()
    return nonce, target.request('POST', '/v1/auth/pair', {'name': name, 'commitment': commitment, 'device_name': 'Laptop gudang'})


def code_of(name, nonce, server_nonce):
    digest = hashlib.blake2b(b'kedai pair code\0' + bytes(32) + name.encode() + b'\0' + nonce + bytes.fromhex(server_nonce), digest_size=32)
    return '%06d' % (int.from_bytes(digest.digest()[:8], 'big') % 1000000)


def test_pairing():
    owner = embedded.client
    name = owner.post('/v1/pairings').json['name']
    nonce, taken = newcomer(name)
    assert taken.status == 200, taken
    pairing = '/v1/auth/pair/' + taken.json['pairing']
    assert owner.get('/v1/pairings').json['state'] == 'taken'
    assert 'code' not in owner.get('/v1/pairings').json
    # nothing can be allowed before there are digits to compare
    assert owner.post('/v1/pairings/answer', {'allow': True}).status == 404
    assert embedded.request('POST', pairing + '/reveal', {'nonce': nonce.hex()}).status == 200
    asked = owner.get('/v1/pairings').json
    assert (asked['state'], asked['device_name']) == ('asked', 'Laptop gudang')
    assert asked['code'] == code_of(name, nonce, taken.json['server_nonce'])
    assert embedded.request('POST', pairing + '/finish', {'nonce': nonce.hex()}).status == 202
    assert embedded.request('POST', pairing + '/finish', {'nonce': secrets.token_hex(32)}).status == 404
    assert owner.post('/v1/pairings/answer', {'allow': True}).status == 200
    first = embedded.request('POST', pairing + '/finish', {'nonce': nonce.hex()})
    assert first.status == 200 and first.json['user'] == owner.user, first
    # a lost answer: asked again there are new tokens, and the lost ones are no good
    second = Client(embedded, embedded.request('POST', pairing + '/finish', {'nonce': nonce.hex()}).json)
    assert second.get('/v1/me').status == 200
    assert Client(embedded, first.json).get('/v1/me').status == 401


def test_pairing_denied_and_cheated():
    owner = embedded.client
    name = owner.post('/v1/pairings').json['name']
    nonce, taken = newcomer(name)
    path = '/v1/auth/pair/' + taken.json['pairing']
    # another one can't take what is taken
    assert newcomer(name)[1].status == 404
    # a nonce that is not the committed one ends it
    assert embedded.request('POST', path + '/reveal', {'nonce': secrets.token_hex(32)}).status == 404
    assert embedded.request('POST', path + '/reveal', {'nonce': nonce.hex()}).status == 404
    name = owner.post('/v1/pairings').json['name']
    nonce, taken = newcomer(name)
    path = '/v1/auth/pair/' + taken.json['pairing']
    embedded.request('POST', path + '/reveal', {'nonce': nonce.hex()})
    assert owner.post('/v1/pairings/answer', {'allow': False}).status == 200
    answer = embedded.request('POST', path + '/finish', {'nonce': nonce.hex()})
    assert (answer.status, answer.code) == (403, 'denied'), answer


def test_guessing_pairings_is_limited():
    statuses = [newcomer('%06d' % i)[1].status for i in range(14)]
    assert statuses[-1] == 429, statuses


def test_no_secret_in_the_log_or_in_the_open():
    log = server.read_log() + embedded.read_log()
    assert 'rahasia' not in log and 'kda_' not in log and 'kdr_' not in log and embedded.owner_token not in log
    control = open(os.path.join(server.data, 'server', 'control.db'), 'rb').read()
    for word in (b'rahasia', b'kda_', b'kdr_'):
        assert word not in control


def test_end():
    server.close()
    embedded.close()


if __name__ == '__main__':
    main(globals())
