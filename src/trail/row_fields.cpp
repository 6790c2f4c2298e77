// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/row_fields.hpp"

#include <array>

namespace tollgate::trail {
namespace {

using A = AuditRow;
using enum Cover;

constexpr std::array<RowField<A>, 34> kAuditFields{{
    {"EventTime", "datetime", open, &A::event_time},
    {"RecordId", "string", open, &A::record_id},
    {"Kind", "string", open, &A::kind},
    {"Form", "string", open, &A::form},
    {"Part", "int", open, &A::part},
    {"Parts", "int", open, &A::parts},
    {"Level", "string", open, &A::level},
    {"Source", "string", open, &A::source},
    {"Outcome", "string", open, &A::outcome},
    {"StatusCode", "int", open, &A::status_code},
    {"ClientName", "string", open, &A::client_name},
    {"CallerId", "string", open, &A::caller_id},
    {"CallerIpAddress", "string", sealed, &A::caller_ip_address},
    {"ConversationId", "string", open, &A::conversation_id},
    {"OperationId", "string", open, &A::operation_id},
    {"Model", "string", open, &A::model},
    {"DeploymentName", "string", open, &A::deployment_name},
    {"ContentType", "string", open, &A::content_type},
    {"Content", "string", sealed, &A::content},
    // A plain hash of short content can be guessed: it goes when the content goes.
    {"ContentSha256", "string", sealed, &A::content_sha256},
    {"ContentBytes", "long", open, &A::content_bytes},
    {"Truncated", "boolean", open, &A::truncated},
    {"Redactions", "dynamic", open, &A::redactions},
    {"ContentFilter", "dynamic", open, &A::content_filter},
    {"FinishReasons", "dynamic", open, &A::finish_reasons},
    {"ToolCalls", "dynamic", sealed, &A::tool_calls},
    {"Gateway", "string", open, &A::gateway},
    // Stands beside the other columns in the leaf (row_digest.hpp).
    {"Sequence", "long", proof, &A::sequence},
    {"LeafHash", "string", proof, &A::leaf_hash},
    {"Commitment", "string", open, &A::commitment},
    {"Salt", "string", proof, &A::salt},
    {"Trail", "string", open, &A::trail},
    {"LevelReason", "string", open, &A::level_reason},
    {"ContentMissing", "string", open, &A::content_missing},
}};

using C = AccessRow;

constexpr std::array<RowField<C>, 7> kAccessFields{{
    {"EventTime", "datetime", open, &C::event_time},
    {"Gateway", "string", open, &C::gateway},
    {"Reader", "string", open, &C::reader},
    {"Command", "string", open, &C::command},
    {"Filter", "dynamic", open, &C::filter},
    {"RecordIds", "dynamic", open, &C::record_ids},
    {"Rows", "long", open, &C::rows},
}};

}  // namespace

std::span<const RowField<AuditRow>> audit_fields() { return kAuditFields; }
std::span<const RowField<AccessRow>> access_fields() { return kAccessFields; }

}  // namespace tollgate::trail
