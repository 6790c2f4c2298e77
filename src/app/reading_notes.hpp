// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tollgate/trail/stored_row.hpp"

namespace tollgate::app {

/// What whoever reads the trail must know beside the rows that fit, for every command that reads.
class ReadingNotes {
 public:
  /// `conversation`: the id that is read; empty: none.
  explicit ReadingNotes(const std::string& conversation) : is_of_one_(!conversation.empty()) {}

  /// Of a row that fits.
  void add(const trail::StoredRow& row);

  /// FoundRows::unmarked of what was read.
  void add_unmarked(const std::string& unmarked);

  // What each says is the text of a note: tell() writes it.

  /// Whoever calls chooses the id of a conversation: another client may have used the same. Names
  /// the clients, where there are several and more than the last one told of; else empty.
  std::string clients();
  /// How many of the rows have no content any more; empty: none.
  std::string erased() const;

  /// Of rows that differ from their hashes, and are not shown: any may have fitted.
  void add_damaged(const std::vector<std::int64_t>& sequences);
  /// Warnings that name what is damaged, where there is more than the last ones told of; else none.
  std::vector<std::string> damaged();
  /// A warning of what add_unmarked() was given, once; empty: nothing.
  std::string unmarked();
  bool any_damaged() const { return !rows_.empty() || !contents_.empty(); }

 private:
  bool is_of_one_;
  std::set<std::string> clients_;
  std::size_t told_ = 1;
  std::size_t erased_ = 0;
  std::vector<std::int64_t> rows_;      ///< sequences: damaged
  std::vector<std::int64_t> contents_;  ///< sequences: of damaged content
  std::size_t damaged_told_ = 0;
  std::string unmarked_;
  bool unmarked_told_ = false;
};

}  // namespace tollgate::app
