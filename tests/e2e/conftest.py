# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
import pytest

import stack


def pytest_addoption(parser):
    parser.addoption("--failover-seconds", type=float, default=10,
                     help="how long test_failover.py keeps its callers calling")


def pytest_configure(config):
    config.addinivalue_line("markers", "sanitized: also run under the address and undefined-behaviour sanitizers")


@pytest.fixture(scope="session")
def simulator(tmp_path_factory):
    running = stack.Simulator(tmp_path_factory.mktemp("azure"))
    yield running
    assert running.process.running(), running.process.log_path.read_text()
    assert running.stop() == 0


@pytest.fixture
def make_gateway(simulator, tmp_path):
    """Starts gateways on a ledger of this test's own; all are stopped at its end."""
    simulator.reset()
    started = []

    def make(extra="", folder="."):
        directory = tmp_path / folder
        directory.mkdir(exist_ok=True)
        started.append(stack.Gateway(simulator, directory, extra))
        return started[-1]

    yield make
    for gateway in started:
        if gateway.process.running():
            assert gateway.stop() == 0, gateway.process.log_path.read_text()
    simulator.clear_faults()


@pytest.fixture
def gateway(make_gateway):
    return make_gateway()
