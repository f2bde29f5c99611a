# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hand-made push tries with single mutations: rows carried in bulk, other people's operations,
numbers, members, scopes (SECURITY 1), and entries that the server can't digest."""

import os
import tempfile
import time

from kd_server import PRODUCT, VARIANT, Server, main, product, uuid7

MEMBER, OPTION, COST, CATEGORY, LOCATION, LEVEL, CONTACT = 2, 4, 6, 8, 10, 12, 15
INTERNAL_TRIES = 3

poison = os.path.join(tempfile.mkdtemp(prefix='kedai-poison-'), 'uid')
server = Server('--sign-up', env={'KEDAI_FAIL_UID': poison})
owner = server.sign_up('pemilik')
shop = owner.make_shop()
devices = {'owner': owner.device(shop)}
ids = {'owner': owner.user}
for role in ('manager', 'agent', 'cashier', 'viewer'):
    made = owner.post('/v1/shops/%s/accounts' % shop, {'login': role, 'password': 'rahasia sekali', 'name': role, 'role': role})
    assert made.status == 201, made
    ids[role] = made.json['id']
    devices[role] = server.sign_in(role).device(shop)


def refused(role, name, args, *codes, **more):
    """The code of a refusal; fails where it went through."""
    result = devices[role].run(name, args, **more)
    assert result.get('status') == 'rejected' and (not codes or result['code'] in codes), (role, name, args, result)
    return result['code']


def new_product(role='owner', **more):
    args = product(**more)
    devices[role].must('product.save', args)
    devices[role].pull()
    variant = [row for row, fields in devices[role].of_kind(VARIANT).items() if fields['product'] == args['id']][0]
    return args['id'], variant


def row_of(kind, row_id, role='owner'):
    devices[role].pull()
    return devices[role].of_kind(kind).get(row_id)


def test_rows_in_bulk_are_judged_one_by_one():
    made, variant = new_product()
    contact = uuid7()
    devices['owner'].must('contact.create', {'id': contact, 'set': {'name': 'Rina'}})
    cost = uuid7()
    devices['owner'].must('variant_cost.create', {'id': cost, 'set': {'variant': variant, 'cost': 5}})
    head = devices['owner'].must('category.create', {'id': uuid7(), 'set': {'name': 'x'}})['seq']
    own = {'kind': 'contact', 'id': contact, 'set': {'name': 'Diganti'}}
    for foreign in ({'kind': 'variant_cost', 'id': cost, 'set': {'cost': 1}}, {'kind': 'product', 'id': made, 'set': {'price': 1}},
                    {'kind': 'shop_profile', 'id': shop, 'set': {'name': 'Milikku'}}):
        refused('cashier', 'rows.patch', {'rows': [own, foreign]}, 'scope')
        refused('cashier', 'rows.revert', {'op': uuid7(), 'rows': [own, foreign]}, 'scope')
    refused('viewer', 'rows.patch', {'rows': [own]}, 'scope')
    refused('cashier', 'catalog.import_chunk', {'products': [product()]}, 'scope')
    for kind in ('order', 'order_line', 'payment', 'reservation', 'stock_move', 'stock_level', 'conversation', 'message', 'identity',
                 'conflict', 'task', 'media', 'member'):
        for name in ('rows.patch', 'rows.revert'):
            refused('owner', name, {'op': uuid7(), 'rows': [{'kind': kind, 'id': uuid7(), 'set': {}}]}
                    if name == 'rows.revert' else {'rows': [{'kind': kind, 'id': uuid7(), 'set': {}}]}, 'scope', 'bad_field')
            if name == 'rows.revert':
                refused('owner', name, {'op': uuid7(), 'rows': [{'kind': kind, 'id': uuid7(), 'remove': True}]}, 'scope')
    refused('owner', 'rows.patch', {'rows': [{'kind': 'contact', 'id': contact, 'remove': True}]}, 'scope')
    assert row_of(CONTACT, contact)['name'] == 'Rina' and row_of(COST, cost)['cost'] == 5
    assert devices['owner'].must('category.create', {'id': uuid7(), 'set': {'name': 'x'}})['seq'] == head + 1


