// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_monitor_exporter.hpp"

#include <utility>

#include "answer_rules.hpp"
#include "gzip.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::exporters::azure_monitor {

namespace asio = boost::asio;

namespace {

/// Largest body, raw and gzipped alike: the API's limit is 1 MB and its texts leave open which it
/// means (azure-protocol.md 6.2, 6.5).
constexpr std::size_t kLargestBody = 1'000'000;

/// What answers say goes into logs, and a proxy's page may repeat what it was sent.
void hide(std::string& text, std::string_view secret) {
  constexpr std::string_view kHidden = "***";
  if (secret.empty()) return;
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kHidden.size())) {
    text.replace(at, secret.size(), kHidden);
  }
}

class AzureMonitorExporter : public Exporter {
 public:
  AzureMonitorExporter(const config::AzureMonitor& settings, http::Transport& transport,
                       std::shared_ptr<credentials::TokenSource> tokens)
      : url_(settings.endpoint + "/dataCollectionRules/" + settings.rule_id + "/streams/" +
             settings.stream + "?api-version=2023-01-01"),
        transport_(transport),
        tokens_(std::move(tokens)) {}

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
    if (!body) co_return judge(body.error());
    Result<http::ClientResponse> answer = co_await upload(*body, terms);
    if (answer && answer->status == 401) {
      // Once more with a new token: the last one looked valid and is not.
      tokens_->forget();
      answer = co_await upload(*body, terms);
    }
    if (!answer) co_return judge(answer.error());
    co_return judge(*answer, terms.now);
  }

 private:
  asio::awaitable<Result<http::ClientResponse>> upload(const std::string& body,
                                                       const SendTerms& terms) {
    const Result<credentials::AccessToken> token = co_await tokens_->token(terms.now);
    if (!token) co_return token.error();
    http::ClientRequest request;
    request.method = "POST";
    request.url = url_;
    request.timeout = terms.timeout;
    request.fields = {{"Authorization", std::string("Bearer ").append(token->value.reveal())},
                      {"Content-Type", "application/json"},
                      {"Content-Encoding", "gzip"},
                      {"x-ms-client-request-id", make_uuid_v4().to_string()}};
    request.body = body;
    Result<http::ClientResponse> answer = co_await transport_.send(std::move(request));
    if (answer) hide(answer->body, token->value.reveal());
    co_return answer;
  }

  std::string url_;
  http::Transport& transport_;
  /// Shared with others that prove themselves alike: a token serves them all.
  std::shared_ptr<credentials::TokenSource> tokens_;
};

}  // namespace

std::unique_ptr<Exporter> make_exporter(const config::AzureMonitor& settings,
                                        http::Transport& transport,
                                        std::shared_ptr<credentials::TokenSource> tokens) {
  return std::make_unique<AzureMonitorExporter>(settings, transport, std::move(tokens));
}

}  // namespace tollgate::exporters::azure_monitor
