// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_monitor_exporter.hpp"

#include <utility>

#include "answer_rules.hpp"
#include "gzip.hpp"
#include "http_answers.hpp"
#include "token_requests.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::exporters::azure_monitor {

namespace asio = boost::asio;

namespace {

/// Largest body, raw and gzipped alike: the API's limit is 1 MB and its texts leave open which it
/// means (azure-protocol.md 6.2, 6.5).
constexpr std::size_t kLargestBody = 1'000'000;

class AzureMonitorExporter : public Exporter {
 public:
  AzureMonitorExporter(const config::AzureMonitor& settings, http::Transport& transport,
                       std::shared_ptr<credentials::TokenSource> tokens, Quoting quoting)
      : quoting_(quoting),
        url_(settings.endpoint + "/dataCollectionRules/" + settings.rule_id + "/streams/" +
             settings.stream + "?api-version=2023-01-01"),
        requests_(transport, std::move(tokens)) {}

  /// Rows of one JSON array: a bracket or comma before each, a bracket behind.
  BatchLimits limits() const override {
    return {.bytes = kLargestBody, .per_batch = 1, .per_row = 1};
  }

  std::string encode(const Row& row) const override { return row.json; }

  bool blocks() const override { return false; }

  asio::awaitable<SendResult> send(std::span<const std::string> rows, SendTerms terms) override {
    std::string json = "[";
    for (const std::string& row : rows) json.append(json.size() > 1 ? "," : "").append(row);
    json.append("]");
    const Result<std::string> body = gzip(json);
    if (!body) co_return no_answer(body.error());
    const Result<http::ClientResponse> answer =
        co_await requests_.send(upload_of(*body, terms), terms.now);
    if (!answer) co_return no_answer(answer.error());
    co_return judge(*answer, terms.now, quoting_);
  }

 private:
  http::ClientRequest upload_of(const std::string& body, const SendTerms& terms) const {
    http::ClientRequest request;
    request.method = "POST";
    request.url = url_;
    request.timeout = terms.timeout;
    request.fields = {{"Content-Type", "application/json"},
                      {"Content-Encoding", "gzip"},
                      {"x-ms-client-request-id", make_uuid_v4().to_string()}};
    request.body = body;
    return request;
  }

  Quoting quoting_;
  std::string url_;
  TokenRequests requests_;
};

}  // namespace

std::unique_ptr<Exporter> make_exporter(const config::AzureMonitor& settings,
                                        http::Transport& transport,
                                        std::shared_ptr<credentials::TokenSource> tokens,
                                        Quoting quoting) {
  return std::make_unique<AzureMonitorExporter>(settings, transport, std::move(tokens), quoting);
}

}  // namespace tollgate::exporters::azure_monitor
