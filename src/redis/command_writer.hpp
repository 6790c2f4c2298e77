// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tollgate/redis/call.hpp"

namespace tollgate::redis {

/// Appends a command as servers of either protocol read it.
void write_command(std::string& out, std::initializer_list<std::string_view> words);

/// Appends a call: a script by its SHA-1, or `whole`, which the server then knows.
void write_call(std::string& out, const Call& call, bool whole);

/// At least as many bytes as write_call() appends.
std::size_t written_size(const Call& call, bool whole);

}  // namespace tollgate::redis
