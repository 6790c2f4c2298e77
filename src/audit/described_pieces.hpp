// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json_slice.hpp"
#include "running_digest.hpp"

namespace tollgate::audit {

/// Whether a value is what BinaryParts has put in a file's place.
bool is_description(JsonSlice value);
bool is_description(const JsonFields& object);

/// A file that came in pieces, each of which was described: their type and number, their bytes
/// together, and the SHA-256 over the lower-case hexadecimal SHA-256 of each in turn.
class DescribedPieces {
 public:
  /// A description, or base64 too short for one.
  void add(JsonSlice piece);
  /// Appends `{"type":...,"bytes":...,"pieces":...,"pieces_sha256":...}`; of a single description
  /// itself.
  void write(std::string& out) const;

 private:
  std::string type_ = "\"audio\"";
  std::string only_;  ///< the first piece
  std::uint64_t pieces_ = 0;
  std::uint64_t bytes_ = 0;
  RunningDigest hashes_;
};

}  // namespace tollgate::audit
