// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "tollgate/base/digest.hpp"

namespace tollgate::exporters::append_blob {

/// Rows that were read back from a blob: they are there, though nobody has said so. The same row
/// may come again in another batch and with another `TimeGenerated`, which tells when it is sent;
/// all else in it is the same. Pure.
class LandedRows {
 public:
  /// The whole lines of a piece of a blob. What stands before its first line feed may be the rest
  /// of a line, and then is no row that anybody asks for.
  void add(std::string_view lines);
  /// The lines of those that are not among them, each with its line feed, in their order.
  std::string lines_of_others(std::span<const std::string> rows) const;
  void clear() { rows_.clear(); }
  bool empty() const { return rows_.empty(); }

 private:
  std::set<Sha256> rows_;
};

}  // namespace tollgate::exporters::append_blob
