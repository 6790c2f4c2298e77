// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "destination.hpp"

#include <optional>
#include <utility>

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

using Object = std::unique_ptr<ledger::StoredObject>;

/// The object, if the client may use it.
asio::awaitable<Result<Object>> find_own(std::string id, const config::Client& client,
                                         ledger::ObjectDirectory& objects) {
  Result<std::optional<ledger::StoredObject>> found = co_await objects.find(std::move(id));
  if (!found) co_return found.error();
  if (!*found) co_return Error{Errc::not_found, "no such object"};
  if ((*found)->client_name != client.name)
    co_return Error{Errc::forbidden, "another client's object"};
  co_return std::make_unique<ledger::StoredObject>(std::move(**found));
}

Error gone() { return Error{Errc::not_found, "the object's backend serves this no more"}; }

/// The candidates of a model, in the order to try; on the object's backend only when there is one.
Result<std::vector<routing::Candidate>> candidates_for(std::string_view model, const Wanted& wanted,
                                                       const routing::RouteTable& routes,
                                                       const ledger::StoredObject* object) {
  const Result<routing::Route> route = routes.match(model, wanted.client);
  if (!route) return route.error();
  std::vector<routing::Candidate> out = routing::pick_order(*route, wanted.random);
  if (object == nullptr) return out;
  std::erase_if(out,
                [&](const routing::Candidate& c) { return c.backend->name != object->backend; });
  if (out.empty()) return gone();
  return out;
}

/// The candidate on an object's backend, for an operation on the object.
Result<std::vector<routing::Candidate>> where_object_lives(const Wanted& wanted,
                                                           const routing::RouteTable& routes,
                                                           const ledger::StoredObject& object) {
  // A run may name a model of its own: only one that its client may use, by its deployment there.
  const bool own_model = wanted.target.operation->api == usage::ApiShape::runs &&
                         wanted.scan != nullptr && !wanted.scan->model.empty();
  if (own_model) return candidates_for(wanted.scan->model, wanted, routes, &object);
  const auto candidate = routes.on_backend(object.backend, object.deployment);
  if (!candidate) return gone();
  return std::vector{*candidate};
}

std::string model_of(const Wanted& wanted) {
  if (!wanted.target.names_model_in_body()) return wanted.target.deployment;
  return wanted.scan == nullptr ? std::string() : wanted.scan->model;
}

asio::awaitable<Result<Destination>> by_model(Wanted wanted, const routing::RouteTable& routes,
                                              ledger::ObjectDirectory& objects) {
  Destination out;
  out.model = model_of(wanted);
  if (out.model.empty()) co_return Error{Errc::invalid_input, "no model is named"};
  if (wanted.scan != nullptr && !wanted.scan->previous_response_id.empty()) {
    Result<Object> earlier =
        co_await find_own(wanted.scan->previous_response_id, wanted.client, objects);
    if (!earlier) co_return earlier.error();
    out.object = std::move(*earlier);
  }
  auto candidates = candidates_for(out.model, wanted, routes, out.object.get());
  if (!candidates) co_return candidates.error();
  out.candidates = std::move(*candidates);
  co_return std::move(out);
}

asio::awaitable<Result<Destination>> by_object(std::string id, Wanted wanted,
                                               const routing::RouteTable& routes,
                                               ledger::ObjectDirectory& objects) {
  Result<Object> object = co_await find_own(std::move(id), wanted.client, objects);
  if (!object) co_return object.error();
  auto candidates = where_object_lives(wanted, routes, **object);
  if (!candidates) co_return candidates.error();
  Destination out;
  out.model = (*object)->model;
  out.candidates = std::move(*candidates);
  out.object = std::move(*object);
  co_return std::move(out);
}

/// A new thread with a run lives where its assistant does; everything else that names nothing, at home.
asio::awaitable<Result<Destination>> at_home(Wanted wanted, const routing::RouteTable& routes,
                                             ledger::ObjectDirectory& objects) {
  if (wanted.scan != nullptr && !wanted.scan->assistant_id.empty()) {
    co_return co_await by_object(wanted.scan->assistant_id, wanted, routes, objects);
  }
  Destination out;
  out.candidates.push_back(routes.home());
  co_return std::move(out);
}

}  // namespace

asio::awaitable<Result<Destination>> find_destination(Wanted wanted,
                                                      const routing::RouteTable& routes,
                                                      ledger::ObjectDirectory& objects) {
  switch (wanted.target.operation->route_by) {
    case routing::RouteBy::deployment:
    case routing::RouteBy::model:
      co_return co_await by_model(wanted, routes, objects);
    case routing::RouteBy::home:
      co_return co_await at_home(wanted, routes, objects);
    case routing::RouteBy::object:
      break;
  }
  // A run's assistant must be the caller's own as well as its thread.
  if (wanted.scan != nullptr && !wanted.scan->assistant_id.empty()) {
    const Result<Object> assistant =
        co_await find_own(wanted.scan->assistant_id, wanted.client, objects);
    if (!assistant) co_return assistant.error();
  }
  co_return co_await by_object(wanted.target.object_id, wanted, routes, objects);
}

}  // namespace tollgate::proxy
