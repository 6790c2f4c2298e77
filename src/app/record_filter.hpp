// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::app {

/// Of which records an auditor asks; what is empty bounds nothing.
struct RecordFilter {
  std::string client;
  std::string model;         ///< the one that served, or the one that was asked for
  std::string response;      ///< the answer's own id
  std::string conversation;  ///< as the client named it
  std::string caller;        ///< an address, an id of Entra, a header's value, or an end user
  /// How records have these two where redaction has replaced something in them.
  std::vector<std::string> replaced_conversations = {};
  std::vector<std::string> replaced_callers = {};

  bool holds(const usage::UsageRecord& record) const;
  /// Whether anything is bounded.
  bool any() const;
};

/// The clients and models that a search has met, so that one that finds nothing can say which names
/// there are.
class NamesMet {
 public:
  void add(const usage::UsageRecord& record);
  /// What to say of a filter that nothing fitted.
  std::string nothing_fits(const RecordFilter& filter) const;

 private:
  /// Some of the names of one kind, and whether there are more.
  struct Kept {
    std::set<std::string> names;
    bool all = true;
  };

  static void keep(Kept& kept, const std::string& name);
  static std::string none_is(const char* kind, const std::string& wanted, const Kept& kept);

  Kept clients_;
  Kept models_;
};

}  // namespace tollgate::app
