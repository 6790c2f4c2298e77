// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace tollgate::app {

/// Lets the process open as many descriptors as the system allows it to: the soft limit is often
/// 1,024, for the sake of programs that use select(). Once, before anything is opened.
void raise_descriptor_limit();

/// How many descriptors the process may have.
std::size_t descriptor_limit();

/// How many client connections at most leave enough descriptors for backends, journals and files:
/// `wanted`, or three quarters of the limit where that is less. A connection too many is then
/// closed, and nothing else fails.
std::size_t connections_within(std::size_t wanted, std::size_t limit);

/// Whether a file could be opened now. False: none is left, and that a file could not be read says
/// nothing of it.
bool descriptor_left();

}  // namespace tollgate::app
