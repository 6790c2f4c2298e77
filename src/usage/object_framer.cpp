// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "object_framer.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kDone = "DONE]";

}  // namespace

ObjectFramer::Token ObjectFramer::next(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (extent_.is_open()) return go_on(bytes);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == '{') {
      if (at > 0) return {Kind::between, bytes.substr(0, at)};
      only_ = only_ && word_.empty();
      word_.clear();
      ++said_;
      return go_on(bytes);
    }
    if (!take_between(bytes[at])) continue;
    ++said_;
    return {Kind::done, bytes.substr(0, at + 1)};
  }
  return {Kind::between, bytes};
}

ObjectFramer::Token ObjectFramer::go_on(std::string_view bytes) {
  const std::string_view raw = bytes.substr(0, extent_.feed(bytes));
  return {extent_.is_open() ? Kind::piece : Kind::last, raw};
}

/// True: it ends `[DONE]`.
bool ObjectFramer::take_between(char c) {
  if (!word_.empty() || c == kDone.front()) {
    word_.push_back(c);
    only_ = only_ && kDone.starts_with(word_);
    const bool ended = word_ == kDone;
    if (ended || word_.size() == kDone.size()) word_.clear();
    return ended;
  }
  only_ = only_ && kBetweenObjects.find(c) != kBetweenObjects.npos;
  return false;
}

}  // namespace tollgate::usage
