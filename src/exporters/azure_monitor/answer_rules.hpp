// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time.hpp"
#include "tollgate/exporters/exporter.hpp"
#include "tollgate/http/transport.hpp"

// What an upload's answer means: azure-protocol.md 6.3 and faults.md 3.7 (E1 to E4). Pure.
namespace tollgate::exporters::azure_monitor {

/// What of a refusal is kept: its message may quote the rows.
enum class Quoting { message, code };

/// Only 204 is the service's own "taken": any other 2xx is somebody else's, a proxy's page for
/// instance, and the records have not arrived. 400 and 413 are about the records. Other 4xx, and
/// redirects, only an operator can mend; the rest passes.
SendResult judge(const http::ClientResponse& answer, UtcTime now, Quoting quoting);

}  // namespace tollgate::exporters::azure_monitor
