// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "destination.hpp"
#include "path_match.hpp"
#include "place_table.hpp"

// Requests as they are built up for one place of the table, and what is decided about them.
namespace tollgate::proxy::destination_tests {

using operations::Names;
using operations::Operation;
using operations::Place;
using operations::RequestName;
using operations::Where;

constexpr std::string_view kBoundary = "b0undary";

inline config::Config make_config() {
  config::Config config;
  for (const char* name : {"home", "other"}) {
    config::Backend backend;
    backend.name = name;
    config.backends.push_back(std::move(backend));
  }
  const auto add = [&](const char* name, std::vector<config::Target> targets) {
    config::Model model;
    model.name = name;
    model.targets = std::move(targets);
    config.models.push_back(std::move(model));
  };
  const auto target = [](const char* backend, const char* deployment) {
    config::Target out;
    out.backend = backend;
    out.deployment = deployment;
    return out;
  };
  add("gpt-4o", {target("home", "gpt-home"), target("other", "gpt-other")});
  add("embed", {target("home", "embed-home")});
  add("secret", {target("home", "secret-home"), target("other", "secret-other")});
  return config;
}

inline config::Client make_client() {
  config::Client client;
  client.name = "alice";
  client.models = std::vector<std::string>{"gpt-4o", "embed"};
  return client;
}

/// One request, as it is built up for one place.
struct Request {
  std::string target;
  std::vector<http::Field> fields;
  std::string body;
};

class DestinationTest : public testing::Test {
 protected:
  DestinationTest() {
    found_["mine"] = {.id = "mine", .client_name = "alice", .backend = "home"};
    found_["my_other"] = {
        .id = "my_other", .client_name = "alice", .backend = "home", .model = "gpt-4o"};
    found_["elsewhere"] = {.id = "elsewhere", .client_name = "alice", .backend = "other"};
    found_["run_by"] = {.id = "run_by",
                        .client_name = "alice",
                        .backend = "home",
                        .deployment = "gpt-home",
                        .model = "gpt-4o"};
    found_["foreign"] = {.id = "foreign", .client_name = "bob", .backend = "home"};
  }

  Result<Destination> decide(const std::string& method, const Request& request) {
    const auto target = operations::parse_target(method, request.target);
    if (!target) return target.error();
    target_ = *target;
    auto names = operations::read_names(target_, request.fields, request.body);
    if (!names) return names.error();
    names_ = std::move(*names);
    return decide_destination({target_, nullptr, names_, client_}, routes_, found_);
  }

  Result<Destination> post(const std::string& target, const std::string& body) {
    return decide("POST", {.target = target, .body = body});
  }

