// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include "making.hpp"
#include "row_maker.hpp"

namespace tollgate::capture {

/// The rows of an exchange under these settings, whose keys a recorder makes once.
inline std::vector<trail::AuditRow> made_rows(const redaction::Rules& rules,
                                              const config::Audit& settings, Exchange exchange) {
  const Secret words = Making::key_of_words(settings);
  const Secret sampling = Making::key_of_sampling(settings);
  return make_rows(rules, settings, {words, sampling}, std::move(exchange));
}

}  // namespace tollgate::capture
