// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace tollgate::audit {

// Streams that come under another label: server-sent events as plain text, JSON objects one behind
// another (a line each or not) or in one array. Linear.

/// Whether the text is one for certain: it holds an object that says a piece of an answer, and
/// nothing but such a form. What only may be a stream is shown as it stands; redaction reads the
/// pieces in it together (capture::member_readings()). `text`: at most `max_bytes`.
bool is_unlabelled_stream(std::string_view text, std::size_t max_bytes);

/// Gives the events of one as an event stream, in pieces.
void read_unlabelled_stream(std::string_view text,
                            const std::function<void(std::string_view)>& feed);

}  // namespace tollgate::audit
