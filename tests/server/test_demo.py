# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo shop: everything is there, everything holds together, and it is the same every time."""

import glob
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile

from kd_server import PROGRAM, Server, main

PRESENT = '2026-08-17T10:00:00Z'
DAY_MS = 24 * 3600 * 1000
SYNCED = ['category', 'contact', 'conflict', 'conversation', 'external_ref', 'identity', 'location', 'media', 'member', 'message', 'option',
          'order', 'order_line', 'payment', 'product', 'reservation', 'setting', 'stock_level', 'stock_move', 'task', 'variant',
          'variant_code', 'variant_cost']
# field -> kind; some kinds call another thing so
REFS = {'product': 'product', 'variant': 'variant', 'location': 'location', 'order': 'order', 'contact': 'contact',
        'conversation': 'conversation', 'category': 'category', 'up': 'category', 'line': 'order_line', 'message': 'message',
        'media': 'media', 'reply_to': 'message', 'assignee': 'member', 'reverses': 'payment'}

folder = tempfile.mkdtemp(prefix='kedai-demo-')


def run(data, *args, typed='', code=0):
    done = subprocess.run([PROGRAM, '--data', data, *args], input=typed, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr)
    return done


def build(name, present=PRESENT):
    data = os.path.join(folder, name)
    run(data, 'user', 'add', '--login', 'sari', '--name', 'Sari', typed='rahasia sekali\n')
    json.loads(run(data, 'shop', 'create', '--demo', '--owner-login', 'sari', '--now', present).stdout)
    return data


def read(data):
    """All synced rows by kind, as dictionaries."""
    path, = glob.glob(os.path.join(data, 'server', 'shops', '*.db'))
    connection = sqlite3.connect('file:%s?mode=ro' % path, uri=True)
    connection.row_factory = sqlite3.Row
    rows = {kind: [dict(row) for row in connection.execute('SELECT * FROM "%s" ORDER BY id' % kind)]
            for kind in SYNCED + ['shop_profile']}
    connection.close()
    return rows


first = build('one')
rows = read(first)


def by_id(kind):
    return {row['id']: row for row in rows[kind]}


def counted(kind, field):
    found = {}
    for row in rows[kind]:
        found[row[field]] = found.get(row[field], 0) + 1
    return found


def test_enough_of_everything():
    least = {'product': 40, 'variant': 55, 'category': 10, 'media': 40, 'contact': 20, 'conversation': 15, 'message': 60, 'order': 100,
             'order_line': 150, 'payment': 80, 'location': 2, 'member': 3, 'option': 10, 'variant_cost': 50, 'task': 1, 'reservation': 10}
    for kind, n in least.items():
        assert len(rows[kind]) >= n, (kind, len(rows[kind]))
    assert set(counted('product', 'status')) == {'draft', 'active', 'archived'}
    profile, = rows['shop_profile']
    assert (profile['currency'], profile['language'], profile['timezone']) == ('IDR', 'id', 'Asia/Jakarta'), profile
    assert profile['about'] and profile['phone'] and profile['address'] and profile['payment_text']


def test_orders_in_every_state():
    states = {(o['state'], o['payment'], o['fulfilment']) for o in rows['order']}
    for wanted in (('draft', 'unpaid', 'unfulfilled'), ('placed', 'unpaid', 'unfulfilled'), ('placed', 'partly_paid', 'unfulfilled'),
                   ('placed', 'paid', 'unfulfilled'), ('placed', 'paid', 'packed'), ('placed', 'paid', 'ready_to_ship'),
                   ('placed', 'paid', 'shipped'), ('placed', 'unpaid', 'delivered'), ('placed', 'paid', 'delivery_failed'),
                   ('done', 'paid', 'delivered'), ('done', 'refunded', 'returned'), ('cancelled', 'unpaid', 'unfulfilled')):
        assert wanted in states, (wanted, states)
    present = max(m['at'] for m in rows['message'])
    assert min(o['at'] for o in rows['order']) < present - 80 * DAY_MS
    assert sum(o['at'] > present - DAY_MS for o in rows['order']) >= 4
    numbers = [o['number'] for o in rows['order'] if o['number']]
    assert len(numbers) == len(set(numbers)) and len(numbers) >= 100
    # the task names what was sold too often
    task, = rows['task']
    assert (task['type'], task['state']) == ('oversold', 'open'), task
    assert json.loads(task['values'])['available'] < 0 and task['ref'] in by_id('variant'), task


def test_conversations():
    messages = rows['message']
    bodies, directions = {m['body'] for m in messages}, {m['direction'] for m in messages}
    assert {'text', 'product', 'order'} <= bodies and {'in', 'out', 'note'} <= directions, (bodies, directions)
    assert any(m['product'] and m['direction'] == 'in' for m in messages), 'nobody asks about a product'
    unread = [c for c in rows['conversation'] if c['last_in'] > c['staff_seen']]
    assert 3 <= len(unread) < len(rows['conversation']) / 2, len(unread)
    assert all(c['state'] == 'open' for c in unread) and set(counted('conversation', 'state')) == {'open', 'resolved'}
    for order in (o for o in rows['order'] if o['conversation']):
        assert any(m['order'] == order['id'] and m['conversation'] == order['conversation'] for m in messages), order


def test_references_hold():
    ids = {kind: set(by_id(kind)) for kind in SYNCED}
    seen = 0
    for kind in SYNCED:
        for row in rows[kind]:
            for field, target in REFS.items():
                if isinstance(row.get(field), bytes):
                    assert row[field] in ids[target], (kind, field, row)
                    seen += 1
    assert seen > 1500, seen
    members = ids['member']
    for message in rows['message']:
        assert message['author'] in (ids['contact'] if message['direction'] == 'in' else members), message
    for contact in rows['contact']:
        assert re.fullmatch(r'\+62\d{9,12}', contact['phone']) and contact['address'] and contact['name'], contact


