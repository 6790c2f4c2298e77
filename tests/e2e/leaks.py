# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Searches everything that a gateway wrote or answered for what must be nowhere."""

import base64
import re
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
import zlib
from pathlib import Path

import stack

ESCAPE = re.compile(rb"\\u([0-9a-fA-F]{4})")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
LONGEST_WHOLE = 64  # longer secrets are searched in pieces: a database may split them over its pages


def encoded(secret):
    """The secret, and every way that base64 can have it inside something longer."""
    data = secret.encode()
    forms = {data, data.hex().encode(), urllib.parse.quote(secret, safe="").encode()}
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + data)
        begin = (shift * 8 + 5) // 6
        inner = padded[begin:len(padded.rstrip(b"=")) - 1]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def needles(secrets):
    """What to search for, and whose it is."""
    out = {}
    for name, secret in secrets.items():
        pieces = [secret] if len(secret) <= LONGEST_WHOLE else [
            secret[at:at + LONGEST_WHOLE] for at in range(0, len(secret) - LONGEST_WHOLE + 1, LONGEST_WHOLE)]
        for piece in pieces:
            for form in encoded(piece):
                assert len(form) >= 12, f"{name} is too short to be searched for"
                out[form] = name
    return out


def unescaped(data):
    """As a reader of JSON sees it, however its writer spelt the characters."""
    plain = ESCAPE.sub(lambda escape: chr(int(escape[1], 16)).encode("utf-8", "replace"), data)
    return plain.replace(b"\\/", b"/")


def unpacked(data):
    """What stands in it in gzip, each piece as far as it can be read."""
    at = data.find(b"\x1f\x8b\x08")
    while at >= 0:
        out, rest, stream = b"", data[at:], zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            while rest and not stream.eof:
                out += stream.decompress(rest, 65536)
                rest = stream.unconsumed_tail
        except zlib.error:
            pass
        yield out
        at = data.find(b"\x1f\x8b\x08", at + 1)


def readings(data):
    yield data
    plain = unescaped(data) if b"\\u" in data or b"\\/" in data else data
    if plain is not data:
        yield plain
    # As a reader of text sees it: full-width digits are digits, what has no width is not there.
    text = plain.decode("utf-8", "ignore")
    if not text.isascii():
        yield INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).encode()
    yield from unpacked(data)


def found(secrets, places):
    """Which secret is where."""
    forms = needles(secrets)
    return sorted({(name, place) for place, data in places.items() for reading in readings(data)
                   for form, name in forms.items() if form in reading})


def admin_pages(gateway):
    out = {}
    for path in ("/metrics", "/healthz", "/readyz", "/", f"/{stack.RETAIL_KEY}", "/debug", "/config"):
        request = urllib.request.Request(gateway.admin + path, headers={"api-key": stack.RETAIL_KEY})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                out[f"admin {path}"] = str(answer.headers).encode() + answer.read()
        except urllib.error.HTTPError as error:
            out[f"admin {path}"] = str(error.headers).encode() + error.read()
    return out


def files_below(folder):
    """Without the zeroes that a journal is filled up with."""
    return {str(path.relative_to(folder)): path.read_bytes().rstrip(b"\0")
            for path in sorted(Path(folder).rglob("*")) if path.is_file()}
