// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "request_log.hpp"

#include <nlohmann/json.hpp>

namespace tollgate::simulator {

using nlohmann::json;

std::size_t RequestLog::Seen::cost() const {
  std::size_t out = target.size() + body.size();
  for (const auto& [name, value] : headers) out += name.size() + value.size();
  return out;
}

void RequestLog::add(const std::string& resource, const Request& request,
                     const std::string& request_id) {
  Seen seen{resource,
            request_id,
            std::string(request.method_string()),
            std::string(request.target()),
            {},
            {},
            request.body().size()};
  for (const auto& field : request) seen.headers.emplace_back(field.name_string(), field.value());
  if (request.body().size() <= kLongestBody) seen.body = request.body();
  std::string client_id(request["x-ms-client-request-id"]);
  const std::lock_guard lock(mutex_);
  if (!client_id.empty()) arrivals_.emplace_back(std::move(client_id), request_id);
  bytes_ += seen.cost();
  requests_.push_back(std::move(seen));
  while (requests_.size() > kKept || (bytes_ > kKeptBytes && requests_.size() > 1)) {
    bytes_ -= requests_.front().cost();
    requests_.pop_front();
  }
}

void RequestLog::clear() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
  arrivals_.clear();
  bytes_ = 0;
}

std::string RequestLog::arrivals() const {
  const std::lock_guard lock(mutex_);
  return json(arrivals_).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string RequestLog::requests() const {
  json out = json::array();
  const std::lock_guard lock(mutex_);
  for (const Seen& seen : requests_) {
    json headers = json::array();
    for (const auto& [name, value] : seen.headers) headers.push_back({name, value});
    out.push_back({{"resource", seen.resource},
                   {"method", seen.method},
                   {"target", seen.target},
                   {"headers", std::move(headers)},
                   {"body", seen.body},
                   {"body_size", seen.body_size},
                   {"request_id", seen.request_id}});
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tollgate::simulator
