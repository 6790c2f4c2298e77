// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reading_notes.hpp"

#include <algorithm>
#include <utility>

#include "complaint.hpp"

namespace tollgate::app {
namespace {

/// The first ones.
std::string listed(const std::vector<std::int64_t>& sequences) {
  constexpr std::size_t kMost = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(sequences.size(), kMost); ++i)
    out.append(i == 0 ? "" : ", ").append(std::to_string(sequences[i]));
  if (sequences.size() > kMost)
    out.append(" and ").append(std::to_string(sequences.size() - kMost)).append(" more");
  return out;
}

}  // namespace

void ReadingNotes::add(const trail::StoredRow& row) {
  if (is_of_one_) clients_.insert(row.row.client_name);
  if (row.has_lost_content()) ++erased_;
  if (row.content == trail::ContentState::damaged)
    contents_.push_back(row.row.sequence.value_or(0));
}

void ReadingNotes::add_damaged(const std::vector<std::int64_t>& sequences) {
  rows_.insert(rows_.end(), sequences.begin(), sequences.end());
}

void ReadingNotes::add_unmarked(const std::string& unmarked) {
  if (unmarked_.empty()) unmarked_ = unmarked;
}

std::string ReadingNotes::unmarked() {
  if (unmarked_.empty() || std::exchange(unmarked_told_, true)) return {};
  return "this reading is noted in one of the trail's two mark files alone: " + unmarked_;
}

std::vector<std::string> ReadingNotes::damaged() {
  if (rows_.size() + contents_.size() <= damaged_told_) return {};
  damaged_told_ = rows_.size() + contents_.size();
  std::vector<std::string> out;
  if (!rows_.empty())
    out.push_back(counted(rows_.size(), "row") +
                  " of the trail are damaged and not shown: sequence " + listed(rows_));
  if (!contents_.empty())
    out.push_back("the content of " + counted(contents_.size(), "row") +
                  " is damaged, not erased: sequence " + listed(contents_));
  return out;
}

std::string ReadingNotes::clients() {
  if (clients_.size() <= told_) return {};
  told_ = clients_.size();
  std::string out = std::to_string(told_) + " clients have used this conversation id (";
  const char* between = "";
  for (const std::string& client : clients_)
    out.append(std::exchange(between, ", ")).append(client);
  return out.append("): --client says whose conversation is meant");
}

std::string ReadingNotes::erased() const {
  if (erased_ == 0) return {};
  return "the content of " + counted(erased_, "row") +
         " that fit was erased: what was in it is neither found nor shown";
}

}  // namespace tollgate::app
