// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "node_reader.hpp"
#include "tollgate/config/quotas.hpp"

namespace tollgate::config {

/// A list of limits. `of_client`: one may be for a model alone.
void declare_limits_of(MappingReader& reader, const std::string& key, const char* doc,
                       bool of_client, std::vector<LimitEntry>& out);

}  // namespace tollgate::config
