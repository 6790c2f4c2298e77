// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/merkle_tree.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tollgate/base/hex.hpp"
#include "tollgate/trail/row_digest.hpp"

namespace tollgate::trail {
namespace {

/// The leaves that Certificate Transparency's own tests use, and the roots of their trees.
std::vector<Sha256> known_leaves() {
  std::vector<Sha256> out;
  for (const char* const leaf : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                 "606162636465666768696a6b6c6d6e6f"}) {
    out.push_back(hash_leaf(from_hex(leaf).value()));
  }
  return out;
}
constexpr const char* kKnownRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

/// RFC 6962 2.1 word for word, which the frontier must agree with.
Sha256 recursive_root(const std::vector<Sha256>& leaves, std::size_t from, std::size_t to) {
  if (to - from == 1) return leaves[from];
  std::size_t split = 1;
  while (split * 2 < to - from) split *= 2;
  return hash_node(recursive_root(leaves, from, from + split),
                   recursive_root(leaves, from + split, to));
}

std::vector<Sha256> many_leaves(std::size_t count) {
  std::vector<Sha256> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(hash_leaf(std::to_string(i)));
  return out;
}

TEST(MerkleTree, HasTheRootsThatCertificateTransparencyHas) {
  const std::vector<Sha256> leaves = known_leaves();
  Frontier frontier;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    EXPECT_EQ(to_hex(frontier.root()), kKnownRoots[size]) << size;
    EXPECT_EQ(frontier.size(), size);
    if (size < leaves.size()) frontier.append(leaves[size]);
  }
}

TEST(MerkleTree, AgreesWithTheDefinitionAtEverySize) {
  const std::vector<Sha256> leaves = many_leaves(130);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    EXPECT_EQ(root_of(std::span(leaves).first(size)), recursive_root(leaves, 0, size)) << size;
  }
}

TEST(MerkleTree, GoesOnFromAFrontierThatWasKept) {
  const std::vector<Sha256> leaves = many_leaves(77);
  Frontier first;
  for (std::size_t i = 0; i < 50; ++i) first.append(leaves[i]);
  auto second = Frontier::from(first.size(), first.hashes());
  ASSERT_TRUE(second);
  for (std::size_t i = 50; i < 77; ++i) second->append(leaves[i]);
  EXPECT_EQ(second->root(), root_of(leaves));
  EXPECT_FALSE(Frontier::from(first.size() + 1, first.hashes()));
}

TEST(MerkleTree, ProvesEachLeafAndNoOther) {
  const std::vector<Sha256> leaves = many_leaves(23);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const std::span<const Sha256> tree = std::span(leaves).first(size);
    const Sha256 root = root_of(tree);
    for (std::size_t i = 0; i < size; ++i) {
      const std::vector<Sha256> path = inclusion_path(tree, i);
      EXPECT_TRUE(proves_inclusion(leaves[i], i, size, path, root)) << i << " of " << size;
      EXPECT_FALSE(proves_inclusion(leaves[(i + 1) % 23], i, size, path, root));
      if (size > 1) {
        EXPECT_FALSE(proves_inclusion(leaves[i], (i + 1) % size, size, path, root));
      }
      if (!path.empty()) {
        EXPECT_FALSE(
            proves_inclusion(leaves[i], i, size, std::span(path).first(path.size() - 1), root));
      }
    }
  }
}

TEST(MerkleTree, ProvesThatATreeGrewOutOfAnother) {
  const std::vector<Sha256> leaves = many_leaves(20);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const std::span<const Sha256> tree = std::span(leaves).first(size);
    for (std::size_t earlier = 1; earlier <= size; ++earlier) {
      const Sha256 before = root_of(tree.first(earlier));
      const std::vector<Sha256> proof = consistency_proof(tree, earlier);
      EXPECT_TRUE(proves_consistency(earlier, before, size, root_of(tree), proof))
          << earlier << " to " << size;
      EXPECT_FALSE(proves_consistency(earlier, hash_leaf("x"), size, root_of(tree), proof));
      EXPECT_FALSE(proves_consistency(earlier, before, size, hash_leaf("x"), proof));
    }
  }
}

}  // namespace
}  // namespace tollgate::trail
