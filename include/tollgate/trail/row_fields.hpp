// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "tollgate/trail/audit_row.hpp"

namespace tollgate::trail {

/// How the proof sees a column.
enum class Cover {
  open,    ///< in the leaf hash, and in the clear on the disk
  sealed,  ///< under the commitment, and encrypted on the disk: what erasing takes away
  proof,   ///< part of the proof itself
};

/// A column of a row's table.
template <class Row>
struct RowField {
  std::string_view column;
  std::string_view type;  ///< as the table declares it
  Cover cover;
  std::variant<std::string Row::*, Number Row::*, bool Row::*, UtcTime Row::*, JsonText Row::*>
      member;
};

/// Every column but `TimeGenerated`, which is a matter of the upload. New columns go behind the
/// others: the order is that of the canonical form, which leaves out what a row does not have.
std::span<const RowField<AuditRow>> audit_fields();
std::span<const RowField<AccessRow>> access_fields();

/// The row as Azure Monitor takes it, one JSON object without a line break; what it does not have
/// is null or "".
std::string to_json(const AuditRow& row, UtcTime time_generated);
std::string to_json(const AccessRow& row, UtcTime time_generated);

}  // namespace tollgate::trail
