// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/caller.hpp"

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::capture {

std::string caller_pseudonym(std::string_view caller, const config::Audit& settings) {
  if (caller.empty() || !settings.caller_key) return std::string(caller);
  const Sha256 mac = hmac_sha256(settings.caller_key->reveal(), caller);
  return to_hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

std::string caller_in_trail(const usage::UsageRecord& record, const config::Audit& settings) {
  for (const std::string* const id :
       {&record.caller_object_id, &record.caller_app_id, &record.caller_custom_id}) {
    if (!id->empty()) return caller_pseudonym(*id, settings);
  }
  return {};
}

}  // namespace tollgate::capture
