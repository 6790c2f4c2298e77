// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "tollgate/capture/recorder.hpp"
#include "tollgate/config/audit.hpp"
#include "tollgate/exporters/exporter.hpp"

namespace tollgate::app {

/// A record this old has been handed to the recorder, if it ever is: under `fail_closed` that comes
/// behind the disk's answer about the record.
inline constexpr seconds kTrailCheckAfter{10};

/// Sees to it that the trail names every operation that the ledger has and that was to be audited:
/// the rows of one that were lost, with the process or for want of room, are made of its record,
/// without content, `Source` being `lost`. Takes the ledger's records as exporters do; blocks, on
/// the recorder's executor. `recorder` outlives it.
std::unique_ptr<exporters::Exporter> make_trail_check(capture::Recorder& recorder,
                                                      const config::Audit& settings);

}  // namespace tollgate::app
