# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""A seed makes a run: the same operations and the same ends of the gateway; other seeds make others."""

import random

from canaries import CANARIES
from fate import draw_endings
from forms import FORMS
from plan import make_operation


def operations(seed):
    rng = random.Random(seed)
    return [make_operation(rng, str(n)) for n in range(400)]


def test_the_same_seed_plans_the_same():
    assert operations("1 client 0") == operations("1 client 0")
    assert operations("1 client 0") != operations("2 client 0")


def test_a_plan_has_everything():
    planned = operations("7 client 0")
    assert {p.kind for p in planned} == {"chat", "completion", "embedding", "response", "background", "read", "cancel"}
    assert {p.caller.name for p in planned} == {"retail", "science", "legacy", "hasty", "impatient"}
    assert any(p.times_out for p in planned) and any(not p.tells for p in planned)
    assert any(p.departure and p.departure.of_request for p in planned)
    assert any(p.departure and p.departure.after_bytes for p in planned)


def test_every_canary_is_in_prompts_of_every_kind_plain_and_escaped():
    planned = operations("7 client 0")
    for value in CANARIES.values():
        plain, escaped = value.encode(), value.replace("@", "\\u0040").encode()
        kinds = {p.kind for p in planned if plain in p.body or escaped in p.body}
        assert kinds >= {"chat", "completion", "embedding", "response", "background"}, value
        assert any(escaped in p.body for p in planned) and any(plain in p.body for p in planned)


def test_endings_are_as_many_as_the_form_wants():
    for form in FORMS.values():
        endings = draw_endings(random.Random(3), form)
        assert sum(e.startswith("killed") for e in endings) == form.kills
        assert sum(e in ("drained", "second signal", "killed while draining") for e in endings) == form.stops
