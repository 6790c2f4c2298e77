// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "tollgate/base/base64.hpp"
#include "tollgate/config/values.hpp"
#include "tollgate/seals/seals.hpp"

namespace tollgate::seals {

/// A key that is the same byte throughout.
inline Secret key_of(char byte) {
  return Secret(to_base64(std::string(config::kLongKeySize, byte)));
}

/// Clients blue and red, backends east and west, model gpt with the deployment gpt-east.
inline config::Config seal_config(std::initializer_list<char> keys) {
  config::Config out;
  out.objects.ownership = config::ObjectOwnership::sealed;
  for (const char key : keys) out.objects.seal_keys.push_back(key_of(key));
  for (const char* name : {"blue", "red"}) out.clients.emplace_back().name = name;
  for (const char* name : {"east", "west"}) out.backends.emplace_back().name = name;
  config::Model& model = out.models.emplace_back();
  model.name = "gpt";
  model.targets.push_back({"east", "gpt-east"});
  return out;
}

inline std::unique_ptr<Seals> seals_of(std::initializer_list<char> keys) {
  return std::move(*Seals::make(seal_config(keys)));
}

}  // namespace tollgate::seals
