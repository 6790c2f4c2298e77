// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/answer.hpp"

#include <algorithm>

#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

Piece repeated(std::string_view unit, std::size_t size) {
  constexpr std::size_t kAtOnce = 64 * 1024;
  Piece out;
  out.size = size;
  const std::size_t most = std::min(kAtOnce, size + unit.size() - 1);
  while (out.bytes.size() + unit.size() <= most) out.bytes += unit;
  return out;
}

std::string to_text(const ordered_json& body) {
  return write_raw_values(body.dump(-1, ' ', false, json::error_handler_t::replace));
}

Answer json_answer(const ordered_json& body) {
  Answer out;
  std::string text = to_text(body);
  // In a string the quotes would be escaped, so this is a member's name.
  const std::size_t usage = text.rfind("\"usage\":");
  if (usage == std::string::npos) {
    out.pieces.push_back({.bytes = std::move(text)});
  } else {
    // A null is no usage yet.
    const bool told = text.compare(usage + 8, 4, "null") != 0;
    out.pieces.push_back({.bytes = text.substr(0, usage)});
    out.pieces.push_back({.bytes = text.substr(usage), .usage = told});
  }
  return out;
}

Answer plain_answer(std::string content_type, std::string body) {
  Answer out;
  out.content_type = std::move(content_type);
  out.pieces.push_back({.bytes = std::move(body)});
  return out;
}

Answer error_answer(int status, const std::string& reason, const json& code,
                    const std::string& message, const char* type) {
  ordered_json error{{"code", code}, {"message", message}};
  if (type != nullptr) error.update({{"type", type}, {"param", nullptr}});
  Answer out = json_answer({{"error", error}});
  out.status = status;
  out.reason = reason;
  return out;
}

}  // namespace tollgate::simulator
