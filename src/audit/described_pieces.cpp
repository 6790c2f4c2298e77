// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "described_pieces.hpp"

#include <algorithm>

#include "base64_tally.hpp"

namespace tollgate::audit {

namespace {

template <class Object>
bool describes(const Object& object) {
  return (object["sha256"].is_string() || object["file"].is_string()) &&
         object["bytes"].integer() && object["type"].is_string();
}

}  // namespace

bool is_description(JsonSlice value) { return value.is_object() && describes(value); }
bool is_description(const JsonFields& object) { return describes(object); }

void DescribedPieces::add(JsonSlice piece) {
  ++pieces_;
  if (piece.is_object()) {
    if (pieces_ == 1) only_ = piece.raw();
    if (pieces_ == 1) type_ = piece["type"].raw();
    bytes_ +=
        static_cast<std::uint64_t>(std::max<std::int64_t>(piece["bytes"].integer().value_or(0), 0));
    hashes_.add(piece["sha256"].written());
    return;
  }
  Base64Tally tally;
  tally.add(piece.text());
  bytes_ += tally.digest().bytes();
  hashes_.add(tally.digest().hex());
}

void DescribedPieces::write(std::string& out) const {
  if (pieces_ == 1 && !only_.empty()) {
    out.append(only_);
    return;
  }
  out.append("{\"type\":").append(type_).append(",\"bytes\":").append(std::to_string(bytes_));
  out.append(",\"pieces\":").append(std::to_string(pieces_));
  out.append(",\"pieces_sha256\":\"").append(hashes_.hex()).append("\"}");
}

}  // namespace tollgate::audit
