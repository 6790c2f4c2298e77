// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/master_keys.hpp"

#include <algorithm>
#include <optional>

#include "sealing.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/trail/row_digest.hpp"

namespace tollgate::trail {
namespace {

constexpr std::size_t kIdDigits = 16;

std::string id_of(std::string_view key) {
  Secret input("tollgate audit master key" + std::string(key));
  return to_hex(sha256(input.reveal())).substr(0, kIdDigits);
}

}  // namespace

Result<MasterKeys> MasterKeys::read(std::span<const Secret> keys) {
  MasterKeys out;
  for (const Secret& text : keys) {
    Secret key(from_base64(text.reveal()).value_or(""));
    const std::string which = "master key " + std::to_string(out.keys_.size() + 1);
    if (key.reveal().size() != kKeyBytes) {
      return Error{Errc::invalid_input, which + " is not 32 bytes in base64"};
    }
    std::string id = id_of(key.reveal());
    if (out.find(id) != nullptr) return Error{Errc::invalid_input, which + " stands twice"};
    out.keys_.push_back({std::move(id), std::move(key)});
  }
  if (out.keys_.empty()) return Error{Errc::invalid_input, "there is no master key"};
  return out;
}

const MasterKey* MasterKeys::find(std::string_view id) const {
  const auto found = std::ranges::find(keys_, id, &MasterKey::id);
  return found == keys_.end() ? nullptr : &*found;
}

}  // namespace tollgate::trail
