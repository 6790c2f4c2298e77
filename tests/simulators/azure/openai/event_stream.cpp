// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/event_stream.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

std::string_view EventStream::line_end() {
  // Never LF behind CR: the two would be one line's end, and the event would not have ended.
  static constexpr std::string_view kMixed[] = {"\n", "\r\n", "\r", "\r\n"};
  return behaviour_.mixed_line_ends ? kMixed[lines_++ % 4] : behaviour_.line_end;
}

void EventStream::data_line(std::string& out, std::string_view data) {
  out.append(behaviour_.no_space ? "data:" : "data: ").append(data).append(line_end());
}

void EventStream::add_text(std::string_view name, std::string_view data, bool has_usage) {
  std::string out;
  if (behaviour_.bom && pieces_.empty()) out += "\xEF\xBB\xBF";
  // None before the usage, so that a stream without it has the same ones.
  if (behaviour_.comments && !has_usage)
    out.append(": keep-alive").append(line_end()).append(line_end());
  if (behaviour_.unknown_fields) {
    out.append("id: 7").append(line_end()).append("retry: 3000").append(line_end());
    out.append("colour").append(line_end()).append("datas: {\"usage\":1}").append(line_end());
  }
  if (behaviour_.nul) out.append(": a").append(1, '\0').append("b").append(line_end());
  if (!name.empty() && !behaviour_.no_event_names) {
    out.append("event: ").append(name).append(line_end());
  }
  if (behaviour_.multi_line_data && data.size() > 2 && data.front() == '{') {
    // A newline between tokens means nothing in JSON.
    data_line(out, data.substr(0, 1));
    data_line(out, data.substr(1, data.size() - 2));
    data_line(out, data.substr(data.size() - 1));
  } else {
    data_line(out, data);
  }
  out.append(line_end());
  const std::size_t big = out.find(kBigText);
  if (big == std::string::npos) {
    pieces_.push_back({.bytes = std::move(out), .usage = has_usage});
    return;
  }
  pieces_.push_back({.bytes = out.substr(0, big)});
  pieces_.push_back(repeated("a", behaviour_.big_event_bytes));
  pieces_.push_back({.bytes = out.substr(big + kBigText.size()), .usage = has_usage});
}

void EventStream::add(std::string_view name, const ordered_json& data, bool has_usage) {
  add_text(name, to_text(data), has_usage);
}

Answer EventStream::fail() {
  const ordered_json error{{"message", "The server had an error while processing your request."},
                           {"type", "server_error"},
                           {"param", nullptr},
                           {"code", nullptr}};
  const bool named = behaviour_.error_event != "chat";
  if (behaviour_.error_event == "flat") {
    ordered_json flat = error;
    flat["type"] = "error";
    flat["code"] = "server_error";
    add("error", flat);
  } else {
    add(named ? "error" : "", {{"type", "error"}, {"error", error}});
  }
  return finish();
}

void EventStream::done(std::string_view name) {
  if (behaviour_.no_done) return;
  add_text(name, "[DONE]", false);
  if (behaviour_.done_twice) add_text(name, "[DONE]", false);
  if (behaviour_.data_after_done) {
    add("", {{"choices", ordered_json::array()}, {"usage", {{"total_tokens", 999}}}});
  }
}

Answer EventStream::finish() {
  Answer out;
  out.streamed = true;
  out.content_type = "text/event-stream; charset=utf-8";
  if (behaviour_.no_final_blank && !pieces_.empty()) {
    std::string& bytes = pieces_.back().bytes;
    bytes.resize(bytes.size() - behaviour_.line_end.size());
  }
  if (!pieces_.empty()) pieces_.back().last = true;
  out.pieces = std::move(pieces_);
  return out;
}

}  // namespace tollgate::simulator
