# SPDX-License-Identifier: GPL-3.0-or-later
"""import: what the dry run says is what the run does; the second time nothing changes; undo takes it back whole."""

import csv
import os

from kd_cli import main, place, run, shared, shop, write

NONE = {'created': 0, 'updated': 0, 'skipped': 0}

# twins of the published files, for machines that don't have those
WOO = '''ID,Type,SKU,Name,Published,In stock?,Stock,Regular price,Sale price,Date sale price starts,Categories,Images,Parent,Attribute 1 name,Attribute 1 value(s)
44,variable,kaos,"Kaos Polos",1,1,,,,,"Baju > Kaos, Baru",https://toko.example/a.jpg,,Warna,"Merah, Biru"
45,variation,kaos-m,"Kaos Polos - Merah",1,1,5,45000,,,,,kaos,Warna,Merah
46,variation,kaos-b,"Kaos Polos - Biru",1,1,3,45000,40000,,,,kaos,Warna,Biru
60,simple,topi,Topi,1,1,7,18000,,,Baju,,,,
61,"simple, virtual",ebook,"Buku Digital",1,1,,35000,,,Buku,,,,
70,grouped,paket,"Paket Lengkap",1,1,,,,,Baju,,,,
71,external,bendera,Bendera,1,1,,5000,,,Hiasan,,,,
'''
SHOPIFY = '''Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Image Src
jaket,Jaket Jeans,"<p>Tebal &amp; hangat</p>",Melati,Jaket,"biru, jeans",true,Ukuran,M,,shopify,2,49.99,https://toko.example/j.jpg
jaket,,,,,,,,L,,shopify,1,49.99,
gelang,Gelang,Manik,Melati,Perhiasan,,true,Title,Default Title,,shopify,1,12.00,
'''


def numbers(report):
    return {key: report[key] for key in NONE}


def round_trip(path, products, variants, *options):
    """Dry run, run, run again, undo."""
    data = shop()
    wanted = {'created': products[0], 'updated': 0, 'skipped': products[1]}
    dry = data.run('import', 'products', path, '--dry-run', *options).json
    assert numbers(dry) == wanted and numbers(dry['variants']) == {**NONE, 'created': variants}, dry
    assert dry['errors'] == [] and dry['notes'] and data.query('product') == [], dry
    done = data.run('import', 'products', path, *options).json
    assert {k: v for k, v in done.items() if k != 'operation'} == dry, (dry, done)
    assert data.counts('product', 'variant') == {'product': products[0], 'variant': variants}
    before, waiting = data.rows(), data.status()['waiting']
    again = data.run('import', 'products', path, *options).json
    assert numbers(again) == {**NONE, 'skipped': sum(products)}, again
    assert numbers(again['variants']) == {**NONE, 'skipped': variants} and again['errors'] == [], again
    assert data.rows() == before and data.status()['waiting'] == waiting
    return data


def test_woocommerce():
    data = round_trip(shared('catalog/woocommerce/sample_products.csv'), (16, 2), 21, '--rate', 'USD=16000')
    hoodie = data.query('product', '--where', 'name=Hoodie')
    assert len(hoodie) == 1 and data.query('product', '--search', 'beanie')
    synced = data.run('sync').json
    assert synced['waiting'] == 0 and synced['problems'] == 0, synced
    # what has arrived is taken back all the same, in one go
    data.run('undo')
    assert data.counts('product', 'variant') == {'product': 0, 'variant': 0}
    data.run('sync')
    assert data.status()['problems'] == 0 and data.counts('product')['product'] == 0


def test_sync():
    """--sync: what is imported goes out meanwhile, and nothing waits at the end; a dry run sends nothing."""
    data = shop()
    assert data.run('import', 'products', write(WOO), '--sync', '--dry-run').json['created'] > 0
    assert data.status()['last_push'] == 0
    data.run('import', 'products', write(WOO), '--sync')
    status = data.status()
    assert status['waiting'] == 0 and status['problems'] == 0 and status['last_push'] > 0, status
    contacts = write('Name,Phone\nIbu Sari,+62 812-3456-7890\n')
    data.run('import', 'contacts', contacts, '--sync')
    assert data.status()['waiting'] == 0 and len(data.query('contact')) == 1


def test_shopify():
    data = round_trip(shared('catalog/shopify/partners_apparel.csv'), (20, 0), 22, '--rate', 'USD=16000')
    price = data.query('product', '--where', 'name=Ocean Blue Shirt')[0]['price']
    assert price == 800000, price
    data.run('undo')
    assert data.counts('product', 'variant', 'category', 'stock_level') == dict.fromkeys(
        ('product', 'variant', 'category', 'stock_level'), 0)


def test_woocommerce_twin():
    data = round_trip(write(WOO, 'woo.csv'), (3, 2), 4)
    reasons = {note['code'] for note in data.run('import', 'products', write(WOO), '--dry-run').json['notes']}
    assert {'import.grouped', 'import.external', 'import.virtual', 'import.stock_left'} <= reasons, reasons
    stock = sorted(level['on_hand'] for level in data.query('stock_level'))
    assert stock == [3000, 5000, 7000], stock
    data.run('undo')
    assert data.counts('product', 'variant')['product'] == 0


