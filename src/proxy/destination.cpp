// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "destination.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "read_through.hpp"
#include "tollgate/operations/id_words.hpp"
#include "tollgate/operations/work_url.hpp"

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

/// Objects must be the client's own. Parts of objects are known only sometimes: another client's
/// are refused. `object`: null where it is unknown.
Result<void> may_use(bool must_be_known, const StoredObject* object, const Wanted& wanted) {
  if (object == nullptr && must_be_known) return Error{Errc::not_found, "no such object"};
  if (object != nullptr && object->client_name != wanted.client.name) {
    const Errc code = wanted.ids == nullptr ? Errc::forbidden : Errc::not_found;
    return Error{code, "another client's object"};
  }
  return {};
}

/// Parts have ids that clients may think of, and need not be known; where ids are sealed, one that
/// a backend has drawn would come sealed.
bool must_be_known(const RequestName& name, bool sealed) {
  return name.is_object() || (sealed && name.is(Names::part) &&
                              operations::id_kind(name.value) != operations::IdKind::none);
}

/// What a new response goes on with.
bool is_previous_response(const RequestName& name) {
  return name.place->where == operations::Where::json &&
         name.place->name == "**.previous_response_id";
}

/// What a request is about that works on a response, a thread or a conversation.
bool is_about_conversation(const RequestName& name, const operations::RequestTarget& target) {
  const std::string_view path = target.operation->v1_path;
  return name.place->where == operations::Where::path &&
         (path.starts_with("/responses/") || path.starts_with("/threads/") ||
          path.starts_with("/conversations/"));
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
Result<void> may_start_from(const RequestName& base_model, const config::Client& client,
                            const routing::RouteTable& routes) {
  const Result<const routing::Route*> route = routes.match(base_model.value, client);
  if (route) return {};
  const bool unknown = route.error().code == Errc::not_found;
  if (unknown && !client.models) return {};
  return Error{Errc::forbidden, "the client may not use the base model"};
}

}  // namespace

IdsToFind::IdsToFind(std::span<const RequestName> names, const seals::ExchangeIds* sealed)
    : left_(names), sealed_(sealed != nullptr) {
  if (sealed == nullptr) return;
  for (const std::string& id : sealed->bare()) {
    seen_.insert(id);
    objects.insert(id);
    ids.push_back(id);
  }
}

bool IdsToFind::step(std::size_t names) {
  for (const RequestName& name : left_.first(std::min(names, left_.size()))) {
    if (!name.is_object() && !name.is(Names::part)) continue;
    if (seen_.insert(name.value).second) ids.push_back(name.value);
    if (must_be_known(name, sealed_)) objects.insert(name.value);
  }
  left_ = left_.subspan(std::min(names, left_.size()));
  return left_.empty();
}

bool DestinationReader::step(std::size_t names) {
  for (; names > 0 && look_ != Look::done && !error_; --names) {
    const bool ended = at_ == wanted_.names.size();
    const Result<void> fine = ended ? begin_next_look() : look_at(wanted_.names[at_++]);
    if (!fine) error_ = fine.error();
  }
  return error_ || look_ == Look::done;
}

Result<Destination> DestinationReader::take() {
  if (error_) return *error_;
  if (out_.model.empty()) out_.model = model_of_lines(out_);
  return Result<Destination>(std::move(out_));
}

Result<void> DestinationReader::look_at(const RequestName& name) {
  if (look_ == Look::rights) return check_rights(name);
  if (look_ == Look::together) {
    // All objects live on one backend, or no backend can answer.
    const bool apart = name.is_object() && found_.at(name.value).backend != leading_->backend;
    return apart ? Result<void>(gone()) : Result<void>();
  }
  if (name.is(Names::second_model)) return add_second_model(name, name.value);
  if (name.is(Names::work_url)) {
    return add_second_model(name, operations::deployment_in(name.value));
  }
  if (name.is(Names::base_model)) return may_start_from(name, wanted_.client, routes_);
  return {};
}

Result<void> DestinationReader::begin_next_look() {
  at_ = 0;
  if (look_ == Look::rights && leading_ != nullptr) {
    look_ = Look::together;
    return {};
  }
  look_ = look_ == Look::models ? Look::done : Look::models;
  return look_ == Look::models ? set_out() : Result<void>();
}

