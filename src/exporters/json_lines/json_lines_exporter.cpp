// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_lines_exporter.hpp"

#include "line_file.hpp"

namespace tollgate::exporters::json_lines {

namespace asio = boost::asio;

namespace {

LineFiles files_of(const config::JsonLines& settings) {
  return {settings.directory, settings.rows, {settings.rotate_size, settings.rotate_age}};
}

class JsonLinesExporter : public Exporter {
 public:
  explicit JsonLinesExporter(const config::JsonLines& settings)
      : format_(settings.format), files_(files_of(settings)) {}

  /// One write and one sync for as many as come; each row with its line feed.
  BatchLimits limits() const override { return {.bytes = 4 * 1024 * 1024, .per_row = 1}; }

  std::string encode(const Row& row) const override {
    if (format_ == config::LineFormat::rows) return row.json;
    // The id, which tells events of one source apart, is the same when a row is written twice.
    return R"({"specversion":"1.0","type":")" + std::string(row.type) +
           R"(","source":"/tollgate","id":")" + row.id + R"(","time":")" + to_rfc3339(row.time) +
           R"(","datacontenttype":"application/json","data":)" + row.json + "}";
  }

  bool blocks() const override { return true; }

  asio::awaitable<SendResult> send(std::span<const std::string> rows, SendTerms terms) override {
    std::string lines;
    for (const std::string& row : rows) lines.append(row).append("\n");
    const Result<void> written = files_.append(lines, terms.now);
    if (written) co_return Accepted{};
    co_return RetryAfter{written.error().message, milliseconds(0), true};
  }

 private:
  config::LineFormat format_;
  LineFiles files_;
};

}  // namespace

std::unique_ptr<Exporter> make_exporter(const config::JsonLines& settings) {
  return std::make_unique<JsonLinesExporter>(settings);
}

std::optional<std::string> in_way(const config::JsonLines& settings, UtcTime now) {
  return files_of(settings).in_way(now);
}

}  // namespace tollgate::exporters::json_lines
