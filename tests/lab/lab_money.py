# SPDX-License-Identifier: GPL-3.0-or-later
"""Money, rounding, allocation and tax over the pipe."""

import decimal
import random

MODES = ("half_up", "half_down", "half_even", "up", "down", "ceiling", "floor")


def test_parse(lab):
    for text, minor in (
        ("15rb", 15000), ("1,5jt", 1500000), ("15.000", 15000), ("15000", 15000),
        ("15.000+10%", 16500), ("20000-2500", 17500), ("Rp 15.000", 15000),
    ):
        assert lab.ok("money.parse", text=text, currency="IDR") == {"minor": minor}, text
        assert lab.ok("money.parse", text=text, currency="IDR", locale="id") == {"minor": minor}
    assert lab.ok("money.parse", text="12.34", currency="USD", locale="en") == {"minor": 1234}
    assert lab.ok("money.parse", text="11.05", currency="IDR", locale="en", digits=2) == {"minor": 1105}


def test_parse_refused(lab):
    for text, currency, code in (
        ("", "IDR", "money.empty"), ("x", "IDR", "money.syntax"), ("11.05", "IDR", "money.decimals"),
        ("$15", "IDR", "money.currency"), ("15", "ZZZ", "currency.unknown"),
        ("9" * 30, "IDR", "number.range"), ("9" * 300, "IDR", "money.syntax"),
    ):
        assert lab.code("money.parse", text=text, currency=currency) == code, text
    assert lab.code("money.parse", text="1", currency="IDR", digits=99) == "number.range"
    assert lab.code("money.parse") == "bad_args"


def test_format(lab):
    assert lab.ok("money.format", minor=15000, currency="IDR") == {"text": "Rp15.000"}
    assert lab.ok("money.format", minor=-123456, currency="USD", locale="en") == {"text": "-$1,234.56"}
    assert lab.code("money.format", minor=1, currency="???") == "currency.unknown"
    assert lab.code("money.format", minor=1.5, currency="IDR") == "bad_args"


def test_round_as_decimal_does(lab):
    """Python's decimal implements the General Decimal Arithmetic specification."""
    rand = random.Random(20261121)
    decimal.getcontext().prec = 60
    for _ in range(400):
        text = "%s%d.%s" % (rand.choice(("", "-")), rand.randrange(10 ** rand.randrange(1, 20)),
                            "".join(rand.choice("0459") for _ in range(rand.randrange(1, 8))))
        digits = rand.randrange(0, 6)
        mode = rand.choice(MODES)
        expected = decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-digits), "ROUND_" + mode.upper())
        expected = abs(expected) if expected == 0 else expected
        got = lab.ok("money.round", value=text, digits=digits, mode=mode)["value"]
        assert got == format(expected, "f"), (text, digits, mode, got, expected)
    assert lab.code("money.round", value="1,5") == "number.syntax"
    assert lab.code("money.round", value="1", mode="sideways") == "bad_args"


def test_allocate(lab):
    assert lab.ok("money.allocate", amount=2200, weights=[1000, 1300, 1000]) == {"parts": [667, 867, 666]}
    assert lab.ok("money.allocate", amount=100, weights=["0.5", 0.25, 0.25]) == {"parts": [50, 25, 25]}
    assert lab.code("money.allocate", amount=1, weights=[]) == "money.weights"
    assert lab.code("money.allocate", amount=1, weights=[0]) == "money.weights"
    assert lab.code("money.allocate", amount=1, weights=[-1]) == "money.weights"
    assert lab.code("money.allocate", amount=1, weights=["x"]) == "number.syntax"


def test_tax(lab):
    for rate in ("11%", "11", 11, "0.11", 0.11, 1100, "11/12*12%"):
        got = lab.ok("tax.totals", lines=[{"price": 1000000, "quantity": 1, "rate": rate}],
                     prices_include_tax=False)
        assert (got["subtotal"], got["tax"], got["total"]) == (1000000, 110000, 1110000), (rate, got)
    got = lab.ok("tax.totals", lines=[{"price": 111000, "quantity": 1, "rate": "11"}],
                 prices_include_tax=True)
    assert (got["subtotal"], got["tax"], got["total"]) == (100000, 11000, 111000), got
    got = lab.ok("tax.totals", lines=[{"price": 1000, "quantity": "1.5", "rate": "10"},
                                      {"price": 1300, "quantity": 1}],
                 prices_include_tax=False, shipping=500, adjustments=[-280, {"amount": 5, "after_tax": True}])
    assert [line["adjustment"] for line in got["lines"]] == [-150, -130]
    assert got["tax"] == 135 and got["rounding"] == 5 and got["total"] == 2800 - 280 + 135 + 500 + 5, got
    assert lab.code("tax.totals", lines=[{"price": 10, "rate": "101%"}]) == "tax.rate"
    assert lab.code("tax.totals", lines=[{"price": 10}], adjustments=[-11]) == "tax.adjustment"
    answer = lab.ask("tax.totals", lines=[{"price": 1}, {"price": "x"}])
    assert answer["error"]["at"] == {"arg": "lines", "index": 1, "member": "price"}, answer
