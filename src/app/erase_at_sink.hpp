// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/config/exporter.hpp"

namespace tollgate::app {

/// Whose content is erased: a client's of a month ("2026-11", UTC), or a caller's as rows have it.
struct ErasedRows {
  std::string client;
  std::string month;
  std::string caller;
};

/// What an operator runs to erase rows that an exporter has delivered already: shell commands, a
/// line each, with a comment before them. Names are quoted.
std::string erase_at_sink(const config::Exporter& exporter, const ErasedRows& rows);

}  // namespace tollgate::app
