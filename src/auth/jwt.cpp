// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "jwt.hpp"

#include <set>

#include "tollgate/base/base64.hpp"

namespace tollgate::auth {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestToken = 32 * 1024;
constexpr std::size_t kLongestKeyId = 256;
constexpr std::size_t kDeepest = 16;

Error refused(const char* why) { return Error{Errc::unauthenticated, why}; }

/// Builds the document and notices what a lenient parser would hide: members given twice, great
/// depth.
class StrictHandler : public nlohmann::detail::json_sax_dom_parser<json> {
 public:
  using Base = nlohmann::detail::json_sax_dom_parser<json>;
  explicit StrictHandler(json& root) : Base(root, false) {}

  bool start_object(std::size_t size) {
    keys_.emplace_back();
    return keys_.size() <= kDeepest && Base::start_object(size);
  }
  bool end_object() {
    keys_.pop_back();
    return Base::end_object();
  }
  bool start_array(std::size_t size) {
    keys_.emplace_back();
    return keys_.size() <= kDeepest && Base::start_array(size);
  }
  bool end_array() {
    keys_.pop_back();
    return Base::end_array();
  }
  bool key(std::string& name) { return keys_.back().insert(name).second && Base::key(name); }

 private:
  std::vector<std::set<std::string>> keys_;
};

Result<json> strict_object(std::string_view part) {
  const auto bytes = from_base64url(part);
  if (!bytes || bytes->empty() || bytes->front() != '{')
    return refused("a part is not encoded JSON");
  json out;
  StrictHandler handler(out);
  if (!json::sax_parse(*bytes, &handler) || !out.is_object())
    return refused("a part is not strict JSON");
  return {boost::system::in_place_value, std::move(out)};
}

Result<std::string> checked_key_id(const json& header) {
  const auto algorithm = header.find("alg");
  if (algorithm == header.end() || *algorithm != "RS256")
    return refused("the algorithm is not RS256");
  if (header.contains("crit") || header.contains("b64")) return refused("an extension is required");
  const auto key_id = header.find("kid");
  if (key_id == header.end() || !key_id->is_string()) return refused("no key id");
  std::string out = key_id->get<std::string>();
  if (out.empty() || out.size() > kLongestKeyId) return refused("an odd key id");
  return out;
}

}  // namespace

bool looks_like_jwt(std::string_view value) {
  const std::size_t first = value.find('.');
  if (first == std::string_view::npos || value.size() > kLongestToken) return false;
  const std::size_t second = value.find('.', first + 1);
  if (second == std::string_view::npos) return false;
  const auto header = from_base64url(value.substr(0, first));
  if (!header || header->empty() || header->front() != '{') return false;
  return json::accept(*header);
}

Result<Jwt> decode_jwt(std::string_view token) {
  if (token.size() > kLongestToken) return refused("too long");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return refused("not three parts");
  }
  const Result<json> header = strict_object(token.substr(0, first));
  if (!header) return header.error();
  Result<std::string> key_id = checked_key_id(*header);
  if (!key_id) return key_id.error();
  Result<json> claims = strict_object(token.substr(first + 1, second - first - 1));
  if (!claims) return claims.error();
  auto signature = from_base64url(token.substr(second + 1));
  if (!signature || signature->empty()) return refused("no signature");
  return Jwt{std::move(*key_id), std::string(token.substr(0, second)), std::move(*signature),
             std::move(*claims)};
}

}  // namespace tollgate::auth
