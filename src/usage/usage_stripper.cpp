// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_stripper.hpp"

#include <optional>

#include "object_stripper.hpp"
#include "usage_traces.hpp"

namespace tollgate::usage {

UsageStripper::UsageStripper(BodyShape label) : probe_(label) {}
UsageStripper::UsageStripper(UsageStripper&&) noexcept = default;
UsageStripper::~UsageStripper() = default;

void UsageStripper::pass(std::string_view event, std::string_view data, std::string& out) {
  const Judgement judgement = judge_traces(event, data);
  dropped_last_ = judgement.verdict == Verdict::drop;
  judgement.append(event, out);
}

void UsageStripper::hold(std::string_view bytes, std::string& out) {
  (passing_ ? out : held_).append(bytes);
  if (held_.size() <= kHoldLimit) return;
  out.append(held_);
  held_.clear();
  passing_ = true;
}

/// Of an event with several data lines nothing is taken: no backend sends its chunks so.
void UsageStripper::end_held(std::string& out) {
  dropped_last_ = false;
  if (!passing_) {
    const auto event = SseFramer::whole_event(held_, true);
    pass(held_, event ? event->data : std::string_view(), out);
    held_.clear();
  }
  passing_ = false;
}

void UsageStripper::feed(std::string_view bytes, std::string& out) {
  if (!is_told_) {
    const std::optional<BodyShape> told = probe_.feed(bytes);
    if (!told) return;
    is_told_ = true;
    shape_ = *told;
    if (shape_ == BodyShape::json) objects_ = std::make_unique<ObjectStripper>();
    bytes = probe_.held();
  }
  if (shape_ == BodyShape::server_sent_events) return strip(bytes, out);
  if (objects_) return objects_->feed(bytes, out);
  out.append(bytes);
}

void UsageStripper::strip(std::string_view bytes, std::string& out) {
  for (;;) {
    const SseFramer::Token token = framer_.next(bytes);
    bytes.remove_prefix(token.raw.size());
    switch (token.kind) {
      case SseFramer::Kind::need_more:
        return;
      case SseFramer::Kind::event:
        // What would be too long to be held passes unchanged also when it need not be held.
        pass(token.raw, token.raw.size() > kHoldLimit ? std::string_view() : token.data, out);
        break;
      case SseFramer::Kind::data:
      case SseFramer::Kind::other:
        hold(token.raw, out);
        break;
      case SseFramer::Kind::end:
        hold(token.raw, out);
        end_held(out);
        break;
      case SseFramer::Kind::outside:
        if (!dropped_last_) out.append(token.raw);
        break;
    }
  }
}

void UsageStripper::finish(std::string& out) {
  if (!is_told_) out.append(probe_.held());
  if (objects_) objects_->finish(out);
  out.append(held_);
  held_.clear();
}

}  // namespace tollgate::usage
