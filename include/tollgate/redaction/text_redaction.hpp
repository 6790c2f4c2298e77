// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/redaction/replacer.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::redaction {

struct Finding;

/// Takes the values that rules find out of a text, in steps, so that a text of many megabytes need
/// not hold up a thread that has others to serve. Linear in the text, whatever it is; steps change
/// nothing in the result. Beside the text and the result it holds one block, some 10 KiB, and some
/// twenty times that while it is searched. Never fails: bytes that are no UTF-8 are kept, and
/// separate nothing.
///
/// Values of fewer than eight bytes are not looked for in base64 and hexadecimal.
class TextRedaction {
 public:
  /// How much to do between two looks at whether to go on. On the worst texts it takes tens of
  /// milliseconds: so it belongs on a thread of its own, not on one that serves connections.
  static constexpr std::size_t kStep = 64 * 1024;

  /// `rules` and `replacer` outlive it. `member`: the name of the JSON member whose value this is;
  /// it counts as context.
  TextRedaction(const Rules& rules, Replacer& replacer, std::string text,
                std::string_view member = {});
  /// Several texts that a reader takes for one, such as the parts of one message: values that are
  /// split over them are found, and their replacement stands where they begin.
  TextRedaction(const Rules& rules, Replacer& replacer, const std::vector<std::string>& parts,
                std::string_view member = {});
  /// Takes nothing out, but says what it would: found(). `junctions`: where one text ends and the
  /// next begins.
  static TextRedaction finding(const Rules& rules, std::string text,
                               std::vector<std::size_t> junctions);
  TextRedaction(TextRedaction&&) noexcept;
  ~TextRedaction();

  /// Goes on for about so many bytes, at least a block of 8 KiB. True: it has ended.
  bool step(std::size_t bytes = kStep);
  /// Once it has ended: the texts without the values, as many as were given.
  std::vector<std::string> take();
  /// Once one that is `finding` has ended: the values in order, but for files in base64.
  std::vector<Finding> found();

 private:
  class Impl;
  explicit TextRedaction(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

/// The same in one go.
std::string redact_text(const Rules& rules, Replacer& replacer, std::string text,
                        std::string_view member = {});

}  // namespace tollgate::redaction
