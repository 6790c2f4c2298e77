# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The clients know when an answer is whole, however its bytes are cut."""

import pytest

from wire import AnswerReader

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + LENGTH
EMPTY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("answer", [LENGTH, CHUNKED, EARLY])
@pytest.mark.parametrize("piece", [1, 2, 7, 1000])
def test_an_answer_is_whole_at_its_last_byte_and_not_before(answer, piece):
    reader = AnswerReader()
    for at in range(0, len(answer), piece):
        assert not reader.whole
        reader.feed(answer[at:at + piece])
    assert reader.whole and reader.status == 200 and reader.body == b"hello"
    cut = AnswerReader()
    cut.feed(answer[:-1])
    cut.at_end_of_stream()
    assert not cut.whole


def test_an_empty_answer_and_one_until_close():
    reader = AnswerReader()
    reader.feed(EMPTY)
    assert reader.whole and reader.status == 502 and reader.closes
    reader = AnswerReader()
    reader.feed(b"HTTP/1.1 200 OK\r\n\r\nhello")
    assert not reader.whole
    reader.at_end_of_stream()
    assert reader.whole
