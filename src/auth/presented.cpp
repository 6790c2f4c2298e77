// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "presented.hpp"

#include <algorithm>

#include "jwt.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::auth {
namespace {

constexpr std::string_view kScheme = "bearer";

Result<void> once(std::optional<std::string_view>& slot, std::string_view value) {
  if (slot) return Error{Errc::invalid_input, "a credential is given twice"};
  slot = value;
  return {};
}

/// One rule for all: the scheme in any case, exactly one blank, then a value without blanks (A7).
/// The value is empty where nothing follows the scheme.
Result<std::string_view> bearer_value(std::string_view authorization) {
  const bool bearer = iequals(authorization.substr(0, kScheme.size()), kScheme);
  std::string_view value = authorization.substr(std::min(kScheme.size(), authorization.size()));
  if (!authorization.empty() && (!bearer || (!value.empty() && value.front() != ' '))) {
    return Error{Errc::unauthenticated, "not a bearer credential"};
  }
  if (!value.empty()) value.remove_prefix(1);
  if (value.find_first_of(" \t,") != std::string_view::npos) {
    return Error{Errc::unauthenticated, "not one bearer credential"};
  }
  return value;
}

void add_key(Presented& out, std::string_view key) {
  if (key.empty()) return;
  const auto& known = out.api_keys;
  if (std::find(known.begin(), known.end(), key) == known.end()) out.api_keys.push_back(key);
}

Result<void> add_bearer(Presented& out, std::string_view authorization) {
  const Result<std::string_view> value = bearer_value(authorization);
  if (!value) return value.error();
  if (!looks_like_jwt(*value)) {
    add_key(out, *value);
    return {};
  }
  if (!out.api_keys.empty()) return Error{Errc::invalid_input, "a key and a token together"};
  out.token = *value;
  return {};
}

}  // namespace

Result<Presented> read_presented(std::span<const HeaderField> fields,
                                 const config::Authentication& settings) {
  const auto& names = settings.api_key_headers;
  boost::container::small_vector<std::optional<std::string_view>, 4> keys(names.size());
  std::optional<std::string_view> authorization;
  Presented out;
  for (const HeaderField& field : fields) {
    Result<void> taken;
    const auto name = std::find_if(names.begin(), names.end(), [&](const std::string& known) {
      return iequals(field.name, known);
    });
    if (name != names.end()) {
      taken = once(keys[static_cast<std::size_t>(name - names.begin())], field.value);
    } else if (iequals(field.name, "authorization")) {
      taken = once(authorization, field.value);
    } else if (settings.custom_header && iequals(field.name, settings.custom_header->name)) {
      taken = once(out.custom_header, field.value);
    }
    if (!taken) return taken.error();
  }
  for (const auto& key : keys) add_key(out, key.value_or(std::string_view()));
  if (!authorization) return out;
  const Result<void> bearer = add_bearer(out, *authorization);
  if (!bearer) return bearer.error();
  return out;
}

}  // namespace tollgate::auth
