// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "openai/call.hpp"

namespace tollgate::simulator {

/// Writes an answer as the call's behaviour wants it: framing, pace, codings, and where it breaks
/// off. Tells the bill how far it came.
class AnswerSender {
 public:
  AnswerSender(const Call& call, Answer answer, Bill::Ref entry, Wire& wire);

  /// Throws boost::system::system_error when the reader has gone, after telling the bill.
  boost::asio::awaitable<void> send();

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  boost::asio::awaitable<void> send_all();
  boost::asio::awaitable<void> write_pieces();
  boost::asio::awaitable<void> write_piece(const Piece& piece);
  boost::asio::awaitable<void> write(std::string_view bytes);
  boost::asio::awaitable<bool> reached(BreakAt place);
  boost::asio::awaitable<void> finish();

  std::string head() const;
  bool undisturbed() const;
  void sent(std::size_t index);

  const Call& call_;
  const Behaviour& behaviour_;
  Answer answer_;
  Bill::Ref entry_;
  Wire& wire_;
  bool in_chunks_;
  std::size_t usage_from_ = 0;    ///< index of the first piece with usage, else of the last piece
  std::size_t usage_to_ = kNone;  ///< of the last piece with usage
  bool broken_ = false;
};

/// What a behaviour does to the pieces before any is sent: filler, codings, cuts at the places it
/// names.
std::vector<Piece> shaped(const Answer& answer, const Behaviour& behaviour);

}  // namespace tollgate::simulator
