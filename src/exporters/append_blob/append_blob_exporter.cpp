// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "append_blob_exporter.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "blob_answers.hpp"
#include "blob_name.hpp"
#include "blob_requests.hpp"
#include "http_answers.hpp"
#include "landed_rows.hpp"
#include "token_requests.hpp"

namespace tollgate::exporters::append_blob {

namespace asio = boost::asio;

namespace {

/// Of a block. 4 MiB was the limit of versions before 2022-11-02 and is one of accounts that are
/// simulated; a larger block would be no better.
constexpr std::size_t kLargestBlock = 4 * 1024 * 1024;
/// Of a blob ("Append Block", from memory).
constexpr std::uint64_t kMostBlocks = 50'000;
/// Requests for one batch: what is not done by then goes on with the next try.
constexpr int kMostSteps = 12;

/// The blob that is being appended to.
///
///     unseen   it may be there or not                 -> create  -> ready, or unsure
///     unsure   there may be rows behind `length`      -> look    -> ready, or the next blob
///     ready    it ends at `length`                    -> append  -> ready, unsure, the next blob
///
/// In each state a blob that is gone makes it unseen again.
struct Blob {
  enum class State { unseen, unsure, ready } state = State::unseen;
  std::string hour;
  unsigned number = 1;
  std::uint64_t length = 0;
  std::uint64_t blocks = 0;
};

class AppendBlobExporter : public Exporter {
 public:
  AppendBlobExporter(const config::AppendBlob& settings, std::string gateway,
                     http::Transport& transport, std::shared_ptr<credentials::TokenSource> tokens)
      : container_(settings.container),
        prefix_(settings.prefix),
        gateway_(std::move(gateway)),
        requests_(transport, std::move(tokens)) {}

  BatchLimits limits() const override { return {.bytes = kLargestBlock, .per_row = 1}; }

  std::string encode(const Row& row) const override { return row.json; }

  bool blocks() const override { return false; }

  /// What an earlier append may have left is looked for first, also in the blob of another hour.
  asio::awaitable<SendResult> send(std::span<const std::string> rows, SendTerms terms) override {
    const std::string hour = hour_of(terms.now);
    for (int step = 0; step < kMostSteps; ++step) {
      if (blob_.state != Blob::State::unsure && blob_.hour != hour) blob_ = Blob{.hour = hour};
      std::optional<SendResult> result;
      switch (blob_.state) {
        case Blob::State::unseen:
          result = co_await create(terms);
          break;
        case Blob::State::unsure:
          result = co_await look(terms);
          break;
        case Blob::State::ready:
          result = co_await append(rows, terms);
          break;
      }
      if (result) co_return std::move(*result);
    }
    co_return RetryAfter{"no blob was found that takes rows: " + name() + " is next"};
  }

 private:
  /// What a step came to; nullopt: the next one tells.
  using Step = std::optional<SendResult>;

  std::string name() const { return blob_name(prefix_, blob_.hour, gateway_, blob_.number); }
  std::string url() const { return blob_url(container_, name()); }

  void next_blob() { blob_ = Blob{.hour = blob_.hour, .number = blob_.number + 1}; }
  void forget_blob() { blob_ = Blob{.hour = blob_.hour, .number = blob_.number}; }

  asio::awaitable<Step> create(const SendTerms& terms) {
    const http::ClientRequest request = create_request(url(), terms);
    const Result<http::ClientResponse> answer = co_await requests_.send(request, terms.now);
    if (!answer) co_return no_answer(answer.error());
    const Judgement judged = judge_create(*answer, terms.now);
    if (judged.outcome == Outcome::refused) co_return judged.later;
    blob_.state = judged.outcome == Outcome::done ? Blob::State::ready : Blob::State::unsure;
    co_return std::nullopt;
  }

