// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "destination.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

using ledger::StoredObject;
using operations::Names;
using operations::RequestName;

Error gone() { return Error{Errc::not_found, "no backend has all that the request refers to"}; }

/// Whatever purpose it had when it was uploaded, and whatever the backend makes of that: what the
/// lines name was not checked.
Error unread_lines() {
  return Error{
      Errc::forbidden,
      "the lines of the batch's file have not been read: upload it with the purpose batch"};
}

const RequestName* first_of(std::span<const RequestName> names, Names what) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const RequestName& name) { return name.is(what); });
  return found == names.end() ? nullptr : &*found;
}

/// Objects must be the client's own. Parts of objects are known only sometimes: another client's
/// are refused.
/// `must_be_known`: an object, not a part. `object`: null where it is unknown.
Result<void> may_use(bool must_be_known, const StoredObject* object, const config::Client& client) {
  if (object == nullptr && must_be_known) return Error{Errc::not_found, "no such object"};
  if (object != nullptr && object->client_name != client.name)
    return Error{Errc::forbidden, "another client's object"};
  return {};
}

/// The object that the request is about: that of the path, else one that a deployment works for (a
/// new run's assistant), else any. Null: it refers to none.
const StoredObject* leading_object(std::span<const RequestName> names,
                                   const ledger::FoundObjects& found) {
  const StoredObject* out = nullptr;
  for (const RequestName& name : names) {
    if (!name.is_object()) continue;
    const StoredObject& object = found.at(name.value);
    if (name.place->where == operations::Where::path) return &object;
    if (out == nullptr || (out->deployment.empty() && !object.deployment.empty())) out = &object;
  }
  return out;
}

/// All objects live on one backend, or no backend can answer.
Result<void> live_together(std::span<const RequestName> names, const ledger::FoundObjects& found,
                           const StoredObject& leading) {
  for (const RequestName& name : names) {
    if (name.is_object() && found.at(name.value).backend != leading.backend) return gone();
  }
  return {};
}

bool serves(const routing::Route& route, const routing::Candidate& candidate) {
  return std::any_of(
      route.candidates.begin(), route.candidates.end(),
      [&](const routing::Candidate& c) { return c.backend_index == candidate.backend_index; });
}

/// Leaves the candidates that fit; the route table's own route stays as it is while all do.
template <class Fits>
Result<void> keep_only(Destination& out, Fits fits) {
  const auto& all = out.route().candidates;
  if (std::all_of(all.begin(), all.end(), fits)) return {};
  if (!out.own_route) out.own_route = *out.models_route;
  std::erase_if(out.own_route->candidates,
                [&](const routing::Candidate& candidate) { return !fits(candidate); });
  return out.own_route->candidates.empty() ? Result<void>(gone()) : Result<void>();
}

/// Where the request goes by its model, its objects or neither, before more is asked of the
/// candidates.
Result<void> set_out(Destination& out, const Wanted& wanted, const routing::RouteTable& routes) {
  const operations::Operation& operation = *wanted.target.operation;
  const RequestName* const model = first_of(wanted.names, Names::model);
  const bool needs_model = operation.route_by == operations::RouteBy::model ||
                           operation.route_by == operations::RouteBy::deployment;
  if (model != nullptr) {
    const Result<const routing::Route*> route = routes.match(model->value, wanted.client);
    if (!route) return route.error();
    out.models_route = *route;
    out.model = (*route)->model;
    if (model->place->where != operations::Where::path) out.models.push_back({model, nullptr});
    return {};
  }
  if (needs_model) return Error{Errc::invalid_input, "no model is named"};
  if (out.object == nullptr) {
    out.own_route = routes.home();
    return {};
  }
  out.model = out.object->model;
  out.own_route =
      routes.on_backend(out.object->backend, out.object->deployment, operation.counts());
  return out.own_route ? Result<void>() : Result<void>(gone());
}

