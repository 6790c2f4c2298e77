// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "json_slice.hpp"
#include "object_writer.hpp"

// Parts of messages in OpenTelemetry's form (genai_messages.hpp). Each function appends to an array
// that is being written and begins with '['.
namespace tollgate::audit::genai {

void text_part(std::string& parts, JsonSlice text);
void reasoning_part(std::string& parts, JsonSlice text);
/// `arguments`: a string that holds JSON is taken as what it holds.
void tool_call(std::string& parts, JsonSlice id, JsonSlice name, JsonSlice arguments);
void tool_response(std::string& parts, JsonSlice id, JsonSlice response);
/// A part of a type of its own.
void own_part(std::string& parts, std::string_view type, JsonSlice value);
/// A file: a URL, a data URL, or the description in its place. `mime_type`: where nothing better is
/// known; may be empty.
void file_part(std::string& parts, std::string_view modality, JsonSlice file,
               std::string_view mime_type = {});

/// A message's `content`, of any API: a string, a part or an array of these.
void content_parts(std::string& parts, JsonSlice content);

}  // namespace tollgate::audit::genai
