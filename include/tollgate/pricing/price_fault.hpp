// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace tollgate::pricing {

/// What is wrong with a list of prices, and where in its file.
struct PriceFault {
  int line = 0;
  std::string message;
};

}  // namespace tollgate::pricing
