// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/base/secret.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/time_zone.hpp"
#include "tollgate/config/credential.hpp"
#include "tollgate/quotas/limit.hpp"

namespace tollgate::config {

/// An entry of `limits`, as it stands there.
struct LimitEntry {
  std::string model;            ///< of a client's alone; empty: whatever it asks for
  quotas::Limit limit;          ///< without `until`, which depends on the zone
  std::optional<Date> until{};  ///< the day from which it limits nothing
};

/// The limits of what has a tag, such as a cost centre.
struct TagLimits {
  std::string tag;
  std::string value;
  std::vector<LimitEntry> limits;
  int line = 0;
};

/// `quotas.store.redis`: where replicas share what they count.
struct RedisStore {
  std::string host;
  std::uint16_t port = 0;
  bool tls = false;
  std::string server_name;  ///< that the certificates of all its nodes are for; default: the host
  std::string ca_certificates;  ///< PEM file trusted for it besides the gateway's; empty: none
  std::string user;             ///< empty: the default user, or whom the token is for
  Secret password;              ///< or an access key; empty: none
  std::optional<Credential> credential{};  ///< for Entra tokens, in place of a password
  std::string scope = "https://redis.azure.com/.default";  ///< of the tokens
  std::string prefix = "tollgate";  ///< in front of every key, followed by a colon
  bool cluster = true;              ///< the server is asked whether it is one of a cluster
  bool allow_eviction = false;      ///< it may throw keys away when its memory is used up
  milliseconds timeout{50};         ///< a request waits no longer for it
  milliseconds connect_timeout{2'000};
  bool operator==(const RedisStore&) const = default;
};

/// `quotas`: what all clients share, and what refusals say.
struct Quotas {
  std::optional<RedisStore> store{};  ///< nullopt: each process counts for itself
  std::optional<TimeZone> time_zone;  ///< whose hours, days, ... windows are; nullopt: the reports'
  std::vector<LimitEntry> limits;     ///< of the whole gateway
  std::vector<TagLimits> tags;
  std::vector<LimitEntry> default_limits;  ///< of each client that has none of its own
  int exhausted_status = 429;              ///< or 403: of what a window has no more of
  std::string contact;  ///< whom a client may ask for more; empty: nobody is named
  /// By model: how long an answer is taken to be that its request gives no limit.
  std::map<std::string, std::int64_t> output_tokens;
};

struct Config;

/// Whose windows begin and end when.
const TimeZone& quota_zone(const Config& config);
/// Every limit with whose it is.
std::vector<quotas::Rule> quota_rules(const Config& config);

}  // namespace tollgate::config