def test_ledger_is_the_stock():
    moved, held = {}, {}
    for move in rows['stock_move']:
        key = move['variant'], move['location']
        moved[key] = moved.get(key, 0) + move['quantity']
    for hold in rows['reservation']:
        key = hold['variant'], hold['location']
        held[key] = held.get(key, 0) + hold['quantity']
    levels = {(level['variant'], level['location']): level for level in rows['stock_level']}
    assert set(moved) | set(held) == set(levels)
    for key, level in levels.items():
        assert level['on_hand'] == moved.get(key, 0) and level['reserved'] == held.get(key, 0), level
    assert {key[1] for key in levels} == set(by_id('location')), 'both locations hold something'
    short = [v for v in by_id('variant') if sum(l['on_hand'] - l['reserved'] for k, l in levels.items() if k[0] == v) < 0]
    assert short == [rows['task'][0]['ref']], short


def test_money_adds_up():
    lines, paid = {}, {}
    for line in rows['order_line']:
        lines[line['order']] = lines.get(line['order'], 0) + line['price'] * line['quantity'] // 1000
    for payment in rows['payment']:
        paid[payment['order']] = paid.get(payment['order'], 0) + payment['amount']
    for order in rows['order']:
        total = lines[order['id']] + order['shipping_fee']
        if order['payment'] == 'paid':
            assert paid[order['id']] == total, order
        elif order['payment'] == 'partly_paid':
            assert 0 < paid[order['id']] < total, order
        else:
            assert paid.get(order['id'], 0) == 0, order


def test_pictures_are_served():
    server = Server(data=first)
    owner = server.sign_in('sari')
    shop = owner.shops[0]['id']
    seen = set()
    for media in rows['media']:
        name = media['blob'].hex()
        whole, small = (owner.get('/v1/shops/%s/blobs/%s%s' % (shop, name, rest)) for rest in ('', '?w=200'))
        assert whole.status == 200 and len(whole.body) == media['size'] and whole.headers['content-type'] == media['mime'], (media, whole)
        assert small.status == 200 and small.headers['content-type'].startswith('image/') and 100 < len(small.body) < len(whole.body), small
        seen.add(name)
    assert len(seen) >= 40, 'pictures repeat'
    assert {m['product'] for m in rows['media']} == set(by_id('product')), 'a product without a picture'
    # and to buyers
    page = server.request('GET', '/demo').body.decode()
    assert 'Toko Demo' in page and page.count('<img') > 8, page[:2000]
    links = re.findall(r'src="(/demo/[^"]+)"', page)
    for link in links[:6]:
        picture = server.request('GET', link)
        assert picture.status == 200 and len(picture.body) <= 30000, (link, picture.status, len(picture.body))
    server.close()


def plain(all_rows):
    """Without what belongs to the server it was made on: its owner's id, and what is derived from it."""
    owner = next(row['id'] for row in all_rows['member'] if row['role'] == 'owner')
    found = {}
    for kind in SYNCED:
        found[kind] = sorted(json.dumps({field: 'owner' if value == owner else value.hex() if isinstance(value, bytes) else value
                                         for field, value in row.items() if field not in ('shop_id', 'op', '_seq')}, sort_keys=True)
                             for row in all_rows[kind])
    return found


def test_the_same_every_time():
    one, two = plain(rows), plain(read(build('two')))
    for kind in SYNCED:
        assert one[kind] == two[kind], (kind, [pair for pair in zip(one[kind], two[kind]) if pair[0] != pair[1]][:2])
    # another day: the same content, as far from its present
    later = read(build('later', '2027-01-04T10:00:00Z'))
    assert {kind: len(rows[kind]) for kind in SYNCED} == {kind: len(later[kind]) for kind in SYNCED}
    assert sorted(m['text'] or '' for m in rows['message']) == sorted(m['text'] or '' for m in later['message'])
    assert max(m['at'] for m in later['message']) - max(m['at'] for m in rows['message']) == 140 * DAY_MS


def test_with_the_server_and_once():
    data = os.path.join(folder, 'started')
    server = Server('--demo', data=data)
    assert server.request('GET', '/demo').status == 200
    assert server.stop() == 0
    server.start()
    assert server.request('GET', '/demo').status == 200
    server.close()
    assert len(glob.glob(os.path.join(data, 'server', 'shops', '*.db'))) == 1
    assert len(read(data)['order']) == len(rows['order'])


def test_asked_for_by_a_client():
    server = Server(embedded=True)
    owner = server.owner('Sari')
    answer = owner.post('/v1/shops', {'name': 'Toko Demo', 'currency': 'IDR', 'slug': 'demo', 'demo': True})
    assert answer.status == 201, answer
    device = owner.device(answer.json['id'])
    device.pull()
    assert len(device.of_kind(3)) == len(rows['product']) and len(device.of_kind(18)) == len(rows['message'])
    server.close()


def test_wrong_usage():
    data = os.path.join(folder, 'one')
    assert 'goes with --demo' in run(data, 'shop', 'create', '--name', 'A', '--owner-login', 'sari', '--now', PRESENT, code=2).stderr
    assert 'goes with --demo' in run(data, 'shop', 'create', '--demo', '--owner-login', 'sari', '--now', 'soon', code=2).stderr
    assert 'taken' in run(data, 'shop', 'create', '--demo', '--owner-login', 'sari', code=1).stderr
    shops = {name.split('.')[0] for name in os.listdir(os.path.join(data, 'server', 'shops'))}
    assert len(shops) == 1, 'what was refused left a file'


try:
    main(globals())
finally:
    shutil.rmtree(folder, ignore_errors=True)
