# SPDX-License-Identifier: GPL-3.0-or-later
"""Push, pull and live between devices, lost answers, kills, and the laws of SYNC 4 over HTTP."""

import concurrent.futures
import json
import os
import struct
import tempfile
import time
from socket import SO_LINGER, SOL_SOCKET, create_connection

from kd_server import PRODUCT, VARIANT, Server, WebSocket, main, product, uuid7, wait_for

flag = os.path.join(tempfile.mkdtemp(prefix='kedai-flag-'), 'fail')
server = Server('--sign-up', env={'KEDAI_FAIL_AFTER_COMMIT': flag})
ani = server.sign_up('ani')
shop = ani.make_shop()
a = ani.device(shop)
b = server.sign_in('ani').device(shop)


def test_what_one_device_makes_another_sees():
    made = product(name='Kopi Gayo', price=4500000)
    result = a.must('product.save', made)
    assert result['receipt'] and result['accepted'] > 0
    b.pull()
    assert b.of_kind(PRODUCT)[made['id']]['name'] == 'Kopi Gayo'
    b.must('product.patch', {'id': made['id'], 'set': {'price': 4700000}, 'base': {'price': 4500000}}, base_seq=b.witness['head'])
    results = a.pull()
    assert [r['uid'] for r in results] == [result['uid']]
    assert a.of_kind(PRODUCT)[made['id']]['price'] == 4700000
    assert a.of_kind(VARIANT) == b.of_kind(VARIANT)


def test_pages():
    for i in range(7):
        a.must('category.create', {'id': uuid7(), 'set': {'name': 'Kategori %d' % i}})
    fresh = server.sign_in('ani').device(shop)
    pages = 0
    while True:
        answer = fresh.pull_answer(limit=3)
        page = answer.json
        assert len(page['rows']) <= 3 and page.get('from', '') == (fresh.cursor or ''), page
        for row in page['rows']:
            fresh.rows[(row[0], row[1])] = row[4]
        fresh.cursor, pages = page['next'], pages + 1
        if not page.get('more'):
            break
        assert 'digest' not in page or not page['digest']
    assert pages > 3 and page['digest']
    a.pull()
    assert fresh.rows == a.rows


def test_f01_f03_a_lost_answer_and_a_push_sent_twice():
    device = server.sign_in('ani').device(shop)
    entries = [device.entry('category.create', {'id': uuid7(), 'set': {'name': 'Dua kali %d' % i}}) for i in range(50)]
    first = device.push(*entries).json
    again = device.push(*entries).json
    assert len(first['results']) == len(again['results']) == 50
    assert [r['receipt'] for r in first['results']] == [r['receipt'] for r in again['results']]
    assert (first['head'], first['last'], first['chain']) == (again['head'], again['last'], again['chain'])
    late = device.push(*entries[:10]).json
    assert late['last'] == 50 and late['head'] == first['head']


def test_f02_two_connections_push_the_same():
    device = server.sign_in('ani').device(shop)
    entries = [device.entry('category.create', {'id': uuid7(), 'set': {'name': 'Bersamaan %d' % i}}) for i in range(20)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [f.result() for f in [pool.submit(device.push, *entries) for _ in range(4)]]
    assert all(answer.status == 200 for answer in answers)
    assert len({tuple(r['receipt'] for r in answer.json['results']) for answer in answers}) == 1
    device.pull()
    assert len([c for c in device.of_kind(9).values() if c['name'].startswith('Bersamaan')]) in (0, 20)
    assert len([f for f in device.rows.values() if str(f.get('name', '')).startswith('Bersamaan')]) == 20


def test_f05_a_gap():
    device = server.sign_in('ani').device(shop)
    one, two, three = [device.entry('category.create', {'id': uuid7(), 'set': {'name': 'n'}}) for _ in range(3)]
    answer = device.push(two, three)
    assert (answer.status, answer.code) == (409, 'gap') and answer.json.get('last', 0) == 0, answer
    assert device.push(one).json['last'] == 1
    answer = device.push(three)
    assert (answer.code, answer.json['last']) == ('gap', 1), answer
    assert device.push(one, two, three).json['last'] == 3


def test_f06_a_connection_that_ends():
    """After n bytes of a push, headers and all; nothing of it is run until all of it is there."""
    device = server.sign_in('ani').device(shop)
    entries = [device.entry('category.create', {'id': uuid7(), 'set': {'name': 'Terputus %d' % i}}) for i in range(10)]
    body = json.dumps(device.push_body(entries)).encode()
    head = ('POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n'
            'Content-Length: %d\r\n\r\n' % (device.path('push'), server.host, device.client.access, len(body))).encode()
    whole = head + body
    for n in range(0, len(whole), 97):
        address, port = server.host.rsplit(':', 1)
        with create_connection((address, int(port))) as connection:
            connection.sendall(whole[:n])
            # with a reset, not in order
            connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack('ii', 1, 0))
    device.no = 0  # what the server has heard of so far
    assert device.pull_answer().json.get('last_mut', 0) == 0
    device.no = 10
    assert len(device.push(*entries).json['results']) == 10
    device.pull()
    assert len([f for f in device.rows.values() if str(f.get('name', '')).startswith('Terputus')]) == 10


