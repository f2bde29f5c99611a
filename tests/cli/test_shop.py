# SPDX-License-Identifier: GPL-3.0-or-later
"""init, status, query, get, set, run, undo; options, exit codes, the profile's lock."""

import fcntl
import glob
import json
import os
import sqlite3
import subprocess

from kd_cli import Data, PROGRAM, WAIT, environment, main, place, run, shop, write
from kd_server import uuid7

DATA = shop()


def product(data, name, price='25000'):
    row = uuid7()
    made = data.run('run', 'product.save', json.dumps({'id': row, 'set': {'name': name, 'status': 'active', 'price': int(price)}}))
    assert len(made.json['uids']) == 1 and made.json['operation'], made
    return row


def test_init_makes_a_shop():
    data = Data()
    made = data.run('init', '--shop', 'Toko Melati', '--currency', 'USD').json
    assert made['name'] == 'Toko Melati' and made['address'].startswith('http://127.0.0.1:'), made
    assert os.path.exists(made['profile']) and made['profile'].startswith(data.path), made
    status = data.status()
    assert status['waiting'] == 0 and status['problems'] == 0 and status['name'] == 'Toko Melati', status
    assert data.query('shop_profile')[0]['currency'] == 'USD'
    for folder in (data.path, os.path.dirname(made['profile'])):
        assert os.stat(folder).st_mode & 0o077 == 0, folder
    # the server that was started for it has ended
    assert not os.path.exists(os.path.join(data.path, 'server', 'run.json'))


def test_init_again_is_refused():
    assert shop().run('init', '--shop', 'Toko Uji', code=1).json['error'] == 'exists'


def test_init_second_shop_is_the_last():
    data = shop()
    data.run('init', '--shop', 'Toko Dua')
    assert data.status()['name'] == 'Toko Dua'
    assert data.run('status', '--shop', 'Toko Uji').json['name'] == 'Toko Uji'


def test_init_bad_currency():
    data = Data()
    answer = data.run('init', '--shop', 'Toko', '--currency', 'XXQ', code=2)
    assert 'currency' in answer.err, answer
    assert not glob.glob(data.path + '/profiles/*/*.db')


def test_works_without_server():
    """Reading and writing need none; only sync does."""
    data = shop()
    row = product(data, 'Kopi Gayo')
    assert data.query('product')[0]['name'] == 'Kopi Gayo'
    assert data.status()['waiting'] == 1
    data.run('set', 'product', row, 'name=Kopi Toraja')
    assert data.run('get', 'product', row).json['name'] == 'Kopi Toraja'
    synced = data.run('sync').json
    assert synced['waiting'] == 0 and synced['cursor'] == synced['head'], synced
    assert data.run('get', 'product', row).json['name'] == 'Kopi Toraja'


def test_query():
    data = shop()
    for name in ('Kopi Gayo', 'Kopi Toraja', 'Teh Melati', 'Café Crème'):
        product(data, name)
    assert len(data.query('product')) == 4
    assert {row['name'] for row in data.query('product', '--search', 'kop')} == {'Kopi Gayo', 'Kopi Toraja'}
    assert [row['name'] for row in data.query('product', '--search', 'creme')] == ['Café Crème']
    assert data.query('product', '--search', 'tidak ada') == []
    assert len(data.query('product', '--limit', '3')) == 3
    assert data.query('product', '--limit', '0') == []
    assert [row['name'] for row in data.query('product', '--where', 'name=Teh Melati')] == ['Teh Melati']
    assert data.query('product', '--where', 'name=Teh Melati', '--where', 'status=archived') == []
    assert len(data.query('product', '--where', 'price=25rb')) == 4
    assert [row['name'] for row in data.query('product', '--search', 'kopi', '--where', 'name=Kopi Gayo')] == ['Kopi Gayo']


def test_query_refused():
    data = DATA
    data.run('query', 'planet', code=2)
    data.run('query', 'product', '--where', 'colour=red', code=2)
    data.run('query', 'product', '--where', 'price=mahal', code=2)
    data.run('query', 'product', '--limit', 'all', code=2)
    data.run('query', 'product', '--limit', '-1', code=2)
    assert data.run('query', 'location', '--search', 'utama', code=1).json['error'] == 'kind.not_searched'


