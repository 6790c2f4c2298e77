# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What counts as growth of memory."""

import pytest
from watch import Look, Watch


def watched(seconds, grows):
    """A watch of that many seconds in which memory grows evenly by so many MiB."""
    watch = Watch(0)
    watch.looks = [Look(at, 60 + grows * at / seconds, 40) for at in range(seconds)]
    return watch


@pytest.mark.parametrize(("seconds", "grows", "faulty"), [
    (60, 12, False),      # pools still fill
    (60, 120, True),      # each operation keeps its buffers
    (3600, 3, False),
    (3600, 12, True),     # a leak that a minute does not show
])
def test_memory_that_grows_is_a_fault_by_the_time_it_took(seconds, grows, faulty):
    assert bool(watched(seconds, grows).faults()) == faulty


def test_a_time_too_short_says_nothing():
    assert watched(20, 0).faults()
