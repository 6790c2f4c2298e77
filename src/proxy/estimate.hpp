// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tollgate/operations/operation.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// Whether our own count may stand in: a text API whose request the backend may have worked on, and
/// of which it reported nothing. `backend_status` is that of its answer, 0 when none came. An
/// answer that is an error or a redirect by its status, or an error in its stream, is not billed
/// (azure-protocol.md 2.4, 2.6), but for a prompt that the content filter refused.
bool can_estimate(const usage::UsageRecord& record, const operations::Api& api, int backend_status);

/// Fills in prompt and completion tokens by our own count, with basis `estimated`; the reason
/// stays, and what was guessed is added to it. `generated_tokens`: of the text that came, nullopt
/// where it was not counted; the completion is unknown then. Leaves the record as it is when the
/// body cannot be read. CPU only: about 0.1 s per MB of body.
void estimate_usage(usage::UsageRecord& record, const operations::Api& api,
                    std::string_view request_body, std::optional<std::int64_t> generated_tokens);

}  // namespace tollgate::proxy
