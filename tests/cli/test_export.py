# SPDX-License-Identifier: GPL-3.0-or-later
"""export: what goes out comes in again without changing anything."""

import csv
import json
import os
import secrets
import subprocess

from kd_cli import PROGRAM, WAIT, environment, main, place, shop, write
from kd_server import uuid7

PRODUCTS = '''Name,SKU,Barcode,Price,Cost,Stock,Brand,Tags,Category,Description,Weight,Option 1 name,Option 1 value
Kopi Gayo,kopi-g,4006381333931,45000,30000,12,Gayo,"kopi, panas",Minuman > Kopi,"Baris satu
baris ""dua"", dan tiga",250,,
=cmd(),formula,,1000,,,,,,-awal,,,
Kaos,kaos-m,,75000,,3,Melati,,Baju,,,Warna,Merah
Kaos,kaos-b,,80000,,4,Melati,,Baju,,,Warna,Biru
'''
CONTACTS = '''name,phone,email,address,notes,tags
Sari,081234567890,sari@toko.example,"Jl. Melati 1
Bandung",=bukan rumus,"vip, grosir"
'@Budi,+62 813-1111-2222,,,-,
Tanpa Nomor,,tanpa@toko.example,,,
'''


def rows_of(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.reader(file))


def filled():
    data = shop()
    report = data.run('import', 'products', write(PRODUCTS)).json
    assert report['created'] == 3 and not report['errors'], report
    report = data.run('import', 'contacts', write(CONTACTS)).json
    assert report['created'] == 3 and not report['errors'], report
    return data


DATA = filled()


def order(data, place_it=True):
    row = uuid7()
    variant = data.query('variant')[0]['id']
    data.run('run', 'order.create', json.dumps({
        'id': row, 'token': secrets.token_hex(16), 'name': 'Sari, Dewi', 'phone': '+6281234567890', 'place': place_it,
        'beyond_stock': True, 'lines': [{'variant': variant, 'quantity': 2000, 'price': 45000}, {'variant': variant, 'quantity': 1000, 'price': 5000}]}))
    return row


def test_products_come_back():
    data = DATA.copy()
    before = data.rows()
    waiting = data.status()['waiting']
    path = place('products.csv')
    assert data.run('export', 'products', path).json == {'records': 3}
    report = data.run('import', 'products', path).json
    assert report['skipped'] == 3 and report['created'] == report['updated'] == 0 and report['errors'] == [], report
    assert data.rows() == before and data.status()['waiting'] == waiting
    # the same holds after the server has seen it all
    data.run('sync')
    data.run('export', 'products', path)
    assert data.run('import', 'products', path).json['skipped'] == 3
    assert data.status()['waiting'] == 0


def test_products_go_to_another_shop():
    path = place('products.csv')
    DATA.run('export', 'products', path)
    other = shop()
    report = other.run('import', 'products', path).json
    assert report['created'] == 3 and report['variants']['created'] == 4 and report['errors'] == [], report
    names = {row['name']: row for row in other.query('product')}
    assert names['Kopi Gayo']['description'] == [row for row in DATA.query('product') if row['name'] == 'Kopi Gayo'][0]['description']
    assert '=cmd()' in names
    assert sorted(row['on_hand'] for row in other.query('stock_level')) == [3000, 4000, 12000]


def test_guard():
    """No cell of a text column begins a formula; numbers and phone numbers stay as they are."""
    path = place('products.csv')
    DATA.run('export', 'products', path)
    rows = rows_of(path)
    names = [row[rows[0].index('Name')] for row in rows[1:]]
    assert "'=cmd()" in names, names
    people = place('people.csv')
    DATA.run('export', 'contacts', people)
    rows = rows_of(people)
    assert {row[2] for row in rows[1:]} == {'+6281234567890', '+6281311112222', ''}, rows
    assert {row[1] for row in rows[1:]} == {'Sari', "'@Budi", 'Tanpa Nomor'}, rows
    assert "'=bukan rumus" in rows[1], rows


