# SPDX-License-Identifier: GPL-3.0-or-later
"""Every mutation as every role over the wire, and what a hand-made push tries besides (SECURITY 1, 2)."""

import json
import os
import subprocess

from kd_server import Server, main, product, uuid7

ROLES = ('owner', 'manager', 'agent', 'cashier', 'viewer')
DEVICE = 1

server = Server('--sign-up')
owner = server.sign_up('pemilik')
shop = owner.make_shop()
devices = {}


def test_members_join():
    devices['owner'] = owner.device(shop)
    for role in ROLES[1:]:
        answer = owner.post('/v1/shops/%s/accounts' % shop, {'login': role, 'password': 'rahasia sekali', 'name': role, 'role': role})
        assert answer.status == 201, answer
        client = server.sign_in(role)
        assert [(own['id'], own.get('role', 'owner')) for own in client.shops] == [(shop, role)], client.shops
        devices[role] = client.device(shop)


def test_nobody_gives_more_than_they_hold():
    path = '/v1/shops/%s/accounts' % shop
    for role, wanted, status in (('manager', 'owner', 403), ('agent', 'viewer', 403), ('viewer', 'viewer', 403), ('manager', 'manager', 201),
                                 ('owner', 'juragan', 400)):
        answer = devices[role].client.post(path, {'login': 'baru-%s-%s' % (role, wanted), 'password': 'rahasia sekali', 'name': 'x', 'role': wanted})
        assert answer.status == status, (role, wanted, answer)
    stranger = server.sign_up('orang-lain')
    answer = stranger.post(path, {'login': 'y', 'password': 'rahasia sekali', 'name': 'x', 'role': 'viewer'})
    assert (answer.status, answer.code) == (403, 'scope')


def table():
    lines = subprocess.run([os.environ['KEDAI_MUTATION_TABLE']], stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def test_every_mutation_as_every_role():
    mutations = table()
    assert len(mutations) > 50
    wrong = []
    for role in ROLES:
        # ids of its own, so that nothing of one role stands in the way of the next
        for start in range(0, len(mutations), 50):
            device = devices[role]
            chunk = mutations[start:start + 50]
            entries = [device.entry(m['name'], fresh(m['args']), v=m['v']) for m in chunk]
            answer = device.push(*entries)
            assert answer.status == 200, answer
            for m, result in zip(chunk, answer.json['results']):
                code = result.get('code')
                may = bool(m['roles'] >> ROLES.index(role) & 1) and bool(m['origins'] & DEVICE)
                if not may and code not in ('scope', 'origin'):
                    wrong.append((role, m['name'], 'let through', result))
                if may and (code == 'origin' or code == 'scope' and not m['may']):
                    wrong.append((role, m['name'], 'refused', result))
    assert not wrong, wrong


def fresh(args):
    """The same arguments with new ids."""
    text = json.dumps(args)
    seen = {}

    def walk(value):
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, str) and len(value) == 36 and value.count('-') == 4:
            return seen.setdefault(value, uuid7())
        return value
    return walk(json.loads(text))


def test_what_the_server_fills_is_refused():
    for m in table():
        for field in m['by_server']:
            args = dict(m['args'], **{field: True if field == 'verified' else 5 if field == 'sent' else uuid7()})
            result = devices['owner'].run(m['name'], args)
            assert result['status'] == 'rejected' and result['code'] in ('bad_field', 'origin', 'scope'), (m['name'], field, result)


def test_unknown_names_versions_and_fields():
    device = devices['owner']
    for name, version, args, code in (('product.steal', 1, {}, 'unsupported'), ('category.create', 99, {'id': uuid7()}, 'unsupported'),
                                      ('category.create', 1, {'id': uuid7(), 'set': {'name': 'x', 'hack': 1}}, 'bad_field'),
                                      ('category.create', 1, {'id': 'x', 'set': {'name': 'x'}}, 'bad_field'),
                                      ('category.create', 1, {'id': uuid7(), 'set': {'name': 'x' * 5000}}, 'bad_field'),
                                      ('stock.adjust', 1, {'variant': uuid7(), 'location': uuid7(), 'delta': 10 ** 17}, 'bad_field')):
        result = device.run(name, args, v=version)
        assert (result['status'], result['code']) == ('rejected', code), (name, result)


