// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "policy_expressions.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace tollgate::quotas {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Behind the text literal of C# that begins at `at`, which may be verbatim (@"a ""quoted"" word").
std::size_t behind_literal(std::string_view text, std::size_t at, bool verbatim) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    const bool twice = i + 1 < text.size() && text[i + 1] == quote;
    if (text[i] == quote && !(verbatim && twice)) return i + 1;
    if (text[i] == quote || (text[i] == '\\' && !verbatim)) ++i;
  }
  return kNone;
}

/// Behind the expression whose bracket opens at `at`; kNone: it does not close.
std::size_t behind_expression(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = behind_literal(text, i, i > 0 && text[i - 1] == '@');
      if (i == kNone) return kNone;
      --i;
    } else if (c == '(' || c == '{') {
      ++depth;
    } else if ((c == ')' || c == '}') && --depth == 0) {
      return i + 1;
    }
  }
  return kNone;
}

/// Whether an attribute's value or an element's text begins before `at`.
bool begins_value(std::string_view text, std::size_t at) {
  std::size_t i = at;
  if (i > 0 && (text[i - 1] == '"' || text[i - 1] == '\'')) {
    for (--i; i > 0 && std::isspace(static_cast<unsigned char>(text[i - 1])) != 0;) --i;
    return i > 0 && text[i - 1] == '=';
  }
  while (i > 0 && std::isspace(static_cast<unsigned char>(text[i - 1])) != 0) --i;
  return i > 0 && text[i - 1] == '>';
}

/// Whether an entity begins there, such as &quot; or &#10;
bool is_entity(std::string_view text) {
  const std::size_t end = text.find(';');
  if (end == kNone || end < 2 || end > 8) return false;
  return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(end),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '#'; });
}

void append_escaped(std::string& out, std::string_view expression) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    switch (expression[i]) {
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&apos;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '&':
        out.append(is_entity(expression.substr(i)) ? "&" : "&amp;");
        break;
      default:
        out.push_back(expression[i]);
    }
  }
}

/// Without blanks, and without the `?` of C#'s `a?.b`.
std::string squeezed(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0 && c != '?') out.push_back(c);
  }
  return out;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != kNone; }

}  // namespace

std::string with_escaped_expressions(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t sign = text.find('@', at);
    if (sign == kNone || sign + 1 >= text.size()) break;
    const char bracket = text[sign + 1];
    const bool opens = (bracket == '(' || bracket == '{') && begins_value(text, sign);
    const std::size_t end = opens ? behind_expression(text, sign + 1) : kNone;
    const std::size_t next = end == kNone ? sign + 1 : end;
    out.append(text.substr(at, sign - at));
    if (end == kNone) {
      out.push_back('@');
    } else {
      append_escaped(out, text.substr(sign, end - sign));
    }
    at = next;
  }
  return out.append(text.substr(at));
}

bool is_expression(std::string_view value) {
  return value.starts_with("@(") || value.starts_with("@{") || has(value, "{{");
}

CounterKey meaning_of(std::string_view key) {
  if (!is_expression(key)) return CounterKey::all;
  const std::string plain = squeezed(key);
  for (const char* const member : {"Id", "Key", "PrimaryKey", "Name"}) {
    if (plain == "@(context.Subscription." + std::string(member) + ")") return CounterKey::each;
  }
  const bool constant = plain.starts_with("@(\"") && plain.ends_with("\")") &&
                        std::count(plain.begin(), plain.end(), '"') == 2;
  return constant ? CounterKey::all : CounterKey::other;
}

std::string why_not(std::string_view key) {
  if (has(key, "{{")) return "it has a named value, whose text is not in the policy";
  if (has(key, "Jwt") || has(key, "Claims"))
    return "it is a claim of a token: make its holders clients (clients[].entra) with limits";
  if (has(key, "Headers"))
    return "it is a header of the request, which anybody may write: make its senders clients with "
           "limits";
  if (has(key, "IpAddress")) return "addresses are no clients: one may be many, and the reverse";
  if (has(key, "Product"))
    return "products are not known here: give their clients a tag, and the tag limits "
           "(quotas.tags)";
  if (has(key, "User")) return "users are not known here: make each a client, or give them a tag";
  return "it is an expression that has no counterpart here";
}

}  // namespace tollgate::quotas
