// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/operations/operation.hpp"
#include "tollgate/seals/seals.hpp"
#include "tollgate/usage/answer_editor.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::seals {

/// The ids of one exchange, as its client and as its backend know them. What the client has sent is
/// shown to it again in the same letters. One thread's.
class ExchangeIds : public usage::Replacement {
 public:
  /// Both outlive it.
  ExchangeIds(const Seals& seals, const std::string& client) : seals_(seals), client_(client) {}

  /// What the backend calls it. nullopt: it is no seal, is damaged, or another client's.
  std::optional<std::string> open(std::string_view id);
  /// The same of what stands where ids do: what looks like one and does not open is kept as bare.
  std::optional<std::string> open_at_place(std::string_view id);
  /// The objects that were opened, by what the backend calls them: all of them the client's.
  const ledger::FoundObjects& told() const { return told_; }
  /// Ids that the client sent without a seal, or with none that opens. It must be known of each
  /// that it is the client's: a backend that gives one back would have it sealed as that.
  const std::unordered_set<std::string>& bare() const { return bare_; }
  /// The client may use it, and knows it by the backend's own id, from before ids were sealed.
  void leave_bare(const std::string& id) { shown_.emplace(id, id); }

  /// Who answers what: the record as it is when the answer begins. Both outlive the answer.
  void answered(const usage::UsageRecord& record, const operations::Operation& operation);
  /// How the client sees a string at one of operations::id_places(); nullopt: as it is.
  std::optional<std::string> of(std::size_t path, std::string_view value) override;
  /// The same of the ids that are segments of a url's path.
  std::string shown_url(std::string_view url);

 private:
  const std::string& shown(std::string_view id);
  ledger::StoredObject described(std::string_view id) const;

  const Seals& seals_;
  const std::string& client_;
  const usage::UsageRecord* record_ = nullptr;  ///< null: nobody has answered
  std::string_view path_;                       ///< of the operation
  bool leaves_object_ = false;                  ///< the answer's own id is an object's
  ledger::FoundObjects told_;
  std::unordered_set<std::string> bare_;
  std::unordered_map<std::string, std::string> opened_;  ///< by what the client calls them
  std::unordered_map<std::string, std::string> shown_;   ///< by what the backend calls them
};

}  // namespace tollgate::seals
