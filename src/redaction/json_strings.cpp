// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/json_strings.hpp"

#include <utility>

#include "json_text.hpp"
#include "json_tokens.hpp"

namespace tollgate::redaction {
namespace {

using Kind = JsonToken::Kind;

bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
  JsonTokens tokens(text);
  for (;;) {
    const JsonToken token = tokens.next();
    if (token.kind == Kind::malformed) return false;
    if (token.kind == Kind::end) return true;
  }
}

class Rewriting {
 public:
  explicit Rewriting(const RewriteText& rewrite) : rewrite_(rewrite) {}

  /// nullopt: as it was.
  std::optional<std::string> of(std::string_view text, int depth) const {
    if (depth > kDeepestNested || !is_json(text)) return rewrite_(text);
    std::string out;
    std::size_t copied = 0;
    JsonTokens tokens(text);
    for (JsonToken token = tokens.next(); token.kind != Kind::end; token = tokens.next()) {
      if (token.kind != Kind::text && (token.kind != Kind::key || depth == 0)) continue;
      const std::optional<std::string> changed =
          of_string(text.substr(token.begin + 1, token.end - token.begin - 2), token.kind, depth);
      if (!changed) continue;
      out.append(text, copied, token.begin - copied).append(*changed);
      copied = token.end;
    }
    if (copied == 0) return std::nullopt;
    return out.append(text, copied);
  }

 private:
  /// With its quotes. What is no string of JSON is taken as it stands.
  std::optional<std::string> of_string(std::string_view raw, Kind kind, int depth) const {
    const std::optional<std::string> text = decode_json_text(raw);
    const std::string_view spelled = text ? std::string_view(*text) : raw;
    std::optional<std::string> changed =
        kind == Kind::key ? rewrite_(spelled) : of(spelled, depth + 1);
    if (!changed) return std::nullopt;
    return text ? encode_json_text(*changed) : "\"" + *changed + "\"";
  }

  const RewriteText& rewrite_;
};

}  // namespace

std::string rewrite_json_strings(std::string_view body, const RewriteText& rewrite) {
  return Rewriting(rewrite).of(body, 0).value_or(std::string(body));
}

}  // namespace tollgate::redaction
