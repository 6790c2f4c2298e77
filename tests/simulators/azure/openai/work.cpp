// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/work.hpp"

namespace tollgate::simulator {

Work::State Work::state(SteadyTime now) const {
  if (state_ == State::done || state_ == State::cancelled) return state_;
  if (polls_ > 0) {
    if (seen_ >= polls_) return State::done;
    return seen_ == 0 ? State::queued : State::in_progress;
  }
  const auto passed = now - start_;
  if (passed >= milliseconds(ms_)) return State::done;
  return passed < milliseconds(ms_) / 4 ? State::queued : State::in_progress;
}

Work::State Work::poll(SteadyTime now) {
  ++seen_;
  return state(now);
}

bool Work::cancel(SteadyTime now) {
  if (state(now) == State::done || state(now) == State::cancelled) return false;
  state_ = State::cancelled;
  *cancelled_ = true;
  return true;
}

SteadyTime Work::due() const {
  if (state_ == State::done) return {};
  return polls_ > 0 ? SteadyTime::max() : start_ + milliseconds(ms_);
}

SteadyTime Work::due(std::size_t i, std::size_t n) const {
  if (state_ == State::done || polls_ > 0 || n == 0) return {};
  return start_ + milliseconds(ms_) * i / n;
}

}  // namespace tollgate::simulator
