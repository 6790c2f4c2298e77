// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate::audit {

/// Which conversation a request belongs to, by the first of these that names one:
/// 1. `header`, the value of the client's own header (x-conversation-id),
/// 2. `conversation` of the Responses API, a string or an object's `id`,
/// 3. `thread_id`,
/// 4. `metadata.conversation_id`, then `metadata.session_id`,
/// 5. `belongs_to`, what that of the request's stored objects is (ledger::StoredObject),
/// 6. `previous_response_id`: last, for it names a step of a conversation, each time another.
/// Empty: none does. At most 256 bytes, sanitised. `request`: JSON, mended (request_content) or as
/// the client sent it; of anything else only header and `belongs_to` count.
std::string conversation_of(std::string_view request, std::string_view header,
                            std::string_view belongs_to = {});

}  // namespace tollgate::audit
