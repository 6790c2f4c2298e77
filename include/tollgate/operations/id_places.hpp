// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "tollgate/operations/operation.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::operations {

/// Where JSON of backends and of clients holds ids of what backends keep: one list for all
/// operations and for both ways, so that what is sealed in an answer is opened wherever a client
/// sends it back. Any thread.
const usage::JsonPaths& id_places();

/// Whether the place with this number holds ids: others are in the list because the client's own
/// text is there, whatever its member is called.
bool is_id_place(std::size_t path);

/// Whether an answer's own id stands at the place with this number.
bool is_own_id(std::size_t path);

/// Whether the field of an answer is a url in whose path ids may stand.
bool is_url_field(std::string_view name);

/// Whether the operation answers with a file's bytes: what they look like, they are the client's.
bool answers_with_file(const Operation& operation);

}  // namespace tollgate::operations
