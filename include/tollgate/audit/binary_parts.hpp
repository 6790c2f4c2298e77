// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tollgate::audit {

/// Sans-I/O: of a JSON text in any pieces, what is a file in base64 or a data URL becomes
/// `{"type":"image/png","bytes":4711,"sha256":"..."}`, size and hash being those of the decoded
/// bytes. Everything else stays to the byte, text that is no JSON too.
///
/// Goes by the members' names in which the APIs send such things (binary_members.hpp), and by what
/// stands there: text of a message, arguments and outputs of tools stay text, whatever they look
/// like, so that nothing readable can hide as a file. Linear; keeps nothing of a file.
class BinaryParts {
 public:
  BinaryParts();
  BinaryParts(BinaryParts&&) noexcept;
  BinaryParts& operator=(BinaryParts&&) noexcept;
  ~BinaryParts();

  /// Appends to `out` what is known of the text so far.
  void feed(std::string_view text, std::string& out);
  /// The text has ended. A file that it broke off in is described as far as it came, with
  /// `"cut":true`.
  void finish(std::string& out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// False: in this JSON text, which is whole, BinaryParts would find no file.
bool may_hold_file(std::string_view text);

/// The same description, of a body that is no text: `media_type` as its Content-Type has it,
/// parameters included.
std::string describe_binary(std::string_view media_type, std::string_view bytes);

/// A multipart/form-data body as one JSON object: fields as strings, files as descriptions with
/// their name, what stands several times as an array. Files of JSON lines (batches, training) are
/// read: their lines stand in one more member, `lines`, in order, a line that is no JSON as a
/// string; no more of them than make the whole longer than `max_bytes`. A body that is no such form
/// is described as a whole.
std::string describe_form(std::string_view content_type, std::string_view body,
                          std::size_t max_bytes);

}  // namespace tollgate::audit