Result<void> DestinationReader::check_rights(const RequestName& name) {
  if (name.is(Names::outside))
    return Error{Errc::forbidden, "the gateway cannot look into what the request refers to"};
  if (model_ == nullptr && name.is(Names::model)) model_ = &name;
  if (!name.is_object() && !name.is(Names::part)) return {};
  const auto found = found_.find(name.value);
  const StoredObject* const object = found == found_.end() ? nullptr : &found->second;
  const Result<void> own = may_use(must_be_known(name, wanted_.ids != nullptr), object, wanted_);
  if (!own) return own;
  if (name.is(Names::batch_file) && object->model.empty()) return unread_lines();
  if (!name.is_object()) return {};
  note_leading(name, *object);
  note_conversation(name, *object);
  return {};
}

void DestinationReader::note_conversation(const RequestName& name, const StoredObject& object) {
  const bool goes_on = is_previous_response(name);
  if (!out_.conversation.empty() || !(goes_on || is_about_conversation(name, wanted_.target)))
    return;
  out_.conversation = object.conversation.empty() ? object.id : object.conversation;
}

void DestinationReader::note_leading(const RequestName& name, const StoredObject& object) {
  if (leads_by_path_) return;
  leads_by_path_ = name.place->where == operations::Where::path;
  const bool works_for_it =
      leading_ != nullptr && leading_->deployment.empty() && !object.deployment.empty();
  if (leading_ == nullptr || leads_by_path_ || works_for_it) leading_ = &object;
}

/// Where the request goes by its model, its objects or neither, before more is asked of the
/// candidates.
Result<void> DestinationReader::set_out() {
  const operations::Operation& operation = *wanted_.target.operation;
  if (leading_ != nullptr) out_.object = std::make_unique<StoredObject>(*leading_);
  const bool needs_model = operation.route_by == operations::RouteBy::model ||
                           operation.route_by == operations::RouteBy::deployment;
  if (model_ != nullptr) {
    const Result<const routing::Route*> route = routes_.match(model_->value, wanted_.client);
    if (!route) return route.error();
    out_.models_route = *route;
    out_.model = (*route)->model;
    if (model_->place->where != operations::Where::path) out_.models.push_back({model_, nullptr});
  } else if (needs_model) {
    return Error{Errc::invalid_input, "no model is named"};
  } else if (out_.object == nullptr) {
    out_.own_route = routes_.home();
  } else {
    out_.model = out_.object->model;
    out_.own_route =
        routes_.on_backend(out_.object->backend, out_.object->deployment, operation.counts());
    if (!out_.own_route) return gone();
  }
  if (!out_.object) return {};
  return keep_only(out_, [this](const routing::Candidate& c) {
    return c.backend->name == out_.object->backend;
  });
}

/// A deployment that works for the request beside the one that is asked: the client must be allowed
/// to use it, and the backend must have it.
Result<void> DestinationReader::add_second_model(const RequestName& name, std::string_view model) {
  const Result<const routing::Route*> route = routes_.match(model, wanted_.client);
  if (!route) return route.error();
  out_.models.push_back({&name, *route});
  const bool seen = out_.models.size() > 1 && out_.models[out_.models.size() - 2].route == *route;
  if (seen) return {};  // a batch file names one model on every line
  return keep_only(out_, [&](const routing::Candidate& c) { return serves(**route, c); });
}

Result<Destination> decide_destination(const Wanted& wanted, const routing::RouteTable& routes,
                                       const ledger::FoundObjects& found) {
  DestinationReader reader(wanted, routes, found);
  while (!reader.step()) continue;
  return reader.take();
}

asio::awaitable<Result<Destination>> find_destination(Wanted wanted,
                                                      const routing::RouteTable& routes,
                                                      ledger::ObjectDirectory& objects,
                                                      Cancellation& cancellation) {
  IdsToFind wanted_ids(wanted.names, wanted.ids);
  co_await read_through(wanted_ids);
  ledger::ObjectQuestion question{wanted.client.name, std::move(wanted_ids.ids), {}};
  if (wanted.ids != nullptr) question.told = &wanted.ids->told();
  question.judge = [&](const std::string& id, const StoredObject* object) {
    return may_use(wanted_ids.objects.contains(id), object, wanted);
  };
  const Result<ledger::FoundObjects> found =
      co_await objects.find_all(std::move(question), cancellation);
  if (!found) co_return found.error();
  DestinationReader reader(wanted, routes, *found);
  co_await read_through(reader);
  co_return reader.take();
}

}  // namespace tollgate::proxy
