// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "presented.hpp"

#include "jwt.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::auth {
namespace {

constexpr std::string_view kBearer = "bearer ";

Result<void> once(std::optional<std::string_view>& slot, std::string_view value) {
  if (slot) return Error{Errc::invalid_input, "a credential is given twice"};
  slot = value;
  return {};
}

/// One rule for all: the scheme in any case, exactly one blank, then a value without blanks (A7).
Result<std::string_view> bearer_value(std::string_view authorization) {
  if (authorization.size() <= kBearer.size() ||
      !iequals(authorization.substr(0, kBearer.size()), kBearer)) {
    return Error{Errc::unauthenticated, "not a bearer credential"};
  }
  const std::string_view value = authorization.substr(kBearer.size());
  if (value.find_first_of(" \t,") != std::string_view::npos) {
    return Error{Errc::unauthenticated, "not one bearer credential"};
  }
  return value;
}

}  // namespace

Result<Presented> read_presented(std::span<const HeaderField> fields,
                                 const config::Authentication& settings) {
  std::optional<std::string_view> key;
  std::optional<std::string_view> authorization;
  Presented out;
  for (const HeaderField& field : fields) {
    Result<void> taken;
    if (iequals(field.name, settings.api_key_header)) {
      taken = once(key, field.value);
    } else if (iequals(field.name, "authorization")) {
      taken = once(authorization, field.value);
    } else if (settings.custom_header && iequals(field.name, settings.custom_header->name)) {
      taken = once(out.custom_header, field.value);
    }
    if (!taken) return taken.error();
  }
  if (key && authorization) return Error{Errc::invalid_input, "a key and a bearer value together"};
  out.api_key = key;
  if (!authorization) return out;
  const Result<std::string_view> value = bearer_value(*authorization);
  if (!value) return value.error();
  (looks_like_jwt(*value) ? out.token : out.api_key) = *value;
  return out;
}

}  // namespace tollgate::auth
