// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace tollgate::usage {

/// Of Responses, images, transcriptions and speech: nothing that matters follows these.
inline constexpr std::array<std::string_view, 8> kTerminalEvents{
    "response.completed",   "response.incomplete",
    "response.failed",      "image_generation.completed",
    "image_edit.completed", "transcript.text.done",
    "speech.audio.done",    "error"};

/// Of those the ones that bring a whole image.
inline bool is_image_event(std::string_view type) {
  return type == "image_generation.completed" || type == "image_edit.completed";
}

inline bool is_terminal_event(std::string_view type) {
  return std::find(kTerminalEvents.begin(), kTerminalEvents.end(), type) != kTerminalEvents.end();
}

/// Whether an event of that type brings a piece of what is generated.
inline bool brings_content(std::string_view type) {
  return type.ends_with(".delta") || type.ends_with(".partial_image");
}

}  // namespace tollgate::usage
