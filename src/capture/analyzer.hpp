// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "inquiry.hpp"
#include "tollgate/base/client_turns.hpp"
#include "tollgate/config/external_redactor.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::capture {

/// Asks the external redactor, so many texts at once over all exchanges. On one executor. Whoever
/// asks holds a shared_ptr, and so does each request under way: a request may outlive the question
/// whose time is up, and the configuration that it belongs to.
class Analyzer : public std::enable_shared_from_this<Analyzer> {
 public:
  Analyzer(const config::ExternalRedactor& settings, std::unique_ptr<http::Transport> transport,
           boost::asio::any_io_executor executor);

  /// The findings in each piece. Clients take turns. Within the settings' time for all pieces
  /// together, whatever the redactor does. Errors: timeout; protocol, an answer that is none; those
  /// of http::Transport; cancelled, hurry() was called.
  boost::asio::awaitable<Result<Inquiry::Findings>> ask(std::string client,
                                                        std::vector<std::string> pieces);

  /// The gateway stops: who waits is answered with an error now, and so is who asks from now on.
  void hurry();

 private:
  struct Question;

  boost::asio::awaitable<bool> take_place(const std::shared_ptr<Question>& question);
  void give_place_back();
  static boost::asio::awaitable<void> answer(std::shared_ptr<Analyzer> self,
                                             std::shared_ptr<Question> question, std::size_t piece);
  boost::asio::awaitable<Result<std::vector<redaction::AnalysisFinding>>> send(
      const Question& question, std::size_t piece);

  config::ExternalRedactor settings_;
  std::unique_ptr<http::Transport> transport_;
  boost::asio::any_io_executor executor_;
  std::size_t places_;                              ///< for requests, that are free
  ClientTurns<std::shared_ptr<Question>> waiting_;  ///< for a place
  std::set<std::shared_ptr<Question>> questions_;   ///< that somebody waits for
  bool hurried_ = false;
};

}  // namespace tollgate::capture