def test_a_row_stays_with_its_parent():
    mine, _ = new_product(name='Mine')
    other, variant = new_product(name='Other')
    for item in ({'id': variant, 'set': {'price': 1}}, {'id': variant, 'remove': True}):
        refused('manager', 'product.save', {'id': mine, 'set': {}, 'variants': [item]}, 'row.other_parent')
        result = devices['manager'].run('catalog.import_chunk', {'products': [{'id': mine, 'set': {}, 'variants': [item]}]})
        assert result['detail']['refused'][0]['code'] == 'row.other_parent', result
    option = uuid7()
    values = [{'id': uuid7(), 'name': 'S'}]
    devices['owner'].must('product.save', {'id': other, 'set': {}, 'options': [{'id': option, 'set': {'name': 'Ukuran', 'values': values}}]})
    refused('manager', 'product.save', {'id': mine, 'set': {}, 'options': [{'id': option, 'remove': True}]}, 'row.other_parent')
    assert row_of(VARIANT, variant)['product'] == other and option in devices['owner'].of_kind(OPTION)


def test_nobody_reverts_anothers_operation():
    op = uuid7()
    made, variant = new_product('owner', name='Milik pemilik')
    mine = product(name='Milik manajer')
    devices['manager'].must('product.save', mine, op=op)
    # the same operation named by two people is two
    theirs = product(name='Milik pemilik juga')
    devices['owner'].must('product.save', theirs, op=op)
    devices['owner'].pull()
    assert devices['owner'].of_kind(PRODUCT)[mine['id']]['op'] != devices['owner'].of_kind(PRODUCT)[theirs['id']]['op']
    for role, named, target in (('manager', op, theirs['id']), ('owner', op, mine['id']), ('manager', uuid7(), mine['id']),
                                ('manager', devices['owner'].of_kind(PRODUCT)[theirs['id']]['op'], theirs['id'])):
        result = devices[role].must('rows.revert', {'op': named, 'rows': [{'kind': 'product', 'id': target, 'remove': True}]})
        assert result['detail']['left'], (role, target, result)
        assert row_of(PRODUCT, target), (role, target)
    result = devices['manager'].must('rows.revert', {'op': uuid7(), 'rows': [{'kind': 'variant', 'id': variant, 'remove': True}]})
    assert result['detail']['left'] and row_of(VARIANT, variant), result
    devices['manager'].must('rows.revert', {'op': op, 'rows': [{'kind': 'product', 'id': mine['id'], 'remove': True}]})
    assert not row_of(PRODUCT, mine['id'])


def test_an_alias_is_of_the_own_letter():
    _, variant = new_product()
    device = devices['cashier']
    for n, alias in enumerate(('Z-1', devices['owner'].letter + '-1', device.letter, device.letter + '-', '-1', device.letter + '-x')):
        refused('cashier', 'order.create', {'id': uuid7(), 'token': '%032x' % n, 'alias': alias}, 'order.bad_alias')
    device.must('order.create', {'id': uuid7(), 'token': '%032x' % 99, 'alias': device.letter + '-1', 'lines': [{'variant': variant, 'quantity': 1000}]})
    refused('cashier', 'order.create', {'id': uuid7(), 'token': '%032x' % 99}, 'order.token_used')


def test_numbers_stay_in_their_range():
    _, variant = new_product()
    location = next(iter(devices['owner'].of_kind(LOCATION)))
    line = {'variant': variant, 'quantity': 1000}
    token = iter('%032x' % n for n in range(1000, 2000))
    adjust = {'variant': variant, 'location': location, 'class': 'receipt'}
    for name, args, field in (
        ('product.save', product(price=10 ** 15 + 1), 'set/price'), ('product.save', product(price=-10 ** 16), 'set/price'),
        ('stock.adjust', dict(adjust, delta=10 ** 12 + 1), 'delta'),
        ('category.create', {'id': uuid7(), 'set': {'name': 'x', 'position': 'a' * 65}}, 'set/position'),
        ('order.create', {'id': uuid7(), 'token': next(token), 'lines': [dict(line, quantity=0)]}, 'lines/0/quantity'),
        ('order.create', {'id': uuid7(), 'token': next(token), 'lines': [dict(line, quantity=-1000)]}, 'lines/0/quantity'),
        ('order.create', {'id': uuid7(), 'token': next(token), 'lines': [line] * 201}, 'lines'),
        ('payment.record', {'id': uuid7(), 'order': uuid7(), 'amount': 10 ** 15 + 1}, 'amount'),
    ):
        result = devices['owner'].run(name, args)
        assert (result['status'], result['code'], result['detail']['field']) == ('rejected', 'bad_field', field), (name, result)
    # sums that no number holds
    order = uuid7()
    for lines in ([dict(line, price=10 ** 15, quantity=10 ** 12)], [dict(line, price=10 ** 15, quantity=10 ** 6)] * 50):
        refused('owner', 'order.create', {'id': order, 'token': next(token), 'lines': lines, 'place': True}, 'number.range')
    for delta in (10 ** 12, 10 ** 12):
        devices['owner'].run('stock.adjust', dict(adjust, delta=delta))
    level = [fields for fields in devices['owner'].of_kind(LEVEL).values() if fields['variant'] == variant]
    assert all(fields['on_hand'] <= 10 ** 12 for fields in level), level


