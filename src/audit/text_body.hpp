// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bounded_json.hpp"
#include "tollgate/audit/binary_parts.hpp"

namespace tollgate::audit {

/// Sans-I/O: a body that is text, JSON mostly: files in JSON are described, the rest stays as it
/// is, up to the bound.
class TextBody {
 public:
  explicit TextBody(std::size_t max_bytes) : kept_(max_bytes) {}

  void feed(std::string_view bytes);
  /// The whole of it, in place of feed().
  void feed_all(std::string_view bytes);
  /// Nothing that follows will be kept.
  bool full() const { return kept_.full(); }
  /// Once, at the end.
  BoundedJson::Kept finish();

 private:
  BinaryParts files_;
  BoundedJson kept_;
  std::string described_;
};

/// Whether bodies of this Content-Type are text, JSON included. An absent type is JSON.
bool is_text_type(std::string_view content_type);

}  // namespace tollgate::audit
