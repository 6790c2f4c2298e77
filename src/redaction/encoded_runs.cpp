// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "encoded_runs.hpp"

#include <utf8proc.h>

#include <algorithm>

#include "base64_run.hpp"

namespace tollgate::redaction {
namespace {

/// Fewer characters in a row are no value of any rule.
constexpr int kReadable = 6;

/// The length of a character that is not ASCII; 0: none begins here.
std::size_t wide_character_at(std::string_view bytes, std::size_t at) {
  utf8proc_int32_t point = 0;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(bytes.data()) + at,
                       static_cast<utf8proc_ssize_t>(bytes.size() - at), &point);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

/// Whether text begins here: the length of its character, 0 for none. Null bytes count: UTF-16.
inline std::size_t character_at(std::string_view bytes, std::size_t at) {
  const auto c = static_cast<unsigned char>(bytes[at]);
  if (c < 0x80) return (c >= 0x20 && c != 0x7F) || c == 0 || (c >= 9 && c <= 13) ? 1 : 0;
  return wide_character_at(bytes, at);
}

/// Whether all of it is text, control characters among it, and not too short.
bool is_text(std::string_view bytes) {
  int characters = 0;
  for (std::size_t at = 0; at < bytes.size(); ++characters) {
    const bool ascii = static_cast<unsigned char>(bytes[at]) < 0x80;
    const std::size_t size = ascii ? 1 : character_at(bytes, at);
    if (size == 0) return false;
    at += size;
  }
  return characters >= kReadable;
}

/// The bytes if all are text, or the stretches of text among them, a line each. Most readings of
/// most runs are noise, which would keep the rules' automata from ever seeing a state twice.
std::string readable(std::string_view bytes) {
  std::string out;
  if (is_text(bytes)) return out.append(bytes).append("\n");
  std::size_t begin = 0;
  int run = 0;
  const auto end_stretch = [&](std::size_t end) {
    if (run >= kReadable) out.append(bytes.substr(begin, end - begin)).push_back('\n');
    run = 0;
  };
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = character_at(bytes, at);
    if (size == 0) end_stretch(at);
    if (size > 0 && run++ == 0) begin = at;
    at += std::max<std::size_t>(size, 1);
  }
  end_stretch(bytes.size());
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::size_t hex_run_end(std::string_view text, std::size_t at) {
  while (at < text.size() && hex_value(text[at]) >= 0) ++at;
  return at;
}

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out.push_back(static_cast<char>(hex_value(text[i]) * 16 + hex_value(text[i + 1])));
  }
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out;
  Base64Decoder().take(text, out);
  return out;
}

/// All readings of one run; `most` letters may precede it.
template <class Decode>
void read(std::string_view text, std::size_t begin, std::size_t end, std::size_t most,
          Decode decode, const std::function<bool(const EncodedRun&)>& take) {
  for (std::size_t skip = 0; skip <= most; ++skip) {
    const EncodedRun run{begin, end,
                         readable(decode(text.substr(begin + skip, end - begin - skip)))};
    if (!run.decoded.empty() && take(run)) return;
  }
}

}  // namespace

void each_encoded_run(std::string_view text, std::size_t from, std::size_t until,
                      const std::function<bool(const EncodedRun&)>& take) {
  std::size_t hex_end = from;
  for (std::size_t at = from; at < until;) {
    if (base64_value(text[at]) < 0) {
      ++at;
      continue;
    }
    const std::size_t end = base64_run_end(text, at);
    if (end - at >= kShortestRun) read(text, at, end, 3, from_base64, take);
    // Hexadecimal digits are letters of base64, too: they stand within such a run.
    for (std::size_t hex = std::max(at, hex_end); hex < end; ++hex) {
      hex_end = hex_run_end(text, hex);
      if (hex_end - hex >= 2 * 8) read(text, hex, hex_end, 1, from_hex, take);
      hex = std::max(hex, hex_end);
    }
    at = end;
  }
}

}  // namespace tollgate::redaction
