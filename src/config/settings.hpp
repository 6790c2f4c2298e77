// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "node_reader.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::config {

/// Declares every setting of the file: reads, documents and validates them one by one. What
/// concerns several settings at once is checked by check_references().
void declare_settings(MappingReader& root, Config& config);

/// Declares `egress_proxy`. `out` holds what applies without the setting.
void declare_egress_proxy(MappingReader& reader, std::optional<EgressProxy>& out, const char* doc);
void declare_callers(MappingReader& root, Config& config);
void declare_backends(MappingReader& root, Config& config);
/// Only a backend takes an API key or the caller's own token.
void declare_credential(MappingReader& reader, const std::string& key, Credential& out,
                        const char* doc, bool for_backend);
/// After authentication: its authority is the default of the gateway's own.
void declare_identity(MappingReader& root, Config& config);
HostEnvironment read_host_environment(const MappingReader& reader);
/// What Azure's default order leads to on this host: an application in the environment, workload
/// identity, managed identity, narrowed by AZURE_TOKEN_CREDENTIALS. The error names the variable
/// that is wrong. Decided from the environment alone: what is set up but fails is reported, not
/// passed over.
Result<DefaultChoice> choose_default_credential(const HostEnvironment& host);
void declare_records(MappingReader& root, Config& config);
/// Last: it looks for the secrets that the other settings named.
void declare_audit(MappingReader& root, Config& config);

/// Names that point nowhere or clash, and combinations that cannot work. `settings`: those of the
/// file, for their lines.
void check_references(const Config& config, const SettingValues& settings,
                      std::vector<ConfigError>& errors);

}  // namespace tollgate::config
