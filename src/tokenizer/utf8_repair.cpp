// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "utf8_repair.hpp"

#include <cstdint>
#include <cstring>

namespace tollgate::tokenizer {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Sequence {
  std::size_t length = 1;  ///< of the character, or of the maximal part of an ill-formed one
  enum { whole, cut, ill_formed } state = ill_formed;
};

/// What follows a lead byte: how many bytes, and the range of the first of them.
struct Lead {
  std::size_t tail = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1};
  if (byte == 0xE0) return {2, 0xA0};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2};
  if (byte == 0xF0) return {3, 0x90};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {3};
  return {};
}

/// The sequence at the front of a text that is not empty.
Sequence sequence_at(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {1, Sequence::whole};
  Lead lead = lead_of(byte(0));
  if (lead.tail == 0) return {1, Sequence::ill_formed};
  std::size_t at = 1;
  for (; lead.tail > 0; --lead.tail, ++at) {
    if (at == text.size()) return {at, Sequence::cut};
    if (byte(at) < lead.low || byte(at) > lead.high) return {at, Sequence::ill_formed};
    lead.low = 0x80;
    lead.high = 0xBF;
  }
  return {at, Sequence::whole};
}

bool eight_ascii(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return (word & 0x8080808080808080u) == 0;
}

/// Takes one more byte to the character cut off, unless that byte shows it to be ill-formed.
void continue_cut(std::string_view& piece, std::string& cut, std::string& out) {
  cut += piece.front();
  const Sequence sequence = sequence_at(cut);
  if (sequence.state == Sequence::ill_formed) {
    out.append(kReplacement);
  } else {
    piece.remove_prefix(1);
    if (sequence.state == Sequence::cut) return;
    out.append(cut);
  }
  cut.clear();
}

}  // namespace

std::size_t well_formed_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && eight_ascii(text.data() + at)) {
      at += 8;
      continue;
    }
    const Sequence sequence = sequence_at(text.substr(at));
    if (sequence.state != Sequence::whole) break;
    at += sequence.length;
  }
  return at;
}

void append_repaired(std::string_view piece, std::string& cut, std::string& out) {
  while (!cut.empty() && !piece.empty()) continue_cut(piece, cut, out);
  while (!piece.empty()) {
    const std::size_t good = well_formed_length(piece);
    out.append(piece.substr(0, good));
    piece.remove_prefix(good);
    if (piece.empty()) return;
    const Sequence sequence = sequence_at(piece);
    if (sequence.state == Sequence::cut) {
      cut = piece;
      return;
    }
    out.append(kReplacement);
    piece.remove_prefix(sequence.length);
  }
}

void finish_repaired(std::string& cut, std::string& out) {
  if (!cut.empty()) out.append(kReplacement);
  cut.clear();
}

}  // namespace tollgate::tokenizer
