// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

namespace tollgate {

/// A string that prints as "***" and is wiped when destroyed. reveal() is the only way to its
/// bytes, so that every use can be found by searching for it.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  /// The bytes. Valid while this object lives and is not assigned to.
  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  /// Compares in time that depends on the lengths only.
  bool equals(std::string_view other) const;
  friend bool operator==(const Secret& a, const Secret& b) { return a.equals(b.value_); }

 private:
  void wipe();

  std::string value_;
};

/// Always writes "***".
std::ostream& operator<<(std::ostream& out, const Secret& secret);

}  // namespace tollgate