def test_derived_fields_are_nobody_s_to_write():
    device = devices['owner']
    made = product()
    device.must('product.save', made)
    for fields in ({'op': uuid7()}, {'id': uuid7()}, {'seq': 5}, {'by': uuid7()}):
        result = device.run('product.patch', {'id': made['id'], 'set': fields})
        assert result['status'] == 'rejected', (fields, result)
    device.pull()
    level = next(iter(device.of_kind(5)))
    result = device.run('variant.patch', {'id': level, 'set': {'sku_key': 'x'}})
    assert result['status'] == 'rejected', result


def test_a_narrower_role_gets_nothing_of_a_wider_scope():
    owner_device, cashier = devices['owner'], devices['cashier']
    made = product(name='Rahasia dagang')
    owner_device.must('product.save', made)
    owner_device.pull()
    variant = [row for row, fields in owner_device.of_kind(5).items() if fields.get('product') == made['id']][0]
    owner_device.must('variant_cost.create', {'id': uuid7(), 'set': {'variant': variant, 'cost': 777770000}})
    cashier.pull()
    assert not cashier.of_kind(6) and variant in cashier.of_kind(5)
    owner_device.pull()
    assert owner_device.of_kind(6)
    client = cashier.client
    for path in ('variant_costs', 'settings/' + uuid7()):
        answer = client.get('/v1/shops/%s/%s' % (shop, path))
        assert answer.status in (403, 404), (path, answer)
    assert client.get('/v1/shops/%s/variant_costs' % shop).status == 403
    assert '77777' not in client.get('/v1/shops/%s/variants' % shop).body.decode()


def test_uids_of_others_and_of_other_content():
    manager, cashier = devices['manager'], devices['owner']
    entry = manager.entry('category.create', {'id': uuid7(), 'set': {'name': 'Minuman'}})
    assert manager.push(entry).json['results'][0].get('status', 'applied') == 'applied'
    stolen = dict(entry, no=cashier.no + 1)
    cashier.no += 1
    result = cashier.push(stolen).json['results'][0]
    assert (result['status'], result['code']) == ('rejected', 'uid_taken') and 'detail' not in result, result
    # the number was taken: the next one follows
    cashier.must('category.create', {'id': uuid7(), 'set': {'name': 'Makanan'}})
    # only one's own uids are known
    path = '/v1/shops/%s/mutations/known' % shop
    assert manager.client.post(path, {'uids': [entry['uid']]}).json['uids'] == [entry['uid']]
    assert cashier.client.post(path, {'uids': [entry['uid']]}).json['uids'] == []


def test_the_same_uid_under_a_second_device_of_its_user():
    first = devices['manager']
    second = server.sign_in('manager').device(shop)
    entry = first.entry('category.create', {'id': uuid7(), 'set': {'name': 'Sekali saja'}})
    once = first.push(entry).json
    again = second.push(dict(entry, no=1)).json
    second.no = 1
    assert again['results'][0].get('status', 'applied') == 'applied' and again['head'] == once['head'], again
    other = second.push(dict(entry, no=2, args={'id': uuid7(), 'set': {'name': 'Lain'}})).json['results'][0]
    assert other['code'] == 'uid_taken', other


def test_same_number_other_content_is_a_fork():
    device = server.sign_in('manager').device(shop)
    entry = device.entry('category.create', {'id': uuid7(), 'set': {'name': 'Cabang'}})
    assert device.push(entry).status == 200
    answer = device.push(dict(entry, args={'id': uuid7(), 'set': {'name': 'Cabang lain'}}))
    assert (answer.status, answer.code) == (409, 'fork'), answer


def test_a_forged_mark_or_witness():
    device = server.sign_in('manager').device(shop)
    device.pull()
    witness = dict(device.witness)
    for forged in ({'head': witness['head'], 'mark': uuid7()}, {'head': witness['head'] + 1000, 'mark': witness['mark']}):
        device.witness = forged
        for answer in (device.pull_answer(), device.push(dict(device.entry('category.create', {'id': uuid7(), 'set': {'name': 'x'}}), no=1))):
            assert (answer.status, answer.code) == (403, 'scope'), answer
        device.no = 0
    device.witness = witness
    assert device.pull_answer().status == 200
    ahead = device.run('category.create', {'id': uuid7(), 'set': {'name': 'x'}}, base_seq=10 ** 9)
    assert (ahead['status'], ahead['code']) == ('rejected', 'bad_request'), ahead


