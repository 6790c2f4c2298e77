// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/tool_calls.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

std::vector<std::string> tool_argument_pieces() {
  return {R"({"note":"\"usage\":{\"prompt_)", R"(tokens\":999}",)", R"("usa)",
          R"(ge":{"prompt_tokens":999,"completion_tokens":999,)", R"("total_tokens":1998}})"};
}

std::string tool_arguments() {
  std::string out;
  for (const std::string& piece : tool_argument_pieces()) out += piece;
  return out;
}

ordered_json tool_call(const Generation& g) {
  return {{"id", "call_" + g.unique},
          {"type", "function"},
          {"function", {{"name", "report_usage"}, {"arguments", tool_arguments()}}}};
}

std::vector<ordered_json> tool_call_deltas(const Generation& g) {
  std::vector<ordered_json> out;
  ordered_json first = tool_call(g);
  first["index"] = 0;
  first["function"]["arguments"] = "";
  out.push_back(std::move(first));
  for (const std::string& piece : tool_argument_pieces()) {
    out.push_back({{"index", 0}, {"function", {{"arguments", piece}}}});
  }
  return out;
}

}  // namespace tollgate::simulator