/// Deployments that work for the request beside the one that is asked: the client must be allowed
/// to use them, and the backend must have them.
Result<void> add_second_models(Destination& out, const Wanted& wanted,
                               const routing::RouteTable& routes) {
  for (const RequestName& name : wanted.names) {
    if (!name.is(Names::second_model)) continue;
    const Result<const routing::Route*> route = routes.match(name.value, wanted.client);
    if (!route) return route.error();
    out.models.push_back({&name, *route});
    const bool seen = out.models.size() > 1 && out.models[out.models.size() - 2].route == *route;
    if (seen) continue;  // a batch file names one model on every line
    const Result<void> kept =
        keep_only(out, [&](const routing::Candidate& c) { return serves(**route, c); });
    if (!kept) return kept;
  }
  return {};
}

/// The model that a batch file's lines ask for, the first of them. It stands with the file from
/// then on, and says that they have been read.
std::string model_of_lines(const Destination& destination) {
  for (const upstream::NamedModel& named : destination.models) {
    if (named.name->place->where == operations::Where::batch_line)
      return std::string(named.route->model);
  }
  return {};
}

/// A base model is no deployment, so most are not configured. Those that are need the client's
/// right to them, the others a client that may use every model.
Result<void> may_start_from(const Wanted& wanted, const routing::RouteTable& routes) {
  for (const RequestName& name : wanted.names) {
    if (!name.is(Names::base_model)) continue;
    const Result<const routing::Route*> route = routes.match(name.value, wanted.client);
    if (route) continue;
    const bool unknown = route.error().code == Errc::not_found;
    if (!unknown || wanted.client.models)
      return Error{Errc::forbidden, "the client may not use the base model"};
  }
  return {};
}

}  // namespace

IdsToFind ids_in(std::span<const RequestName> names) {
  IdsToFind out;
  std::unordered_set<std::string_view> seen;
  for (const RequestName& name : names) {
    if (!name.is_object() && !name.is(Names::part)) continue;
    if (seen.insert(name.value).second) out.ids.push_back(name.value);
    if (name.is_object()) out.objects.insert(name.value);
  }
  return out;
}

Result<Destination> decide_destination(const Wanted& wanted, const routing::RouteTable& routes,
                                       const ledger::FoundObjects& found) {
  for (const RequestName& name : wanted.names) {
    if (name.is(Names::outside)) {
      return Error{Errc::forbidden, "the gateway cannot look into what the request refers to"};
    }
    if (!name.is_object() && !name.is(Names::part)) continue;
    const auto object = found.find(name.value);
    const Result<void> own =
        may_use(name.is_object(), object == found.end() ? nullptr : &object->second, wanted.client);
    if (!own) return own.error();
    if (name.is(Names::batch_file) && object->second.model.empty()) return unread_lines();
  }
  Destination out;
  if (const StoredObject* const leading = leading_object(wanted.names, found)) {
    const Result<void> together = live_together(wanted.names, found, *leading);
    if (!together) return together.error();
    out.object = std::make_unique<StoredObject>(*leading);
  }
  Result<void> fits = set_out(out, wanted, routes);
  if (fits && out.object) {
    fits = keep_only(
        out, [&](const routing::Candidate& c) { return c.backend->name == out.object->backend; });
  }
  if (fits) fits = add_second_models(out, wanted, routes);
  if (fits) fits = may_start_from(wanted, routes);
  if (!fits) return fits.error();
  if (out.model.empty()) out.model = model_of_lines(out);
  return Result<Destination>(std::move(out));
}

asio::awaitable<Result<Destination>> find_destination(Wanted wanted,
                                                      const routing::RouteTable& routes,
                                                      ledger::ObjectDirectory& objects,
                                                      Cancellation& cancellation) {
  IdsToFind wanted_ids = ids_in(wanted.names);
  ledger::ObjectQuestion question{wanted.client.name, std::move(wanted_ids.ids), {}};
  question.judge = [&](const std::string& id, const StoredObject* object) {
    return may_use(wanted_ids.objects.contains(id), object, wanted.client);
  };
  const Result<ledger::FoundObjects> found =
      co_await objects.find_all(std::move(question), cancellation);
  if (!found) co_return found.error();
  co_return decide_destination(wanted, routes, *found);
}

}  // namespace tollgate::proxy
