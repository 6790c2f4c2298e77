// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "raw_texts.hpp"

#include <cstddef>
#include <optional>

#include "tollgate/audit/cut_text.hpp"

namespace tollgate::audit {
namespace {

class TextCutter {
 public:
  TextCutter(std::string_view json, bool (*stays)(std::string_view), std::string& out)
      : json_(json), stays_(stays), out_(out) {}

  TextsCut cut() {
    for (std::size_t at = 0; at < json_.size();) {
      const std::size_t end = json_[at] == '"' ? string_end(at) : at + 1;
      const std::string_view token = json_.substr(at, end - at);
      if (token.front() == '"') {
        take_string(token, end);
      } else {
        take_mark(token.front());
      }
      at = end;
    }
    return done_;
  }

 private:
  /// Behind its closing quote.
  std::size_t string_end(std::size_t at) const {
    for (++at; at < json_.size() && json_[at] != '"'; ++at) {
      if (json_[at] == '\\') ++at;
    }
    return at < json_.size() ? at + 1 : json_.size();
  }

  void take_mark(char c) {
    out_.push_back(c);
    if (c == '{' || c == '[') ++depth_;
    const bool ends = c == '}' || c == ']';
    if (ends) --depth_;
    // The value that stays ends with a comma beside it, or with the object that it is in.
    if (stays_at_ && (ends ? depth_ < *stays_at_ : c == ',' && depth_ == *stays_at_))
      stays_at_.reset();
  }

  void take_string(std::string_view token, std::size_t end) {
    const std::size_t next = json_.find_first_not_of(" \t\r\n", end);
    const std::string_view inside = token.substr(1, token.size() - 2);
    const bool is_name = next != json_.npos && json_[next] == ':';
    if (is_name && !stays_at_ && stays_(inside)) stays_at_ = depth_;
    if (is_name || stays_at_) {
      out_.append(token);
      return;
    }
    const std::string_view left = inside.substr(0, end_of_written_before_cut(inside));
    done_.any = true;
    done_.emptied = done_.emptied || left.empty();
    out_.append("\"").append(left).append("\"");
  }

  std::string_view json_;
  bool (*stays_)(std::string_view);
  std::string& out_;
  TextsCut done_;
  std::size_t depth_ = 0;
  std::optional<std::size_t> stays_at_;  ///< how deep the member lies whose value stays
};

}  // namespace

TextsCut cut_texts(std::string_view json, bool (*stays)(std::string_view name), std::string& out) {
  return TextCutter(json, stays, out).cut();
}

}  // namespace tollgate::audit
