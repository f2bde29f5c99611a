# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets at what over HTTP: rows over REST, origins, addresses behind proxies, sockets, pairings, and
what an anonymous buyer is shown (SECURITY 1, 3, 4)."""

import hashlib
import json
import os
import re
import secrets
import sqlite3
import subprocess
import tempfile
import time

from kd_server import Server, WebSocket, main, product, uuid7, wait_for

KEY = 4                        # the bit of KdOrigin
CHECK_MS = 400
SOCKETS, BUYER_SOCKETS = 8, 16
DEAD_DAYS = 90

folder = tempfile.mkdtemp(prefix='kedai-access-')
config = os.path.join(folder, 'server.conf')
with open(config, 'w', encoding='utf-8') as file:
    file.write('[server]\nsign_up=true\nlive_check_ms=%d\n' % CHECK_MS)
server = Server('--config', config)
owner = server.sign_up('pemilik')
shop = owner.make_shop(slug='toko-akses')
device = owner.device(shop)


def path(rest):
    return '/v1/shops/%s/%s' % (shop, rest)


def member(login, role):
    answer = owner.post(path('accounts'), {'login': login, 'password': 'rahasia sekali', 'name': login, 'role': role})
    assert answer.status == 201, answer
    return answer.json['id'], server.sign_in(login)


def control(statement, *values):
    """Writes into control.db beside the server."""
    database = sqlite3.connect(os.path.join(server.data, 'server', 'control.db'), timeout=10)
    with database:
        changed = database.execute(statement, values).rowcount
    database.close()
    return changed


def raw(text):
    return bytes.fromhex(text.replace('-', ''))


def new_product(**more):
    args = product(**more)
    device.must('product.save', args)
    device.pull()
    return args['id'], [row for row, fields in device.of_kind(5).items() if fields['product'] == args['id']][0]


# ---- REST ----

def test_rest_tells_nothing_of_rows_one_may_not_write():
    _, variant = new_product()
    cost = uuid7()
    device.must('variant_cost.create', {'id': cost, 'set': {'variant': variant, 'cost': 12345}})
    made = owner.post(path('categories'), {'name': 'Minuman'}).json['item']['id']
    for role in ('viewer', 'cashier', 'agent'):
        _, client = member('rest-' + role, role)
        for kind, row in (('variant_costs', cost), ('variant_costs', uuid7()), ('categories', made), ('categories', uuid7())):
            for match in (None, '"0"', '"1"', '*', '"999999"'):
                headers = {'If-Match': match} if match else {}
                for method, body in (('PATCH', {'name': 'x'} if kind == 'categories' else {'cost': 1}), ('DELETE', None)):
                    answer = client.request(method, path('%s/%s' % (kind, row)), body, headers)
                    assert (answer.status, answer.code) == (403, 'scope') and 'etag' not in answer.headers, (role, kind, match, method, answer)
        # nor what it may not read
        assert client.get(path('variant_costs/' + cost)).status in (403, 404)
        assert client.get(path('history?kind=variant_cost&id=' + cost)).status == 403
    assert owner.get(path('variant_costs/' + cost)).json['cost'] == 12345


def test_a_grant_opens_what_it_names_and_nothing_else():
    _, variant = new_product()
    cost = uuid7()
    device.must('variant_cost.create', {'id': cost, 'set': {'variant': variant, 'cost': 4321}})
    ident, client = member('granted', 'cashier')
    url = path('variant_costs/' + cost)
    assert client.get(url).status in (403, 404)
    # the names of scopes are no grants
    for grant in ('manager', 'owner'):
        assert device.run('member.grant', {'id': ident, 'grant': grant, 'given': True})['status'] == 'rejected'
    device.must('member.grant', {'id': ident, 'grant': 'cost', 'given': True})
    assert client.get(url).json['cost'] == 4321
    assert client.get(path('conversations')).status == 403
    device.must('member.grant', {'id': ident, 'grant': 'cost', 'given': False})
    assert client.get(url).status in (403, 404)


def test_other_origins_mutations_are_no_rest():
    lines = subprocess.run([os.environ['KEDAI_MUTATION_TABLE']], stdout=subprocess.PIPE, check=True).stdout.splitlines()
    closed = [m for m in map(json.loads, lines) if not m['origins'] & KEY]
    assert {'message.receive', 'cart.set_line', 'shop.create', 'member.invite'} <= {m['name'] for m in closed}
    for m in closed:
        kind, verb = m['name'].split('.')
        for url in ('actions/' + m['name'], '%ss/%s/%s' % (kind, uuid7(), verb), '%ss/%s/%s' % (kind, uuid7(), verb.replace('_', '-'))):
            answer = owner.post(path(url), m['args'])
            assert answer.status in (403, 404, 405), (m['name'], url, answer)
    assert not any('message.receive' in name or 'cart' in name for name in server.request('GET', '/v1/openapi.json').json['paths'])


def test_an_order_s_token_is_a_secret():
    _, variant = new_product()
    order, token = uuid7(), secrets.token_hex(16)
    device.must('order.create', {'id': order, 'token': token, 'name': 'Rina', 'lines': [{'variant': variant, 'quantity': 1000}]})
    for url in ('orders', 'orders/' + order, 'history?kind=order&id=' + order, 'history?kind=order&field=token&id=' + order, 'orders?token=' + token):
        assert token not in owner.get(path(url)).body.decode(), url
    # one token, one order
    result = device.run('order.create', {'id': uuid7(), 'token': token, 'lines': [{'variant': variant, 'quantity': 1000}]})
    assert (result['status'], result['code']) == ('rejected', 'order.token_used'), result
    again = owner.post(path('orders'), {'id': uuid7(), 'token': token})
    assert (again.status, again.code) == (409, 'order.token_used'), again


# ---- addresses ----

def test_a_forwarded_address_is_anybody_s_word():
    control('DELETE FROM throttle')
    def guess(where, forwarded):
        return where.request('POST', '/v1/auth/sign-in', {'login': 'pemilik', 'password': 'salah'}, {'X-Forwarded-For': forwarded}).status
    statuses = [guess(server, '10.1.%d.1' % i) for i in range(12)]
    assert statuses[-1] == 429, statuses
    control('DELETE FROM throttle')
    proxied = os.path.join(folder, 'proxied.conf')
    with open(proxied, 'w', encoding='utf-8') as text:
        text.write('[server]\nsign_up=true\nproxies=127.0.0.1\n')
    behind = Server('--config', proxied)
    behind.sign_up('pemilik')
    # what our own proxy added last counts, what the client wrote before it doesn't
    statuses = [guess(behind, '10.1.%d.1, 203.0.113.9' % i) for i in range(12)]
    assert statuses[-1] == 429, statuses
    assert guess(behind, '203.0.113.9, 198.51.100.7') == 401
    # a network is a /24 and a /56
    assert guess(behind, '203.0.113.200') == 429
    for i in range(12):
        last = guess(behind, '2001:db8:1:%x::1' % i)
    assert last == 429 and guess(behind, '2001:db8:2:100::1') == 401
    behind.close()


# ---- sockets ----

def live(client):
    return WebSocket(server.host, '/v1/live', {'Authorization': 'Bearer ' + client.access})


def test_sockets_of_a_session_are_counted():
    _, client = member('soket', 'viewer')
    links = [live(client) for _ in range(SOCKETS)]
    assert all(link.status == 101 for link in links)
    assert live(client).status == 429
    other = live(server.sign_in('soket'))
    assert other.status == 101, 'another session has its own'
    for link in links + [other]:
        link.close()
    wait_for(lambda: live(client).status == 101, 5, 'room for a socket')


def test_who_left_hears_no_more():
    user, client = member('keluar', 'agent')
    link = live(client)
    assert link.text()['shop'] == shop
    device.must('member.remove', {'id': user})

    def is_deaf():
        while link.text(0.05) is not None:
            pass
        device.must('category.create', {'id': uuid7(), 'set': {'name': 'x'}})
        return link.text(0.3) is None
    wait_for(is_deaf, 10, 'silence')
    link.close()


def test_an_ended_session_loses_its_socket():
    _, client = member('dicabut', 'agent')
    link = live(client)
    link.text()
    # ended without a word to this process, as by another one
    assert control('UPDATE session SET ended=1 WHERE session_id=?', raw(client.session)) == 1
    until = time.monotonic() + 10
    frame = link.text()
    while not isinstance(frame, tuple) and time.monotonic() < until:
        frame = link.text()
    assert frame == ('closed', 4401), frame
    assert client.get('/v1/me').status == 401 or wait_for(lambda: client.get('/v1/me').status == 401, 10, 'the end')


# ---- pairings ----

def newcomer(name):
    nonce = secrets.token_bytes(32)
    commitment = hashlib.blake2b(b'kedai pair\0' + nonce, digest_size=32).hexdigest()
    return nonce, server.request('POST', '/v1/auth/pair', {'name': name, 'commitment': commitment, 'device_name': 'Laptop gudang'})


def test_one_pairing_a_user_for_ten_minutes():
    first = owner.post('/v1/pairings').json
    assert 0 < first['until'] / 1000 - time.time() <= 600 and re.fullmatch('[0-9]{6}', first['name']), first
    second = owner.post('/v1/pairings').json
    assert newcomer(first['name'])[1].status == (404 if first['name'] != second['name'] else 200)
    assert control('UPDATE pairing SET until=1 WHERE user_id=?', raw(owner.user)) == 1
    assert newcomer(second['name'])[1].status == 404, 'over'
    # one that runs out between the digits and the answer gives nothing either
    third = owner.post('/v1/pairings').json
    nonce, taken = newcomer(third['name'])
    where = '/v1/auth/pair/' + taken.json['pairing']
    assert server.request('POST', where + '/reveal', {'nonce': nonce.hex()}).status == 200
    control('UPDATE pairing SET until=1')
    assert owner.post('/v1/pairings/answer', {'allow': True}).status == 404
    assert server.request('POST', where + '/finish', {'nonce': nonce.hex()}).status == 404


def test_a_pairing_is_its_user_s_alone():
    name = owner.post('/v1/pairings').json['name']
    nonce, taken = newcomer(name)
    where = '/v1/auth/pair/' + taken.json['pairing']
    server.request('POST', where + '/reveal', {'nonce': nonce.hex()})
    _, stranger = member('penasaran', 'manager')
    assert stranger.get('/v1/pairings').json['state'] == 'none'
    assert stranger.post('/v1/pairings/answer', {'allow': True}).status == 404
    assert server.request('POST', '/v1/pairings/answer', {'allow': True}).status == 401
    assert server.request('POST', where + '/finish', {'nonce': nonce.hex()}).status == 202
    # without the digits compared nobody gets in, whoever knows the pairing
    assert server.request('POST', where + '/finish', {'nonce': secrets.token_hex(32)}).status == 404
    assert server.request('POST', where + '/finish', {}).status in (400, 404)
    owner.post('/v1/pairings/answer', {'allow': False})


# ---- buyers ----

def cookie_of(buyer_shop='toko-akses'):
    answer = server.request('GET', '/%s/chat' % buyer_shop)
    return answer.headers['set-cookie'].split(';')[0]


def buyers_socket(cookie, origin, where='toko-akses'):
    headers = {name: value for name, value in (('Cookie', cookie), ('Origin', origin)) if value}
    return WebSocket(server.host, '/%s/live' % where, headers)


def test_a_buyer_s_socket_is_of_our_page():
    cookie = cookie_of()
    for origin in ('http://evil.example', 'null', 'https://' + server.host, 'http://127.0.0.1:1'):
        assert buyers_socket(cookie, origin).status == 403, origin
    for wrong in (None, 'kedai=' + 'a' * 48, cookie[:-1] + ('0' if cookie[-1] != '0' else '1')):
        assert buyers_socket(wrong, server.address).status == 401, wrong
    good = buyers_socket(cookie, server.address)
    assert good.status == 101
    # a cookie of one shop is none in another
    owner.make_shop('Toko Lain', slug='toko-lain')
    assert buyers_socket(cookie, server.address, 'toko-lain').status == 401
    good.send('x' * 20000)
    try:
        assert good.text(5)[0] == 'closed'
    except (ConnectionError, EOFError):
        pass


def test_a_buyer_s_sockets_are_counted():
    cookie = cookie_of()
    links = [buyers_socket(cookie, server.address) for _ in range(BUYER_SOCKETS)]
    assert all(link.status == 101 for link in links)
    assert buyers_socket(cookie, server.address).status == 429
    assert buyers_socket(cookie_of(), server.address).status == 101, 'another buyer has its own'
    for link in links:
        link.close()


def test_html_is_cleaned_where_it_is_shown():
    bad = '<p onclick="x()">Baik</p><script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">y</a><style>*{}</style>'
    made, _ = new_product(name='<b>Tebal</b> & "kutip"', description=bad)
    # kept as typed
    assert device.of_kind(3)[made]['description'] == bad
    page = server.request('GET', '/toko-akses/p/' + made).body.decode()
    assert 'Baik' in page and '&lt;b&gt;Tebal&lt;/b&gt; &amp; ' in page
    for part in ('alert(', 'onclick', 'onerror', 'javascript:', '<b>Tebal'):
        assert part not in page, part
    policy = server.request('GET', '/toko-akses/p/' + made).headers['content-security-policy']
    assert "default-src 'none'" in policy and 'unsafe' not in policy, policy


def test_an_order_link_dies():
    _, variant = new_product()
    order, token = uuid7(), secrets.token_hex(16)
    device.must('order.create', {'id': order, 'token': token, 'name': 'Rina', 'phone': '+628123456789', 'address': 'Jl. Mawar 1',
                                 'method': 'transfer', 'place': True, 'beyond_stock': True, 'lines': [{'variant': variant, 'quantity': 1000}]})
    link = '/toko-akses/o/' + token

    def after(days):
        assert server.stop() == 0
        database = sqlite3.connect(os.path.join(server.data, 'server', 'shops', shop + '.db'))
        with database:
            database.execute('UPDATE sync_row SET at = at - ?', (days * 86400000,))
        database.close()
        server.start()
        return server.request('GET', link).status
    assert after(DEAD_DAYS + 1) == 200, 'one that is not done stays'
    device.must('order.transition', {'id': order, 'machine': 'order', 'to': 'cancelled', 'seen_state': 'placed'})
    assert after(DEAD_DAYS - 1) == 200
    assert after(2) == 404


def test_what_is_not_built_is_not_there():
    for url in ('/metrics', '/hooks/x', '/docs', '/v1', '/v1/shops/%s/rows/restore' % shop):
        assert owner.get(url).status in (401, 404), url


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
