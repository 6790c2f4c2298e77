// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "behaviour.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

namespace tollgate::simulator {
namespace {

using nlohmann::json;
using Setter = std::function<void(Behaviour&, const json&)>;

template <class T>
Setter to(T Behaviour::*member) {
  return [member](Behaviour& out, const json& value) { out.*member = value.get<T>(); };
}

Setter to(BreakAt Behaviour::*member) {
  static const std::map<std::string, BreakAt> kPlaces{{"before_head", BreakAt::before_head},
                                                      {"after_head", BreakAt::after_head},
                                                      {"mid_body", BreakAt::mid_body},
                                                      {"before_usage", BreakAt::before_usage},
                                                      {"before_end", BreakAt::before_end}};
  return [member](Behaviour& out, const json& value) {
    out.*member = kPlaces.at(value.get<std::string>());
  };
}

/// A word of a list; anything else throws, since a misspelt fault would prove nothing.
Setter one_of(std::string Behaviour::*member, std::vector<std::string> words) {
  return [member, words = std::move(words)](Behaviour& out, const json& value) {
    const auto word = value.get<std::string>();
    if (std::find(words.begin(), words.end(), word) == words.end()) {
      throw std::invalid_argument("no such kind: " + word);
    }
    out.*member = word;
  };
}

void set_line_end(Behaviour& out, const json& value) {
  static const std::map<std::string, std::string> kEnds{
      {"lf", "\n"}, {"crlf", "\r\n"}, {"cr", "\r"}, {"mixed", "\n"}};
  const auto name = value.get<std::string>();
  out.line_end = kEnds.at(name);
  out.mixed_line_ends = name == "mixed";
}

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> table{
      {"status", to(&Behaviour::status)},
      {"reason", to(&Behaviour::reason)},
      {"error", to(&Behaviour::error)},
      {"headers", to(&Behaviour::headers)},
      {"body", [](Behaviour& b, const json& v) { b.body = v.get<std::string>(); }},
      {"content_type", to(&Behaviour::content_type)},
      {"raw", to(&Behaviour::raw)},
      {"no_model_headers", to(&Behaviour::no_model_headers)},
      {"informational", to(&Behaviour::informational)},
      {"delay_ms", to(&Behaviour::delay_ms)},
      {"chunk_delay_ms", to(&Behaviour::chunk_delay_ms)},
      {"write_bytes", to(&Behaviour::write_bytes)},
      {"write_delay_ms", to(&Behaviour::write_delay_ms)},
      {"reset_at", to(&Behaviour::reset_at)},
      {"close_at", to(&Behaviour::close_at)},
      {"stall_at", to(&Behaviour::stall_at)},
      {"stall_ms", to(&Behaviour::stall_ms)},
      {"close_delimited", to(&Behaviour::close_delimited)},
      {"chunked", to(&Behaviour::chunked)},
      {"join_events", to(&Behaviour::join_events)},
      {"keep_alive_close", to(&Behaviour::keep_alive_close)},
      {"filler_bytes", to(&Behaviour::filler_bytes)},
      {"coding", one_of(&Behaviour::coding, {"gzip", "deflate"})},
      {"coding_fault", one_of(&Behaviour::coding_fault, {"truncated", "wrong_label", "plain", "raw",
                                                         "members", "double", "bomb"})},
      {"bomb_bytes", to(&Behaviour::bomb_bytes)},
      {"chunks", to(&Behaviour::chunks)},
      {"crlf",
       [](Behaviour& b, const json& v) {
         if (v.get<bool>()) b.line_end = "\r\n";
       }},
      {"line_end", set_line_end},
      {"comments", to(&Behaviour::comments)},
      {"multi_line_data", to(&Behaviour::multi_line_data)},
      {"no_space", to(&Behaviour::no_space)},
      {"bom", to(&Behaviour::bom)},
      {"nul", to(&Behaviour::nul)},
      {"unknown_fields", to(&Behaviour::unknown_fields)},
      {"no_event_names", to(&Behaviour::no_event_names)},
      {"no_first_chunk", to(&Behaviour::no_first_chunk)},
      {"no_done", to(&Behaviour::no_done)},
      {"done_twice", to(&Behaviour::done_twice)},
      {"data_after_done", to(&Behaviour::data_after_done)},
      {"responses_done", to(&Behaviour::responses_done)},
      {"no_final_blank", to(&Behaviour::no_final_blank)},
      {"big_event_bytes", to(&Behaviour::big_event_bytes)},
      {"created_bytes", to(&Behaviour::created_bytes)},
      {"annotations_after_finish", to(&Behaviour::annotations_after_finish)},
      {"async_filter", to(&Behaviour::async_filter)},
      {"usage_first", to(&Behaviour::usage_first)},
      {"no_usage", to(&Behaviour::no_usage)},
      {"usage_null", to(&Behaviour::usage_null)},
      {"usage_every_chunk", to(&Behaviour::usage_every_chunk)},
      {"usage_twice", to(&Behaviour::usage_twice)},
      {"usage_null_last", to(&Behaviour::usage_null_last)},
      {"usage_details", one_of(&Behaviour::usage_details, {"none", "null"})},
      {"usage_extra", to(&Behaviour::usage_extra)},
      {"usage_values", to(&Behaviour::usage_values)},
      {"nested_usage", to(&Behaviour::nested_usage)},
      {"tool_calls", to(&Behaviour::tool_calls)},
      {"finish_reason", to(&Behaviour::finish_reason)},
      {"model", to(&Behaviour::model)},
      {"error_event", one_of(&Behaviour::error_event, {"chat", "flat", "nested", "named"})},
      {"responses_429",
       [](Behaviour& b, const json& v) {
         b.responses_429 = v.is_string()   ? v.get<std::string>()
                           : v.get<bool>() ? "error_first"
                                           : "";
       }},
      {"outcome", one_of(&Behaviour::outcome, {"incomplete", "failed"})},
      {"incomplete_reason", to(&Behaviour::incomplete_reason)},
      {"work_ms", to(&Behaviour::work_ms)},
      {"work_polls", to(&Behaviour::work_polls)},
      {"reset_after_accept", to(&Behaviour::reset_after_accept)},
      {"refuse_rows_with", to(&Behaviour::refuse_rows_with)},
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
  static const std::set<std::string> kServices{"resource", "entra", "imds", "ingestion", "blobs"};
  if (!kServices.contains(fault.service))
    throw std::invalid_argument("no such service: " + fault.service);
  fault.resource = given.value("resource", "");
  fault.operation = given.value("operation", "");
  fault.behaviour = parse_behaviour(given.value("behaviour", json::object()));
  fault.left = given.value("count", std::int64_t{-1});
  fault.probability = given.value("probability", 1.0);
  fault.random.seed(given.value("seed", 1U));
  const std::lock_guard lock(mutex_);
  if (given.value("instead", false)) faults_.clear();
  faults_.push_back(std::move(fault));
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<Behaviour> Faults::take(const std::string& service, const std::string& resource,
                                      const std::string& operation) {
  const auto fits = [](const std::string& wanted, const std::string& given) {
    return wanted.empty() || wanted == given;
  };
  const std::lock_guard lock(mutex_);
  for (Fault& fault : faults_) {
    if (fault.service != service || fault.left == 0) continue;
    if (!fits(fault.resource, resource) || !fits(fault.operation, operation)) continue;
    if (std::uniform_real_distribution<>(0, 1)(fault.random) >= fault.probability) continue;
    if (fault.left > 0) --fault.left;
    return fault.behaviour;
  }
  return std::nullopt;
}

}  // namespace tollgate::simulator
