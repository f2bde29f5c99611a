# SPDX-License-Identifier: GPL-3.0-or-later
"""REST, as it comes from the kinds and mutations."""

from kd_server import Server, main, product, uuid7

server = Server('--sign-up')
ani = server.sign_up('ani')
shop = ani.make_shop()


def path(rest):
    return '/v1/shops/%s/%s' % (shop, rest)


def test_a_row_made_read_changed_and_deleted():
    made = ani.post(path('categories'), {'name': 'Minuman'})
    assert made.status == 201 and made.json['item']['name'] == 'Minuman', made
    one = path('categories/' + made.json['item']['id'])
    read = ani.get(one)
    assert read.headers['etag'] == '"%d"' % read.json['seq'] == made.headers['etag']
    assert ani.get(one, headers={'If-None-Match': read.headers['etag']}).status == 304
    changed = ani.request('PATCH', one, {'name': 'Minuman dingin'}, {'If-Match': read.headers['etag']})
    assert changed.status == 200 and changed.json['item']['name'] == 'Minuman dingin', changed
    stale = ani.request('PATCH', one, {'name': 'Kalah'}, {'If-Match': read.headers['etag']})
    assert (stale.status, stale.code, stale.headers['etag']) == (412, 'stale', changed.headers['etag']), stale
    assert ani.request('DELETE', one, headers={'If-Match': read.headers['etag']}).status == 412
    assert ani.request('DELETE', one).status == 200
    # deleting what is deleted changes nothing
    assert ani.get(one).status == 404 and ani.request('DELETE', one).status == 200


def test_a_product():
    args = product(name='Teh', price=500000)
    made = ani.post(path('products'), args)
    assert made.status == 201 and made.json['item']['id'] == args['id'], made
    variants = ani.get(path('variants?product=' + args['id'])).json['items']
    assert len(variants) == 1
    merge = ani.request('PATCH', path('products/' + args['id']), '{"brand":"Tong Tji","price":600000}',
                        {'Content-Type': 'application/merge-patch+json'})
    assert merge.status == 200 and (merge.json['item']['brand'], merge.json['item']['price']) == ('Tong Tji', 600000), merge
    empty = ani.request('PATCH', path('products/' + args['id']), {'brand': None})
    assert empty.status == 200 and not empty.json['item']['brand'], empty


def test_pages_and_filters():
    for i in range(7):
        assert ani.post(path('contacts'), {'name': 'Pelanggan %d' % i, 'phone': '+62812000000%d' % i}).status == 201
    seen, after = [], ''
    while after is not None:
        answer = ani.get(path('contacts?limit=3' + ('&after=' + after if after else ''))).json
        assert len(answer['items']) <= 3
        seen += [item['id'] for item in answer['items']]
        after = answer['next']
    assert len(seen) == len(set(seen)) == 7 and seen == sorted(seen)
    found = ani.get(path('contacts?phone=%2B628120000003')).json['items']
    assert [item['name'] for item in found] == ['Pelanggan 3'], found
    for query in ('limit=0', 'limit=9999', 'notes=x', 'after=x', 'nope=1', "phone=x&name=y"):
        assert ani.get(path('contacts?' + query)).status == 400, query
    assert ani.get(path("contacts?phone=%27%20OR%201=1--")).json['items'] == []


def test_a_repeat_is_one():
    headers = {'Idempotency-Key': 'kunci-1'}
    first = ani.post(path('categories'), {'name': 'Sekali'}, headers=headers)
    again = ani.post(path('categories'), {'name': 'Sekali'}, headers=headers)
    assert first.status == again.status == 201 and again.json['repeated'] and first.json['item']['id'] == again.json['item']['id']
    other = ani.post(path('categories'), {'name': 'Lain'}, headers=headers)
    assert (other.status, other.code) == (409, 'uid_reused'), other
    assert len([c for c in ani.get(path('categories')).json['items'] if c['name'] == 'Sekali']) == 1
    # another session's key is another key
    second = server.sign_in('ani').post(path('categories'), {'name': 'Lain'}, headers=headers)
    assert second.status == 201 and not second.json['repeated']
    assert ani.post(path('categories'), {'name': 'x'}, headers={'Idempotency-Key': 'k' * 300}).status == 400


