# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines of an order and the replay of stock over the pipe."""


def test_machines(lab):
    expected = {
        "order": {"draft": {"placed", "cancelled"}, "placed": {"done", "cancelled"}},
        "payment": {
            "unpaid": {"partly_paid", "paid"},
            "partly_paid": {"paid", "partly_refunded", "refunded"},
            "paid": {"partly_refunded", "refunded"},
            "partly_refunded": {"refunded"},
        },
        "fulfilment": {
            "unfulfilled": {"packed"}, "packed": {"unfulfilled", "ready_to_ship"},
            "ready_to_ship": {"shipped"}, "shipped": {"delivered", "delivery_failed"},
            "delivery_failed": {"shipped", "returned"}, "delivered": {"returned"},
        },
    }
    for machine, moves in expected.items():
        got = {}
        answer = lab.ok("order.machine", machine=machine)
        for move in answer["transitions"]:
            got.setdefault(move["from"], set()).add(move["to"])
        assert got == moves, (machine, got)
        for start in answer["states"]:
            for end in answer["states"]:
                move = lab.ok("order.move", machine=machine, **{"from": start}, to=end)
                assert move["allowed"] == (end in moves.get(start, ())), (machine, start, end)
                assert move["allowed"] != ("reason" in move)


def test_unknown(lab):
    assert lab.code("order.machine", machine="x") == "machine.unknown"
    assert lab.code("order.move", machine="order") == "bad_args"
    move = lab.ok("order.move", machine="order", **{"from": "draft"}, to="x")
    assert move == {"allowed": False, "reason": "state.unknown"}


def replay(lab, events, **more):
    args = {"variants": ["kopi"], "locations": ["utama", "gudang"], "policy": "block"}
    args.update(more)
    return lab.ok("stock.replay", events=[dict({"variant": "kopi", "location": "utama"}, **e) for e in events],
                  **args)


def test_replay(lab):
    got = replay(lab, [
        {"type": "receive", "quantity": 10, "at": "2026-11-21T08:00:00+07:00"},
        {"type": "reserve", "quantity": 3, "ref": "A-1"},
        {"type": "reserve", "quantity": 8, "ref": "A-2"},
        {"type": "ship", "quantity": 3, "ref": "A-1"},
        {"type": "return", "quantity": 1, "ref": "A-1"},
        {"type": "transfer", "quantity": 4, "to": "gudang"},
        {"type": "count", "quantity": "4.5"},
        {"type": "adjust", "quantity": "-0.5"},
        {"type": "reserve", "quantity": 1, "ref": "A-3"},
    ])
    assert got["refused"] == [{"index": 2, "code": "stock.insufficient"}]
    assert got["levels"]["kopi"] == {
        "utama": {"on_hand": 4, "reserved": 1, "available": 3},
        "gudang": {"on_hand": 4, "reserved": 0, "available": 4},
    }
    assert got["totals"]["kopi"] == {"on_hand": 8, "reserved": 1, "available": 7}
    assert [(m["class"], m["quantity"]) for m in got["ledger"]] == [
        ("receipt", 10), ("shipment", -3), ("return", 1), ("transfer", -4), ("transfer", 4),
        ("count", "0.5"), ("adjust", "-0.5"),
    ]
    assert got["ledger"][0]["at"] == "2026-11-21T01:00:00.000Z"


def test_last_piece(lab):
    """Two counters sold it: with "allow" both stay booked, with "block" the second is refused."""
    sales = [{"type": "receive", "quantity": 1}, {"type": "ship", "quantity": 1, "ref": "A-1"},
             {"type": "ship", "quantity": 1, "ref": "B-1"}]
    got = replay(lab, sales, policy="allow")
    assert got["levels"]["kopi"]["utama"]["on_hand"] == -1 and got["refused"] == []
    got = replay(lab, sales)
    assert got["refused"] == [{"index": 2, "code": "stock.insufficient"}]
    got = replay(lab, sales, policy="ask")
    assert got["refused"] == [{"index": 2, "code": "stock.confirm"}]


def test_kinds_of_variant(lab):
    variants = [{"id": "jasa", "untracked": True}, {"id": "po", "oversell": True},
                {"id": "teh", "buffer": 2}]
    got = lab.ok("stock.replay", variants=variants, locations=["utama"], policy="block", events=[
        {"type": "ship", "variant": "jasa", "quantity": 5},
        {"type": "reserve", "variant": "po", "quantity": 5, "buyer": True},
        {"type": "receive", "variant": "teh", "quantity": 3},
        {"type": "reserve", "variant": "teh", "quantity": 2},
    ])
    assert got["levels"]["jasa"]["utama"] == {"on_hand": 0, "reserved": 0, "available": None}
    assert got["levels"]["po"]["utama"]["available"] == -5
    assert got["levels"]["teh"]["utama"] == {"on_hand": 3, "reserved": 0, "available": 1}
    assert got["refused"] == [{"index": 3, "code": "stock.insufficient"}]


def test_expiry(lab):
    events = [
        {"type": "receive", "quantity": 1, "at": "2026-11-21T00:00:00Z"},
        {"type": "reserve", "quantity": 1, "ref": "c", "expires": "2026-11-21T00:30:00Z"},
        {"type": "reserve", "quantity": 1, "ref": "d", "at": "2026-11-21T00:29:59.999Z"},
        {"type": "reserve", "quantity": 1, "ref": "d", "at": "2026-11-21T00:30:00Z"},
        {"type": "expire", "ref": "d"},
        {"type": "release", "ref": "d"},
    ]
    got = replay(lab, events)
    assert got["refused"] == [{"index": 2, "code": "stock.insufficient"},
                              {"index": 5, "code": "reservation.gone"}]
    assert got["totals"]["kopi"] == {"on_hand": 1, "reserved": 0, "available": 1}


def test_bad_events(lab):
    for event in ({}, {"type": "steal"}, {"type": "receive", "quantity": "x"},
                  {"type": "receive", "quantity": 1, "at": "yesterday"},
                  {"type": "receive", "quantity": "0.0001"}, {"type": "receive", "variant": 1}):
        answer = lab.ask("stock.replay", variants=["a"], locations=["l"], events=[event])
        assert answer["error"]["code"] == "bad_args" and answer["error"]["at"]["index"] == 0, answer
    assert lab.code("stock.replay", variants=["a", "a"], locations=[], events=[]) == "bad_args"
    assert lab.code("stock.replay", variants=["a"], locations=[], policy="x", events=[]) == "bad_args"
    got = lab.ok("stock.replay", variants=["a"], locations=["l"], events=[
        {"type": "receive", "variant": "b", "quantity": 1}, {"type": "receive", "variant": "a", "quantity": 0},
        {"type": "receive", "variant": "a", "quantity": 1, "location": "m"}, {"type": "receive", "quantity": 1}])
    assert [r["code"] for r in got["refused"]] == [
        "variant.unknown", "number.range", "location.unknown", "variant.unknown"]