  /// How long the blob is now, and which rows stand behind what was known of it. Of a blob that was
  /// there at the start the last block's size is read: an earlier run may have died between an
  /// append and its note of it.
  asio::awaitable<Step> look(const SendTerms& terms) {
    const http::ClientRequest request = properties_request(url(), terms);
    const Result<http::ClientResponse> answer = co_await requests_.send(request, terms.now);
    if (!answer) co_return no_answer(answer.error());
    const Judgement judged = judge_read(*answer, terms.now);
    if (judged.outcome == Outcome::gone) forget_blob();
    if (judged.outcome == Outcome::refused) co_return judged.later;
    if (judged.outcome != Outcome::done) co_return std::nullopt;
    const Result<BlobState> found = state_of(*answer);
    if (!found) co_return no_answer(found.error());
    if (found->length > blob_.length) {
      Step failed = co_await read_rows(found->length, terms);
      if (failed || blob_.state == Blob::State::unseen) co_return failed;
    }
    blob_.length = found->length;
    blob_.blocks = found->blocks;
    blob_.state = Blob::State::ready;
    if (!found->takes_blocks) next_blob();
    co_return std::nullopt;
  }

  asio::awaitable<Step> read_rows(std::uint64_t to, const SendTerms& terms) {
    const std::uint64_t from =
        std::max(blob_.length, to - std::min<std::uint64_t>(to, kLargestBlock));
    const http::ClientRequest request = bytes_request(url(), from, to, terms);
    const Result<http::ClientResponse> answer = co_await requests_.send(request, terms.now);
    if (!answer) co_return no_answer(answer.error());
    const Judgement judged = judge_read(*answer, terms.now);
    if (judged.outcome == Outcome::refused) co_return judged.later;
    if (judged.outcome == Outcome::gone) forget_blob();
    if (judged.outcome == Outcome::done) landed_.add(answer->body);
    co_return std::nullopt;
  }

  asio::awaitable<Step> append(std::span<const std::string> rows, const SendTerms& terms) {
    std::string lines = landed_.lines_of_others(rows);
    if (lines.empty()) co_return Accepted{};
    if (blob_.blocks >= kMostBlocks) {
      next_blob();
      co_return std::nullopt;
    }
    const std::uint64_t size = lines.size();
    const http::ClientRequest request =
        append_request(url(), blob_.length, std::move(lines), terms);
    const Result<http::ClientResponse> answer = co_await requests_.send(request, terms.now);
    if (!answer) {
      blob_.state = Blob::State::unsure;
      co_return no_answer(answer.error());
    }
    co_return after_append(judge_append(*answer, blob_.length, terms.now), size);
  }

  Step after_append(const Judgement& judged, std::uint64_t size) {
    switch (judged.outcome) {
      case Outcome::done:
        blob_.length += size;
        ++blob_.blocks;
        landed_.clear();  // the batch went further than what had been read back
        return Accepted{};
      case Outcome::no_more:
        // An empty one that is refused is not at fault: the next would be refused as well.
        if (blob_.length == 0) return refusal_of_empty(judged);
        next_blob();
        return std::nullopt;
      case Outcome::gone:
        forget_blob();
        return std::nullopt;
      case Outcome::elsewhere:
        blob_.state = Blob::State::unsure;
        return std::nullopt;
      case Outcome::unknown:
        blob_.state = Blob::State::unsure;
        return judged.later;
      case Outcome::too_large:
        return Rejected{{}, judged.later.why};
      case Outcome::there:
      case Outcome::refused:
        break;
    }
    return judged.later;
  }

  static RetryAfter refusal_of_empty(const Judgement& judged) {
    return {judged.later.why +
                ": the container takes no appends; does its policy allow "
                "protected append writes?",
            milliseconds(0), true};
  }

  std::string container_;
  std::string prefix_;
  std::string gateway_;
  TokenRequests requests_;
  Blob blob_;
  LandedRows landed_;
};

}  // namespace

std::unique_ptr<Exporter> make_exporter(const config::AppendBlob& settings, std::string gateway,
                                        http::Transport& transport,
                                        std::shared_ptr<credentials::TokenSource> tokens) {
  return std::make_unique<AppendBlobExporter>(settings, std::move(gateway), transport,
                                              std::move(tokens));
}

}  // namespace tollgate::exporters::append_blob
