// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "follow_queue.hpp"

#include <utility>

#include "follow_policy.hpp"

namespace tollgate::followup {

bool is_behind(const Waiting& work, std::string_view client, std::string_view part) {
  if (work.client != client) return false;
  const std::string path = work.path.substr(0, work.path.find('?')) + "/";
  return path.find(std::string(part) + "/") != std::string::npos;
}

void FollowQueue::line_up(Entry& entry, SteadyTime due) {
  entry.due = due;
  lines_[entry.waiting.client].due.emplace(std::pair(due, entry.waiting.sequence),
                                           entry.waiting.sequence);
}

void FollowQueue::leave_line(Entry& entry) {
  lines_[entry.waiting.client].due.erase({entry.due, entry.waiting.sequence});
}

void FollowQueue::add(Waiting waiting, SteadyTime now) {
  const std::int64_t sequence = waiting.sequence;
  const auto [at, added] = entries_.try_emplace(sequence);
  if (!added) return;
  at->second.waiting = std::move(waiting);
  ++lines_[at->second.waiting.client].waiting;
  line_up(at->second, now);
}

bool FollowQueue::take_one(Line& line, SteadyTime now, std::vector<Waiting>& out) {
  if (line.under_way == kMostOfOne || under_way_ == kMostAtOnce || line.due.empty()) return false;
  const auto first = line.due.begin();
  if (first->first.first > now) return false;
  Entry& entry = entries_.at(first->second);
  entry.under_way = true;
  ++line.under_way;
  ++under_way_;
  out.push_back(entry.waiting);
  line.due.erase(first);
  return true;
}

std::vector<Waiting> FollowQueue::take(SteadyTime now) {
  std::vector<Waiting> out;
  // Round by round, one for each client, beginning behind who had the last turn.
  for (bool again = true; again;) {
    again = false;
    auto at = lines_.upper_bound(last_client_);
    for (std::size_t i = 0; i < lines_.size(); ++i, ++at) {
      if (at == lines_.end()) at = lines_.begin();
      if (!take_one(at->second, now, out)) continue;
      last_client_ = at->first;
      again = true;
    }
  }
  return out;
}

void FollowQueue::asked(std::int64_t sequence, SteadyTime now, bool told) {
  const auto found = entries_.find(sequence);
  if (found == entries_.end() || !found->second.under_way) return;
  Entry& entry = found->second;
  entry.under_way = false;
  --lines_[entry.waiting.client].under_way;
  --under_way_;
  entry.times_told += told ? 1 : 0;
  line_up(entry, now + next_delay(++entry.times_asked));
}

void FollowQueue::settled(std::int64_t sequence) {
  const auto found = entries_.find(sequence);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  const auto line = lines_.find(entry.waiting.client);
  if (entry.under_way) {
    --line->second.under_way;
    --under_way_;
  } else {
    leave_line(entry);
  }
  if (--line->second.waiting == 0) lines_.erase(line);
  entries_.erase(found);
}

std::vector<FollowQueue::Question> FollowQueue::hurry(const std::string& client,
                                                      const std::string& part, SteadyTime now) {
  std::vector<Question> out;
  for (auto& [sequence, entry] : entries_) {
    if (!is_behind(entry.waiting, client, part)) continue;
    out.push_back({sequence, entry.times_told});
    if (entry.under_way || entry.due <= now) continue;
    leave_line(entry);
    line_up(entry, now);
  }
  return out;
}

bool FollowQueue::is_answered(const Question& question) const {
  const auto found = entries_.find(question.sequence);
  return found == entries_.end() || found->second.times_told != question.times_told;
}

}  // namespace tollgate::followup
