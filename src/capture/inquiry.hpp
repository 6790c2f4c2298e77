// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "preparation.hpp"
#include "tollgate/config/external_redactor.hpp"
#include "tollgate/redaction/analysis.hpp"

namespace tollgate::capture {

/// What the external redactor is asked about one exchange, and what becomes of its answer. It sees
/// what the rules left: each string of the content as what it spells, in pieces, equal ones once.
/// A string that is one word of lower-case ASCII letters, digits and `_.:/-` is not asked about: it
/// is the API's (a role, a type, an id, a model) or can be no name that such a service would find.
/// Pure.
class Inquiry {
 public:
  /// Beyond these nobody is asked: the redactor counts as failed.
  static constexpr std::size_t kMostPieces = 2'000;
  static constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

  /// Of the sides whose content is to be kept and is not yet stored.
  explicit Inquiry(const PreparedExchange& prepared);

  const std::vector<std::string>& pieces() const { return pieces_; }
  bool too_much() const { return too_much_; }

  /// Findings by piece, in the order of pieces().
  using Findings = std::vector<std::vector<redaction::AnalysisFinding>>;
  /// Takes them out of the content and counts them. What stands in place of an earlier finding
  /// stays.
  void take_out(const Findings& findings, PreparedExchange& prepared) const;

 private:
  void add(std::string_view text);

  std::vector<std::string> pieces_;
  std::map<std::string, std::size_t, std::less<>> places_;  ///< of each piece in the list
  std::size_t bytes_ = 0;
  bool too_much_ = false;
};

/// What the settings say where the redactor has not answered; each row of the content then says
/// `external_dropped` or `external_missing` among its counts.
void give_up(config::RedactorFailure on_failure, PreparedExchange& prepared);

}  // namespace tollgate::capture
