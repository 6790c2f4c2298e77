// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <string>
#include <string_view>

#include "completion_assembly.hpp"
#include "event_assembly.hpp"
#include "media_assembly.hpp"
#include "responses_assembly.hpp"
#include "run_assembly.hpp"

namespace tollgate::audit {
namespace {

template <class Assembly>
std::unique_ptr<EventAssembly> make() {
  return std::make_unique<Assembly>();
}

/// An API's streams are known by the begin of the `type` or of the `object` of their events
/// (azure-protocol.md 2).
struct Row {
  std::string_view member;
  std::string_view begin;
  std::unique_ptr<EventAssembly> (*make)();
};

constexpr std::array<Row, 8> kRows{{
    {"object", "chat.completion", make<CompletionAssembly>},
    {"object", "text_completion", make<CompletionAssembly>},
    {"type", "response.", make<ResponsesAssembly>},
    {"object", "thread", make<RunAssembly>},
    {"type", "speech.audio.", make<MediaAssembly>},
    {"type", "transcript.text.", make<MediaAssembly>},
    {"type", "image_generation.", make<MediaAssembly>},
    {"type", "image_edit.", make<MediaAssembly>},
}};

}  // namespace

std::unique_ptr<EventAssembly> assembly_for(const JsonFields& event) {
  // Azure's first event of a chat has an empty object.
  if (event["choices"].is_array()) return make<CompletionAssembly>();
  for (const Row& row : kRows) {
    const JsonSlice word = event[row.member];
    if (word.written().starts_with(row.begin)) return row.make();
  }
  return nullptr;
}

}  // namespace tollgate::audit
