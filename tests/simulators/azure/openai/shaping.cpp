// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "openai/answer_sender.hpp"
#include "openai/content_coding.hpp"

namespace tollgate::simulator {
namespace {

/// Cuts the piece that holds the body's byte `at` in two there.
void cut_at(std::vector<Piece>& pieces, std::size_t at) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::size_t length = pieces[i].length();
    if (at == 0) return;
    if (at >= length) {
      at -= length;
      continue;
    }
    if (pieces[i].size != 0) return;  // repeated pieces are sent in parts anyway
    Piece back = pieces[i];
    back.bytes.erase(0, at);
    pieces[i].bytes.resize(at);
    pieces[i].last = false;
    pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(back));
    return;
  }
}

std::size_t length_of(const std::vector<Piece>& pieces) {
  std::size_t out = 0;
  for (const Piece& piece : pieces) out += piece.length();
  return out;
}

/// Space between tokens, comments between events; before the usage, or at the end.
void add_filler(std::vector<Piece>& pieces, bool streamed, std::size_t size) {
  if (size == 0) return;
  const std::string_view unit = streamed ? ": filler\n\n" : " ";
  Piece filler = repeated(unit, std::max<std::size_t>(size / unit.size(), 1) * unit.size());
  const auto usage =
      std::find_if(pieces.begin(), pieces.end(), [](const Piece& p) { return p.usage; });
  pieces.insert(usage, std::move(filler));
}

void join(std::vector<Piece>& pieces) {
  Piece all;
  for (Piece& piece : pieces) {
    all.bytes += piece.bytes;
    all.usage = all.usage || piece.usage;
    all.not_before =
        std::max(all.not_before, piece.not_before);  // whole once the work is done, not before
  }
  all.last = true;
  pieces = {std::move(all)};
}

}  // namespace

std::vector<Piece> shaped(const Answer& answer, const Behaviour& behaviour) {
  std::vector<Piece> out = answer.pieces;
  add_filler(out, answer.streamed, behaviour.filler_bytes);
  if (behaviour.coding_fault == "bomb") add_filler(out, answer.streamed, behaviour.bomb_bytes);
  if (answer.streamed && behaviour.join_events) join(out);
  out = coded(std::move(out), behaviour);
  if (!answer.streamed && !out.empty()) {
    const std::size_t length = length_of(out);
    cut_at(out, length / 2);
    cut_at(out, length - 1);
  }
  return out;
}

}  // namespace tollgate::simulator
