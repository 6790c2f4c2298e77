// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "tollgate/quotas/quotas.hpp"
#include "tollgate/redis/client.hpp"
#include "tollgate/shared_quotas/process.hpp"
#include "tollgate/shared_quotas/store_worker.hpp"

namespace tollgate::shared_quotas {

/// A process that claims something of a limit, as the store knows it. Numbers are units (use.hpp).
struct Claimant {
  std::string process;  ///< GATEWAY@INCARNATION
  std::string gateway;
  std::int64_t used = 0;
  std::int64_t reserved = 0;
  std::int64_t silent_for = 0;  ///< seconds; all that it claims is used where these are many
};

/// A limit as it stood in the store: what all processes have together.
struct StoredState {
  quotas::LimitKey key;
  std::optional<quotas::Window> window;
  std::int64_t used = 0;
  std::int64_t reserved = 0;  ///< of a minute 0; what is had ahead is among it
  std::int64_t added = 0;     ///< to the amount, by operators
  UtcTime at;
  std::vector<Claimant> claimants;
};

/// What this process has of a limit that no other may take meanwhile, though no request needs it
/// yet: by so much too little may be given in all. Units.
struct HadAhead {
  quotas::LimitKey key;
  std::int64_t units = 0;
};

struct StoreStatus {
  bool answers = false;
  UtcTime since;        ///< it has been so
  std::string problem;  ///< why it does not answer
  std::int64_t processes = 1;
  std::int64_t workers = 1;
  std::uint64_t calls = 0;       ///< for requests
  std::uint64_t from_ahead = 0;  ///< slots of requests that needed none
  /// Limits of requests that were decided without the store: by OnStoreFailure.
  std::array<std::uint64_t, 3> without_store{};
  bool flushed_lately = false;  ///< it had lost what it knew, and is being told again
};

/// What a process has to do with the store that several share: it tells the store what it has
/// settled, adopts what earlier runs of its gateway have left there, and finds out when the store
/// has lost what it knew. All but make_worker() on the control executor.
class SharedQuotas {
 public:
  /// All of it outlives this object; the client is the control executor's and is stopped before.
  /// `patience`: how long a request waits for the store at the most, however many slots it asks.
  SharedQuotas(boost::asio::any_io_executor control, redis::Client& client, quotas::Quotas& quotas,
               std::string prefix, Process process, milliseconds patience);
  SharedQuotas(const SharedQuotas&) = delete;
  SharedQuotas& operator=(const SharedQuotas&) = delete;
  ~SharedQuotas();

  /// Before there are requests, and with what the ledger has already counted in the quotas.
  void start();
  /// What start() does once a second by itself.
  void beat();
  /// `told`: the store has been told of all that the process has settled and of nothing else, or
  /// cannot be within half a second. When no worker reserves any more.
  void stop(std::function<void()> told);

  /// A seam for one worker; the object outlives it.
  std::unique_ptr<StoreWorker> make_worker(unsigned number, redis::Client& client,
                                           boost::asio::any_io_executor executor);

  /// Whether the store has been told at least once what the ledger has, and believes it; or has not
  /// answered in the first seconds.
  bool ready(SteadyTime now) const;
  StoreStatus status() const;
  std::vector<StoredState> states() const;
  std::vector<HadAhead> had_ahead() const;

 private:
  class Keeper;
  std::shared_ptr<Keeper> keeper_;
};

}  // namespace tollgate::shared_quotas
