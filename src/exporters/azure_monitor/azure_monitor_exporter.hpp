// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "answer_rules.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/exporters/exporter.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::exporters::azure_monitor {

/// A table in Azure Monitor, by the Logs Ingestion API. The transport outlives the exporter.
std::unique_ptr<Exporter> make_exporter(const config::AzureMonitor& settings,
                                        http::Transport& transport,
                                        std::shared_ptr<credentials::TokenSource> tokens,
                                        Quoting quoting);

}  // namespace tollgate::exporters::azure_monitor
