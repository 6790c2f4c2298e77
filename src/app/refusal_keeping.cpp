// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal_keeping.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "tollgate/exporters/refusal_source.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

Result<void> put(ledger::QuotaBook& book, const std::vector<usage::RefusalRow>& rows) {
  try {
    return book.add_refusals(rows, std::chrono::system_clock::now());
  } catch (const std::exception& exception) {
    return Error{Errc::internal, exception.what()};
  }
}

}  // namespace

void RefusalKeeping::use(const config::Config& config, const exporters::ExporterParts& parts,
                         bool all_anew) {
  deliveries_.use(config.exporters, all_anew, [&](const config::Exporter& exporter) {
    return exporters::make_delivery(
        exporter.name, exporter.flush_interval(),
        exporters::make_exporter(exporters::for_refusals(exporter), parts),
        exporters::make_refusal_source(ledger_.quotas(), exporter.name),
        {control_.get_executor(), disk_, disk_});
  });
}

void RefusalKeeping::add(const std::vector<usage::RefusalRow>& rows) {
  for (const usage::RefusalRow& row : rows) waiting_.add(row);
  write();
}

void RefusalKeeping::write() {
  if (writing_ || waiting_.empty()) return;
  writing_ = true;
  asio::post(disk_, [this, rows = waiting_.take(), control = control_.get_executor()]() mutable {
    Result<void> done = put(ledger_.quotas(), rows);
    asio::post(control,
               [this, rows = std::move(rows), done = std::move(done)] { written(rows, done); });
  });
}

void RefusalKeeping::written(const std::vector<usage::RefusalRow>& rows, const Result<void>& done) {
  writing_ = false;
  if (!done) {
    for (const usage::RefusalRow& row : rows) waiting_.add(row);
    if (!failing_)
      telemetry::log::error("quotas.refusals_not_written", {{"detail", done.error().message}});
  }
  failing_ = !done;
}

void RefusalKeeping::finish() {
  if (waiting_.empty()) return;
  const Result<void> done = put(ledger_.quotas(), waiting_.take());
  if (!done)
    telemetry::log::error("quotas.refusals_not_written", {{"detail", done.error().message}});
}

std::vector<std::string> RefusalKeeping::problems() const {
  std::vector<std::string> out;
  add_problems(deliveries_.status(), "delivery of refusals", out);
  return out;
}

}  // namespace tollgate::app
