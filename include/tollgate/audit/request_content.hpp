// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tollgate::audit {

/// A request's body as it is audited, before redaction.
struct RequestContent {
  std::string text;        ///< at most `max_bytes`, in well-formed UTF-8
  bool json = false;       ///< a JSON text
  bool truncated = false;  ///< over `max_bytes`, nested too deep, or JSON that broke off
};

/// `body`: without content coding. JSON stays as it is, files in it described (BinaryParts), and is
/// closed where it is cut; a form is its fields (describe_form); other text stays text; what is no
/// text is described. Linear; `max_bytes`: at least 2. Never fails.
RequestContent request_content(std::string_view content_type, std::string_view body,
                               std::size_t max_bytes);

class TextBody;

/// Sans-I/O: the same of a text, JSON among them, in pieces, so that who serves others too can let
/// them have their turns. Holds no more than the bound.
class RequestText {
 public:
  /// Whether such a body is read as text.
  static bool is_text(std::string_view content_type, std::string_view body);

  /// `max_bytes`: at least 2.
  explicit RequestText(std::size_t max_bytes);
  RequestText(RequestText&&) noexcept;
  ~RequestText();

  void feed(std::string_view piece);
  /// Nothing that follows will be kept.
  bool full() const;
  /// Once, at the end.
  RequestContent finish();

 private:
  std::unique_ptr<TextBody> body_;
};

}  // namespace tollgate::audit
