// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "server_facts.hpp"

#include "tollgate/base/text.hpp"
#include "tollgate/redis/call.hpp"

namespace tollgate::redis {
namespace {

/// The value of a line "NAME:VALUE"; empty: there is none.
std::string_view value_of(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const bool begins_line = at == 0 || text[at - 1] == '\n';
    const std::size_t colon = at + name.size();
    if (!begins_line || colon >= text.size() || text[colon] != ':') continue;
    return trim(text.substr(colon + 1, text.find('\n', colon) - colon - 1));
  }
  return {};
}

bool is_slot(const Reply& reply) {
  return reply.is_integer() && reply.integer >= 0 && reply.integer < kSlots;
}

std::optional<Address> read_place(const Reply& reply, const Address& asked) {
  constexpr std::int64_t kLastPort = 65535;
  if (!reply.is_array() || reply.items.size() < 2) return std::nullopt;
  const Reply& host = reply.items[0];
  const Reply& port = reply.items[1];
  if (!host.is_nil() && !host.is_text()) return std::nullopt;
  if (!port.is_integer() || port.integer < 1 || port.integer > kLastPort) return std::nullopt;
  // "?": the server knows no name for itself that others could use.
  const bool unsaid = host.text.empty() || host.text == "?";
  return Address{unsaid ? asked.host : host.text, static_cast<std::uint16_t>(port.integer)};
}

}  // namespace

ServerFacts read_info(std::string_view text) {
  ServerFacts out;
  out.loading = value_of(text, "loading") == "1";
  out.replica = value_of(text, "role") == "slave";
  out.eviction = value_of(text, "maxmemory_policy");
  return out;
}

std::optional<std::vector<SlotRange>> read_slots(const Reply& reply, const Address& asked) {
  if (!reply.is_array()) return std::nullopt;
  std::vector<SlotRange> out;
  for (const Reply& range : reply.items) {
    if (!range.is_array() || range.items.size() < 2) return std::nullopt;
    if (!is_slot(range.items[0]) || !is_slot(range.items[1])) return std::nullopt;
    if (range.items.size() < 3) continue;
    const auto primary = read_place(range.items[2], asked);
    if (!primary) return std::nullopt;
    out.push_back({static_cast<unsigned>(range.items[0].integer),
                   static_cast<unsigned>(range.items[1].integer), *primary});
  }
  return out;
}

}  // namespace tollgate::redis
