# SPDX-License-Identifier: GPL-3.0-or-later
"""Dry runs of product files over the pipe: what would be made, changed, left and refused."""

import os
import tempfile

COUNTS = ("created", "updated", "skipped", "failed")
SHOP = [{"name": "Kopi", "sku": "K1", "price": 15000}]


def plan(lab, data, **args):
    """(created, updated, skipped, failed), and the answer; an error's code for a file that isn't read."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
        file.flush()
        answer = lab.ask("import.plan", **{"path": file.name, "mode": "both", "currency": "IDR", **args})
    if "error" in answer:
        return answer["error"]["code"], answer["error"]
    return tuple(answer["ok"][name] for name in COUNTS), answer["ok"]


def test_modes(lab):
    text = "Name,SKU,Price\nKopi,K1,16000\nTeh,T1,5000\n"
    for mode, counts, note in (("both", (1, 1, 0, 0), None), ("create", (1, 0, 1, 0), "import.exists"),
                               ("update", (0, 1, 1, 0), "import.unknown")):
        got, answer = plan(lab, text, mode=mode, existing=SHOP)
        assert got == counts, (mode, got)
        assert [n["code"] for n in answer["notes"]] == ([note] if note else []), (mode, answer)
    assert plan(lab, text)[0] == (2, 0, 0, 0)
    # what is there as the file has it is nothing to do
    got, answer = plan(lab, "Name,SKU,Price\nKopi,K1,15000\n", existing=SHOP)
    assert got == (0, 0, 1, 0) and answer["variants"] == {"created": 0, "updated": 0, "skipped": 1}, answer


def test_empty_cells(lab):
    text = "Name,SKU,Price\nKopi,K1,\n"
    assert plan(lab, text, existing=SHOP)[0] == (0, 0, 1, 0)
    assert plan(lab, text, existing=SHOP, empty_clears=True)[0] == (0, 1, 0, 0)


def test_matching(lab):
    barcode = [{"name": "Ada", "barcode": "4006381333931", "price": 5}]
    assert plan(lab, "Name,Barcode,Price\nBaru,4006381333931,6\n", existing=barcode)[0] == (0, 1, 0, 0)
    assert plan(lab, "Name,SKU,Price\nBaru, k1 ,6\n", existing=SHOP)[0] == (0, 1, 0, 0)
    own = "01900000-0000-7000-8000-0000000000aa"
    ours = "Kedai product,Kedai variant,Name,Price\n%s,,Baru,6\n" % own
    assert plan(lab, ours, existing=[{"id": own, "name": "Lama", "price": 5}])[0] == (0, 1, 0, 0)
    woo = "ID,Type,SKU,Name,Published,Regular price\n7,simple,,Baru,1,6\n"
    external = [{"name": "Lama", "system": "woocommerce", "external": "7", "price": 5}]
    assert plan(lab, woo, existing=external)[0] == (0, 1, 0, 0)
    assert plan(lab, woo)[0] == (1, 0, 0, 0)
    sizes = [{"name": "Kaos", "variants": [{"sku": "K1", "price": 5}, {"sku": "K2", "price": 6}]}]
    answer = plan(lab, "Name,Ukuran,SKU,Price\nKaos,S,K1,5\nKaos,M,K2,7\n", existing=sizes)[1]
    assert answer["variants"]["updated"] == 2 and (answer["created"], answer["updated"]) == (0, 1), answer


def test_numbers_by_the_column_as_a_whole(lab):
    for cells, decimal, counts in ((("1.250.000", "900"), ",", (2, 0, 0, 0)), (("15.000", "1,5"), ",", (1, 0, 0, 1)),
                                   (('"1,250,000.50"', "900"), ".", (1, 0, 0, 1)), (('"1,250,000"', '"15,000"'), ".", (2, 0, 0, 0))):
        text = "Name,SKU,Price\n" + "".join("P%d,S%d,%s\n" % (i, i, cell) for i, cell in enumerate(cells))
        if cells[1] == "1,5":
            text = text.replace(",", ";").replace("1;5", "1,5")
        got, answer = plan(lab, text)
        column = [c for c in answer["columns"] if c["field"] == "price"][0]
        assert (got, column["decimal"]) == (counts, decimal), (cells, got, column)
    column = [c for c in plan(lab, "Name,Price\nA,15.000\n")[1]["columns"] if c["field"] == "price"][0]
    assert column["ambiguous"] is True


def test_currencies(lab):
    for text, code in (("11.05", "money.decimals"), ("USD 11", "money.currency"), ("mahal", "number.syntax")):
        got, answer = plan(lab, "Name,SKU,Price\nA,X,%s\nB,Y,12000\n" % text)
        problem = answer["errors"][0]
        assert got == (1, 0, 0, 1) and (problem["row"], problem["column"], problem["code"]) == (2, "Price", code), answer
        assert text in problem["message"]
    assert plan(lab, "Name,SKU,Price\nA,X,11.05\n", currency="USD")[0] == (1, 0, 0, 0)
    assert plan(lab, "Name,SKU,Price\nA,X,USD 11.05\n", rate="16000", rate_currency="USD")[0] == (1, 0, 0, 0)


def test_rows_that_are_refused(lab):
    for text, row, column, code in (
        ("Name,SKU,Price\nA,X,1\nB,X,2\n", 3, "SKU", "sku.repeated"), ("Name,SKU,Price\n,X,1\n", 2, "Name", "import.name_missing"),
        ("Name,Barcode,Price\nA,4006381333932,1\n", 2, "Barcode", "code.invalid"), ("Name,SKU,Price\nA,1\n", 2, None, "csv.too_few_fields"),
    ):
        problem = plan(lab, text)[1]["errors"][0]
        assert (problem["row"], problem.get("column"), problem["code"]) == (row, column, code), problem


def test_texts_stay_texts(lab):
    assert plan(lab, "Name,SKU,Price\n=cmd(),=1+1,5\n")[0] == (1, 0, 0, 0)
    for data, encoding, delimiter in (("Name\tPrice\nKopi\t5\n".encode("utf-16"), "UTF-16LE", "\t"),
                                      ("Nama;Harga\nCafé crème brûlée;5\n".encode("cp1252"), "windows-1252", ";"),
                                      ("\ufeffNama;Harga\nKopi;5\n".encode(), "UTF-8", ";")):
        got, answer = plan(lab, data)
        assert (got, answer["encoding"], answer["delimiter"]) == ((1, 0, 0, 0), encoding, delimiter), answer


def test_files_that_are_none(lab):
    assert lab.code("import.plan", path="/nowhere/at/all.csv") == "file.not_found"
    assert lab.code("import.plan", path=os.path.dirname(__file__)) == "file.directory"
    for data, code in ((b"", "file.empty"), (b"\x89PNG\r\n\x1a\n" + bytes(40), "file.binary"), (b"a,b\n1,2\n", "import.no_columns"),
                       (b"Name,SKU,Price\n", "import.no_rows"), (b"Nama,No HP\nRina,08123\n", "import.contacts")):
        assert plan(lab, data)[0] == code, (data, code)


def test_bad_arguments(lab):
    for args, code in (({}, "bad_args"), ({"path": 5}, "bad_args"), ({"path": "x", "mode": "all"}, "bad_args"),
                       ({"path": "x", "currency": "QQQ"}, "currency.unknown"), ({"path": "x", "rate": "0"}, "bad_args"),
                       ({"path": "x", "existing": "x"}, "bad_args"), ({"path": "x", "existing": [5]}, "bad_args"),
                       ({"path": "x", "existing": [{"sku": 5}]}, "bad_args"), ({"path": "x", "existing": [{"id": "x"}]}, "bad_args"),
                       ({"path": "x", "existing": [{"sku": "A"}, {"sku": "a", "variants": [5]}]}, "bad_args")):
        assert lab.code("import.plan", **args) == code, args
