// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_replacer.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace tollgate::usage {
namespace {

/// So many bytes hold fewer strings than a scanner keeps.
constexpr std::size_t kStep = 16 * 1024;

}  // namespace

void TextReplacer::feed(std::string_view bytes, std::string& out) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kStep, bytes.size())))
    feed_piece(bytes.substr(0, kStep), out);
}

void TextReplacer::feed_piece(std::string_view bytes, std::string& out) {
  scanner_.feed(bytes);
  fed_ += bytes.size();
  const bool goes_on = !held_.empty();
  if (goes_on) held_.append(bytes);
  const std::string_view text = goes_on ? std::string_view(held_) : bytes;
  const std::size_t done = replace_found(text, out);
  const std::size_t begin = fed_ - text.size();
  const std::optional<std::size_t> open = scanner_.open_text();
  const bool holds = open && *open >= begin + done && fed_ - *open <= kMostHeld;
  const std::size_t stop = holds ? *open - begin : text.size();
  out.append(text.substr(done, stop - done));
  held_ = std::string(text.substr(stop));
}

/// Up to behind the last string that was found; what of the text is done then.
std::size_t TextReplacer::replace_found(std::string_view text, std::string& out) {
  std::size_t done = 0;
  const std::size_t begin = fed_ - text.size();
  for (const PlacedText& found : scanner_.take_found()) {
    if (found.begin < begin || found.kind != ValueKind::text) continue;  // its beginning has passed
    const std::optional<std::string> other = replacement_.of(found.path, found.value);
    if (!other) continue;
    out.append(text.substr(done, found.begin - begin - done));
    out.append("\"").append(*other).append("\"");
    done = found.end - begin;
  }
  return done;
}

void TextReplacer::pass(std::string_view seen, std::string_view written, std::string& out) {
  out.append(held_).append(written);
  held_.clear();
  scanner_.feed(seen);
  fed_ += seen.size();
}

void TextReplacer::end(std::string& out) {
  out.append(held_);
  held_.clear();
  scanner_.reset();
  fed_ = 0;
}

}  // namespace tollgate::usage
