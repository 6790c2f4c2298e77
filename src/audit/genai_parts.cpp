// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "genai_parts.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "bounded_json.hpp"
#include "described_pieces.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::audit::genai {
namespace {

/// A string as JSON; of anything else null.
std::string_view string_or_null(JsonSlice value) {
  return value.is_string() ? value.raw() : std::string_view("null");
}

void typed_text(std::string& parts, std::string_view type, JsonSlice text) {
  ObjectWriter part(next_element(parts));
  part.add_text("type", type);
  part.add("content", text.is_string() ? text.raw() : "\"\"");
  part.end();
}

/// Text of the Assistants API is an object with a `value`. Other members, annotations mostly, stay.
bool text_of_part(std::string& parts, JsonSlice part) {
  const JsonSlice inside = part["text"];
  const JsonSlice text = inside.is_object() ? inside["value"] : inside;
  if (!text.is_string()) return false;
  ObjectWriter writer(next_element(parts));
  writer.add_text("type", "text");
  writer.add("content", text.raw());
  for (const JsonSlice holder : {part, inside}) {
    JsonItems items(holder);
    for (JsonItem item; items.next(item);) {
      const std::string name = item.name.text();
      const bool placed = name == "type" || name == "content" || name == "text" || name == "value";
      if (!placed && item.value.says_something()) writer.add(name, item.value.raw());
    }
  }
  writer.end();
  return true;
}

bool refusal_part(std::string& parts, JsonSlice part) {
  if (!part["refusal"].is_string()) return false;
  ObjectWriter refusal(next_element(parts));
  refusal.add_text("type", "text");
  refusal.add("content", part["refusal"].raw());
  refusal.add("refusal", "true");
  refusal.end();
  return true;
}

/// What a file is kept as by the backend.
bool stored_file(std::string& parts, std::string_view modality, JsonSlice file_id) {
  if (!file_id.is_string()) return false;
  ObjectWriter part(next_element(parts));
  part.add_text("type", "file");
  part.add_text("modality", modality);
  part.add("file_id", file_id.raw());
  part.end();
  return true;
}

/// A file that is there; false: it is none.
bool sent_file(std::string& parts, std::string_view modality, JsonSlice file,
               std::string_view mime_type = {}) {
  if (!file.is_string() && !is_description(file)) return false;
  file_part(parts, modality, file, mime_type);
  return true;
}

/// The member of an object; of anything else the value itself.
JsonSlice inner(JsonSlice value, std::string_view name) {
  return value.is_object() && value[name].exists() ? value[name] : value;
}

bool image_part(std::string& parts, JsonSlice part) {
  return sent_file(parts, "image", inner(part["image_url"], "url")) ||
         stored_file(parts, "image", part["file_id"]);
}

bool audio_part(std::string& parts, JsonSlice part) {
  const JsonSlice audio = part["input_audio"];
  const std::string format = audio["format"].text();
  return sent_file(parts, "audio", inner(audio, "data"), format.empty() ? "" : "audio/" + format);
}

/// Of chats under `file`, of Responses in the part itself.
bool document_part(std::string& parts, JsonSlice part) {
  const JsonSlice file = inner(part, "file");
  return stored_file(parts, "document", file["file_id"]) ||
         sent_file(parts, "document", file["file_data"]) ||
         sent_file(parts, "document", file["file_url"]);
}

bool image_file_part(std::string& parts, JsonSlice part) {
  return stored_file(parts, "image", part["image_file"]["file_id"]);
}

bool plain_reasoning(std::string& parts, JsonSlice part) {
  for (const char* const name : {"text", "thinking", "reasoning"}) {
    if (!part[name].is_string()) continue;
    reasoning_part(parts, part[name]);
    return true;
  }
  return false;
}

/// Types of content parts: of chats (chat), Responses (input_, output_), threads (image_file).
struct Row {
  std::string_view type;
  /// False: it lacks what such a part has.
  bool (*write)(std::string& parts, JsonSlice part);
};

constexpr std::array kRows{
    Row{"text", text_of_part},
    Row{"input_text", text_of_part},
    Row{"output_text", text_of_part},
    Row{"refusal", refusal_part},
    Row{"image_url", image_part},
    Row{"input_image", image_part},
    Row{"input_audio", audio_part},
    Row{"file", document_part},
    Row{"input_file", document_part},
    Row{"image_file", image_file_part},
    Row{"reasoning_text", plain_reasoning},
    Row{"summary_text", plain_reasoning},
    Row{"thinking", plain_reasoning},
};

void content_part(std::string& parts, JsonSlice part) {
  if (part.is_string()) return text_part(parts, part);
  const std::string type = part["type"].text();
  const auto* const row = std::ranges::find(kRows, type, &Row::type);
  if (row != kRows.end() && row->write(parts, part)) return;
  own_part(parts, type.empty() ? "content" : type, part);
}

/// The names that the convention has given a meaning: a part of one's own has none of them.
bool is_taken(std::string_view type) {
  constexpr std::array<std::string_view, 9> kTaken{"text",
                                                   "reasoning",
                                                   "tool_call",
                                                   "tool_call_response",
                                                   "server_tool_call",
                                                   "server_tool_call_response",
                                                   "blob",
                                                   "file",
                                                   "uri"};
  return std::ranges::find(kTaken, type) != kTaken.end();
}

/// What a string holds, where that is a JSON object or array; else the value itself.
std::string held_json(JsonSlice value) {
  const std::string text = value.text();
  if (text.starts_with('{') || text.starts_with('[')) {
    BoundedJson json(std::numeric_limits<std::size_t>::max() / 2);
    json.feed(text);
    BoundedJson::Kept kept = json.finish();
    if (kept.json && !kept.cut) return std::move(kept.text);
  }
  return std::string(value.raw());
}

/// RFC 6920: `ni:///sha-256;` and the digest in base64url; a URN where the digest was hidden.
std::string name_of(JsonSlice description) {
  if (!description["sha256"].exists()) return "urn:tollgate:file:" + description["file"].text();
  return "ni:///sha-256;" + to_base64url(from_hex(description["sha256"].text()).value_or(""));
}

}  // namespace

