// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include "preparation.hpp"
#include "tollgate/trail/audit_row.hpp"

namespace tollgate::capture {

/// The rows of an exchange: its content in the GenAI form beside its own, cut into parts. In the
/// order of their kind, form and part; at least one for each side that is not stored yet. Pure.
std::vector<trail::AuditRow> make_rows(PreparedExchange prepared);

/// Prepared and made into rows in one go.
std::vector<trail::AuditRow> make_rows(const redaction::Rules& rules, const config::Audit& settings,
                                       const MakingKeys& keys, Exchange exchange);

}  // namespace tollgate::capture
