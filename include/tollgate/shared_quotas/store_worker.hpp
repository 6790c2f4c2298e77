// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/quotas/quotas.hpp"
#include "tollgate/redis/client.hpp"
#include "tollgate/shared_quotas/process.hpp"

namespace tollgate::shared_quotas {

struct SharedState;
struct StoreRequest;
class StoredCount;
class Claim;
struct Asker;

/// Reserves for one worker's requests in the store that several processes share; on its executor
/// alone. The quotas go on counting what this process has: what was reserved is settled, released,
/// parked and extended there, by anybody and on any thread, and the keeper (SharedQuotas) tells the
/// store.
class StoreWorker {
 public:
  /// All of it outlives the worker; the client is stopped before.
  StoreWorker(SharedState& state, unsigned number, redis::Client& client,
              boost::asio::any_io_executor executor);
  StoreWorker(const StoreWorker&) = delete;
  StoreWorker& operator=(const StoreWorker&) = delete;
  ~StoreWorker();

  /// In place of Quotas::reserve: all limits of the set or none. One round trip for what is the
  /// client's own, one for all else, side by side; none where what the worker has ahead is enough.
  /// Where the store does not say in time, each limit's on_store_failure decides.
  boost::asio::awaitable<quotas::Reserved> reserve(const quotas::LimitSet& set,
                                                   const quotas::Demand& demand,
                                                   quotas::Moment now);
  /// Gives back what was had ahead and not used for a second, and states again what the store may
  /// have lost; twice a second.
  void tick(quotas::Moment now);

 private:
  using Key = std::pair<const quotas::LimitKey*, UtcTime>;
  using Asked = std::vector<quotas::Asked>;

  const std::shared_ptr<StoredCount>& count_of(const quotas::Asked& asked);
  std::shared_ptr<StoreRequest> request_of(const Asked& asked, quotas::Moment now);
  boost::asio::awaitable<void> ask(std::shared_ptr<StoreRequest> request, bool own_slots,
                                   quotas::Moment now);
  boost::asio::awaitable<void> decide(std::shared_ptr<StoreRequest> request, quotas::Moment now);
  Asker asker(quotas::Moment now) const;
  void send_statement(redis::Call call, Claim& claim, std::shared_ptr<void> owner);
  void send(const std::shared_ptr<StoreRequest>& request, std::size_t slot, quotas::Moment now);
  void answered(const std::shared_ptr<StoreRequest>& request, std::size_t slot,
                const redis::Answer& answer, quotas::Moment now);
  bool may_fit_soon(StoreRequest& request, quotas::Moment now) const;
  void see(StoreRequest& request, quotas::Moment now);
  void give_up(StoreRequest& request, quotas::Moment now);
  quotas::Reserved finish(StoreRequest& request, const Asked& unpriced, quotas::Moment now);
  void give(StoredCount& count, std::int64_t units, quotas::Moment now);

  SharedState& state_;
  const unsigned number_;
  redis::Client& client_;
  boost::asio::any_io_executor executor_;
  std::map<Key, std::shared_ptr<StoredCount>> known_;
};

}  // namespace tollgate::shared_quotas
