// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

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
                        const char* doc, bool for_backend, bool required = true);
/// After authentication: its authority is the default of the gateway's own.
void declare_identity(MappingReader& root, Config& config);
HostEnvironment read_host_environment(const MappingReader& reader);
/// What Azure's default order leads to on this host: an application in the environment, workload
/// identity, managed identity, narrowed by AZURE_TOKEN_CREDENTIALS. The error names the variable
/// that is wrong. Decided from the environment alone: what is set up but fails is reported, not
/// passed over.
Result<DefaultChoice> choose_default_credential(const HostEnvironment& host);
void declare_records(MappingReader& root, Config& config);
void declare_prices(MappingReader& root, Prices& out);
void declare_quotas(MappingReader& root, Quotas& out);
/// `quotas.store`: a word, or a mapping.
void declare_store(MappingReader& quotas, std::optional<RedisStore>& out);
void declare_objects(MappingReader& root, Objects& out);
/// A key of a list of keys: kLongKeySize bytes in base64, by variable or file. nullopt: there is
/// none, which is told, or the reference is written.
std::optional<Secret> read_long_key(MappingReader& reader);
/// A client's `limits`.
void declare_client_limits(MappingReader& client, std::optional<std::vector<LimitEntry>>& out);
/// What exporters have that say nothing else: other rows go elsewhere.
struct ExporterDefaults {
  AzureMonitor monitor;
  JsonLines lines;
  AppendBlob blob;
  /// The audit trail's exporters get every row from the beginning, and each is waited for.
  bool gets_everything = false;
};

/// `exporters`, as a mapping or a list.
void declare_exporters(MappingReader& reader, const char* doc, std::vector<Exporter>& out,
                       const ExporterDefaults& defaults);
/// Last: it looks for the secrets that the other settings named.
void declare_audit(MappingReader& root, Config& config);
/// A client's `audit`, in its short or long form.
void declare_audit_choice(MappingReader& client, AuditChoice& out);
/// A model's.
void declare_audit_cap(MappingReader& model, std::optional<AuditLevel>& out);
void declare_redaction(MappingReader& reader, Redaction& out);
/// Those that the whole file and the host's environment name, as far as they can be told from
/// other text.
void find_secrets(const MappingReader& root, const HostEnvironment& host, Redaction& out);

/// Names that point nowhere or clash, and combinations that cannot work. `settings`: those of the
/// file, for their lines.
void check_references(const Config& config, const SettingValues& settings,
                      std::vector<ConfigError>& errors);
/// The part of it that is about limits.
void check_quotas(const Config& config, const SettingValues& settings,
                  std::vector<ConfigError>& errors);

}  // namespace tollgate::config
