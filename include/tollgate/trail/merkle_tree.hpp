// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tollgate/base/digest.hpp"

// The Merkle tree of RFC 6962 section 2.1 over SHA-256. Pure.
namespace tollgate::trail {

/// SHA-256 over 0x00 and the bytes.
Sha256 hash_leaf(std::string_view bytes);
/// SHA-256 over 0x01 and both hashes.
Sha256 hash_node(const Sha256& left, const Sha256& right);

/// As much of a tree as is needed to make it grow: the roots of its largest whole subtrees, from
/// the left, one for each bit of its size.
class Frontier {
 public:
  Frontier() = default;
  /// nullopt: not as many hashes as the size has bits.
  static std::optional<Frontier> from(std::uint64_t size, std::vector<Sha256> hashes);

  void append(const Sha256& leaf);
  std::uint64_t size() const { return size_; }
  /// Of an empty tree, the hash of nothing.
  Sha256 root() const;
  const std::vector<Sha256>& hashes() const { return hashes_; }

  bool operator==(const Frontier&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Sha256> hashes_;
};

Sha256 root_of(std::span<const Sha256> leaves);

/// RFC 6962 2.1.1: the siblings of the way from the leaf at `index` up to the root, the lowest
/// first. `index` is less than the number of leaves.
std::vector<Sha256> inclusion_path(std::span<const Sha256> leaves, std::uint64_t index);
/// Whether the path leads from the leaf to the root of a tree of that size.
bool proves_inclusion(const Sha256& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Sha256> path, const Sha256& root);

/// RFC 6962 2.1.2: what proves that the tree of the first `size` leaves grew into that of all. 0 <
/// size <= number of leaves.
std::vector<Sha256> consistency_proof(std::span<const Sha256> leaves, std::uint64_t size);
/// Whether the tree with `root` extends the one with `earlier_root`.
bool proves_consistency(std::uint64_t earlier, const Sha256& earlier_root, std::uint64_t size,
                        const Sha256& root, std::span<const Sha256> proof);

}  // namespace tollgate::trail
