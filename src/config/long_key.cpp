// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "settings.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {

std::optional<Secret> read_long_key(MappingReader& reader) {
  std::string env;
  reader.text("env", env, "The environment variable that holds the key.");
  std::string file;
  reader.text("file", file, "Instead: the file that holds it.");
  if (reader.documenting()) return std::nullopt;
  if (env.empty() == file.empty()) {
    reader.error("needs exactly one of env and file");
    return std::nullopt;
  }
  Secret key;
  if (!reader.given_secret(env, file, key)) return std::nullopt;
  const auto bytes = from_base64(key.reveal());
  if (bytes && bytes->size() == kLongKeySize) return key;
  reader.error("must be 32 bytes in base64");
  return std::nullopt;
}

}  // namespace tollgate::config
