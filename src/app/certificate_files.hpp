// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tollgate/config/config.hpp"

namespace tollgate::app {

enum class FileUse : std::uint8_t {
  shown,        ///< what a listener shows: its own certificate and its chain
  key,          ///< of that
  authorities,  ///< by which others are trusted
  credential,   ///< by which the gateway proves itself
};

/// A file with certificates or a key that a configuration names.
struct CertificateFile {
  FileUse use = FileUse::authorities;
  std::string path;     ///< never empty
  std::string setting;  ///< what names the file
  int line = 0;         ///< of what the setting belongs to; 0: of the file as a whole
  const config::Listener* listener = nullptr;  ///< that uses it; null: none
};

/// All of them, those of the listeners first; a file stands there as often as it is named. They
/// point into `config`.
std::vector<CertificateFile> certificate_files(const config::Config& config);

/// "host:port", as the configuration has it.
std::string address_of(const config::Listener& listener);

}  // namespace tollgate::app
