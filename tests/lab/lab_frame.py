# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame: requests that are none, unknown names, the list."""

import json


def test_not_json(lab):
    for line in (
        b"", b" ", b"x", b"[1,]", b"{", b"{'fn':'list'}", b'{"fn":"list"} x', b'"fn"', b"[]", b"null",
        b'{"fn":"list",}', b"// x", b'{"fn":}', b'{"fn":"a\tb"}', b'{"fn":"\\x"}', b"01", b"+1", b"1.",
        b"\xff\xfe", b'{"fn":"\xc3"}', b'{"fn":"\\ud800"}', b'{"fn":"\\ud800\\u0041"}', b'{"fn":"\\u0000"}',
        b'{"fn":"\x00"}', b"[" * 100000, b'{"a":' * 10000 + b"1" + b"}" * 10000,
        b"[" * 65 + b"]" * 65,
        b'{"args":{}}', b'{"fn":1}', b'{"fn":null}', b'{"fn":["list"]}', b'{"fn":"list","args":[]}',
    ):
        answer = lab.send_line(line)
        assert answer["error"]["code"] == "bad_request", (line[:50], answer)
        assert answer["error"]["message"]


def test_goes_on(lab):
    assert lab.code("no.such") == "unknown_function"
    assert lab.code("") == "unknown_function"
    assert lab.send_line(b'{"fn":"list"}\r')["ok"] is not None
    assert lab.send_line(b'{"fn":"list","args":null}')["ok"] is not None


def test_list(lab):
    for entry in lab.ok("list"):
        assert sorted(entry) == ["args", "fn", "returns"], entry


def test_every_function_refuses_nonsense(lab):
    for entry in lab.ok("list"):
        for args in ({}, {"text": 1}, {"value": []}, {"lines": "x"}, {"lines": [1]}, {"events": [[]]},
                     {"text": None}, {"bytes_b64": "\u00e9"}, {"rows": 1}, {"rows": [1]}):
            answer = lab.ask(entry["fn"], **args)
            assert ("ok" in answer) != ("error" in answer), (entry, args, answer)
            if "error" in answer:
                assert answer["error"]["code"] not in ("failed", ""), (entry, args, answer)


def test_in_order(lab):
    lines = [json.dumps({"fn": "none.%d" % i}).encode() for i in range(50)]
    for i, line in enumerate(lines):
        assert ("none.%d" % i) in lab.send_line(line)["error"]["message"]


def test_integer_beyond_64_bits(lab):
    assert lab.send_line(b'{"a":9223372036854775808}')["error"]["code"] == "number.range"
