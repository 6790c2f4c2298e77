// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "payload_glance.hpp"

#include <cstring>

namespace tollgate::ledger {
namespace {

// The numbers of docs/ledger-format.md, section 3.
constexpr unsigned char kRecordId = 1;
constexpr unsigned char kEventTime = 2;
constexpr unsigned char kFollowPath = 49;
constexpr unsigned char kStoredObjectsAsText = 50;
constexpr unsigned char kStoredObjects = 51;
constexpr std::size_t kFieldHeader = 5;

bool take_field(unsigned char number, std::string_view value, PayloadGlance& out) {
  switch (number) {
    case kRecordId:
      if (value.size() != out.record_id.bytes.size()) return false;
      std::memcpy(out.record_id.bytes.data(), value.data(), value.size());
      return true;
    case kEventTime:
      if (value.size() != sizeof(out.event_time)) return false;
      std::memcpy(&out.event_time, value.data(), value.size());
      return true;
    case kFollowPath:
      out.awaits = !value.empty();
      return true;
    case kStoredObjectsAsText:
    case kStoredObjects:
      out.made_objects = out.made_objects || !value.empty();
      return true;
    default:
      return true;
  }
}

}  // namespace

std::optional<PayloadGlance> glance_at(std::string_view payload) {
  PayloadGlance out;
  while (!payload.empty()) {
    if (payload.size() < kFieldHeader) return std::nullopt;
    const auto number = static_cast<unsigned char>(payload.front());
    std::uint32_t length = 0;
    std::memcpy(&length, payload.data() + 1, sizeof(length));
    payload.remove_prefix(kFieldHeader);
    if (length > payload.size()) return std::nullopt;
    if (!take_field(number, payload.substr(0, length), out)) return std::nullopt;
    payload.remove_prefix(length);
  }
  if (out.record_id == Uuid{}) return std::nullopt;
  return out;
}

}  // namespace tollgate::ledger
