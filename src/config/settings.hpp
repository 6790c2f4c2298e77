// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "node_reader.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::config {

/// Declares every setting of the file: reads, documents and validates them one by one. What concerns several
/// settings at once is checked by check_references().
void declare_settings(MappingReader& root, Config& config);

void declare_callers(MappingReader& root, Config& config);
void declare_backends(MappingReader& root, Config& config);
void declare_credential(MappingReader& reader, const std::string& key, Credential& out,
                        const char* doc, bool allow_api_key);
void declare_records(MappingReader& root, Config& config);

/// Names that point nowhere or clash, and combinations that cannot work.
void check_references(const Config& config, std::vector<ConfigError>& errors);

}  // namespace tollgate::config
