// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/sampling.hpp"

#include <cmath>
#include <cstdint>
#include <string>

#include "tollgate/base/digest.hpp"

namespace tollgate::audit {

bool is_sampled(const Secret& key, std::string_view client, std::string_view conversation_id,
                std::string_view record_id, double share) {
  if (!(share > 0)) return false;  // NaN is none either
  if (share >= 1) return true;
  std::string drawn_by(client);
  drawn_by.push_back('\0');  // no client's name has one
  drawn_by.append(conversation_id.empty() ? record_id : conversation_id);
  const Sha256 digest = hmac_sha256(key.reveal(), drawn_by);
  std::uint64_t drawn = 0;
  for (std::size_t i = 0; i < 7; ++i) drawn = drawn << 8 | digest[i];
  // 53 of the 56 bits: as many as a double holds exactly.
  return std::ldexp(static_cast<double>(drawn >> 3), -53) < share;
}

}  // namespace tollgate::audit