def test_shopify_twin():
    data = round_trip(write(SHOPIFY, 'shopify.csv'), (2, 0), 3, '--rate', 'USD=16000')
    assert data.query('product', '--where', 'name=Gelang')[0]['price'] == 192000
    jacket = data.query('product', '--where', 'name=Jaket Jeans')[0]
    assert 'Tebal &amp; hangat' in jacket['description'], jacket


def test_currency_is_asked_for():
    """Cents in a rupiah shop: refused with row, column and reason until a rate is given."""
    data = shop()
    path = write('Name,Price\nTopi,11.05\nTas,12.50\n')
    report = data.run('import', 'products', path).json
    assert report['created'] == 0 and [(e['row'], e['column'], e['code']) for e in report['errors']] == [
        (2, 'Price', 'money.decimals'), (3, 'Price', 'money.decimals')], report
    assert '11.05' in report['errors'][0]['message'] and data.query('product') == []
    assert data.run('import', 'products', path, '--rate', 'USD=16000').json['created'] == 2
    assert sorted(row['price'] for row in data.query('product')) == [176800, 200000]
    for bad in ('USD', 'USD=', 'USD=-1', 'XXQ=5', 'USD=abc', '16000'):
        data.run('import', 'products', path, '--rate', bad, code=2)


def test_mode():
    data = shop()
    data.run('import', 'products', write('SKU,Name,Price\nA,Topi,1000\n'))
    path = write('SKU,Name,Price\nA,Topi,2000\nB,Tas,3000\n')
    report = data.run('import', 'products', path, '--mode', 'create', '--dry-run').json
    assert numbers(report) == {'created': 1, 'updated': 0, 'skipped': 1}, report
    report = data.run('import', 'products', path, '--mode', 'update').json
    assert numbers(report) == {'created': 0, 'updated': 1, 'skipped': 1}, report
    assert [note['code'] for note in report['notes']] == ['import.unknown'], report
    assert [row['price'] for row in data.query('product')] == [2000]
    assert numbers(data.run('import', 'products', path, '--mode', 'both').json) == {'created': 1, 'updated': 0, 'skipped': 1}
    data.run('import', 'products', path, '--mode', 'all', code=2)
    # an empty cell keeps the value unless it is to clear it
    path = write('SKU,Name,Brand\nA,Topi,Melati\n')
    data.run('import', 'products', path)
    path = write('SKU,Name,Brand\nA,Topi,\n')
    assert data.run('import', 'products', path).json['skipped'] == 1
    assert data.query('product', '--where', 'name=Topi')[0]['brand'] == 'Melati'
    assert data.run('import', 'products', path, '--empty-clears').json['updated'] == 1
    assert not data.query('product', '--where', 'name=Topi')[0]['brand']


BAD_ROWS = '''SKU,Name,Price,Stock
A,Topi,15000,5
B,Tas,murah,3
C,,20000,1
A,Topi Dua,1000,1
D,=cmd(),25000,2
'''


def test_bad_rows_are_set_aside():
    data = shop()
    errors = place('errors.csv')
    path = write(BAD_ROWS)
    dry = data.run('import', 'products', path, '--dry-run', '--errors', errors).json
    report = data.run('import', 'products', path, '--errors', errors).json
    assert {k: v for k, v in report.items() if k != 'operation'} == dry
    assert [(e['row'], e['column'], e['code']) for e in report['errors']] == [
        (3, 'Price', 'number.syntax'), (4, 'Name', 'import.name_missing'), (5, 'SKU', 'sku.repeated')], report
    assert sorted(row['name'] for row in data.query('product')) == ['=cmd()', 'Topi']
    with open(errors, newline='', encoding='utf-8') as file:
        rows = list(csv.reader(file))
    assert rows[0] == ['Reason', 'SKU', 'Name', 'Price', 'Stock'], rows
    assert [row[1:] for row in rows[1:]] == [['B', 'Tas', 'murah', '3'], ['C', '', '20000', '1'], ['A', 'Topi Dua', '1000', '1']], rows
    assert all(row[0] for row in rows)
    # mended, it can be imported as it is
    mended = open(errors, encoding='utf-8').read().replace('murah', '5000').replace('C,,', 'C,Sabuk,').replace('A,Topi Dua', 'E,Topi Dua')
    assert data.run('import', 'products', write(mended)).json['created'] == 3
    assert 'row 3, Price: this is no number: “murah”' in data.run('import', 'products', path, text=True).out


def test_all_or_nothing():
    data = shop()
    report = data.run('import', 'products', write(BAD_ROWS), '--all-or-nothing', code=1).json
    assert len(report['errors']) == 3 and data.query('product') == [] and data.status()['waiting'] == 0, report
    assert data.run('import', 'products', write(BAD_ROWS), '--all-or-nothing', '--dry-run').json['errors']
    assert data.run('import', 'products', write('Name,Price\nTopi,1000\n'), '--all-or-nothing').json['created'] == 1


