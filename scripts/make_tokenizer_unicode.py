#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Makes src/tokenizer/char_class_table.cpp: the class of every code point, asked of the reference tokenizer's own
regular expressions, so that both follow the same version of Unicode.

Needs the PyPI package tiktoken (tests/e2e/requirements.txt pins it): run it with .venv/bin/python."""

import importlib.metadata
from pathlib import Path

import tiktoken

# In the order of CharClass (src/tokenizer/char_class.hpp); what fits none is 0, sign.
CLASSES = [r"[\s--[\r\n]]", r"[\r\n]", r"\p{N}", r"\p{M}", r"[\p{Lu}\p{Lt}]", r"\p{Ll}", r"[\p{Lm}\p{Lo}]"]
BLOCK = 256
EVERY_BYTE = {bytes([i]): i for i in range(256)}
CODE_POINTS = [chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000]


def code_points_of(pattern):
    """Those that the reference's engine matches: it tokenizes the matches only."""
    encoding = tiktoken.Encoding("class", pat_str=pattern, mergeable_ranks=EVERY_BYTE, special_tokens={})
    tokens = encoding.encode_ordinary("".join(CODE_POINTS))
    return map(ord, encoding.decode_bytes(tokens).decode())


def blocks_of(classes):
    """(index of each block up to the last that is not all sign, the distinct blocks)"""
    blocks = [bytes(classes[at : at + BLOCK]) for at in range(0, len(classes), BLOCK)]
    while not any(blocks[-1]):
        blocks.pop()
    distinct = list(dict.fromkeys(blocks))
    return [distinct.index(block) for block in blocks], distinct


def main():
    classes = bytearray(0x110000)
    for number, pattern in enumerate(CLASSES, 1):
        for code_point in code_points_of(pattern):
            assert classes[code_point] == 0, f"U+{code_point:04X} fits two classes"
            classes[code_point] = number
    index, distinct = blocks_of(classes)
    assert len(distinct) <= 256
    digits = "".join(str(number) for block in distinct for number in block)
    lines = [
        "// SPDX-FileCopyrightText: Tollgate authors",
        "// SPDX-License-Identifier: MIT",
        "// Made by scripts/make_tokenizer_unicode.py from the regular expressions of tiktoken "
        + importlib.metadata.version("tiktoken") + ".",
        "// clang-format off",
        '#include "char_class.hpp"',
        "",
        "namespace tollgate::tokenizer {",
        "",
        f"const std::uint8_t kClassBlocks[kClassBlockCount] = {{",
        *(",".join(map(str, index[at : at + 32])) + "," for at in range(0, len(index), 32)),
        "};",
        "",
        "// A block a line, a digit a code point.",
        "const char kClassDigits[] =",
        *(f'"{digits[at : at + BLOCK]}"' for at in range(0, len(digits), BLOCK)),
        ";",
        "",
        "}  // namespace tollgate::tokenizer",
    ]
    target = Path(__file__).parents[1] / "src" / "tokenizer" / "char_class_table.cpp"
    target.write_text("\n".join(lines) + "\n")
    print(f"{len(index)} blocks, {len(distinct)} distinct")


if __name__ == "__main__":
    main()
