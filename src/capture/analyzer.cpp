// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "analyzer.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

constexpr int kOk = 200;
/// Of an answer about one piece; read_analysis() believes no more findings than fit.
constexpr std::size_t kLargestAnswer = 2 * 1024 * 1024;

}  // namespace

/// The timer is what its asker waits by, for a place or for the last answer: it is cancelled when
/// there is something to look at, and expires when the time is up.
struct Analyzer::Question {
  Question(const asio::any_io_executor& executor, std::string whose, std::vector<std::string> all,
           SteadyTime until)
      : client(std::move(whose)),
        pieces(std::move(all)),
        findings(pieces.size()),
        deadline(until),
        timer(executor, until) {}

  asio::awaitable<void> wait() {
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  bool is_over() const { return failure || std::chrono::steady_clock::now() >= deadline; }
  void fail(Error error) {
    if (!failure) failure = std::move(error);
    timer.cancel();
  }

  const std::string client;
  const std::vector<std::string> pieces;
  Inquiry::Findings findings;
  const SteadyTime deadline;
  asio::steady_timer timer;
  std::size_t answered = 0;
  bool has_place = false;  ///< one was given to it that it has not used yet
  std::optional<Error> failure;
};

Analyzer::Analyzer(const config::ExternalRedactor& settings,
                   std::unique_ptr<http::Transport> transport, asio::any_io_executor executor)
    : settings_(settings),
      transport_(std::move(transport)),
      executor_(std::move(executor)),
      places_(settings.parallel) {}

asio::awaitable<Result<Inquiry::Findings>> Analyzer::ask(std::string client,
                                                         std::vector<std::string> pieces) {
  const SteadyTime until = std::chrono::steady_clock::now() + settings_.timeout;
  const auto question =
      std::make_shared<Question>(executor_, std::move(client), std::move(pieces), until);
  if (hurried_) co_return Error{Errc::cancelled, "the gateway stops"};
  questions_.insert(question);
  for (std::size_t piece = 0; piece < question->pieces.size(); ++piece) {
    const bool has_place = co_await take_place(question);
    if (!has_place) break;
    asio::co_spawn(executor_, answer(shared_from_this(), question, piece), asio::detached);
  }
  while (question->answered < question->pieces.size() && !question->is_over())
    co_await question->wait();
  questions_.erase(question);
  if (question->failure) co_return *question->failure;
  if (question->answered < question->pieces.size())
    co_return Error{Errc::timeout, "the external redactor took too long"};
  co_return std::move(question->findings);
}

/// Clients in turn, each in the order in which it asks. False: the question is over.
asio::awaitable<bool> Analyzer::take_place(const std::shared_ptr<Question>& question) {
  if (question->is_over()) co_return false;
  if (places_ > 0 && waiting_.empty()) {
    --places_;
    co_return true;
  }
  waiting_.add(question->client, question);
  while (!question->has_place && !question->is_over()) co_await question->wait();
  if (!std::exchange(question->has_place, false)) {
    waiting_.remove(question->client, question);
    co_return false;
  }
  if (!question->is_over()) co_return true;
  give_place_back();
  co_return false;
}

void Analyzer::give_place_back() {
  const std::optional<std::shared_ptr<Question>> next = waiting_.take();
  if (!next) {
    ++places_;
    return;
  }
  (*next)->has_place = true;
  (*next)->timer.cancel();
}

asio::awaitable<void> Analyzer::answer(std::shared_ptr<Analyzer> self,
                                       std::shared_ptr<Question> question, std::size_t piece) {
  std::string thrown;
  try {
    auto found = co_await self->send(*question, piece);
    if (found) {
      question->findings[piece] = std::move(*found);
      ++question->answered;
      if (question->answered == question->pieces.size()) question->timer.cancel();
    } else {
      question->fail(found.error());
    }
  } catch (const std::exception& exception) {
    thrown = exception.what();
  }
  if (!thrown.empty()) question->fail(Error{Errc::internal, "exception: " + thrown});
  self->give_place_back();
}

asio::awaitable<Result<std::vector<redaction::AnalysisFinding>>> Analyzer::send(
    const Question& question, std::size_t piece) {
  const std::string& text = question.pieces[piece];
  const auto left = std::chrono::duration_cast<milliseconds>(question.deadline -
                                                             std::chrono::steady_clock::now());
  http::ClientRequest request;
  request.method = "POST";
  request.url = settings_.url;
  request.fields = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = redaction::analysis_request(
      text, {settings_.language, settings_.entities, settings_.score_threshold});
  request.timeout = std::max(milliseconds(1), left);
  request.response_limit = kLargestAnswer;
  const Result<http::ClientResponse> answer = co_await transport_->send(std::move(request));
  if (!answer) co_return answer.error();
  // What it says beside that may repeat what it was sent.
  if (answer->status != kOk)
    co_return Error{Errc::unavailable,
                    "the external redactor answers " + std::to_string(answer->status)};
  co_return redaction::read_analysis(answer->body, text);
}

void Analyzer::hurry() {
  hurried_ = true;
  for (const std::shared_ptr<Question>& question : questions_)
    question->fail(Error{Errc::cancelled, "the gateway stops"});
}

}  // namespace tollgate::capture
