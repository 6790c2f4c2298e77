// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace tollgate::audit {

/// A member in which the APIs send a file or what a reader can do nothing with.
struct BinaryMember {
  std::string_view name;
  /// Only within a member of one of these names; empty: anywhere.
  std::string_view within = {};
  std::string_view or_within = {};
  /// What is said of it where no data URL names its type; empty: only a data URL counts.
  std::string_view type = {};
  /// Shorter base64 may be a word.
  std::size_t least = 32;
};

/// Names by the specification of OpenAI's API (azure-protocol.md 0.2, oai) and Azure's captures.
inline constexpr std::array<BinaryMember, 13> kBinaryMembers{{
    {"url"},
    {"image_url"},
    {"file_url"},
    {"b64_json", "", "", "image"},
    {"partial_image_b64", "", "", "image"},
    {"file_data", "", "", "file"},
    {"data", "input_audio", "audio", "audio"},
    {"audio", "", "", "audio", 64},    // speech.audio.delta
    {"result", "", "", "image", 256},  // of an image_generation_call
    {"embedding", "", "", "embedding"},
    {"encrypted_content", "", "", "encrypted", 64},
    {"image", "", "", "image", 64},
    {"mask", "", "", "image", 64},
}};

}  // namespace tollgate::audit
