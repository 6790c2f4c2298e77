// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "behaviour.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

namespace tollgate::simulator {
namespace {

using nlohmann::json;
using Setter = std::function<void(Behaviour&, const json&)>;

template <class T>
Setter to(T Behaviour::*member) {
  return [member](Behaviour& out, const json& value) { out.*member = value.get<T>(); };
}

BreakAt break_from(const json& value) {
  static const std::map<std::string, BreakAt> kPlaces{{"before_head", BreakAt::before_head},
                                                      {"after_head", BreakAt::after_head},
                                                      {"mid_body", BreakAt::mid_body},
                                                      {"before_usage", BreakAt::before_usage}};
  return kPlaces.at(value.get<std::string>());
}

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> table{
      {"status", to(&Behaviour::status)},
      {"headers", to(&Behaviour::headers)},
      {"body", [](Behaviour& b, const json& v) { b.body = v.get<std::string>(); }},
      {"delay_ms", to(&Behaviour::delay_ms)},
      {"chunk_delay_ms", to(&Behaviour::chunk_delay_ms)},
      {"chunks", to(&Behaviour::chunks)},
      {"write_bytes", to(&Behaviour::write_bytes)},
      {"reset_at", [](Behaviour& b, const json& v) { b.reset_at = break_from(v); }},
      {"close_at", [](Behaviour& b, const json& v) { b.close_at = break_from(v); }},
      {"close_delimited", to(&Behaviour::close_delimited)},
      {"chunked", to(&Behaviour::chunked)},
      {"no_done", to(&Behaviour::no_done)},
      {"crlf", to(&Behaviour::crlf)},
      {"comments", to(&Behaviour::comments)},
      {"usage_first", to(&Behaviour::usage_first)},
      {"no_usage", to(&Behaviour::no_usage)},
      {"keep_alive_close", to(&Behaviour::keep_alive_close)},
      {"responses_429", to(&Behaviour::responses_429)},
      {"reset_after_accept", to(&Behaviour::reset_after_accept)},
      {"informational", to(&Behaviour::informational)},
      {"expires_in", to(&Behaviour::expires_in)},
      {"refresh_in", to(&Behaviour::refresh_in)}};
  return table;
}

}  // namespace

std::string fields_of(const Behaviour& behaviour) {
  std::string out;
  for (const auto& [name, value] : behaviour.headers.items()) {
    out += name + ": " + value.get<std::string>() + "\r\n";
  }
  return out;
}

Behaviour parse_behaviour(const json& given) {
  Behaviour out;
  for (const auto& [key, value] : given.items()) {
    const auto setter = setters().find(key);
    if (setter == setters().end()) throw std::invalid_argument("unknown behaviour: " + key);
    setter->second(out, value);
  }
  return out;
}

void Faults::add(const json& given) {
  Fault fault;
  fault.service = given.value("service", "resource");
  fault.resource = given.value("resource", "");
  fault.behaviour = parse_behaviour(given.value("behaviour", json::object()));
  fault.left = given.value("count", std::int64_t{-1});
  fault.probability = given.value("probability", 1.0);
  fault.random.seed(given.value("seed", 1U));
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<Behaviour> Faults::take(const std::string& service, const std::string& resource) {
  const std::lock_guard lock(mutex_);
  for (Fault& fault : faults_) {
    if (fault.service != service || fault.left == 0) continue;
    if (!fault.resource.empty() && fault.resource != resource) continue;
    if (std::uniform_real_distribution<>(0, 1)(fault.random) >= fault.probability) continue;
    if (fault.left > 0) --fault.left;
    return fault.behaviour;
  }
  return std::nullopt;
}

}  // namespace tollgate::simulator