def test_actions():
    contact = ani.post(path('contacts'), {'name': 'Rina', 'phone': '+628130000000'}).json['item']['id']
    order = uuid7()
    made = ani.post(path('orders'), {'id': order, 'token': 'ab' * 16, 'contact': contact})
    assert made.status == 201, made
    assert 'token' not in made.json['item'] and 'ab' * 16 not in ani.get(path('orders/' + order)).body.decode()
    assert 'ab' * 16 not in ani.get(path('orders')).body.decode()
    answer = ani.post(path('orders/%s/discard' % order), {})
    assert answer.status == 200, answer
    gone = ani.post(path('orders/%s/transition' % uuid7()), {'to': 'packed'})
    assert gone.status in (400, 404, 409), gone
    location = ani.get(path('locations')).json['items'][0]['id']
    args = product(name='Berstok')
    ani.post(path('products'), args)
    variant = ani.get(path('variants?product=' + args['id'])).json['items'][0]['id']
    adjusted = ani.post(path('actions/stock.adjust'), {'variant': variant, 'location': location, 'delta': 5000, 'class': 'receipt'})
    assert adjusted.status == 200, adjusted
    level = ani.get(path('stock_levels?variant=' + variant)).json['items'][0]
    assert level['on_hand'] == 5000


def test_refusals_say_what_and_where():
    for body, code, field in (({'name': ''}, 'bad_field', 'name'), ({'nope': 1}, 'bad_field', 'set/nope'), ({'name': 5}, 'bad_field', 'set/name')):
        answer = ani.post(path('categories'), body)
        assert (answer.status, answer.code) == (400, code), (body, answer)
        assert field in answer.body.decode(), answer
        assert answer.headers['content-type'] == 'application/problem+json'
    assert ani.post(path('stock_moves'), {'quantity': 5}).status == 405
    assert ani.request('PATCH', path('stock_levels/' + uuid7()), {'on_hand': 5}).status == 405
    assert ani.request('PATCH', path('orders/' + uuid7()), {'state': 'done'}).status == 405
    assert ani.get(path('nonsense')).status == 404


def test_roles():
    ani.post(path('accounts'), {'login': 'lihat', 'password': 'rahasia sekali', 'name': 'x', 'role': 'viewer'})
    viewer = server.sign_in('lihat')
    assert viewer.get(path('products')).status == 200
    for answer in (viewer.post(path('categories'), {'name': 'x'}), viewer.get(path('conversations')), viewer.get(path('variant_costs')),
                   viewer.post(path('actions/stock.adjust'), {'variant': uuid7(), 'location': uuid7(), 'delta': 1})):
        assert (answer.status, answer.code) == (403, 'scope'), answer
    one = ani.get(path('products')).json['items'][0]['id']
    # who may not write learns nothing by If-Match
    answer = viewer.request('PATCH', path('products/' + one), {'name': 'x'})
    assert (answer.status, answer.code) == (403, 'scope'), answer


def test_history():
    made = ani.post(path('categories'), {'name': 'Satu'}).json['item']['id']
    for name in ('Dua', 'Tiga'):
        ani.request('PATCH', path('categories/' + made), {'name': name})
    items = ani.get(path('history?kind=category&id=' + made)).json['items']
    assert [(item['field'], item['old'], item['new']) for item in items] == [('name', 'Dua', 'Tiga'), ('name', 'Satu', 'Dua'), (None, None, None)]
    assert all(item['actor'] == ani.user for item in items)
    assert len(ani.get(path('history?kind=category&field=name&id=' + made)).json['items']) == 2
    assert len(ani.get(path('history?kind=category&id=%s&before=%d' % (made, items[0]['number']))).json['items']) == 2
    assert ani.get(path('history?kind=category&id=' + uuid7())).status == 404
    assert ani.get(path('history?kind=nope&id=' + made)).status == 400
    viewer = server.sign_in('lihat')
    assert viewer.get(path('history?kind=conversation&id=' + made)).status == 403


def test_the_description():
    document = server.request('GET', '/v1/openapi.json').json
    assert document['openapi'].startswith('3.') and document['info']['title'] == 'Kedai'
    paths = document['paths']
    for known in ('/v1/shops/{shop}/push', '/v1/shops/{shop}/products/{id}', '/v1/shops/{shop}/orders/{id}/transition', '/healthz',
                  '/v1/auth/sign-in', '/v1/shops/{shop}/actions/stock.adjust'):
        assert known in paths, known
    for name, methods in paths.items():
        for method, operation in methods.items():
            assert operation['summary'] and 'responses' in operation, (name, method)
            assert [p['name'] for p in operation['parameters']] == [part[1:-1] for part in name.split('/') if part.startswith('{')]
    # what it says is served: no route of it is unknown, and none goes without a token where one is asked for
    for name, methods in paths.items():
        url = name.replace('{shop}', shop)
        for part in ('{id}', '{device}', '{pairing}', '{sha256}'):
            url = url.replace(part, uuid7())
        for method, operation in methods.items():
            if operation['security']:
                answer = server.request(method.upper(), url)
                assert answer.status == 401, (method, url, answer)


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