def test_a_clock_that_is_wrong_by_any_number():
    device = devices['owner']
    for made_at in (0, 1, -1, -2 ** 63, 10 ** 18, 2 ** 63 - 1):
        for clock in (0, 1, -1, -2 ** 63, 2 ** 63 - 1):
            entry = device.entry('category.create', {'id': uuid7(), 'set': {'name': 'Waktu'}}, made_at=made_at)
            answer = device.client.post(device.path('push'), dict(device.push_body([entry]), clock=clock))
            if answer.status == 400:
                device.no -= 1
                continue
            result = answer.json['results'][0]
            assert result.get('status', 'applied') == 'applied' and abs(result['accepted'] / 1000 - time.time()) < 60, result
    # an edit of the far future is one of now: it doesn't win for ever
    made, _ = new_product(price=1000)
    device.must('product.patch', {'id': made, 'set': {'price': 2000}, 'base': {'price': 1000}}, made_at=2 ** 63 - 1)
    devices['manager'].must('product.patch', {'id': made, 'set': {'price': 3000}, 'base': {'price': 1000}})
    assert row_of(PRODUCT, made)['price'] == 3000


def test_members_are_judged_by_the_server():
    other = owner.post('/v1/shops/%s/accounts' % shop, {'login': 'manajer2', 'password': 'rahasia sekali', 'name': 'x', 'role': 'manager'}).json['id']
    for name, args, code in (
        ('member.set_role', {'id': ids['owner'], 'role': 'viewer'}, 'member.above'), ('member.remove', {'id': ids['owner']}, 'member.above'),
        ('member.set_role', {'id': ids['manager'], 'role': 'owner'}, 'member.above'), ('member.set_role', {'id': ids['manager'], 'role': 'agent'}, 'member.self'),
        ('member.remove', {'id': ids['manager']}, 'member.self'), ('member.grant', {'id': ids['manager'], 'grant': 'owner', 'given': True}, None),
        ('member.set_role', {'id': ids['cashier'], 'role': 'owner'}, 'member.above'),
        ('member.grant', {'id': ids['cashier'], 'grant': 'owner', 'given': True}, None),
        ('member.invite', {'id': uuid7(), 'name': 'x', 'role': 'owner'}, 'member.above'),
    ):
        refused('manager', name, args, *([code] if code else ['member.above', 'member.self', 'bad_field']))
    for role in ('agent', 'cashier', 'viewer'):
        for name, args in (('member.set_role', {'id': ids[role], 'role': 'owner'}), ('member.grant', {'id': ids[role], 'grant': 'manager', 'given': True}),
                           ('member.invite', {'id': uuid7(), 'name': 'x', 'role': 'viewer'}), ('member.remove', {'id': other})):
            refused(role, name, args, 'scope')
    refused('owner', 'member.remove', {'id': ids['owner']}, 'member.self')
    refused('owner', 'member.patch', {'id': ids['manager'], 'set': {'role': 'owner'}}, 'unsupported')
    assert row_of(MEMBER, ids['manager'])['role'] == 'manager' and row_of(MEMBER, other)