  config::Config config_ = make_config();
  config::Client client_ = make_client();
  routing::RouteTable routes_{config_};
  ledger::FoundObjects found_;
  operations::RequestTarget target_;
  std::vector<RequestName> names_;
};

/// With `value` in that hole.
inline std::string path_of(const Operation& operation, std::string_view hole,
                           std::string_view value) {
  const bool v1 = !operation.v1_path.empty();
  std::string out(v1 ? operation.v1_path : operation.legacy_path);
  for (std::size_t at = out.find('{'); at != std::string::npos; at = out.find('{', at)) {
    const std::size_t end = out.find('}', at) + 1;
    const std::string name = out.substr(at, end - at);
    std::string filled = name == "{deployment}" ? "gpt-4o" : name == "{object}" ? "mine" : "nested";
    if (name == hole) filled = value;
    out.replace(at, end - at, filled);
  }
  return (v1 ? "/openai/v1" : "/openai") + out + (v1 ? "" : "?api-version=2025-04-01-preview");
}

/// {"a":{"b":value}} for a.b, arrays and other members strewn in; around the value itself where it
/// may be a list.
inline std::string nest(std::string_view path, const std::string& value, bool may_be_list,
                        std::mt19937& random) {
  const std::size_t dot = path.find('.');
  const std::string inner = dot == std::string_view::npos
                                ? value
                                : nest(path.substr(dot + 1), value, may_be_list, random);
  std::string out = "\"" + std::string(path.substr(0, dot)) + "\":";
  const unsigned arrays = dot != path.npos || may_be_list ? random() % 3 : 0;
  out += std::string(arrays, '[') + inner + std::string(arrays, ']');
  return "{\"x\":[1,{\"y\":null}]," + out + (random() % 2 ? ",\"z\":\"\"}" : "}");
}

/// The JSON text in which `value` stands at the place.
inline std::string json_with(const Place& place, const std::string& value, bool names_model,
                             std::mt19937& random) {
  std::string_view path = place.name;
  const bool may_be_list = place.names == Names::object || place.names == Names::part;
  const bool anywhere = path.starts_with("**.");
  if (anywhere) path.remove_prefix(3);
  std::string named = "\"" + value + "\"";
  if (may_be_list && random() % 3 == 0) named = R"({"type":"x","Id":)" + named + "}";
  std::string out = nest(path, named, may_be_list, random);
  for (unsigned depth = anywhere ? random() % 5 : 0; depth > 0; --depth) {
    out = random() % 2 ? "{\"input\":" + out + "}" : "{\"content\":[" + out + "]}";
  }
  if (names_model) out = "{\"model\":\"gpt-4o\"," + out.substr(1);
  return out;
}

inline std::string form_part(std::string_view name, std::string_view more, std::string_view value) {
  return "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; name=\"" +
         std::string(name) + "\"" + std::string(more) + "\r\n\r\n" + std::string(value) + "\r\n";
}

inline const std::string kFormType = "multipart/form-data; boundary=" + std::string(kBoundary);

/// A request that is in order but for the value at the place.
inline Request request_with(const Operation& operation, const Place& place,
                            const std::string& value, std::mt19937& random) {
  static std::set<std::string> kept;  // what fields refer to
  Request out;
  out.target = path_of(operation, place.where == Where::path ? place.name : "", value);
  const bool wants_model = operation.route_by == operations::RouteBy::deployment ||
                           operation.route_by == operations::RouteBy::model;
  const std::string end = "--" + std::string(kBoundary) + "--\r\n";
  if (wants_model) out.body = R"({"model":"gpt-4o"})";
  switch (place.where) {
    case Where::path:
      break;
    case Where::query:
      out.target += "?limit=2&" + std::string(place.name) + "=" + value;
      break;
    case Where::header:
      out.fields.push_back({place.name, *kept.insert(value).first});
      break;
    case Where::json:
      out.body = json_with(place, value, wants_model && place.names != Names::model, random);
      break;
    case Where::form:
      out.fields.push_back({"Content-Type", kFormType});
      out.body = form_part(place.name, "", value) + end;
      if (wants_model && place.names != Names::model)
        out.body = form_part("model", "", "gpt-4o") + out.body;
      break;
    case Where::batch_line:
      out.fields.push_back({"Content-Type", kFormType});
      out.body = form_part("file", "; filename=\"x.jsonl\"",
                           "\xEF\xBB\xBF{\"custom_id\":\"1\"}\r\n\n" +
                               json_with(place, value, false, random) + "\n{}") +
                 form_part("purpose", "", "batch") + end;
      break;
  }
  return out;
}

template <class Visit>
void for_every_place(Visit visit) {
  for (const Operation& operation : operations::operation_table()) {
    for (const Place& place : operation.places) {
      const std::string path =
          std::string(operation.v1_path.empty() ? operation.legacy_path : operation.v1_path);
      const bool is_hole = place.where == Where::path;
      if (is_hole && path.find(place.name) == std::string::npos) continue;
      SCOPED_TRACE(std::string(operation.id) + " at " + std::string(place.name));
      visit(operation, place);
    }
  }
}

}  // namespace tollgate::proxy::destination_tests
