// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "media_assembly.hpp"

#include <algorithm>
#include <string>

namespace tollgate::audit {

bool MediaAssembly::take(const JsonFields& event, ContentBudget& budget) {
  const std::string type = event["type"].text();
  if (type == "transcript.text.delta") {
    text_.append(event["delta"], budget);
  } else if (type == "transcript.text.segment") {
    segments_.push(event.object(), budget);
  } else if (type == "transcript.text.done") {
    text_.replace(event["text"], budget);
    keep(event, {"text"}, budget);
  } else if (type == "speech.audio.delta") {
    audio_.append_file(event["audio"]);
  } else if (type == "speech.audio.done") {
    keep(event, {}, budget);
  } else {
    return take_image(type, event, budget);
  }
  if (type.starts_with("speech.")) members_.set("object", JsonSlice("\"speech\""), budget);
  return true;
}

bool MediaAssembly::take_image(std::string_view type, const JsonFields& event,
                               ContentBudget& budget) {
  if (type.ends_with(".partial_image")) {
    partial_images_.push(event["b64_json"], budget);
    return true;
  }
  if (!type.ends_with(".completed")) return false;
  std::string image;
  ObjectWriter writer(image);
  writer.add("b64_json", event["b64_json"].exists() ? event["b64_json"].raw() : "null");
  writer.end();
  images_.push(JsonSlice(image), budget);
  members_.set("created", event["created_at"], budget);
  keep(event, {"b64_json", "created_at"}, budget);
  return true;
}

void MediaAssembly::keep(const JsonFields& event, std::initializer_list<std::string_view> but,
                         ContentBudget& budget) {
  for (const JsonItem& item : event) {
    const std::string name = item.name.text();
    const bool says_nothing =
        name == "type" || name == "sequence_number" || name == "logprobs" || name == "obfuscation";
    if (says_nothing || std::ranges::find(but, name) != but.end()) continue;
    members_.set(name, item.value, budget);
  }
}

bool MediaAssembly::break_off(ContentBudget& budget) { return text_.break_off(budget); }

void MediaAssembly::write(ObjectWriter& body, bool /*error*/) const {
  members_.write(body);
  if (audio_.exists()) audio_.write(body.member("audio"));
  if (images_.exists()) images_.write(body.member("data"));
  if (partial_images_.exists()) partial_images_.write(body.member("partial_images"));
  if (segments_.exists()) segments_.write(body.member("segments"));
  if (text_.exists()) text_.write(body.member("text"));
}

}  // namespace tollgate::audit
