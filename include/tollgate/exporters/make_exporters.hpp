// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/exporters/exporter.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::exporters {

/// What exporters are made of; each kind takes what it needs. All of it outlives them.
struct ExporterParts {
  /// An HTTP client that trusts this exporter's certificates.
  std::function<http::Transport&(const std::string& exporter)> transport;
  credentials::TokenParts tokens;
  std::string gateway;  ///< its name, for destinations that tell gateways apart
  /// Whether rows have prompts and answers: a destination may quote a row that it refuses, and what
  /// it says goes into the database and the log. Of such only the status and the code are kept.
  bool rows_have_content = false;
};

/// The key of its settings in the configuration, azure_monitor for instance.
std::string_view kind_name(const config::Exporter& settings);

/// An exporter's file of trusted certificates, empty for none; nullopt: it speaks no HTTP.
std::optional<std::string> trusted_certificates(const config::Exporter& settings);

/// What stands, here and at this time, in the place of a file that it would write next, or of that
/// file's directory: "PATH is a pipe"; nullopt: nothing.
std::optional<std::string> in_way(const config::Exporter& settings, UtcTime now);

/// The same destination, with the place beside its own where the audit trail's rows go that say who
/// read the trail.
config::Exporter for_accesses(config::Exporter settings);

/// The same destination, with the place beside its own where adjustments of costs go.
config::Exporter for_adjustments(config::Exporter settings);

/// The same destination, with the place beside its own where it stands whom quotas refused.
config::Exporter for_refusals(config::Exporter settings);

/// Control thread, or before it runs.
std::unique_ptr<Exporter> make_exporter(const config::Exporter& settings,
                                        const ExporterParts& parts);

}  // namespace tollgate::exporters
