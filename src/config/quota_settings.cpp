// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <charconv>
#include <string>
#include <utility>

#include "limit_entries.hpp"
#include "settings.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::config {
namespace {

void declare_zone(MappingReader& quotas, Quotas& out) {
  std::string zone;
  quotas.text("time_zone", zone,
              "Whose hours, days, weeks, months and years the windows are. Default: that of "
              "reports.time_zone.");
  if (zone.empty()) return;
  Result<TimeZone> found = TimeZone::load(zone);
  if (!found) return quotas.error_at("time_zone", "cannot be used: " + found.error().message);
  out.time_zone = std::move(*found);
}

void declare_tag(MappingReader& reader, Quotas& out) {
  TagLimits tag;
  tag.line = reader.line();
  reader.name("tag", tag.tag, "A tag of clients: cost_center.");
  reader.name("value", tag.value, "Its value: what clients that have it share.");
  declare_limits_of(reader, "limits", "Their limits, all of them together; as clients[].limits.",
                    false, tag.limits);
  if (!reader.documenting() && tag.limits.empty() && !reader.has("limits"))
    reader.error("needs limits");
  out.tags.push_back(std::move(tag));
}

void declare_output_tokens(MappingReader& quotas, Quotas& out) {
  std::map<std::string, std::string> given;
  quotas.tags("output_tokens", given,
              "By model: how long an answer is taken to be whose request has no max_tokens, "
              "max_completion_tokens or max_output_tokens. Default: as 95 of 100 earlier answers "
              "to that client were, and 4096 before there are twenty.");
  for (const auto& [model, text] : given) {
    std::int64_t tokens = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tokens);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || tokens < 1 || tokens > 100'000'000) {
      quotas.error_at("output_tokens",
                      "must have whole numbers from 1 to 100000000, and for " + model + " has not");
    }
    out.output_tokens[model] = tokens;
  }
}

void declare_quota_settings(MappingReader& quotas, Quotas& out) {
  declare_zone(quotas, out);
  declare_store(quotas, out.store);
  declare_limits_of(quotas, "limits", "Of all clients together; as clients[].limits.", false,
                    out.limits);
  quotas.list("tags", "Limits of all clients together that have a tag.", false,
              [&](MappingReader& reader) { declare_tag(reader, out); });
  declare_limits_of(quotas, "default_limits",
                    "Of each client that has no `limits` of its own; as clients[].limits.", true,
                    out.default_limits);
  std::size_t status = out.exhausted_status == 403 ? 1 : 0;
  quotas.choice("exhausted_status", {"429", "403"}, status,
                "What a request is answered with that a window has no more for.");
  out.exhausted_status = status == 0 ? 429 : 403;
  quotas.text("contact", out.contact,
              "Whom a client may ask for more: a text for the answers of exhausted windows.");
  if (sanitize_utf8(out.contact, 256) != out.contact)
    quotas.error_at("contact", "must be at most 256 bytes of text without control characters");
  declare_output_tokens(quotas, out);
}

}  // namespace

void declare_quotas(MappingReader& root, Quotas& out) {
  root.mapping("quotas", "Limits that clients share, and what refusals say: docs/quotas.md.", false,
               [&](MappingReader& reader) { declare_quota_settings(reader, out); });
}

void declare_client_limits(MappingReader& client, std::optional<std::vector<LimitEntry>>& out) {
  std::vector<LimitEntry> limits;
  declare_limits_of(client, "limits",
                    "What the client may use, each entry one measure: docs/quotas.md. `[]`: "
                    "whatever it likes. Default: quotas.default_limits.",
                    true, limits);
  if (client.has("limits")) out = std::move(limits);
}

}  // namespace tollgate::config
