// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/caller.hpp"

#include "tollgate/auth/caller.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::capture {
namespace {

using auth::AuthMethod;
using auth::CallerProof;

bool is_proved(const usage::UsageRecord& record) {
  return record.caller_proof == to_string(CallerProof::verified) ||
         record.caller_proof == to_string(CallerProof::backend_accepted);
}

}  // namespace

std::string caller_pseudonym(std::string_view caller, const config::Audit& settings) {
  if (caller.empty() || !settings.caller_key) return std::string(caller);
  const Sha256 mac = hmac_sha256(settings.caller_key->reveal(), caller);
  return to_hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

bool proves_custom_id(const usage::UsageRecord& record) {
  return is_proved(record) && (record.auth_method == to_string(AuthMethod::custom_header) ||
                               record.auth_method == to_string(AuthMethod::client_certificate));
}

std::string caller_in_trail(const usage::UsageRecord& record, const config::Audit& settings) {
  if (!is_proved(record)) return {};
  for (const std::string* const id : {&record.caller_object_id, &record.caller_app_id}) {
    if (!id->empty()) return caller_pseudonym(*id, settings);
  }
  return proves_custom_id(record) ? caller_pseudonym(record.caller_custom_id, settings)
                                  : std::string();
}

}  // namespace tollgate::capture
