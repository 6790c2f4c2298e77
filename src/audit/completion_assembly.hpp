// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "event_assembly.hpp"
#include "filter_results.hpp"
#include "growing_value.hpp"
#include "kept_members.hpp"

namespace tollgate::audit {

/// Chat and legacy completions (azure-protocol.md 2.1): `chat.completion` or `text_completion`.
/// Logprobs are left out: they are many times the text. So is `obfuscation`, which is padding.
/// Filter results of a choice's pieces become the worst of each category.
class CompletionAssembly : public EventAssembly {
 public:
  bool take(const JsonFields& event, ContentBudget& budget) override;
  Growth growth(const JsonFields& event, ContentBudget& budget) override;
  bool break_off(ContentBudget& budget) override;
  void write(ObjectWriter& body, bool error) const override;
  bool has_error() const override;

 private:
  struct Choice {
    KeptMembers members;
    GrowingValue message;
    GrowingValue text;
    FilterResults filter;
  };

  void take_choices(JsonSlice choices, ContentBudget& budget);
  void take_choice(Choice& choice, const JsonFields& fields, ContentBudget& budget);
  void write_choice(std::int64_t index, const Choice& choice, std::string& out) const;

  KeptMembers members_;
  std::map<std::int64_t, Choice> choices_;
};

}  // namespace tollgate::audit
