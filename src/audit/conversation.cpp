// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/conversation.hpp"

#include "json_slice.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/conversation_id.hpp"

namespace tollgate::audit {
namespace {

std::string word(std::string_view text) { return usage::kept_conversation(trim(text)); }
std::string word(JsonSlice value) { return word(value.text()); }

}  // namespace

std::string conversation_of(std::string_view request, std::string_view header,
                            std::string_view belongs_to) {
  std::string found = word(header);
  if (!found.empty()) return found;
  const JsonFields fields{JsonSlice(request)};
  const JsonSlice conversation = fields["conversation"];
  found = word(conversation.is_object() ? conversation["id"] : conversation);
  if (found.empty()) found = word(fields["thread_id"]);
  for (const char* const name : {"conversation_id", "session_id"}) {
    if (found.empty()) found = word(fields["metadata"][name]);
  }
  if (found.empty()) found = word(belongs_to);
  if (found.empty()) found = word(fields["previous_response_id"]);
  return found;
}

}  // namespace tollgate::audit
