// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tokens.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::simulator {

/// What one operation costs.
struct Charge {
  std::string_view kind = "none";  ///< tokens | seconds | images | characters | none
  bool charged = false;
  Tokens tokens;
  double quantity = 0;            ///< of what `kind` names, unless tokens
  bool told = false;              ///< the answer has these tokens in a usage object, unspoilt
  bool details = false;           ///< and their classes too
  std::string object_id;          ///< of the stored object that has the usage as well
  bool outlives_request = false;  ///< goes on when the reader leaves
  SteadyTime due{};               ///< not billed before
};

/// One operation as the provider would charge it: the ground truth. The views are of names that
/// live as long as the process.
struct BillEntry {
  std::string request_id;         ///< apim-request-id
  std::string client_request_id;  ///< x-ms-client-request-id as it came: any bytes
  std::string_view resource;
  std::string_view deployment;
  std::string_view model;  ///< served
  std::string_view operation;
  UtcTime at;  ///< when it was booked
  bool stream = false;
  int status = 200;
  Charge charge;

  std::string_view ended;     ///< whole | reset | closed | client_gone; empty: still going on
  bool usage_sent = false;    ///< the true usage was written to the socket
  std::int64_t produced = 0;  ///< completion tokens, when the answer ended
  std::vector<std::string>
      seen_in;  ///< reads of the object that showed its usage, by their request ids
};

/// Entries are booked before the answer is sent, so a client or gateway that leaves is billed all
/// the same. Thread-safe.
class Bill {
 public:
  /// An entry's place. Those of before a clear() do nothing.
  struct Ref {
    std::uint64_t epoch = 0;
    std::size_t index = 0;
  };

  Ref book(BillEntry entry);
  /// Due now, whenever it was to be.
  void settle(Ref ref) { due(ref, {}); }
  void due(Ref ref, SteadyTime when);
  /// The work was called off: nothing is charged.
  void cancel(Ref ref);
  void produced(Ref ref, std::int64_t completion_tokens);
  void usage_sent(Ref ref);
  /// Of these reads only the first few are kept.
  void seen(Ref ref, const std::string& request_id);
  void ended(Ref ref, std::string_view how);
  /// `charge_all`: what was not produced any more is charged too.
  void client_gone(Ref ref, bool charge_all);
  void clear();

  /// Every entry that is due; of visit_charged those that cost something. The bill is locked.
  void visit_all(const std::function<void(const BillEntry&)>& visit) const;
  void visit_charged(const std::function<void(const BillEntry&)>& visit) const;

  /// All that is due, as a JSON array.
  std::string entries() const;
  /// Sums of what was charged by resource, deployment and model.
  nlohmann::json summary() const;

 private:
  template <class Change>
  void change(Ref ref, Change apply);

  mutable std::mutex mutex_;
  std::uint64_t epoch_ = 1;
  std::deque<BillEntry> entries_;
};

}  // namespace tollgate::simulator