def test_a_product_that_buyers_see_is_deleted():
    category = uuid7()
    a.must('category.create', {'id': category, 'set': {'name': 'Minuman'}})
    made = product(name='Teh Melati', status='active', category=category)
    a.must('product.save', made)
    b.pull()
    assert made['id'] in b.of_kind(PRODUCT)
    b.must('product.delete', {'id': made['id']})
    a.pull()
    b.pull()
    assert made['id'] not in a.of_kind(PRODUCT) and made['id'] not in b.of_kind(PRODUCT)
    assert a.of_kind(VARIANT) == b.of_kind(VARIANT)


def test_f31_a_refused_one_in_the_middle():
    device = server.sign_in('ani').device(shop)
    entries = [device.entry('category.create', {'id': uuid7(), 'set': {'name': 'n'}}),
               device.entry('category.create', {'id': uuid7(), 'set': {}}),
               device.entry('category.create', {'id': uuid7(), 'set': {'name': 'm'}})]
    results = device.push(*entries).json['results']
    assert [r.get('status', 'applied') for r in results] == ['applied', 'rejected', 'applied'], results


def test_f28_killed_between_commit_and_answer():
    device = server.sign_in('ani').device(shop)
    entries = [device.entry('product.save', product(name='Sekali %d' % i)) for i in range(5)]
    open(flag, 'w').close()
    try:
        device.push(*entries)
        raise AssertionError('it answered')
    except (ConnectionError, OSError):
        pass
    assert server.wait() == -9
    server.start()
    answer = device.push(*entries)
    assert answer.status == 200, answer
    assert [r.get('status', 'applied') for r in answer.json['results']] == ['applied'] * 5
    device.pull()
    assert len([p for p in device.of_kind(PRODUCT).values() if p['name'].startswith('Sekali')]) == 5


def test_f52_live_heads():
    client = server.sign_in('ani')
    socket = WebSocket(server.host, '/v1/live', {'Authorization': 'Bearer ' + client.access})
    frame = socket.text()
    assert (frame['t'], frame['shop']) == ('head', shop)
    started = time.monotonic()
    head = a.push(a.entry('category.create', {'id': uuid7(), 'set': {'name': 'Langsung'}})).json['head']
    frame = socket.text()
    assert frame['seq'] == head and time.monotonic() - started < 5, frame
    # many commits are few frames, and the last one is told
    begin = time.monotonic()
    for _ in range(30):
        head = a.push(a.entry('category.create', {'id': uuid7(), 'set': {'name': 'Banyak'}})).json['head']
    seconds = time.monotonic() - begin
    frames = []
    while not frames or frames[-1] != head:
        frames.append(socket.text()['seq'])
    assert frames == sorted(set(frames)) and len(frames) <= seconds * 10 + 3, (frames, seconds)
    socket.close()


def test_live_tells_of_own_shops_alone():
    budi = server.sign_up('budi')
    socket = WebSocket(server.host, '/v1/live', {'Authorization': 'Bearer ' + budi.access})
    assert socket.status == 101
    a.must('category.create', {'id': uuid7(), 'set': {'name': 'x'}})
    own = budi.make_shop('Toko Budi')
    assert socket.text()['shop'] == own
    assert socket.text(0.3) is None
    socket.close()


def test_a_shop_is_told_apart_from_its_history():
    device = server.sign_in('ani').device(shop)
    device.pull()
    parts = device.cursor.split('.')
    for cursor, status, code in (('.'.join([uuid7()] + parts[1:]), 403, 'scope'), ('.'.join([parts[0], uuid7()] + parts[2:]), 410, 'resync'),
                                 ('.'.join(parts[:2] + ['999999'] + parts[3:]), 410, 'resync'), ('x', 400, 'bad_request')):
        answer = device.pull_answer(cursor=cursor)
        assert (answer.status, answer.code) == (status, code), (cursor, answer)
    answer = device.pull_answer(ack=5)
    assert (answer.status, answer.json['why']) == (410, 'rollback'), answer
    a.pull()
    answer = a.pull_answer(sealed=0)
    assert (answer.status, answer.code) == (409, 'fork'), answer


def test_bad_queries():
    for query in ('', 'device=x', 'device=%s&limit=0x' % a.id, 'device=%s&limit=999999' % a.id, 'device=%s&sealed=-1' % a.id,
                  'device=%s&witness=zzz' % a.id):
        answer = ani.get('/v1/shops/%s/changes?%s' % (shop, query))
        assert answer.status == 400, (query, answer)


def test_data_outlive_the_process():
    before = dict(a.rows)
    a.pull()
    before = dict(a.rows)
    assert server.kill() == -9
    server.start()
    fresh = server.sign_in('ani').device(shop)
    fresh.pull()
    assert fresh.rows == before


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
