// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate::redis {

/// A Lua script: a constant of the program, known to the server by the SHA-1 of its text.
class Script {
 public:
  explicit Script(std::string source);

  const std::string& source() const { return source_; }
  /// In lower-case hexadecimal, as EVALSHA takes it.
  const std::string& sha1() const { return sha1_; }

 private:
  std::string source_;
  std::string sha1_;
};

/// One call of the store: a script or a command.
struct Call {
  /// All keys are of one hash slot (slot_of), and there is at least one: the first says which node
  /// is asked. The script outlives the client.
  static Call eval(const Script& script, std::vector<std::string> keys,
                   std::vector<std::string> arguments);
  /// Such as {"GET", "a"}; the second word is the key.
  static Call command(std::vector<std::string> words);

  std::string_view key() const;

  const Script* script = nullptr;  ///< null: a command, whose words are `arguments`
  std::vector<std::string> keys;
  std::vector<std::string> arguments;
  /// How long the answer may take, connecting included; nullopt: as the settings say.
  std::optional<milliseconds> patience{};
};

inline constexpr unsigned kSlots = 16384;

/// The hash slot of a key, by the part in its first {} where that is not empty (Redis Cluster
/// specification: CRC16 XMODEM modulo 16384).
unsigned slot_of(std::string_view key);

}  // namespace tollgate::redis
