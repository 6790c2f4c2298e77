// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "tollgate/base/time.hpp"

namespace tollgate::trail {

/// A whole number, or none: never a zero that nobody counted.
using Number = std::optional<std::int64_t>;

/// Of a dynamic column: JSON as text; empty for none. What is no JSON counts as a string.
struct JsonText {
  std::string text;
  bool operator==(const JsonText&) const = default;
};

/// What is said of a kind of row.
namespace kind {
inline constexpr const char* kRequest = "request";
inline constexpr const char* kResponse = "response";
/// A signed state of the order so far (checkpoint.hpp), itself a row of it.
inline constexpr const char* kCheckpoint = "checkpoint";
}  // namespace kind

/// Why a row has no content. Rows hold the words: they never change.
namespace missing {
inline constexpr const char* kLevel = "level";        ///< the level is `metadata`
inline constexpr const char* kSampling = "sampling";  ///< its conversation is not kept
inline constexpr const char* kMemory = "memory";      ///< the client's share of audit.memory
inline constexpr const char* kFailure = "failure";    ///< it could not be made into rows
inline constexpr const char* kRedactor = "redactor";  ///< the external redactor has not seen it
/// The exchange did not reach the trail: the process died, or the disk took no rows.
inline constexpr const char* kLost = "lost";
/// What was kept of it could not be read any more when the row was given out, and nobody erased it.
/// Stands in no row of the database: in what is given it takes the place of the hashed word.
inline constexpr const char* kDamaged = "damaged";

/// What may be hashed of a row: "" and each word but kDamaged.
inline constexpr std::array kHashed{"", kLevel, kSampling, kMemory, kFailure, kRedactor, kLost};
}  // namespace missing

/// One part of a request or a response, or a checkpoint: a row of `deploy/audit-table.json`, whose
/// columns the members are named after (row_fields.hpp). Text is UTF-8; the store replaces what is
/// not by U+FFFD.
struct AuditRow {
  UtcTime event_time;
  std::string record_id;
  std::string kind;
  std::string form;
  Number part = 1;  ///< 1 .. parts
  Number parts = 1;
  std::string level;
  std::string source;
  std::string outcome;
  Number status_code;
  std::string client_name;
  std::string caller_id;  ///< a pseudonym where the operator wants one: it stands in the clear
  std::string caller_ip_address;
  std::string conversation_id;
  std::string operation_id;
  std::string model;
  std::string deployment_name;
  std::string content_type;
  std::string content;
  std::string content_sha256;  ///< of the whole content, all parts put together; hexadecimal
  Number content_bytes;
  bool truncated = false;
  JsonText redactions;
  JsonText content_filter;
  JsonText finish_reasons;
  JsonText tool_calls;
  // What the store gives the row (audit_store.hpp); the hashes are hexadecimal.
  std::string gateway;
  Number sequence;           ///< 1 and up, without a gap
  std::string leaf_hash;     ///< of the row in the Merkle tree
  std::string commitment;    ///< to the sealed columns
  std::string salt;          ///< opens the commitment; goes with the content when it is erased
  std::string trail;         ///< the order that the sequence counts in; a new database begins one
  std::string level_reason;  ///< why the level is `full`: the client's `reason`
  /// Why there is no content (missing); empty: it is there, or there was none.
  std::string content_missing;

  bool operator==(const AuditRow&) const = default;
};

/// That somebody read, exported or erased audited content: a row of
/// `deploy/audit-access-table.json`.
struct AccessRow {
  UtcTime event_time;
  std::string gateway;  ///< given by the store
  std::string reader;
  std::string command;
  JsonText filter;
  JsonText record_ids;
  Number rows;

  bool operator==(const AccessRow&) const = default;
};

}  // namespace tollgate::trail
