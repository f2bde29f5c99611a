# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a shop: in pieces, in ranges, small, and the attacks on them (SECURITY 5)."""

import hashlib
import os
import struct
import zlib

from kd_server import Server, main, product, uuid7

server = Server('--sign-up')
ani = server.sign_up('ani')
shop = ani.make_shop()
device = ani.device(shop)


def png(width=640, height=480, seed=0):
    rows = b''.join(b'\0' + bytes((x * 3 + y + seed) & 255 for x in range(width) for _ in range(3)) for y in range(height))

    def chunk(name, data):
        return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress(rows, 1)) + chunk(b'IEND', b''))


def blobs(rest='', where=None):
    return '/v1/shops/%s/blobs%s' % (where or shop, rest)


def announce(client, data, mime='image/png', where=None, **more):
    return client.post(blobs(where=where), {'sha256': hashlib.sha256(data).hexdigest(), 'size': len(data), 'mime': mime, **more})


def piece(client, data, start, end, name=None, where=None):
    name = name or hashlib.sha256(data).hexdigest()
    return client.request('PATCH', blobs('/' + name, where), data[start:end],
                          {'Upload-Offset': str(start), 'Content-Type': 'application/octet-stream'})


def upload(client, data, mime='image/png', where=None):
    answer = announce(client, data, mime, where)
    assert answer.status == 201, answer
    answer = piece(client, data, 0, len(data), where=where)
    return answer


def test_in_pieces():
    data = png()
    name = hashlib.sha256(data).hexdigest()
    answer = announce(ani, data)
    assert answer.status == 201 and answer.headers['location'] == blobs('/' + name) and answer.headers['upload-offset'] == '0', answer
    cut = len(data) // 3
    assert piece(ani, data, 0, cut).status == 204
    assert ani.request('HEAD', blobs('/' + name)).headers['upload-offset'] == str(cut)
    # a piece that came already, and one from further on
    for start in (0, cut + 5):
        wrong = piece(ani, data, start, start + 10)
        assert (wrong.status, wrong.headers['upload-offset']) == (409, str(cut)), wrong
    # the server goes away in between
    assert server.kill() == -9
    server.start()
    assert announce(ani, data).headers['upload-offset'] == str(cut)
    done = piece(ani, data, cut, len(data))
    assert done.status == 200 and (done.json['width'], done.json['height'], done.json['mime']) == (640, 480, 'image/png'), done
    again = announce(ani, data)
    assert again.status == 200 and again.json['width'] == 640


def test_the_row_says_what_the_server_sniffed():
    data = png(seed=1)
    upload(ani, data)
    made = product()
    device.must('product.save', made)
    media = uuid7()
    device.must('media.add', {'id': media, 'product': made['id'], 'blob': hashlib.sha256(data).hexdigest(), 'mime': 'text/html',
                              'size': 5, 'width': 1, 'height': 1})
    device.pull()
    row = device.of_kind(14)[media]
    assert (row['mime'], row['size'], row['width'], row['height']) == ('image/png', len(data), 640, 480), row
    name = hashlib.sha256(data).hexdigest()
    whole = ani.get(blobs('/' + name))
    assert whole.body == data and whole.headers['content-type'] == 'image/png'
    assert 'sandbox' in whole.headers['content-security-policy'] and whole.headers['x-content-type-options'] == 'nosniff'
    assert 'immutable' in whole.headers['cache-control']
    part = ani.get(blobs('/' + name), headers={'Range': 'bytes=10-19'})
    assert (part.status, part.body, part.headers['content-range']) == (206, data[10:20], 'bytes 10-19/%d' % len(data)), part
    assert ani.get(blobs('/' + name), headers={'Range': 'bytes=-5'}).body == data[-5:]
    assert ani.get(blobs('/' + name), headers={'Range': 'bytes=99999999-'}).status == 416
    assert ani.get(blobs('/' + name), headers={'If-None-Match': whole.headers['etag']}).status == 304
    small = ani.get(blobs('/' + name + '?w=200'))
    assert small.status == 200 and len(small.body) <= 30000 and small.body != data, small
    assert ani.get(blobs('/' + name + '?w=200')).body == small.body
    assert ani.get(blobs('/' + name + '?w=0')).status == 400


def test_naming_a_blob_needs_its_bytes():
    data = png(seed=2)
    name = hashlib.sha256(data).hexdigest()
    made = product()
    device.must('product.save', made)
    args = {'id': uuid7(), 'product': made['id'], 'blob': name}
    result = device.run('media.add', args)
    assert (result['status'], result['code']) == ('rejected', 'media.not_found'), result
    # bytes that a colleague sent are not mine to name before I can read a row with them
    answer = ani.post('/v1/shops/%s/accounts' % shop, {'login': 'budi', 'password': 'rahasia sekali', 'name': 'Budi', 'role': 'manager'})
    assert answer.status == 201, answer
    budi = server.sign_in('budi')
    upload(budi, data)
    assert device.run('media.add', dict(args, id=uuid7()))['code'] == 'media.not_found'
    assert announce(ani, data).status == 201
    theirs = budi.device(shop)
    theirs.must('media.add', dict(args, id=uuid7()))
    assert announce(ani, data).status == 200
    device.must('media.add', dict(args, id=uuid7()))


