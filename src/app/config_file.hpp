// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "tollgate/base/digest.hpp"
#include "tollgate/config/load.hpp"

namespace tollgate::app {

/// What the files of a configuration held when they were looked at, by path. Of a file that is not
/// there, or is no file, all zeros. A digest covers what decides whether a secret is taken, too:
/// that others may not read it.
using FileDigests = std::map<std::string, Sha256>;

Sha256 digest_file(const std::string& path);
/// The same files now. What cannot be looked at because no descriptor is left counts as unchanged.
FileDigests look_again(const FileDigests& files);

/// A configuration as it was read, and all files that it was read from or will be: its own, those
/// of secrets, those of certificates. Each was looked at before it was used: a change while it is
/// read is seen later, never missed.
struct ConfigFile {
  config::LoadResult loaded;
  FileDigests files;
};

ConfigFile read_config_file(const std::string& path);

}  // namespace tollgate::app
