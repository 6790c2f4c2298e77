// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/content_decoder.hpp"

#include <algorithm>
#include <array>

#include "unfolders.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kPiece = 16 * 1024;
constexpr std::uint64_t kHarmless = 1024 * 1024;

}  // namespace

bool ContentDecoder::knows(std::string_view coding) { return find_coding(coding) != nullptr; }

ContentDecoder::ContentDecoder(std::string_view coding, const UnfoldBounds& bounds)
    : unfolder_(find_coding(coding)->make()), bounds_(bounds) {}

bool ContentDecoder::within_bounds() const {
  const std::uint64_t by_ratio = std::max(kHarmless, consumed_ * bounds_.most_ratio);
  return produced_ <= std::min(bounds_.most_bytes, by_ratio);
}

void ContentDecoder::feed(std::string_view bytes,
                          const std::function<void(std::string_view)>& take) {
  std::array<char, kPiece> out;
  bool full = false;  // the output room was used up: more may come without more input
  while (!failed() && (!bytes.empty() || full)) {
    const Unfolder::Step step = unfolder_->unfold(bytes, out.data(), out.size());
    bytes.remove_prefix(step.used);
    consumed_ += step.used;
    produced_ += step.made;
    state_ = step.state;
    broken_ = step.state == Unfolder::State::broken;
    over_bounds_ = !within_bounds();
    if (!failed() && step.made > 0) take({out.data(), step.made});
    full = step.state == Unfolder::State::going_on && step.made == out.size();
  }
}

}  // namespace tollgate::usage