def test_taking_away_and_putting_back():
    data = png(seed=3)
    name = hashlib.sha256(data).hexdigest()
    budi = server.sign_in('budi')
    upload(budi, data)
    theirs = budi.device(shop)
    made = product()
    theirs.must('product.save', made)
    media = uuid7()
    theirs.must('media.add', {'id': media, 'product': made['id'], 'blob': name})
    device.must('media.remove', {'id': media})
    # nobody refers to it, so nobody reads it; but who took it away may undo that
    assert ani.get(blobs('/' + name)).status == 404
    device.must('media.add', {'id': uuid7(), 'product': made['id'], 'blob': name})
    assert ani.get(blobs('/' + name)).status == 200


def test_another_shop_s_hash():
    data = png(seed=4)
    name = hashlib.sha256(data).hexdigest()
    upload(ani, data)
    made = product()
    device.must('product.save', made)
    device.must('media.add', {'id': uuid7(), 'product': made['id'], 'blob': name})
    stranger = server.sign_up('orang')
    other = stranger.make_shop('Lain')
    theirs = stranger.device(other)
    assert stranger.get(blobs('/' + name)).status == 403
    for path in ('/' + name, '/' + 'f' * 64):
        answer = stranger.get(blobs(path, other))
        assert (answer.status, answer.code) == (404, 'not_found'), answer
    # that the server has the bytes is not told across shops
    assert announce(stranger, data, where=other).status == 201
    theirs.must('product.save', product())
    theirs.pull()
    result = theirs.run('media.add', {'id': uuid7(), 'product': list(theirs.of_kind(3))[0], 'blob': name})
    assert result['code'] == 'media.not_found', result


def test_what_is_no_picture():
    cases = {
        'picture.not_a_picture': b'halo, ini bukan gambar',
        'picture.too_many_pixels': png(2, 2)[:16] + struct.pack('>II', 20000, 10000) + png(2, 2)[24:],
        'picture.svg_refused': b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    }
    for code, data in cases.items():
        answer = announce(ani, data)
        assert answer.status == 201
        answer = piece(ani, data, 0, len(data))
        assert (answer.status, answer.code) == (422, code), (code, answer)
        assert ani.request('HEAD', blobs('/' + hashlib.sha256(data).hexdigest())).status == 404


def test_other_files_leave_as_attachments_alone():
    data = b'<html><script>alert(1)</script></html>'
    done = upload(ani, data, 'application/pdf')
    assert done.status == 200 and done.json['mime'] == 'application/octet-stream', done
    made = product()
    device.must('product.save', made)
    device.must('media.add', {'id': uuid7(), 'product': made['id'], 'blob': hashlib.sha256(data).hexdigest(), 'mime': 'text/html'})
    answer = ani.get(blobs('/' + hashlib.sha256(data).hexdigest()))
    assert answer.headers['content-type'] == 'application/octet-stream' and answer.headers['content-disposition'] == 'attachment'


def test_a_drawing_leaves_as_a_picture():
    data = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="red"/></svg>'
    assert upload(ani, data, 'image/svg+xml').status == 200
    made = product()
    device.must('product.save', made)
    device.must('media.add', {'id': uuid7(), 'product': made['id'], 'blob': hashlib.sha256(data).hexdigest()})
    answer = ani.get(blobs('/' + hashlib.sha256(data).hexdigest()))
    assert answer.headers['content-type'] in ('image/png', 'image/jpeg') and b'<svg' not in answer.body, answer.headers


def test_wrong_bytes_and_sizes():
    data = png(seed=5)
    name = hashlib.sha256(data).hexdigest()
    announce(ani, data)
    answer = piece(ani, data, 0, len(data) // 2)
    assert answer.status == 204
    answer = piece(ani, data[:len(data) // 2] + bytes(len(data) - len(data) // 2), len(data) // 2, len(data), name)
    assert (answer.status, answer.code) == (422, 'blob.hash'), answer
    assert announce(ani, data).headers['upload-offset'] == '0'
    answer = piece(ani, data + b'zu viel', 0, len(data) + 7, name)
    assert answer.status == 413, answer
    for more, status in (({'size': 0}, 400), ({'size': 10 ** 12}, 413), ({'sha256': 'x'}, 400), ({'sha256': 5}, 400), ({'size': 'x'}, 400)):
        assert announce(ani, data, **more).status == status, more
    assert ani.request('PATCH', blobs('/' + name), b'x').status == 400
    assert ani.request('PATCH', blobs('/' + name), bytes(5 * 1024 * 1024), {'Upload-Offset': '0'}).status == 413
    assert ani.request('PATCH', blobs('/../../control.db'), b'x', {'Upload-Offset': '0'}).status == 404
    assert ani.get(blobs('/..%2f..%2fcontrol.db')).status in (400, 404)


def test_files_are_ours_alone():
    for folder, _, files in os.walk(os.path.join(server.data, 'server')):
        assert os.stat(folder).st_mode & 0o77 == 0, folder
        for file in files:
            assert os.stat(os.path.join(folder, file)).st_mode & 0o77 == 0, file


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
