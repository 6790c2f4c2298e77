// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "head_grammar.hpp"

#include <algorithm>
#include <array>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "tollgate/base/text.hpp"

namespace tollgate::http {
namespace {

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr std::array<bool, 256> make_value_table() {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x20; c < 256; ++c) table[c] = c != 0x7F;
  table['\t'] = true;
  return table;
}

constexpr auto kToken = make_token_table();
constexpr auto kValue = make_value_table();

#if defined(__SSE2__)
/// A bit for each of 16 bytes that is no letter, digit or hyphen: nearly all names are of those.
unsigned unusual_in_token(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const auto within = [](__m128i values, char first, char last) {
    const __m128i above = _mm_cmpgt_epi8(values, _mm_set1_epi8(static_cast<char>(first - 1)));
    return _mm_and_si128(above, _mm_cmplt_epi8(values, _mm_set1_epi8(static_cast<char>(last + 1))));
  };
  const __m128i letters = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
  const __m128i usual = _mm_or_si128(_mm_or_si128(letters, within(bytes, '0', '9')),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
  return static_cast<unsigned>(_mm_movemask_epi8(usual)) ^ 0xFFFFU;
}
#endif

/// How many bytes of a token (RFC 9110 5.6.2) stand at the beginning of the text.
std::size_t token_length(std::string_view text) {
  std::size_t length = 0;
#if defined(__SSE2__)
  for (; text.size() - length >= 16; length += 16) {
    const unsigned unusual = unusual_in_token(text.data() + length);
    if (unusual == 0) continue;
    length += static_cast<std::size_t>(__builtin_ctz(unusual));
    break;
  }
#endif
  while (length < text.size() && kToken[static_cast<unsigned char>(text[length])]) ++length;
  return length;
}

bool all_values(std::string_view text) {
  for (const char c : text) {
    if (!kValue[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<HeadError> read_transfer_encoding(std::string_view value, int minor_version,
                                                ConnectionFields& out) {
  if (out.chunked) return HeadError{400, "Transfer-Encoding is given twice"};
  if (minor_version == 0) return HeadError{400, "Transfer-Encoding needs HTTP/1.1"};
  // Only the one coding, spelled alone: every list or parameter is a smuggling attempt (faults.md
  // B1, B3).
  if (!iequals(value, "chunked")) return HeadError{501, "the transfer coding is not supported"};
  out.chunked = true;
  return std::nullopt;
}

void read_connection(std::string_view value, ConnectionFields& out) {
  for_each_element(value, [&](std::string_view option) {
    if (iequals(option, "close")) out.close = true;
    if (iequals(option, "keep-alive")) out.keep_alive = true;
  });
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && token_length(text) == text.size(); }

bool is_field_value(std::string_view text) {
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(0x20);
  const __m128i del = _mm_set1_epi8(0x7F);
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); text.size() >= 16; at += 16) {
    at = std::min(at, end - 16);  // the last block begins within the one before it
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i values = _mm_cmpeq_epi8(_mm_max_epu8(block, space), block);
    const __m128i good = _mm_andnot_si128(_mm_cmpeq_epi8(block, del), values);
    // A tab looks like the other control bytes here and is left to the table.
    if (_mm_movemask_epi8(good) != 0xFFFF && !all_values({at, 16})) return false;
    if (at == end - 16) return true;
  }
#endif
  return all_values(text);
}

std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return std::nullopt;
  const std::string_view line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line;
}

std::optional<HeadError> parse_fields(std::string_view rest, std::size_t limit,
                                      std::vector<Field>& out) {
  out.clear();
  out.reserve(32);
  for (;;) {
    const auto line = take_line(rest);
    if (!line) return HeadError{400, "a line does not end with CR LF"};
    if (line->empty()) break;
    if (line->front() == ' ' || line->front() == '\t') {
      return HeadError{400, "a header field is folded over two lines"};
    }
    const std::size_t colon = token_length(*line);
    if (colon == 0 || colon == line->size() || (*line)[colon] != ':') {
      return HeadError{400, "a header field name is malformed"};
    }
    const std::string_view value = trim_blanks(line->substr(colon + 1));
    if (!is_field_value(value)) return HeadError{400, "a header field value has a control byte"};
    if (out.size() == limit) return HeadError{431, "there are too many header fields"};
    out.push_back({line->substr(0, colon), value});
  }
  if (!rest.empty()) return HeadError{400, "the head goes on behind its empty line"};
  return std::nullopt;
}

std::optional<std::uint64_t> parse_content_length(std::string_view value) {
  if (value.empty() || value.size() > 19) return std::nullopt;
  std::uint64_t length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return length;
}

std::optional<HeadError> read_connection_fields(const std::vector<Field>& fields, int minor_version,
                                                ConnectionFields& out) {
  for (const Field& field : fields) {
    if (iequals(field.name, "content-length")) {
      if (out.content_length) return HeadError{400, "Content-Length is given twice"};
      out.content_length = parse_content_length(field.value);
      if (!out.content_length) return HeadError{400, "Content-Length is not a number"};
    } else if (iequals(field.name, "transfer-encoding")) {
      if (const auto error = read_transfer_encoding(field.value, minor_version, out)) return error;
    } else if (iequals(field.name, "connection")) {
      read_connection(field.value, out);
    }
  }
  if (out.chunked && out.content_length) {
    return HeadError{400, "Content-Length and Transfer-Encoding exclude each other"};
  }
  return std::nullopt;
}

}  // namespace tollgate::http