def test_set():
    data = shop()
    row = product(data, 'Kopi')
    data.run('set', 'product', row, 'name=Kopi Susu', 'price=12.500', 'tags=dingin, manis')
    got = data.run('get', 'product', row).json
    assert (got['name'], got['price'], sorted(got['tags'])) == ('Kopi Susu', 12500, ['dingin', 'manis']), got
    data.run('set', 'product', row, 'tags=')
    assert not data.run('get', 'product', row).json['tags']
    # nothing of a refused change is written
    waiting = data.status()['waiting']
    data.run('set', 'product', row, 'name=Teh', 'price=mahal', code=2)
    data.run('set', 'product', row, 'warna=merah', code=2)
    data.run('set', 'product', row, 'name', code=2)
    data.run('set', 'product', row, 'name=', code=1)
    data.run('set', 'product', uuid7(), 'name=Teh', code=1)
    data.run('set', 'product', 'satu', 'name=Teh', code=2)
    data.run('set', 'planet', row, 'name=Teh', code=2)
    data.run('set', 'stock_level', row, 'on_hand=5', code=1)
    assert data.run('get', 'product', row).json['name'] == 'Kopi Susu'
    assert data.status()['waiting'] == waiting


def test_run_refused():
    data = DATA
    data.run('run', 'product.save', '{', code=2)
    data.run('run', 'product.fly', '{}', code=2)
    answer = data.run('run', 'product.save', json.dumps({'id': uuid7(), 'set': {}}), code=1).json
    assert answer['error'] == 'bad_field', answer


def test_undo():
    data = shop()
    first = product(data, 'Satu')
    second = product(data, 'Dua')
    changed = data.run('set', 'product', first, 'name=Tiga').json
    assert len(changed['operation']) == 36
    data.run('undo')
    assert data.run('get', 'product', first).json['name'] == 'Satu'
    data.run('undo')
    data.run('get', 'product', second, code=1)
    data.run('sync')
    # what has arrived is answered by its inverse, an operation named is taken back alone
    renamed = data.run('set', 'product', first, 'name=Empat').json['operation']
    data.run('set', 'product', first, 'price=1000')
    data.run('sync')
    data.run('undo', renamed)
    data.run('undo', renamed, code=1)
    got = data.run('get', 'product', first).json
    assert (got['name'], got['price']) == ('Satu', 1000), got
    data.run('sync')
    assert data.status()['problems'] == 0
    data.run('undo', 'kemarin', code=2)
    data.run('undo', uuid7(), code=1)


def test_undo_nothing():
    assert shop().run('undo', code=1).json['error'] == 'nothing'


def test_options_before_and_after():
    data = shop()
    product(data, 'Kopi')
    wanted = run('--data', data.path, 'query', 'product', '--limit', '1').out
    for args in (['query', '--limit', '1', 'product', '--data', data.path], ['--limit=1', '--data=' + data.path, 'query', 'product'],
                 ['query', 'product', '--data=' + data.path, '--limit=1'], ['--limit', '1', 'query', '--data', data.path, 'product']):
        assert run(*args).out == wanted, args
    # behind -- everything is a word
    answer = run('--data', data.path, 'set', '--', 'product', '--limit', 'name=x', code=2)
    assert '--limit' in answer.err


def test_usage():
    for args in ([], ['fly'], ['status', '--limit', '1'], ['query'], ['status', 'now'], ['query', 'product', '--limit'],
                 ['status', '--json=yes'], ['import', 'planets', '/dev/null'], ['init'], ['export', 'products', 'file.txt'],
                 ['login', 'https://toko.example'], ['login', 'http://toko.example', '--user', 'sari']):
        answer = run(*(['--data', place()] if args else []), *args, code=2)
        assert 'AddressSanitizer' not in answer.err
    assert 'import products|contacts FILE' in run('--help', text=True).out
    assert run('--version', text=True).out.strip()


def test_text_without_json():
    data = shop()
    assert data.run('status', text=True).out.startswith('Toko Uji: 0 waiting')
    answer = data.run('query', 'planet', text=True, code=2)
    assert answer.out == '' and 'planet' in answer.err


