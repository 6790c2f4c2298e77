// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <optional>

#include "commands.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::app {
namespace {

/// 256 bits, which nobody can guess, behind a mark that scanners for leaked secrets can look for.
/// No dots: a key must never look like a token.
std::optional<std::string> make_key() {
  std::array<unsigned char, 32> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return std::nullopt;
  const std::string_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string key = "tollgate_" + to_base64url(view);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

/// A key that clients already hold, from standard input so that it stands in no list of processes.
std::optional<std::string> read_key() {
  std::string key;
  std::getline(std::cin, key);
  if (!key.empty() && key.back() == '\r') key.pop_back();
  const bool usable = !key.empty() && std::all_of(key.begin(), key.end(),
                                                  [](char c) { return c > ' ' && c < 0x7F; });
  return usable ? std::optional(std::move(key)) : std::nullopt;
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
             std::string::npos;
}

int refuse_key(const std::string& why) { return complain("tollgate: " + why); }

}  // namespace

int new_key(const std::string& name, bool existing) {
  if (!is_plain_name(name))
    return refuse_key("a key's name has letters, digits, dashes, dots and underscores");
  std::optional<std::string> key = existing ? read_key() : make_key();
  if (!key)
    return refuse_key(existing ? "standard input holds no key" : "no random bytes could be had");
  const Sha256 digest = sha256(*key);
  if (!existing) {
    std::cout << "# The key, shown this once; the gateway keeps only its hash:\n" << *key << "\n";
  }
  std::cout << "# For clients[].api_keys in the configuration:\n- {name: " << name
            << ", sha256: " << to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()})
            << "}\n";
  OPENSSL_cleanse(key->data(), key->size());
  return 0;
}

}  // namespace tollgate::app
