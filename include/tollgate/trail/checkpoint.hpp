// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/trail/merkle_tree.hpp"
#include "tollgate/trail/signed_note.hpp"

namespace tollgate::trail {

/// A state of a trail: how many rows it has, and their root. Its note's text is that of C2SP's
/// tlog-checkpoint (c2sp.org/tlog-checkpoint): origin, size, root in base64, a line each.
struct Checkpoint {
  std::string origin;  ///< origin_of()
  std::uint64_t size = 0;
  Sha256 root{};

  std::string text() const;
  /// Lines behind the third, which the form allows, are passed over. nullopt: not of that form.
  static std::optional<Checkpoint> parse(std::string_view text);

  bool operator==(const Checkpoint&) const = default;
};

/// `GATEWAY/TRAIL`: the same gateway begins another trail with a new database.
std::string origin_of(const std::string& gateway, const std::string& trail);

/// What a checkpoint's row holds: the signed note, and what proves that its tree is the earlier one
/// with these leaves behind. So each row can be told from what it was, also where others are gone.
struct CheckpointProof {
  std::string note;
  Frontier before;             ///< of the tree that the leaves were added to
  std::vector<Sha256> leaves;  ///< of the rows behind it, up to the checkpoint's size

  /// JSON: `note`, `from` (rows before), `frontier` and `leaves` (hashes in base64).
  std::string to_json() const;
  /// nullopt: not of that form.
  static std::optional<CheckpointProof> parse(std::string_view json);

  /// The state that it leads to.
  Frontier after() const;
};

/// Rows that one checkpoint proves at most, so that its content fits into a column.
inline constexpr std::size_t kMostLeaves = 512;

}  // namespace tollgate::trail
