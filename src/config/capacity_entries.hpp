// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "node_reader.hpp"
#include "tollgate/pricing/capacity.hpp"

namespace tollgate::config {

/// Declares one entry of `provisioned`, and adds it unless it is wrong in a way that would make
/// other entries look wrong.
void declare_capacity(MappingReader& reader, std::vector<pricing::Capacity>& out);

}  // namespace tollgate::config
