// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

// A prompt that the content filter refused was read before, and is paid for, unlike all else that
// is refused (azure-protocol.md 2.6). So whoever asks whether an error is that asks here.
namespace tollgate::usage {

/// A record's ErrorCode where only an error's inner parts say it, and its finish reason.
inline constexpr std::string_view kContentFilter = "content_filter";

/// Whether that is a word for it, in any case: Azure's outer or inner code, or OpenAI's.
bool is_filter_word(std::string_view word);

/// Whether the error's JSON says that the filter refused: by a word for it as the `code` or `type`
/// of any object in it (`innererror`, `inner_error`, lists of details), also in JSON that stands
/// in a text, as servers in between quote it.
bool is_filter_refusal(std::string_view error);

}  // namespace tollgate::usage