def test_devices_of_another_user_or_session():
    mine, theirs = devices['manager'], devices['owner']
    body = theirs.push_body([dict(theirs.entry('category.create', {'id': uuid7(), 'set': {'name': 'x'}}))])
    theirs.no -= 1
    answer = mine.client.post('/v1/shops/%s/push' % shop, body)
    assert (answer.status, answer.code) == (403, 'scope'), answer
    answer = mine.client.get('/v1/shops/%s/changes?device=%s&sealed=0&ack=0' % (shop, theirs.id))
    assert (answer.status, answer.code) == (403, 'scope'), answer
    other_session = server.sign_in('manager')
    answer = other_session.get('/v1/shops/%s/changes?device=%s&sealed=%d&ack=0' % (shop, mine.id, mine.no))
    assert (answer.status, answer.code) == (403, 'scope'), answer


def test_another_shop():
    stranger = server.sign_up('tetangga')
    other = stranger.make_shop('Toko Sebelah')
    device = stranger.device(other)
    device.pull()
    # a token, a device, a cursor, rows of the wrong shop
    mine = devices['owner']
    mine.pull()
    for path in ('changes?device=%s&sealed=0&ack=0' % device.id, 'products', 'members', 'history?kind=product&id=' + uuid7()):
        answer = stranger.get('/v1/shops/%s/%s' % (shop, path))
        assert (answer.status, answer.code) in ((403, 'scope'), (410, 'resync')), (path, answer)
    answer = stranger.get('/v1/shops/%s/products' % shop)
    assert answer.status == 403
    answer = device.pull_answer(cursor=mine.cursor)
    assert (answer.status, answer.code) == (403, 'scope') and 'rows' not in answer.json, answer
    assert stranger.post('/v1/shops/%s/push' % shop, device.push_body([])).status in (403, 410)


def test_a_removed_member_is_out():
    answer = owner.post('/v1/shops/%s/accounts' % shop, {'login': 'sementara', 'password': 'rahasia sekali', 'name': 'x', 'role': 'agent'})
    client = server.sign_in('sementara')
    device = client.device(shop)
    device.pull()
    devices['owner'].must('member.remove', {'id': answer.json['id']})
    for answer in (device.pull_answer(), device.push(device.entry('contact.create', {'id': uuid7(), 'set': {'name': 'x'}})),
                   client.get('/v1/shops/%s/products' % shop)):
        assert (answer.status, answer.code) == (403, 'scope'), answer


def test_the_slug_stays():
    result = devices['owner'].run('shop_profile.patch', {'id': shop, 'set': {'slug': 'toko-orang'}})
    assert (result['status'], result['code']) == ('rejected', 'shop.slug_fixed'), result
    devices['owner'].must('shop_profile.patch', {'id': shop, 'set': {'about': 'Kopi dan teman-temannya'}})


def test_slugs_that_are_not_to_be_had():
    for slug in ('v1', 'docs', '_x', 'ab', 'Toko', 'a' * 41, 'toko uji', 'healthz', '-x-'):
        answer = owner.post('/v1/shops', {'name': 'x', 'currency': 'IDR', 'slug': slug})
        assert answer.status == 400, (slug, answer)
    taken = owner.post('/v1/shops', {'name': 'x', 'currency': 'IDR', 'slug': 'toko-uji'})
    assert (taken.status, taken.code) == (409, 'taken'), taken
    assert owner.post('/v1/shops', {'name': 'x', 'currency': 'XXQ'}).status == 400
    wanted = uuid7()
    first = owner.post('/v1/shops', {'name': 'Dua Kali', 'currency': 'IDR', 'id': wanted})
    again = owner.post('/v1/shops', {'name': 'Dua Kali', 'currency': 'IDR', 'id': wanted})
    assert (first.status, again.status) == (201, 200) and first.json['id'] == again.json['id'] == wanted
    assert devices['viewer'].client.post('/v1/shops', {'name': 'x', 'currency': 'IDR', 'id': wanted}).status == 403


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
