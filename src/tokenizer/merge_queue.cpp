// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "merge_queue.hpp"

#include <algorithm>
#include <functional>

namespace tollgate::tokenizer {

void MergeQueue::run(std::string_view text) {
  text_ = text;
  parts_.resize(text.size());
  queue_.clear();
  const auto size = static_cast<std::uint32_t>(text.size());
  for (std::uint32_t at = 0; at < size; ++at) {
    const std::uint32_t rank =
        at + 1 < size ? vocabulary_->pair_rank(text[at], text[at + 1]) : kNoRank;
    parts_[at] = {at - 1, at + 1, rank};
    if (rank != kNoRank) queue_.push_back(std::uint64_t{rank} << 32 | at);
  }
  std::make_heap(queue_.begin(), queue_.end(), std::greater<>());
  while (!queue_.empty()) {
    const auto rank = static_cast<std::uint32_t>(queue_.front() >> 32);
    const auto begin = static_cast<std::uint32_t>(queue_.front());
    std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
    queue_.pop_back();
    if (parts_[begin].rank == rank) merge(begin);
  }
}

void MergeQueue::merge(std::uint32_t begin) {
  Part& left = parts_[begin];
  Part& right = parts_[left.end];
  left.end = right.end;
  right.rank = kNoRank;
  if (left.end < text_.size()) parts_[left.end].previous = begin;
  look_up(begin);
  if (begin > 0) look_up(left.previous);
}

/// The rank of a part and its new neighbour.
void MergeQueue::look_up(std::uint32_t begin) {
  Part& part = parts_[begin];
  part.rank = kNoRank;
  if (part.end == text_.size()) return;
  part.rank = vocabulary_->rank(text_.substr(begin, parts_[part.end].end - begin));
  if (part.rank == kNoRank) return;
  queue_.push_back(std::uint64_t{part.rank} << 32 | begin);
  std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
}

std::size_t MergeQueue::count() const {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text_.size(); at = parts_[at].end) ++count;
  return count;
}

MergeQueue::Cut MergeQueue::cut_before(std::size_t limit) const {
  Cut cut;
  while (parts_[cut.end].end <= limit) {
    const std::size_t begin = cut.end;
    cut.end = parts_[begin].end;
    cut.last_token = text_.substr(begin, cut.end - begin);
    ++cut.count;
  }
  return cut;
}

}  // namespace tollgate::tokenizer
