// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// The log's line about one operation, written when its exchange ends, however that is: after the client has its
/// answer, so that nobody waits for it. It names the record and says nothing that the record does not.
class OperationLine {
 public:
  /// The record outlives the line. Not `wanted`: nothing is written (logging.operations).
  OperationLine(const usage::UsageRecord& record, bool wanted) : record_(record), wanted_(wanted) {}
  OperationLine(const OperationLine&) = delete;
  OperationLine& operator=(const OperationLine&) = delete;
  ~OperationLine();

 private:
  const usage::UsageRecord& record_;
  bool wanted_;
};

}  // namespace tollgate::proxy
