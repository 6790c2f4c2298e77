// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/base/base64.hpp"

namespace tollgate::trail {
namespace {

using nlohmann::json;

std::string encoded(const Sha256& hash) {
  return to_base64(std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

std::optional<Sha256> decoded(std::string_view text) {
  const auto bytes = from_base64(text);
  Sha256 out;
  if (!bytes || bytes->size() != out.size()) return std::nullopt;
  std::ranges::copy(*bytes, out.begin());
  return out;
}

std::optional<std::vector<Sha256>> hashes_in(const json& object, const char* name) {
  const auto list = object.find(name);
  if (list == object.end() || !list->is_array()) return std::nullopt;
  std::vector<Sha256> out;
  for (const json& text : *list) {
    const auto hash = text.is_string() ? decoded(text.get<std::string>()) : std::nullopt;
    if (!hash) return std::nullopt;
    out.push_back(*hash);
  }
  return out;
}

json as_json(std::span<const Sha256> hashes) {
  json out = json::array();
  for (const Sha256& hash : hashes) out.push_back(encoded(hash));
  return out;
}

/// The first line, which is taken away; nullopt: it has no end.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string Checkpoint::text() const {
  return origin + "\n" + std::to_string(size) + "\n" + encoded(root) + "\n";
}

std::optional<Checkpoint> Checkpoint::parse(std::string_view text) {
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!origin || !size || !root || origin->empty() || size->empty()) return std::nullopt;
  Checkpoint out;
  out.origin = *origin;
  const auto [end, fault] = std::from_chars(size->data(), size->data() + size->size(), out.size);
  const auto hash = decoded(*root);
  if (fault != std::errc() || end != size->data() + size->size() || !hash) return std::nullopt;
  out.root = *hash;
  return out;
}

std::string origin_of(const std::string& gateway, const std::string& trail) {
  return gateway + "/" + trail;
}

std::string CheckpointProof::to_json() const {
  nlohmann::ordered_json out;
  out["note"] = note;
  out["from"] = before.size();
  out["frontier"] = as_json(before.hashes());
  out["leaves"] = as_json(leaves);
  return out.dump();
}

std::optional<CheckpointProof> CheckpointProof::parse(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const auto note = object.find("note");
  const auto from = object.find("from");
  if (note == object.end() || !note->is_string()) return std::nullopt;
  if (from == object.end() || !from->is_number_unsigned()) return std::nullopt;
  auto frontier = hashes_in(object, "frontier");
  auto leaves = hashes_in(object, "leaves");
  if (!frontier || !leaves) return std::nullopt;
  auto before = Frontier::from(from->get<std::uint64_t>(), std::move(*frontier));
  if (!before) return std::nullopt;
  return CheckpointProof{note->get<std::string>(), std::move(*before), std::move(*leaves)};
}

Frontier CheckpointProof::after() const {
  Frontier out = before;
  for (const Sha256& leaf : leaves) out.append(leaf);
  return out;
}

}  // namespace tollgate::trail
