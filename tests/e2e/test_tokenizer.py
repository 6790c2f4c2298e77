# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Our token counts beside those of the reference tokenizer, tiktoken, fed the vocabularies that the gateway ships."""

import base64
import hashlib
import itertools
import random
import struct
import subprocess
from pathlib import Path

import pytest
import tiktoken
from tiktoken_ext import openai_public

import stack

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "tokenizer" / "samples"
SEED = 20250314
# One or more characters of each class that the split patterns tell apart, and those they name.
ATOMS = ["a", "l", "ll", "s", "re", "B", "LL", "é", "É", "ß", "ſ", "ǅ", "ʰ", "中", "ไทย", "한", "\u0301", "\u0e31", "1", "23",
         "٣", "½", "Ⅷ", " ", " ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u2028", "\u3000", "'", "'", "'s", "'Ve", "/",
         "//", "!", "-", "_", "…", "<|endoftext|>", "😀", "👍🏽", "👩‍👩‍👧", "🇩🇪", "1️⃣", "\u200d", "\ufeff", "\x00", "𝟙", "𐐔", "\U000e0101"]


def vocabulary(name):
    """The ranks in data/tokenizer (its README has the format), as the reference wants them."""
    data = (ROOT / "data" / "tokenizer" / f"{name}.bin").read_bytes()
    (count,) = struct.unpack_from("<I", data)
    ranks, at = {}, 4 + count
    for rank, length in enumerate(data[4:at]):
        ranks[data[at : at + length]] = rank
        at += length
    assert at == len(data) and len(ranks) == count
    return ranks


def load_shipped(path, expected_hash):
    """In place of the reference's download. What we ship is its file: the hash that it expects says so."""
    ranks = vocabulary(Path(path).stem)
    text = b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items())
    assert hashlib.sha256(text).hexdigest() == expected_hash
    return ranks


def code_points():
    """Every code point, next to its neighbours."""
    everything = "".join(chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000)
    return [everything[start : start + 4096] for start in range(0, len(everything), 4096)]


def code_points_in_context():
    """The code points of all but the large uniform blocks, each where its class decides about the pieces around it."""
    for block in code_points():
        yield "".join(f"a{c}B {c}b{c}c'{c}  {c}1{c}" for c in block if not is_uniform(ord(c)))


def is_uniform(code_point):
    blocks = ((0x3400, 0xA000), (0xAC00, 0xD800), (0xE000, 0xF900), (0x17000, 0x18D00), (0x20000, 0xE0000), (0xE0200, 0x110000))
    return any(start <= code_point < end for start, end in blocks)


def own_files():
    for pattern in ("src/**/*.?pp", "include/**/*.hpp", "tests/**/*.py", "tests/**/*.?pp", "docs/**/*.md", "scripts/**/*"):
        yield from (path.read_text() for path in sorted(ROOT.glob(pattern)) if path.is_file() and path.suffix != ".pyc")


def random_atoms(rng, count):
    return ["".join(rng.choices(ATOMS, k=rng.randint(1, 14))) for _ in range(count)]


def random_texts(rng, samples):
    words = samples.split(" ")
    yield from random_atoms(rng, 12000)
    for _ in range(300):
        yield " ".join(rng.choices(words, k=400))
    letters = "".join(sorted({c for c in samples if c.isalpha()}))
    for _ in range(300):
        yield "".join(rng.choices(letters, k=rng.randint(20, 400)))


def long_runs(rng):
    """The reference's own stack ends at runs not much longer, and ours are counted at a rate beyond 32 KiB."""
    for unit in ("a", "A", " ", "\n", "=", "ab", "中", "é", "\u0301", "7", "😀", " \t", "aB"):
        for size in (95, 96, 97, 130, 4095, 4097, 20000):
            yield unit * (size // len(unit))
    for alphabet in ("etaoin", "ABC", "一二三的是不", " \n", "!-=_*/"):
        yield "".join(rng.choices(alphabet, k=10000))


def malformed(rng, samples):
    data = samples.encode()
    for _ in range(3000):
        yield rng.randbytes(rng.randint(1, 60))
    for _ in range(3000):
        start = rng.randrange(len(data))
        piece = bytearray(data[start : start + rng.randint(1, 80)])
        for _ in range(3):
            piece[rng.randrange(len(piece))] = rng.randrange(0x70, 0x100)
        yield bytes(piece)
    yield from (data[start:] for start in range(200))


def sample_text():
    return "".join(path.read_text() for path in sorted(SAMPLES.glob("*.txt")))


@pytest.fixture(scope="module")
def corpus():
    rng = random.Random(SEED)
    samples = sample_text()
    texts = [samples, *samples.splitlines(), *code_points(), *map(" ".join, code_points()[:64]), *code_points_in_context(),
             *own_files(), *random_texts(rng, samples), *long_runs(rng)]
    return [text.encode() for text in texts] + list(malformed(rng, samples))


@pytest.fixture(scope="module", params=["o200k_base", "cl100k_base"])
def reference(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openai_public, "load_tiktoken_bpe", load_shipped)
        return tiktoken.Encoding(**openai_public.ENCODING_CONSTRUCTORS[request.param]())


@pytest.fixture(scope="module")
def expected(reference, corpus):
    return [len(reference.encode_ordinary(text.decode(errors="replace"))) for text in corpus]


def ours(encoding, texts, *options):
    """A line of numbers for each text."""
    command = [stack.BINARIES / "tokenizer-counts", encoding.name, *options]
    blob = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    answer = subprocess.run(command, input=blob, stdout=subprocess.PIPE, check=True, timeout=120).stdout
    lines = [[int(number) for number in line.split()] for line in answer.splitlines()]
    assert len(lines) == len(texts)
    return lines


@pytest.mark.parametrize("size", [None, "1", "13", "5000"])
def test_counts_equal_the_references(reference, corpus, expected, size):
    counts = [count for (count,) in ours(reference, corpus, *([size] if size else []))]
    differences = [(text[:200], got, want) for text, got, want in zip(corpus, counts, expected) if got != want]
    assert differences == []
    assert sum(counts) > 1_000_000


def test_texts_are_split_where_the_reference_splits_them(reference):
    """Counts alone would not show every wrong split. The reference's pieces show when ours are its only tokens of more
    than a byte: then it finds exactly our pieces, or single bytes."""
    texts = [sample_text(), *code_points(), *code_points_in_context(), *random_atoms(random.Random(SEED + 1), 12000)]
    texts = [text.encode() for text in texts if text]
    pieces = []
    for text, lengths in zip(texts, ours(reference, texts, "split")):
        ends = list(itertools.accumulate(lengths))
        pieces.append([text[end - length : end] for end, length in zip(ends, lengths)])
    tokens = dict.fromkeys([bytes([i]) for i in range(256)] + list(itertools.chain.from_iterable(pieces)))
    splitter = tiktoken.Encoding("pieces", pat_str=reference._pat_str, special_tokens={},
                                 mergeable_ranks={token: rank for rank, token in enumerate(tokens)})
    for text, ours_here in zip(texts, pieces):
        theirs = splitter.decode_tokens_bytes(splitter.encode_ordinary(text.decode()))
        assert theirs == ours_here, text[:200]