void text_part(std::string& parts, JsonSlice text) { typed_text(parts, "text", text); }
void reasoning_part(std::string& parts, JsonSlice text) { typed_text(parts, "reasoning", text); }

void tool_call(std::string& parts, JsonSlice id, JsonSlice name, JsonSlice arguments) {
  ObjectWriter part(next_element(parts));
  part.add_text("type", "tool_call");
  part.add("id", string_or_null(id));
  part.add("name", name.is_string() ? name.raw() : "\"\"");
  if (arguments.exists()) part.add("arguments", held_json(arguments));
  part.end();
}

void tool_response(std::string& parts, JsonSlice id, JsonSlice response) {
  ObjectWriter part(next_element(parts));
  part.add_text("type", "tool_call_response");
  part.add("id", string_or_null(id));
  part.add("response", response.exists() ? response.raw() : "null");
  part.end();
}

void own_part(std::string& parts, std::string_view type, JsonSlice value) {
  ObjectWriter part(next_element(parts));
  part.add_text("type", is_taken(type) ? std::string(type) + "_content" : std::string(type));
  part.add("value", value.exists() ? value.raw() : "null");
  part.end();
}

void file_part(std::string& parts, std::string_view modality, JsonSlice file,
               std::string_view mime_type) {
  const bool described = is_description(file);
  if (!described && !file.is_string()) return own_part(parts, modality, file);
  ObjectWriter part(next_element(parts));
  part.add_text("type", "uri");
  part.add_text("modality", modality);
  const std::string type = described ? file["type"].text() : std::string();
  const std::string_view mime = type.find('/') == std::string::npos ? mime_type : type;
  if (!mime.empty()) part.add_text("mime_type", mime);
  if (described) {
    part.add_text("uri", name_of(file));
    part.add("bytes", file["bytes"].raw());
  } else {
    part.add("uri", file.raw());
  }
  part.end();
}

void content_parts(std::string& parts, JsonSlice content) {
  if (!content.exists() || content.is_null()) return;
  if (content.is_string()) return text_part(parts, content);
  if (!content.is_array()) return content_part(parts, content);
  JsonItems items(content);
  for (JsonItem item; items.next(item);) content_part(parts, item.value);
}

}  // namespace tollgate::audit::genai
