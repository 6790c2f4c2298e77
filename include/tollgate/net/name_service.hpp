// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::net {

using Addresses = std::vector<boost::asio::ip::address>;

/// Asks for a host's addresses; may take any time, and nobody can interrupt it. Error unavailable.
using Lookup = std::function<Result<Addresses>(const std::string& host)>;

/// The system's: getaddrinfo, for TCP.
Result<Addresses> system_lookup(const std::string& host);

/// What is known of one host. Pure: the time comes in.
class KnownHost {
 public:
  /// The system says nothing of how long its answers hold.
  static constexpr seconds kFresh{30};
  static constexpr seconds kAfterFailure{1};

  /// Whether the addresses can be used without asking anybody.
  bool fresh(SteadyTime now) const { return !addresses_.empty() && now < ask_at_; }
  /// Whether it was asked for a moment ago, in vain.
  bool failed_lately(SteadyTime now) const { return failure_ && now < ask_at_; }
  /// The last ones that were found, however old: better than none while names cannot be looked up.
  const Addresses& addresses() const { return addresses_; }
  const std::optional<Error>& failure() const { return failure_; }

  void learn(Result<Addresses> found, SteadyTime now);

 private:
  Addresses addresses_;
  std::optional<Error> failure_;  ///< of the last look-up
  SteadyTime ask_at_{};
};

/// The names that one io_context's connections need, each looked up on a thread of its own: a host
/// whose name servers do not answer holds up nobody who asks for another. All who ask for one host
/// wait for the same look-up. Used on the context's thread only; found by the context (of()).
class NameService : public boost::asio::execution_context::service {
 public:
  static boost::asio::execution_context::id id;

  /// Hosts are the configuration's, so there are a few.
  static constexpr std::size_t kMostLookups = 64;
  /// How long somebody waits for news of a host that is known, before making do with what is known.
  static constexpr milliseconds kPatience{250};

  explicit NameService(boost::asio::execution_context& context);
  ~NameService() override;

  static NameService& of(boost::asio::execution_context& context);

  /// Instead of the system's: for tests, before anything is looked up.
  void use(Lookup lookup) { lookup_ = std::move(lookup); }

  /// The host's addresses, never none. Errors: unavailable, timeout.
  boost::asio::awaitable<Result<Addresses>> find(std::string host, SteadyTime deadline);

 private:
  struct Mailbox;
  struct Entry {
    KnownHost known;
    bool asking = false;
    std::list<boost::asio::steady_timer*> waiting;  ///< in their waiters' frames
  };

  void shutdown() override;
  void ask(const std::string& host, Entry& entry, const boost::asio::any_io_executor& executor);
  void learn(const std::string& host, Result<Addresses> found);
  static boost::asio::awaitable<void> wait(Entry& entry, SteadyTime until);

  Lookup lookup_ = system_lookup;
  std::shared_ptr<Mailbox> mailbox_;
  std::map<std::string, Entry> hosts_;  ///< entries stay where they are
  std::size_t asking_ = 0;
};

}  // namespace tollgate::net
