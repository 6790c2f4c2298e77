// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "vocabulary.hpp"

#include <bit>
#include <cstring>

#include "vocabulary_data.hpp"

namespace tollgate::tokenizer {
namespace {

std::uint64_t load(const char* at, std::size_t length) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, length);
  return word;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 32);
}

/// Not for secrets: the table never changes, so that chosen text cannot fill its chains.
std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = bytes.size();
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) hash = mix(hash, load(at, 8));
  if (left >= 4) {
    hash = mix(hash, load(at, 4) << 32 | load(at + left - 4, 4));
  } else if (left > 0) {
    hash = mix(hash, load(at, 1) << 16 | load(at + left / 2, 1) << 8 | load(at + left - 1, 1));
  }
  return mix(hash, 0);
}

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 50); }

}  // namespace

Vocabulary::Vocabulary(std::string_view data) {
  std::uint32_t count = 0;
  std::memcpy(&count, data.data(), sizeof(count));
  const auto* const lengths = reinterpret_cast<const unsigned char*>(data.data()) + sizeof(count);
  tokens_ = data.data() + sizeof(count) + count;
  size_ = count;
  slots_.resize(std::bit_ceil(std::size_t{2} * count));
  pairs_.assign(256 * 256, kNoRank);
  std::size_t offset = 0;
  for (std::uint32_t rank = 0; rank < count; offset += lengths[rank], ++rank) {
    insert(rank, offset, lengths[rank]);
  }
}

void Vocabulary::insert(std::uint32_t rank, std::size_t offset, std::size_t length) {
  const std::string_view token(tokens_ + offset, length);
  const std::uint64_t hash = hash_of(token);
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at].length != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length), rank,
                tag_of(hash)};
  if (length == 2) {
    pairs_[static_cast<unsigned char>(token[0]) * 256u + static_cast<unsigned char>(token[1])] =
        rank;
  }
}

std::uint32_t Vocabulary::rank(std::string_view bytes) const {
  if (bytes.size() > kLongestToken) return kNoRank;
  const std::uint64_t hash = hash_of(bytes);
  const std::uint32_t tag = tag_of(hash);
  for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    const Slot slot = slots_[at];
    if (slot.length == 0) return kNoRank;
    if (slot.tag == tag && slot.length == bytes.size() &&
        std::memcmp(tokens_ + slot.offset, bytes.data(), bytes.size()) == 0) {
      return slot.rank;
    }
  }
}

const Vocabulary& Vocabulary::of(Encoding encoding) {
  if (encoding == Encoding::o200k_base) {
    static const Vocabulary o200k_base(vocabulary_data(Encoding::o200k_base));
    return o200k_base;
  }
  static const Vocabulary cl100k_base(vocabulary_data(Encoding::cl100k_base));
  return cl100k_base;
}

}  // namespace tollgate::tokenizer