def test_a_role_that_is_taken_counts_at_once():
    _, variant = new_product()
    devices['owner'].must('variant_cost.create', {'id': uuid7(), 'set': {'variant': variant, 'cost': 4242}})
    answer = owner.post('/v1/shops/%s/accounts' % shop, {'login': 'turun', 'password': 'rahasia sekali', 'name': 'x', 'role': 'manager'})
    device = server.sign_in('turun').device(shop)
    device.pull()
    assert any(fields['cost'] == 4242 for fields in device.of_kind(COST).values())
    devices['owner'].must('member.set_role', {'id': answer.json['id'], 'role': 'cashier'})
    result = device.push(device.entry('variant_cost.create', {'id': uuid7(), 'set': {'variant': variant, 'cost': 1}})).json['results'][0]
    assert (result['status'], result['code']) == ('rejected', 'scope'), result
    # neither its old cursor nor one of a wider scope made by hand gets what it may not read
    told = device.pull_answer()
    assert (told.status, told.code, told.json['why']) == (410, 'resync', 'scope'), told
    devices['owner'].pull()
    for cursor in (devices['owner'].cursor, device.cursor):
        told = device.pull_answer(cursor=cursor)
        assert told.status in (403, 410) and '4242' not in told.body.decode(), told
    fresh = device.pull_answer(cursor='')
    assert fresh.status == 200 and '4242' not in fresh.body.decode(), fresh
    assert '4242' not in device.client.get('/v1/shops/%s/variant_costs' % shop).body.decode()
    forged = '.'.join(fresh.json['next'].split('.')[:-1] + [devices['owner'].cursor.split('.')[-1]])
    told = device.pull_answer(cursor=forged)
    assert told.status in (400, 403, 410), told


def test_unknown_fields_are_never_stored():
    for name, args in (('category.create', {'id': uuid7(), 'set': {'name': 'x', 'extra': {'a': 1}}}), ('category.create', {'id': uuid7(), 'set': {'name': 'x'}, 'extra': 1}),
                       ('contact.create', {'id': uuid7(), 'set': {'name': 'x', 'phone_verified': True}}),
                       ('message.send', {'id': uuid7(), 'conversation': uuid7(), 'text': 'x', 'state': 'delivered'}),
                       ('order.create', {'id': uuid7(), 'token': '%032x' % 5000, 'number': '1'}), ('order.create', {'id': uuid7(), 'token': '%032x' % 5001, 'state': 'done'})):
        refused('owner', name, args, 'bad_field')


def test_a_newer_device_waits_for_a_newer_server():
    device = server.sign_in('manager').device(shop)
    for name, version, args in (('stock.teleport', 1, {}), ('category.create', 2, {'id': uuid7()}), ('category.create', 1, {'id': uuid7(), 'set': {'name': 'x', 'colour': 'red'}})):
        entry = device.entry(name, args, v=version)
        body = dict(device.push_body([entry]), schema=1000)
        answer = device.client.post(device.path('push'), body)
        assert (answer.status, answer.code) == (503, 'older_server') and 'retry-after' in answer.headers, answer
        device.no = 0
    # nothing advanced, and what this server knows goes through whatever the schema
    entry = device.entry('category.create', {'id': uuid7(), 'set': {'name': 'Baru'}})
    answer = device.client.post(device.path('push'), dict(device.push_body([entry]), schema=1000))
    assert answer.status == 200 and answer.json['last'] == 1, answer
    entry = device.entry('category.create', {'id': uuid7(), 'set': {'name': 5}})
    answer = device.client.post(device.path('push'), dict(device.push_body([entry]), schema=1000))
    assert answer.json['results'][0]['code'] == 'bad_field', answer


def test_what_always_fails_holds_up_nobody():
    device = server.sign_in('manager').device(shop)
    entries = [device.entry('category.create', {'id': uuid7(), 'set': {'name': 'Racun %d' % i}}) for i in range(50)]
    with open(poison, 'w', encoding='utf-8') as file:
        file.write(entries[2]['uid'])
    for _ in range(INTERNAL_TRIES):
        answer = device.push(*entries)
        assert (answer.status, answer.code) == (500, 'internal'), answer
        device.pull()
        assert not any(str(f.get('name', '')).startswith('Racun') for f in device.of_kind(CATEGORY).values()), 'nothing advanced'
    answer = device.push(*entries)
    assert answer.status == 200, answer
    results = answer.json['results']
    assert [r.get('code') for r in results] == [None, None, 'internal'] + [None] * 47 and results[2]['status'] == 'rejected', results
    device.pull()
    assert len([f for f in device.of_kind(CATEGORY).values() if str(f.get('name', '')).startswith('Racun')]) == 49
    again = device.push(*entries).json
    assert again['results'][2]['code'] == 'internal' and again['last'] == 50
    os.remove(poison)


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
