// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>

#include "settings.hpp"

namespace tollgate::config {
namespace {

/// The words, in the order of AuditLevel's numbers.
std::vector<std::string> words_of_levels() {
  std::vector<std::string> out;
  while (const auto level = usage::audit_level_from_number(static_cast<std::int64_t>(out.size())))
    out.emplace_back(to_string(*level));
  return out;
}

const std::vector<std::string> kLevels = words_of_levels();
/// In the order of OnFailure.
const std::vector<std::string> kPolicies{"fail_closed", "fail_open"};

constexpr const char* kWhatClientKeeps =
    "How much of its prompts and answers is kept; default: audit.level. With `full`, in the long "
    "form.";

AuditLevel read_level(MappingReader& reader, const std::string& key,
                      const std::vector<std::string>& values, AuditLevel level, const char* doc) {
  auto index = static_cast<std::size_t>(level);
  reader.choice(key, values, index, doc);
  return static_cast<AuditLevel>(index);
}

/// A day ends with its last second; a time is that time. UTC.
std::optional<UtcTime> end_of(const std::string& text) {
  constexpr std::size_t kDay = 10;  // 2026-12-31
  if (text.size() != kDay) return from_rfc3339(text);
  const auto begin = from_rfc3339(text + "T00:00:00Z");
  return begin ? std::optional(*begin + std::chrono::hours(24)) : std::nullopt;
}

void declare_full(MappingReader& reader, AuditChoice& out) {
  reader.text("reason", out.reason, "Why `full` is wanted: required with it.");
  std::string until;
  reader.text("until", until,
              "Until when, as 2026-12-31 (the day included, UTC) or with a time: required with "
              "`full`, which is `redacted` from then on.");
  if (reader.documenting()) return;
  if (!until.empty()) {
    out.until = end_of(until);
    if (!out.until) reader.error_at("until", "must be a date such as 2026-12-31, or a time in UTC");
  }
  if (out.level != AuditLevel::full) return;
  if (out.reason.empty()) reader.error("full needs a reason");
  if (until.empty()) reader.error("full needs an end: until");
}

void declare_long_choice(MappingReader& reader, AuditChoice& out) {
  if (reader.documenting() || reader.has("level"))
    out.level = read_level(reader, "level", kLevels, AuditLevel::off, "As in the short form.");
  declare_full(reader, out);
  double sample = 1;
  reader.ratio("sample", sample, "In place of audit.sample.");
  if (reader.has("sample")) out.sample = sample;
  std::size_t policy = 1;
  reader.choice("on_failure", kPolicies, policy, "In place of audit.on_failure.");
  if (reader.has("on_failure")) out.on_failure = static_cast<OnFailure>(policy);
}

void declare_encryption_key(MappingReader& reader, Audit& out) {
  std::optional<Secret> key = read_long_key(reader);
  if (key) out.encryption_keys.push_back(std::move(*key));
}

void declare_encryption(MappingReader& reader, Audit& out) {
  reader.list("keys",
              "32 bytes in base64 each, as `openssl rand -base64 32` makes them. The first "
              "encrypts; the others are those before it, until all is wrapped anew.",
              false, [&](MappingReader& key) { declare_encryption_key(key, out); });
}

void declare_checkpoints(MappingReader& reader, AuditCheckpoints& out) {
  reader.secret("key", out.key,
                "Ed25519 private key (PEM, as `openssl genpkey -algorithm ed25519` writes it) that "
                "signs them.");
  reader.secret("previous_key", out.previous_key,
                "The key before it, which signs as well while auditors change over.", false);
  reader.duration("interval", out.interval, "How often one is made while there are new rows.");
}

void declare_bounds(MappingReader& audit, Audit& out) {
  audit.size("max_body", out.max_body,
             "How much of one prompt, and of one answer, is kept: what is over is cut off and "
             "marked. At most 1GiB.",
             1024, Audit::kMostBody);
  audit.size("memory", out.memory,
             "Most content that waits in memory to be stored, in all; at least twice max_body. A "
             "client may hold as much of it as it leaves free; what is over is lost and counted, "
             "or refused with 503, as on_failure says.",
             1024 * 1024);
  milliseconds retention = out.retention;
  audit.duration("retention", retention,
                 "How long rows stay; longer while an exporter has not got them.");
  out.retention = std::chrono::duration_cast<seconds>(retention);
  std::size_t max_size = out.max_size;
  audit.size("max_size", max_size, "Most disk space for them.", 16 * 1024 * 1024);
  out.max_size = max_size;
}

void declare_trail(MappingReader& audit, Audit& out) {
  audit.at_restart({"path"});
  out.level = read_level(audit, "level", kLevels, out.level,
                         "How much of prompts and answers is kept of clients that say nothing "
                         "(audit.md). The lower one of the client's and the model's counts.");
  if (out.level == AuditLevel::full)
    audit.error_at("level", "must not be full: that is for single clients, with reason and end");
  audit.ratio("sample", out.sample,
              "Share of the conversations whose content is kept; of the others only metadata.");
  auto policy = static_cast<std::size_t>(out.on_failure);
  audit.choice("on_failure", kPolicies, policy,
               "While content cannot be stored: answer 503, and let nothing leave before its "
               "prompt is stored; or serve, count and raise an alarm.");
  out.on_failure = static_cast<OnFailure>(policy);
  audit.text("path", out.path, "The database. Default: audit.db beside the ledger.");
  declare_bounds(audit, out);
  audit.mapping("encryption", "Content is encrypted on the disk.", false,
                [&](MappingReader& reader) { declare_encryption(reader, out); });
  Secret caller_key;
  audit.secret("caller_key", caller_key,
               "Callers stand in the trail under pseudonyms, the HMAC-SHA-256 of their ids with "
               "this key. Without it their ids stand there.",
               false);
  if (!caller_key.empty()) out.caller_key = std::move(caller_key);
  audit.mapping("checkpoints",
                "Signed states of the trail, by which `tollgate audit verify` proves "
                "that nothing was altered.",
                false,
                [&](MappingReader& reader) { declare_checkpoints(reader, out.checkpoints); });
}

/// `encryption_given`: what is wrong with it has been told.
void complete(MappingReader& root, Config& config, bool encryption_given) {
  Audit& out = config.audit;
  if (out.path.empty()) {
    out.path = (std::filesystem::path(config.ledger.path).parent_path() / "audit.db").string();
  }
  if (out.memory / 2 < out.max_body)
    root.error_at("audit",
                  "memory must be at least twice max_body: a client gets half of it at most, and "
                  "no such prompt could be kept");
  if (out.path == config.ledger.path)
    root.error_at("audit", "path is the ledger's: the trail has a database of its own");
  for (const Exporter& exporter : out.exporters) {
    if (exporter.checkpoints_only && out.checkpoints.key.empty())
      root.error_at("audit", "checkpoints.key is not set: " + exporter.name +
                                 " (rows: checkpoints) would get nothing");
  }
  if (keeps_exchanges(config) && out.encryption_keys.empty() && !encryption_given)
    root.error_at("audit", "needs encryption.keys: what is kept is encrypted on the disk");
}

std::vector<Sha256> hashes_of(const std::vector<Client>& clients) {
  std::vector<Sha256> out;
  for (const Client& client : clients) {
    for (const ApiKey& key : client.api_keys) out.push_back(key.sha256);
  }
  return out;
}

}  // namespace

std::string trail_mark_path(const Config& config) { return config.ledger.path + ".audit-mark"; }

bool keeps_exchanges(const Config& config) {
  const auto keeps = [](const Client& client) {
    return client.audit.level.value_or(AuditLevel::off) != AuditLevel::off;
  };
  return config.audit.level != AuditLevel::off ||
         std::any_of(config.clients.begin(), config.clients.end(), keeps);
}

void declare_audit_choice(MappingReader& reader, AuditChoice& out) {
  if (reader.documenting() || !reader.has_mapping("audit")) {
    const bool given = reader.has("audit");
    const AuditLevel level =
        read_level(reader, "audit", kLevels, AuditLevel::off, kWhatClientKeeps);
    if (given) out.level = level;
    if (level == AuditLevel::full)
      reader.error_at("audit", "must be {level: full, reason: WHY, until: DATE} where it is full");
    if (!reader.documenting()) return;
  }
  reader.mapping("audit", "The long form.", false,
                 [&](MappingReader& choice) { declare_long_choice(choice, out); });
}

void declare_audit_cap(MappingReader& reader, std::optional<AuditLevel>& out) {
  const bool given = reader.has("audit");
  const AuditLevel level =
      read_level(reader, "audit", kLevels, AuditLevel::full,
                 "Most that is kept of exchanges with this model, whatever their clients say.");
  if (given) out = level;
}

void declare_audit(MappingReader& root, Config& config) {
  bool encryption_given = false;
  root.mapping("audit", "The audit trail: prompts and answers.", false, [&](MappingReader& audit) {
    encryption_given = audit.has("encryption");
    declare_trail(audit, config.audit);
    ExporterDefaults defaults;
    defaults.monitor.stream = "Custom-TollgateAudit_CL";
    defaults.lines.rows = "audit";
    defaults.monitor.adjustment_stream.clear();
    defaults.monitor.refusal_stream.clear();
    defaults.blob.prefix = "audit";
    defaults.gets_everything = true;
    declare_exporters(audit, "Where the trail is delivered, in the forms of `exporters`.",
                      config.audit.exporters, defaults);
    audit.mapping(
        "redaction",
        "What is taken out of them; `tollgate redact` shows it. Without it all built-in "
        "rules apply. The secrets of this file are taken out wherever they stand, unless "
        "they have fewer than eight bytes.",
        false, [&](MappingReader& reader) { declare_redaction(reader, config.audit.redaction); });
  });
  if (root.documenting()) return;
  complete(root, config, encryption_given);
  find_secrets(root, config.identity.environment, config.audit.redaction);
  config.audit.redaction.rules.key_hashes = hashes_of(config.clients);
}

}  // namespace tollgate::config
