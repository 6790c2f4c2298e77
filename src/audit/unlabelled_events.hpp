// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace tollgate::audit {

// Streams that come under another label: server-sent events as plain text, JSON objects one behind
// another (a line each or not) or in one array. Linear.

/// Whether the text is one: it holds an object that says a piece of an answer (`delta`), or begins
/// as server-sent events do and holds one. `text`: at most `max_bytes`.
bool is_unlabelled_stream(std::string_view text, std::size_t max_bytes);

/// Gives its events as an event stream, in pieces. What stands between the objects and is no part
/// of the form is an event of its own.
void read_unlabelled_stream(std::string_view text,
                            const std::function<void(std::string_view)>& feed);

}  // namespace tollgate::audit
