// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "captured_log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

namespace tollgate::integration {
namespace {

class MemorySink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    text_.clear();
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    text_.append(message.payload.data(), message.payload.size()).append("\n");
  }
  void flush_() override {}

  std::string text_;
};

/// Made on first use; the logger shares it, so that it outlives every gateway.
const std::shared_ptr<MemorySink>& sink() {
  static const auto instance = std::make_shared<MemorySink>();
  return instance;
}

}  // namespace

void CapturedLog::install() {
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("tollgate", sink()));
}

std::size_t CapturedLog::count(std::string_view event) {
  const std::string text = sink()->text();
  const std::string mark = "\"event\":\"" + std::string(event) + "\"";
  std::size_t lines = 0;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    ++lines;
  }
  return lines;
}

std::string CapturedLog::text() { return sink()->text(); }
void CapturedLog::clear() { sink()->clear(); }

}  // namespace tollgate::integration