def test_contacts_come_back():
    data = DATA.copy()
    path = place('people.csv')
    assert data.run('export', 'contacts', path).json == {'records': 3}
    before = data.query('contact')
    report = data.run('import', 'contacts', path).json
    assert report['skipped'] == 3 and not report['errors'], report
    assert data.query('contact') == before
    # a contact that was deleted comes back as a new one
    data.run('run', 'contact.delete', json.dumps({'id': before[0]['id']}))
    data.run('sync')
    assert data.run('import', 'contacts', path).json['created'] == 1
    data.run('sync')
    assert data.status()['problems'] == 0 and len(data.query('contact')) == 3
    assert shop().run('import', 'contacts', path).json['created'] == 3


def test_json_lines():
    data = DATA.copy()
    row = order(data)
    for kind, parts, name in (('products', ('options', 'variants', 'codes', 'levels'), 'product'), ('contacts', (), 'contact'),
                              ('orders', ('lines', 'payments'), 'order')):
        path = place(kind + '.jsonl')
        data.run('export', kind, path)
        with open(path, encoding='utf-8') as file:
            rows = [json.loads(line) for line in file]
        for one in rows:
            for part in parts:
                assert isinstance(one.pop(part), list), one
        assert rows == data.query(name), kind
    with open(place('orders.jsonl'), encoding='utf-8') as file:
        made = json.loads(file.readline())
    assert made['id'] == row and [line['quantity'] for line in made['lines']] == [2000, 1000], made
    # they are no table: told, and nothing is imported
    answer = data.run('import', 'products', place('products.jsonl'), code=3)
    assert answer.json['error'] == 'import.no_columns', answer


def test_orders():
    data = DATA.copy()
    row = order(data)
    draft = order(data, False)
    path = place('orders.csv')
    assert data.run('export', 'orders', path).json == {'records': 2}
    rows = rows_of(path)
    cell = rows[0].index
    mine = [line for line in rows[1:] if line[0] == row]
    assert len(mine) == 2 and len([line for line in rows[1:] if line[0] == draft]) == 2, rows
    assert [line[cell('Quantity')] for line in mine] == ['2', '1'] and mine[0][cell('Total')] == '95000' and mine[1][cell('Total')] == '', mine
    assert mine[0][cell('Name')] == 'Sari, Dewi' and mine[0][cell('Phone')] == '+6281234567890', mine


def test_whole_or_not_at_all():
    """A file that can't be written leaves what was there."""
    folder = place()
    os.mkdir(folder)
    os.mkdir(os.path.join(folder, 'is-a-folder.csv'))
    os.symlink('/dev/full', os.path.join(folder, 'full.csv'))
    for path in (os.path.join(folder, 'is-a-folder.csv'), os.path.join(folder, 'none', 'a.csv')):
        assert DATA.run('export', 'products', path, code=3).json['error'] == 'file.unwritable'
    # a limit of 100 kB, and an export beyond it
    data = shop()
    data.run('import', 'products', write('Name,Price,Description\n' + ''.join('Barang %d,1000,%s\n' % (n, 'panjang ' * 250) for n in range(100))))
    data.run('sync')
    kept = write('what was there', 'kept.csv')
    limited = ['bash', '-c', 'ulimit -f 100; exec "$@"', 'bash']
    done = subprocess.run([*limited, PROGRAM, '--data', data.path, 'export', 'products', kept], capture_output=True, text=True,
                          env=environment(), timeout=WAIT)
    assert done.returncode == 3 and 'large' in done.stderr, done
    with open(kept, encoding='utf-8') as file:
        assert file.read() == 'what was there'
    left = [name for name in os.listdir(os.path.dirname(kept)) if name.startswith('.goutputstream')]
    assert left == [], left
    DATA.run('export', 'products', os.path.join(folder, 'full.csv'))
    assert rows_of(os.path.join(folder, 'full.csv'))[0][0] and os.path.exists('/dev/full')


def test_usage():
    for args in (['export', 'products', 'a.txt'], ['export', 'planets', 'a.csv'], ['export', 'products']):
        DATA.run(*args, code=2)


main(globals())
