// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "operation_line.hpp"

#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {

OperationLine::~OperationLine() {
  if (!wanted_) return;
  telemetry::log::info("operation", {{"record_id", record_.record_id.to_string()},
                                     {"client", record_.client_name},
                                     {"operation", record_.operation_id},
                                     {"requested_model", record_.requested_model},
                                     {"model", record_.model},
                                     {"backend", record_.backend},
                                     {"deployment", record_.backend_deployment},
                                     {"attempts", record_.attempts.size()},
                                     {"status", record_.status_code},
                                     {"outcome", to_string(record_.outcome)},
                                     {"error_code", record_.error_code},
                                     {"prompt_tokens", record_.tokens.prompt},
                                     {"completion_tokens", record_.tokens.completion},
                                     {"total_tokens", record_.tokens.total},
                                     {"usage_basis", to_string(record_.usage_basis)},
                                     {"usage_reason", record_.usage_reason},
                                     {"duration_ms", record_.duration_ms},
                                     {"first_byte_ms", record_.time_to_first_byte_ms},
                                     {"correlation_id", record_.correlation_id}});
}

}  // namespace tollgate::proxy
