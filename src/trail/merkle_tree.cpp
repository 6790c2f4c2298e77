// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/merkle_tree.hpp"

#include <bit>
#include <string>
#include <utility>

namespace tollgate::trail {
namespace {

void add(std::string& out, const Sha256& hash) {
  out.append(reinterpret_cast<const char*>(hash.data()), hash.size());
}

/// The largest power of two below `size`, which is at least 2: where RFC 6962 splits a tree.
std::uint64_t split_of(std::uint64_t size) { return std::bit_floor(size - 1); }

/// RFC 6962's SUBPROOF; `whole`: the earlier tree is all of this one, and its root is known.
void add_subproof(std::span<const Sha256> leaves, std::uint64_t size, bool whole,
                  std::vector<Sha256>& out) {
  if (size == leaves.size()) {
    if (!whole) out.push_back(root_of(leaves));
    return;
  }
  const std::uint64_t split = split_of(leaves.size());
  if (size <= split) {
    add_subproof(leaves.first(split), size, whole, out);
    out.push_back(root_of(leaves.subspan(split)));
  } else {
    add_subproof(leaves.subspan(split), size - split, false, out);
    out.push_back(root_of(leaves.first(split)));
  }
}

}  // namespace

Sha256 hash_leaf(std::string_view bytes) {
  std::string input(1, '\x00');
  return sha256(input.append(bytes));
}

Sha256 hash_node(const Sha256& left, const Sha256& right) {
  std::string input(1, '\x01');
  add(input, left);
  add(input, right);
  return sha256(input);
}

std::optional<Frontier> Frontier::from(std::uint64_t size, std::vector<Sha256> hashes) {
  if (static_cast<std::size_t>(std::popcount(size)) != hashes.size()) return std::nullopt;
  Frontier out;
  out.size_ = size;
  out.hashes_ = std::move(hashes);
  return out;
}

void Frontier::append(const Sha256& leaf) {
  Sha256 hash = leaf;
  // Each bit that the carry runs over is a whole subtree that the new one completes.
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    hash = hash_node(hashes_.back(), hash);
    hashes_.pop_back();
  }
  hashes_.push_back(hash);
  ++size_;
}

Sha256 Frontier::root() const {
  if (hashes_.empty()) return sha256("");
  Sha256 out = hashes_.back();
  for (auto it = hashes_.rbegin() + 1; it != hashes_.rend(); ++it) out = hash_node(*it, out);
  return out;
}

Sha256 root_of(std::span<const Sha256> leaves) {
  Frontier frontier;
  for (const Sha256& leaf : leaves) frontier.append(leaf);
  return frontier.root();
}

std::vector<Sha256> inclusion_path(std::span<const Sha256> leaves, std::uint64_t index) {
  if (leaves.size() <= 1) return {};
  const std::uint64_t split = split_of(leaves.size());
  const bool left = index < split;
  std::vector<Sha256> out = left ? inclusion_path(leaves.first(split), index)
                                 : inclusion_path(leaves.subspan(split), index - split);
  out.push_back(root_of(left ? leaves.subspan(split) : leaves.first(split)));
  return out;
}

// RFC 9162 2.1.3.2
bool proves_inclusion(const Sha256& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Sha256> path, const Sha256& root) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Sha256 hash = leaf;
  for (const Sha256& sibling : path) {
    if (last == 0) return false;
    const bool right = (node & 1) != 0 || node == last;
    hash = right ? hash_node(sibling, hash) : hash_node(hash, sibling);
    while (right && (node & 1) == 0 && node != 0) {
      node >>= 1;
      last >>= 1;
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

std::vector<Sha256> consistency_proof(std::span<const Sha256> leaves, std::uint64_t size) {
  std::vector<Sha256> out;
  add_subproof(leaves, size, true, out);
  return out;
}

// RFC 9162 2.1.4.2
bool proves_consistency(std::uint64_t earlier, const Sha256& earlier_root, std::uint64_t size,
                        const Sha256& root, std::span<const Sha256> proof) {
  if (earlier == 0 || earlier > size) return false;
  if (earlier == size) return proof.empty() && earlier_root == root;
  std::vector<Sha256> path(proof.begin(), proof.end());
  if (std::has_single_bit(earlier)) path.insert(path.begin(), earlier_root);
  if (path.empty()) return false;
  std::uint64_t node = earlier - 1;
  std::uint64_t last = size - 1;
  for (; (node & 1) != 0; node >>= 1) last >>= 1;
  Sha256 from_earlier = path.front();
  Sha256 from_later = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      from_earlier = hash_node(path[i], from_earlier);
      from_later = hash_node(path[i], from_later);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      from_later = hash_node(from_later, path[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && from_earlier == earlier_root && from_later == root;
}

}  // namespace tollgate::trail
