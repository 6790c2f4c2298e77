// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "drops.hpp"

#include <array>

#include "own_patterns.hpp"

namespace tollgate::redaction {
namespace {

struct BuiltIn {
  const char* path;
  DropKind kind;
};

/// Log-probabilities say an answer's text once more, token by token, and stand in answers,
/// transcriptions, and requests that repeat answers. Token ids are a text to whoever has the
/// public list of tokens: as prompts, as inputs of embeddings, in transcriptions.
constexpr std::array<BuiltIn, 4> kBuiltIn{{{"**.logprobs", DropKind::container},
                                           {"prompt", DropKind::token_ids},
                                           {"input", DropKind::token_ids},
                                           {"segments.tokens", DropKind::token_ids}}};

}  // namespace

Result<Drops> Drops::of(std::vector<std::string> own) {
  const std::size_t count = own.size();
  for (const BuiltIn& one : kBuiltIn) own.emplace_back(one.path);
  Result<usage::JsonPaths> paths = parse_drops(own);
  if (!paths) return paths.error();
  return Drops(std::move(*paths), count);
}

DropKind Drops::kind(usage::JsonPaths::Mask mask) const {
  if (!paths_.wanted(mask)) return DropKind::nothing;
  const std::size_t path = paths_.path_of(mask);
  return path < own_ ? DropKind::value : kBuiltIn[path - own_].kind;
}

}  // namespace tollgate::redaction
