# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are no tables, or tables of another kind: each a clear answer and nothing written."""

import os
import struct
import subprocess
import zlib

from kd_cli import PROGRAM, WAIT, Skip, environment, main, place, shop, write
from kd_server import uuid7

DATA = shop()
TABLE = 'Nama,SKU,Harga,Stok\nKopi “Gayo”,k-1,"1.250.000",3\nCafé Crème,k-2,"45.500",2\n'


def refused(path, error, kind='products', *args):
    answer = DATA.run('import', kind, path, *args, code=3)
    assert answer.json['error'] == error and answer.json['message'], answer
    assert DATA.status()['waiting'] == 0 and DATA.query('product') == [] and DATA.query('contact') == []


def png():
    def chunk(name, content):
        return struct.pack('>I', len(content)) + name + content + struct.pack('>I', zlib.crc32(name + content))

    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 2, 0, 0, 0)) + chunk(
        b'IDAT', zlib.compress(b'\0\0\0\0')) + chunk(b'IEND', b'')


def test_missing_file():
    refused(place('none.csv'), 'file.not_found')
    refused(place('none.csv'), 'file.not_found', 'contacts')


def test_directory():
    refused(os.path.dirname(place()), 'file.directory')
    refused(os.path.dirname(place()), 'file.directory', 'contacts')


def test_picture():
    refused(write(png(), 'toko.csv'), 'file.binary')
    refused(write(png(), 'toko.csv'), 'file.binary', 'contacts')


def test_sparse_2_gb():
    path = write(TABLE, 'sparse.csv')
    os.truncate(path, 2 << 30)
    refused(path, 'file.sparse')
    refused(path, 'file.sparse', 'contacts')
    os.unlink(path)


def test_empty():
    refused(write('', 'empty.csv'), 'file.empty')
    refused(write('Name,Price\n', 'heading.csv'), 'import.no_rows')
    refused(write('name,phone\n', 'heading.csv'), 'import.no_rows', 'contacts')


def test_device():
    refused('/dev/full', 'file.not_regular')


def test_no_table():
    refused(write('Halo, ini surat biasa.\nTidak ada tabel di sini.\n'), 'import.no_columns')
    refused(write('{"nama":"Kopi"}\n'), 'import.no_columns', 'contacts')


def test_unreadable():
    if os.geteuid() == 0:
        raise Skip('root may read everything')
    path = write(TABLE)
    os.chmod(path, 0)
    refused(path, 'file.unreadable')


def test_encoding_unknown():
    answer = DATA.run('import', 'products', write(TABLE), '--encoding', 'klingon', code=3)
    assert answer.json['error'] == 'file.encoding', answer


def imported(content, name='Kopi “Gayo”', encoding='utf-8', products=2):
    data = shop()
    report = data.run('import', 'products', write(content, encoding=encoding)).json
    assert report['created'] == products and report['errors'] == [], report
    rows = {row['name']: row['price'] for row in data.query('product')}
    assert name in rows, rows
    return rows


def test_utf_16():
    for encoding in ('utf-16', 'utf-16-le', 'utf-16-be'):
        text = TABLE if encoding == 'utf-16' else '\ufeff' + TABLE
        assert imported(text, encoding=encoding) == {'Kopi “Gayo”': 1250000, 'Café Crème': 45500}


def test_windows_1252():
    assert imported(TABLE, encoding='cp1252') == {'Kopi “Gayo”': 1250000, 'Café Crème': 45500}


def test_bom():
    assert imported(TABLE, encoding='utf-8-sig')['Café Crème'] == 45500


def test_semicolons():
    imported(TABLE.replace('"', '').replace(',', ';'), name='Kopi “Gayo”')


def test_tabs():
    imported(TABLE.replace('"', '').replace(',', '\t'), name='Kopi “Gayo”')


def test_quoted_newlines():
    rows = imported('Name,Price,Description\nKopi,1000,"satu\ndua, ""tiga"""\nTeh,2000,\n', name='Kopi')
    assert rows == {'Kopi': 1000, 'Teh': 2000}


def test_numbers_by_the_column():
    assert set(imported('Name,Price\nA,1.250.000\nB,45.500\n', name='A').values()) == {1250000, 45500}
    assert set(imported('Name,Price\nA,"1,250,000.00"\nB,"45,500.00"\n', name='A').values()) == {1250000, 45500}
    data = shop()
    report = data.run('import', 'products', write('Name,Price\nA,"1,250,000.50"\nB,"45,500.00"\n')).json
    assert [(e['row'], e['column'], e['code']) for e in report['errors']] == [(2, 'Price', 'money.decimals')], report
    assert report['created'] == 1


def test_ragged_rows():
    data = shop()
    report = data.run('import', 'products', write('Name,SKU,Price\nKopi,k,1000\nTeh,t\nTopi,h,2000,lagi\nTas,b,3000\n')).json
    assert report['created'] == 2, report
    assert [(e['row'], e['code']) for e in report['errors']] == [(3, 'csv.too_few_fields'), (4, 'csv.too_many_fields')], report


def test_quote_never_closed():
    data = shop()
    report = data.run('import', 'products', write('Name,SKU,Price\nKopi,k,1000\n"Teh,t,2000\nTas,b,3000\n')).json
    assert report['created'] == 1 and [e['code'] for e in report['errors']] == ['csv.unterminated_quote'], report
    report = data.run('import', 'contacts', write('name,phone\nSari,081234567890\n"Budi,0813\nDewi,0814\n')).json
    assert report['created'] == 1 and [e['code'] for e in report['errors']] == ['csv.unterminated_quote'], report


def test_repeated_skus():
    report = shop().run('import', 'products', write('Name,SKU,Price\nKopi,k,1000\nTeh,K,2000\nTas,b,3000\n')).json
    assert report['created'] == 2 and [(e['row'], e['column'], e['code']) for e in report['errors']] == [(3, 'SKU', 'sku.repeated')], report


def test_contacts_in_other_encodings():
    table = 'nama;telepon\nJosé;081234567890\n'
    for encoding in ('cp1252', 'utf-16', 'utf-8-sig'):
        data = shop()
        assert data.run('import', 'contacts', write(table, encoding=encoding)).json['created'] == 1
        assert data.query('contact')[0]['name'] == 'José'


def test_arguments_that_are_no_text():
    """Bytes that are no UTF-8, an argument of 100 kB, a NUL-like id: an answer, not a crash."""
    for args in ([b'query', b'product', b'--search', b'\xff\xfe'], [b'set', b'product', uuid7().encode(), b'name=\xff'],
                 [b'query', b'product', b'--where', b'name=\xff'], [b'run', b'product.save', b'{"id":"\xff"}'],
                 [b'query', b'product', b'--search', b'x' * 100000], [b'init', b'--shop', b'\xff\xfe'],
                 [b'import', b'products', b'/tmp/\xff.csv'], [b'export', b'products', b'/none/\xff.csv']):
        done = subprocess.run([PROGRAM.encode(), b'--json', b'--data', DATA.path.encode(), *args], capture_output=True,
                              env=environment(), timeout=WAIT)
        assert done.returncode in (0, 1, 2, 3), (args[:3], done)
        assert b'CRITICAL' not in done.stderr and b'WARNING' not in done.stderr and b'Sanitizer' not in done.stderr, (args[:3], done)
        done.stdout.decode('utf-8')
    assert DATA.query('product') == []


main(globals())