def test_errors_file_that_cannot_be_written():
    """Known before anything is imported."""
    data = shop()
    for path in ('/dev/full', place(), os.path.join(place(), 'errors.csv')):
        if path.startswith('/tmp') and not path.endswith('.csv'):
            os.mkdir(path)
        answer = data.run('import', 'products', write(BAD_ROWS), '--errors', path, code=3).json
        assert answer['error'] == 'file.unwritable', answer
        assert data.query('product') == []
    assert os.path.exists('/dev/full')


def test_formula_cells_come_back():
    """One apostrophe before a formula is the guard's and is taken away; no more."""
    data = shop()
    data.run('import', 'products', write("Name,Price\n'=1+1,1000\n''=2,1000\n'ok,1000\n"))
    assert sorted(row['name'] for row in data.query('product')) == ["'=2", "'ok", '=1+1']


CONTACTS = '''Nama,No HP,Email,Alamat,Catatan,Label
Sari Dewi,0812-3456-7890,sari@toko.example,Jl. Melati 1,,"vip, grosir"
Budi,+62 813 1111 2222,,,"=tetap; ""manis""",
Tanpa Nomor,,tanpa@toko.example,,,
Hanya Nama,,,,,
'''


def test_contacts():
    data = shop()
    path = write(CONTACTS)
    dry = data.run('import', 'contacts', path, '--dry-run').json
    assert numbers(dry) == {**NONE, 'created': 4} and dry['errors'] == [] and data.query('contact') == [], dry
    done = data.run('import', 'contacts', path).json
    assert numbers(done) == numbers(dry), done
    rows = {row['name']: row for row in data.query('contact')}
    assert rows['Sari Dewi']['phone'] == '+6281234567890' and sorted(rows['Sari Dewi']['tags']) == ['grosir', 'vip'], rows
    assert rows['Budi']['notes'] == '=tetap; "manis"', rows
    assert [row['name'] for row in data.query('contact', '--search', 'dew')] == ['Sari Dewi']
    assert numbers(data.run('import', 'contacts', path).json) == {**NONE, 'skipped': 4}
    assert len(data.query('contact')) == 4
    changed = write('name,phone,address\nSari D.,0812 3456 7890,Jl. Mawar 2\nBaru,08155555555,\n')
    assert numbers(data.run('import', 'contacts', changed, '--mode', 'update').json) == {'created': 0, 'updated': 1, 'skipped': 1}
    assert numbers(data.run('import', 'contacts', changed, '--mode', 'create').json) == {'created': 1, 'updated': 0, 'skipped': 1}
    data.run('undo')
    data.run('undo')
    assert data.query('contact', '--where', 'phone=+6281234567890')[0]['name'] == 'Sari Dewi'
    data.run('undo')
    assert data.query('contact') == []
    data.run('sync')
    assert data.status()['problems'] == 0


def test_contacts_bad_rows():
    data = shop()
    errors = place('people.csv')
    path = write('name,phone\nSari,081234567890\nSama,+62 812 3456 7890\n%s,0813\nBudi,081311112222,lebih\n' % ('x' * 200))
    report = data.run('import', 'contacts', path, '--errors', errors).json
    assert numbers(report) == {**NONE, 'created': 1}, report
    assert [(e['row'], e['code']) for e in report['errors']] == [
        (3, 'contact.repeated'), (4, 'field.too_long'), (5, 'csv.too_many_fields')], report
    with open(errors, newline='', encoding='utf-8') as file:
        rows = list(csv.reader(file))
    assert rows[0] == ['Reason', 'name', 'phone'] and rows[1][1:] == ['Sama', '+62 812 3456 7890'] and len(rows) == 4, rows
    data.run('undo')
    data.run('import', 'contacts', path, '--all-or-nothing', code=1)
    assert data.query('contact') == []
    for args in (['--mode', 'all'], ['--rate', 'USD=1']):
        data.run('import', 'contacts', path, *args, code=2)


def test_wrong_list():
    """A file of people for products and the reverse is told, not half imported."""
    data = shop()
    assert data.run('import', 'products', write('Name,Phone,Email\nSari,0812,a@b.example\n'), code=3).json['error'] == 'import.contacts'
    assert data.run('import', 'contacts', write('SKU,Colour\nA,red\n'), code=3).json['error'] == 'import.no_columns'
    orders = shared('catalog/shopify/orders_two_lines.csv')
    assert data.run('import', 'products', orders, code=3).json['error'] == 'import.orders'


def test_import_goes_to_the_server():
    """Two imports, one of them before the first sync: all arrives once."""
    data = shop()
    lines = ''.join('P-%d,Barang %d,%d\n' % (n, n, 1000 + n) for n in range(300))
    report = data.run('import', 'products', write('SKU,Name,Price\n' + lines)).json
    assert report['created'] == 300, report
    data.run('import', 'contacts', write(CONTACTS))
    synced = data.run('sync').json
    assert synced['waiting'] == 0 and synced['problems'] == 0, synced
    assert data.counts('product', 'variant', 'contact') == {'product': 300, 'variant': 300, 'contact': 4}


main(globals())
