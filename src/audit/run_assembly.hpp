// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "event_assembly.hpp"
#include "growing_value.hpp"

namespace tollgate::audit {

/// Streams of an assistant's run (azure-protocol.md 2.5), which have no other body:
/// `{"object":"thread.run.events","thread":...,"run":...,"steps":[...],"messages":[...]}`: each
/// object as its last event has it, a message or step that was not finished as far as its deltas
/// came.
class RunAssembly : public EventAssembly {
 public:
  bool take(const JsonFields& event, ContentBudget& budget) override;
  bool break_off(ContentBudget& budget) override;
  void write(ObjectWriter& body, bool error) const override;

 private:
  struct Growing {
    std::size_t place = 0;  ///< in the order in which they appeared
    GrowingValue value;
  };
  using ById = std::map<std::string, Growing, std::less<>>;

  static void take_one(ById& known, const JsonFields& event, ContentBudget& budget);
  static bool break_off(ById& known, ContentBudget& budget);
  static void write_all(const ById& known, std::string& out);

  GrowingValue thread_;
  GrowingValue run_;
  ById steps_;
  ById messages_;
};

}  // namespace tollgate::audit
