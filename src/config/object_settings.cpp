// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "settings.hpp"

namespace tollgate::config {
namespace {

void declare_seal_key(MappingReader& reader, Objects& out) {
  std::optional<Secret> key = read_long_key(reader);
  if (!key) return;
  const auto& keys = out.seal_keys;
  if (std::find(keys.begin(), keys.end(), *key) != keys.end())
    return reader.error("is the same key as another one");
  out.seal_keys.push_back(std::move(*key));
}

void declare_object_settings(MappingReader& objects, Objects& out) {
  auto ownership = static_cast<std::size_t>(out.ownership);
  objects.choice(
      "ownership", {"local", "sealed"}, ownership,
      "Where it stands which client an object belongs to and which backend has it. "
      "`local`: in this gateway's ledger, so other replicas do not know it. `sealed`: in "
      "the id itself, encrypted, so that every replica with the same seal_keys knows "
      "(security.md).");
  out.ownership = static_cast<ObjectOwnership>(ownership);
  bool keys_given = false;
  objects.list("seal_keys",
               "32 bytes in base64 each, as `openssl rand -base64 32` makes them. The first seals, "
               "all open: to change it, put the new one last, then first, on every replica, and "
               "keep the old one for as long as its ids are in use.",
               false, [&](MappingReader& key) {
                 keys_given = true;
                 declare_seal_key(key, out);
               });
  if (out.ownership == ObjectOwnership::sealed && out.seal_keys.empty() && !keys_given)
    objects.error_at("ownership", "needs seal_keys");
}

}  // namespace

void declare_objects(MappingReader& root, Objects& out) {
  root.mapping("objects", "What backends keep for clients: responses, files, threads, ...", false,
               [&](MappingReader& reader) { declare_object_settings(reader, out); });
}

}  // namespace tollgate::config
