# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts, HTML, phone numbers and tables over the pipe."""

import base64


def b64(data):
    return base64.b64encode(data).decode()


def test_decode(lab):
    text = "Nama;Harga\nKopi Gayó;15.000\n"
    for written, encoding in (
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16LE"),
        ("utf-16-le", "UTF-16LE"), ("utf-16-be", "UTF-16BE"), ("cp1252", "windows-1252"),
    ):
        answer = lab.ok("text.decode", bytes_b64=b64(text.encode(written)))
        assert answer == {"encoding": encoding, "text": text}, (written, answer)
    answer = lab.ok("text.decode", bytes_b64=b64("д".encode("koi8-r")), encoding="koi8-r")
    assert answer == {"encoding": "KOI8-R", "text": "д"}, answer
    assert lab.code("text.decode", bytes_b64=b64(b"x"), encoding="klingon") == "encoding.unknown"
    assert lab.code("text.decode", bytes_b64=b64(b"a\0b")) == "text.nul"
    assert lab.code("text.decode") == "bad_args"


def test_graphemes(lab):
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert lab.ok("text.graphemes", text="a" + family + "e\u0301")["clusters"] == [
        "a", family, "e\u0301"]
    assert lab.ok("text.truncate", text="Kopi susu", limit=5)["text"] == "Kopi…"
    assert lab.ok("text.truncate", text=family * 3, limit=2)["text"] == family + "…"
    assert lab.code("text.truncate", text="x", limit=-1) == "number.range"
    every = "".join(map(chr, list(range(1, 32)) + [127, 0x2028]))
    assert lab.ok("text.fold", text=every)["text"] == every
    assert lab.ok("text.fold", text="Café STRASSE")["text"] == "cafe strasse"


def test_html(lab):
    assert lab.ok("html.escape", text="<a href='x'>", context="text")["html"] == (
        "&lt;a href=&#39;x&#39;&gt;")
    assert lab.ok("html.escape", text="</script>", context="js")["html"] == "\\x3C\\x2Fscript\\x3E"
    assert lab.code("html.escape", text="x", context="sql") == "context.unknown"
    assert lab.ok("html.sanitize", html="<p onclick=x>a<script>b</script><b>c")["html"] == (
        "<p>a<b>c</b></p>")


def test_phone(lab):
    answer = lab.ok("phone.parse", text="0812-3456-7890", region="ID")
    assert answer == {
        "e164": "+6281234567890", "valid": True, "possible": True, "type": "MOBILE",
        "national": "0812-3456-7890", "international": "+62 812-3456-7890", "extension": None,
    }, answer
    assert lab.ok("phone.parse", text="halo", region="ID")["valid"] is False
    assert lab.ok("phone.match", a="+62 812 3456 7890", b="81234567890")["match"] == "nsn"


def test_csv_parse(lab):
    answer = lab.ok("csv.parse", text="a;b\n1;\"x\"\"y\"\n")
    assert answer == {"delimiter": ";", "bom": False, "errors": [],
                      "rows": [["a", "b"], ["1", 'x"y']]}, answer
    answer = lab.ok("csv.parse", bytes_b64=b64(b"\xef\xbb\xbfa,a\n1,2,3\n4\n"), header=True)
    assert answer["bom"] is True
    assert answer["rows"] == [{"a": "1", "a_1": "2", "__parsed_extra": ["3"]}, {"a": "4"}]
    assert [(e["row"], e["code"]) for e in answer["errors"]] == [
        (2, "csv.too_many_fields"), (3, "csv.too_few_fields")], answer
    answer = lab.ok("csv.parse", text="#x\na|'b|c'\n\nd|e", delimiter="|", quote="'", comment="#",
                    skip_empty=True, limit=1)
    assert answer["rows"] == [["a", "b|c"]], answer
    answer = lab.ok("csv.parse", text='a,"b\n', delimiter=",")
    assert answer["rows"] == [["a", "b\n"]]
    assert answer["errors"][0]["code"] == "csv.unterminated_quote"
    assert lab.code("csv.parse", text="a", quote="ab") == "bad_args"
    for delimiter in ("\n", "\r\n", '"', "x" * 9):
        assert lab.code("csv.parse", text="a", delimiter=delimiter) == "bad_args", delimiter
        assert lab.code("csv.write", rows=[["a"]], delimiter=delimiter) == "bad_args", delimiter
    assert lab.code("csv.parse", text="a", delimiter=",", quote=",") == "bad_args"
    assert lab.code("csv.parse", text="a", bytes_b64=b64(b"b")) == "bad_args"
    assert lab.code("csv.parse", delimiter=",") == "bad_args"


def test_csv_write(lab):
    rows = [["=cmd()", "-5", -5, "'=x", "a,b", 'q"', None, True, 1.5], ["", "\tx", "ok", "@y", "+z"]]
    text = lab.ok("csv.write", rows=rows, guard=True)["text"]
    assert text == ("'=cmd(),'-5,-5,''=x,\"a,b\",\"q\"\"\",,true,1.5\r\n,\"'\tx\",ok,'@y,'+z\r\n"), text
    back = lab.ok("csv.parse", text=text, unguard=True, delimiter=",")["rows"]
    assert back == [["=cmd()", "-5", "-5", "'=x", "a,b", 'q"', "", "true", "1.5"], rows[1]], back
    assert lab.ok("csv.write", rows=[{"a": "1", "b": "2"}, {"b": "3"}], delimiter=";",
                  guard=False)["text"] == "a;b\r\n1;2\r\n;3\r\n"
    assert lab.code("csv.write", rows=[1], guard=True) == "bad_args"
