// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "nothing_found.hpp"

#include <set>

#include "configured_rules.hpp"
#include "open_trail.hpp"
#include "tollgate/base/nearest_name.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kNoEndUser =
    "; a caller is a row's CallerId, which was proved, not its EndUser, which a client may write "
    "as "
    "it likes: `tollgate records --caller` finds an end user's records, and `tollgate audit show` "
    "the exchange of each";

}  // namespace

std::string why_nothing_found(const AuditOptions& options, const config::Config& config) {
  std::set<std::string> clients;
  for (const config::Client& client : config.clients) clients.insert(client.name);
  std::string out;
  if (!options.client.empty() && !clients.contains(options.client))
    out = did_you_mean(options.client, clients);
  if (!options.text.empty()) {
    const auto kept = ConfiguredRules(config.audit.redaction).without_findings(options.text);
    if (kept && *kept != options.text)
      out.append("; redaction takes that text out of what is kept, so nothing can be found by it");
  }
  if (options.caller.empty()) return out;
  const std::string pseudonym = caller_in_rows(options.caller, config.audit);
  if (pseudonym != options.caller)
    out.append("; the caller was looked for as ")
        .append(pseudonym)
        .append(": was audit.caller_key changed?");
  return out.append(kNoEndUser);
}

}  // namespace tollgate::app
