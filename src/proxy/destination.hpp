// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/operations/request_names.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/seals/exchange_ids.hpp"
#include "tollgate/upstream/upstream.hpp"
#include "tollgate/usage/request_scan.hpp"

namespace tollgate::proxy {

/// Who may answer a request.
struct Destination {
  std::string model;  ///< as the client asked for it; empty where none is concerned
  /// That of the response, thread or conversation which the request goes on with or is about: of
  /// one that belongs to none, its own id. Empty: it refers to none.
  std::string conversation;
  const routing::Route* models_route = nullptr;  ///< the route table's
  std::optional<routing::Route>
      own_route;  ///< in its place where state decides; may point into `object`
  std::unique_ptr<ledger::StoredObject> object;  ///< what the path or body refers to
  /// The names in the request that a backend knows by other ones; they refer to the names that were
  /// Wanted.
  std::vector<upstream::NamedModel> models;

  const routing::Route& route() const { return own_route ? *own_route : *models_route; }
};

/// What decides where a request goes.
struct Wanted {
  const operations::RequestTarget& target;
  const usage::RequestScan* scan;  ///< null: no body, or one that is no object or form
  std::span<const operations::RequestName> names;
  const config::Client& client;
  /// Those that it has sent; null: ids are not sealed here. Where they are, whatever else is named
  /// must be known, and that an object is another client's is told to nobody.
  const seals::ExchangeIds* ids = nullptr;
};

/// A batch file may hold kMostNames names: what a worker should look at of them at once, well under
/// a millisecond.
inline constexpr std::size_t kNamesAtOnce = 2'000;

/// Finds the ids that must be looked up to decide, in steps.
class IdsToFind {
 public:
  /// The names outlive it, and `sealed`: null where ids are not.
  explicit IdsToFind(std::span<const operations::RequestName> names,
                     const seals::ExchangeIds* sealed = nullptr);

  /// True: it has ended.
  bool step(std::size_t names = kNamesAtOnce);

  std::vector<std::string> ids;  ///< each once, in the order in which the request names them
  /// Those that must be known: objects, and, where ids are sealed, parts that a backend has made.
  /// Views into the names.
  std::unordered_set<std::string_view> objects;

 private:
  std::span<const operations::RequestName> left_;
  bool sealed_;
  std::unordered_set<std::string_view> seen_;
};

/// Decides, with all that is known of those ids, in steps: it looks at all names one time to learn
/// whether the client may use what they name, one time to see that it lives together, and one time
/// for further models. Errors as find_destination has them.
class DestinationReader {
 public:
  /// All of them outlive it, and what `wanted` refers to.
  DestinationReader(const Wanted& wanted, const routing::RouteTable& routes,
                    const ledger::FoundObjects& found)
      : wanted_(wanted), routes_(routes), found_(found) {}

  /// True: it has ended.
  bool step(std::size_t names = kNamesAtOnce);
  /// Once it has ended.
  Result<Destination> take();

 private:
  enum class Look : std::uint8_t { rights, together, models, done };

  Result<void> look_at(const operations::RequestName& name);
  Result<void> begin_next_look();
  Result<void> check_rights(const operations::RequestName& name);
  void note_leading(const operations::RequestName& name, const ledger::StoredObject& object);
  void note_conversation(const operations::RequestName& name, const ledger::StoredObject& object);
  Result<void> set_out();
  /// `model`: what is named there.
  Result<void> add_second_model(const operations::RequestName& name, std::string_view model);

  const Wanted& wanted_;
  const routing::RouteTable& routes_;
  const ledger::FoundObjects& found_;
  Look look_ = Look::rights;
  std::size_t at_ = 0;  ///< of the names, the one that is looked at next
  /// The object that the request is about: that of the path, else one that a deployment works for
  /// (a new run's assistant), else any. Null: it refers to none.
  const ledger::StoredObject* leading_ = nullptr;
  bool leads_by_path_ = false;
  const operations::RequestName* model_ = nullptr;  ///< the first
  Destination out_;
  std::optional<Error> error_;
};

/// The same in one go.
Result<Destination> decide_destination(const Wanted& wanted, const routing::RouteTable& routes,
                                       const ledger::FoundObjects& found);

/// Finds the destination: by the model, or by the objects that the request refers to, which live on
/// the backend that made them and belong to the client that did (azure-protocol.md 1.7). Every name
/// that the request holds is looked at, wherever it stands, up to the first that may not be used.
/// Errors: invalid_input (no model where one is needed), not_found and forbidden (a model, see
/// RouteTable::match, or an object), storage, cancelled (nobody waits for the request any more).
boost::asio::awaitable<Result<Destination>> find_destination(Wanted wanted,
                                                             const routing::RouteTable& routes,
                                                             ledger::ObjectDirectory& objects,
                                                             Cancellation& cancellation);

}  // namespace tollgate::proxy
