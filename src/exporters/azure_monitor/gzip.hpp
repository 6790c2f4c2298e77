// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::exporters::azure_monitor {

/// gzip of the bytes. Error internal when zlib fails.
Result<std::string> gzip(const std::string& bytes);

}  // namespace tollgate::exporters::azure_monitor