def test_no_profile():
    for command in (['status'], ['query', 'product'], ['sync'], ['undo'], ['export', 'products', place('none.csv')]):
        assert Data().run(*command, code=3).json['error'] == 'no_profile'
    assert DATA.run('status', '--shop', 'Toko Lain', code=3).json['error'] == 'no_profile'


def test_folder_that_cannot_be():
    answer = run('--data', os.path.join(write('a file'), 'below'), 'status', code=3)
    assert answer.json['message']


def test_kedai_is_open():
    """A reading command runs beside an open window, a writing one does not."""
    data = shop()
    row = product(data, 'Kopi')
    lock = glob.glob(data.path + '/profiles/*/*.lock')[0]
    with open(lock, 'r+b') as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        fcntl.flock(file, fcntl.LOCK_EX)
        for command in (['set', 'product', row, 'name=Teh'], ['undo'], ['sync'], ['run', 'product.delete', json.dumps({'id': row})],
                        ['import', 'products', write('name,price\nTeh,1000\n')]):
            answer = data.run(*command, code=3)
            assert 'Kedai is open on this profile' in answer.err and answer.json['error'] == 'in_use', answer
        assert data.query('product')[0]['name'] == 'Kopi'
        assert data.status()['waiting'] == 1
        assert data.run('import', 'products', write('name,price\nTeh,1000\n'), '--dry-run').json['created'] == 1
    assert data.run('set', 'product', row, 'name=Teh').code == 0


def test_lock_held_by_watch():
    data = shop()
    watch = subprocess.Popen([PROGRAM, '--data', data.path, '--json', 'sync', '--watch'], stdout=subprocess.PIPE, env=environment())
    try:
        assert json.loads(watch.stdout.readline())['name'] == 'Toko Uji'
        assert data.run('sync', code=3).json['error'] == 'in_use'
        assert data.status()['name'] == 'Toko Uji'
    finally:
        watch.terminate()
        assert watch.wait(WAIT) == 0
        watch.stdout.close()


def test_disk_full():
    """What can't be written is an error, not silence."""
    data = shop()
    product(data, 'Kopi')
    for args in (['query', 'product'], ['status'], ['--help']):
        with open('/dev/full', 'w', encoding='utf-8') as full:
            process = subprocess.run([PROGRAM, '--data', data.path, *args], stdout=full, stderr=subprocess.PIPE, text=True,
                                     timeout=WAIT, env=environment())
        assert process.returncode == 3 and 'could not be written' in process.stderr, process


def test_damaged_database():
    data = shop()
    for path in glob.glob(data.path + '/profiles/*/*.db*'):
        with open(path, 'wb') as file:
            file.write(b'this is no database at all' * 400)
    for command in (['status'], ['query', 'product'], ['sync']):
        answer = data.run(*command, code=3)
        assert answer.json['error'] == 'damaged', answer


def test_newer_database():
    """Made by a newer program: told, and nothing is touched."""
    data = shop()
    path = glob.glob(data.path + '/profiles/*/*.db')[0]
    connection = sqlite3.connect(path)
    connection.execute('PRAGMA user_version=%d' % (connection.execute('PRAGMA user_version').fetchone()[0] + 900))
    connection.commit()
    connection.close()
    with open(path, 'rb') as file:
        before = file.read()
    for command in (['status'], ['run', 'contact.create', json.dumps({'id': uuid7(), 'set': {'name': 'Sari'}})], ['sync']):
        answer = data.run(*command, code=3)
        assert answer.json['error'] == 'newer', answer
    with open(path, 'rb') as file:
        assert file.read() == before


def test_many_at_once():
    """Commands that write at the same moment: each is done, or says that another one is at it."""
    data = shop()
    row = product(data, 'Kopi')
    running = [subprocess.Popen([PROGRAM, '--data', data.path, '--json', 'set', 'product', row, 'price=%d' % (1000 + n)],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()) for n in range(4)]
    codes = []
    for process in running:
        process.communicate(timeout=WAIT)
        codes.append(process.returncode)
    assert set(codes) <= {0, 3} and 0 in codes, codes
    assert data.status()['waiting'] == 1 + codes.count(0)


main(globals())
