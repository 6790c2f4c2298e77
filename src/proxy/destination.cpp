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

/// The model's route, cut down to the object's backend: what the object belongs to is known only
/// there.
Result<routing::Route> route_beside(const ledger::StoredObject& object, std::string_view model,
                                    const Wanted& wanted, const routing::RouteTable& routes) {
  const Result<const routing::Route*> route = routes.match(model, wanted.client);
  if (!route) return route.error();
  routing::Route out = **route;
  std::erase_if(out.candidates,
                [&](const routing::Candidate& c) { return c.backend->name != object.backend; });
  if (out.candidates.empty()) return gone();
  return out;
}

/// The one place of an operation on the object.
Result<routing::Route> where_object_lives(const Wanted& wanted, const routing::RouteTable& routes,
                                          const ledger::StoredObject& object) {
  const operations::Operation& operation = *wanted.target.operation;
  // A run may name a model of its own: only one that its client may use, by its deployment there.
  const bool own_model =
      operation.may_name_model && wanted.scan != nullptr && !wanted.scan->model.empty();
  if (own_model) return route_beside(object, wanted.scan->model, wanted, routes);
  std::optional<routing::Route> route =
      routes.on_backend(object.backend, object.deployment, operation.counts());
  if (!route) return gone();
  return std::move(*route);
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
    Result<routing::Route> beside = route_beside(*out.object, out.model, wanted, routes);
    if (!beside) co_return beside.error();
    out.own_route = std::move(*beside);
    co_return std::move(out);
  }
  const Result<const routing::Route*> route = routes.match(out.model, wanted.client);
  if (!route) co_return route.error();
  out.models_route = *route;
  co_return std::move(out);
}

asio::awaitable<Result<Destination>> by_object(std::string id, Wanted wanted,
                                               const routing::RouteTable& routes,
                                               ledger::ObjectDirectory& objects) {
  Result<Object> object = co_await find_own(std::move(id), wanted.client, objects);
  if (!object) co_return object.error();
  Result<routing::Route> route = where_object_lives(wanted, routes, **object);
  if (!route) co_return route.error();
  Destination out;
  out.model = (*object)->model;
  out.own_route = std::move(*route);
  out.object = std::move(*object);
  co_return std::move(out);
}

/// A new thread with a run lives where its assistant does; everything else that names nothing, at
/// home.
asio::awaitable<Result<Destination>> at_home(Wanted wanted, const routing::RouteTable& routes,
                                             ledger::ObjectDirectory& objects) {
  if (wanted.scan != nullptr && !wanted.scan->assistant_id.empty()) {
    co_return co_await by_object(wanted.scan->assistant_id, wanted, routes, objects);
  }
  Destination out;
  out.own_route = routes.home();
  co_return std::move(out);
}

/// What a body names must be the caller's own as well: a run's assistant, the files of a batch,
/// vector store or fine-tuning job. A model's own operations name no files.
asio::awaitable<Result<void>> owns_all_named(const Wanted& wanted,
                                             ledger::ObjectDirectory& objects) {
  if (wanted.scan == nullptr) co_return Result<void>();
  std::vector<std::string> named = wanted.scan->files;
  const bool of_a_run = wanted.target.operation->route_by == operations::RouteBy::object;
  if (of_a_run && !wanted.scan->assistant_id.empty()) named.push_back(wanted.scan->assistant_id);
  for (std::string& id : named) {
    const Result<Object> own = co_await find_own(std::move(id), wanted.client, objects);
    if (!own) co_return own.error();
  }
  co_return Result<void>();
}

}  // namespace

asio::awaitable<Result<Destination>> find_destination(Wanted wanted,
                                                      const routing::RouteTable& routes,
                                                      ledger::ObjectDirectory& objects) {
  switch (wanted.target.operation->route_by) {
    case operations::RouteBy::deployment:
    case operations::RouteBy::model:
      co_return co_await by_model(wanted, routes, objects);
    case operations::RouteBy::home:
    case operations::RouteBy::object:
      break;
  }
  const Result<void> own = co_await owns_all_named(wanted, objects);
  if (!own) co_return own.error();
  if (wanted.target.operation->route_by == operations::RouteBy::home) {
    co_return co_await at_home(wanted, routes, objects);
  }
  co_return co_await by_object(wanted.target.object_id, wanted, routes, objects);
}

}  // namespace tollgate::proxy
