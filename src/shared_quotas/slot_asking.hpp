// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "calls.hpp"
#include "stored_count.hpp"

namespace tollgate::shared_quotas {

/// One limit of a request on its way through the store.
struct AskedPart {
  enum class State : std::uint8_t {
    open,     ///< not decided
    taken,    ///< held for the request
    hit,      ///< a limit in shadow mode would have refused it
    refused,  ///< this is why the request gets nothing
    failed    ///< the store could not say
  };

  quotas::Asked asked;
  std::shared_ptr<StoredCount> count;
  Claim* claim = nullptr;
  State state = State::open;
  std::int64_t held = 0;    ///< of the claim, for this request
  std::int64_t wanted = 0;  ///< asked of the store beside
  std::uint64_t statements = 0;
  quotas::Seen seen;
};

/// Who asks, and when.
struct Asker {
  std::string claim;
  const Process& process;
  std::uint64_t session = 0;
  std::int64_t workers = 1;
  UtcTime utc;
  SteadyTime steady;
};

/// A worker's claim, to be stated. What a rate has taken is in the level that the keeper states.
StatedClaim stated_claim(const StoredCount& count, const Claim& claim, const Asker& asker);

/// The limits of a request that are of one slot of the store: asked with one call, all or none. One
/// worker's; does no I/O.
class SlotAsking {
 public:
  explicit SlotAsking(std::vector<AskedPart> parts) : parts_(std::move(parts)) {}
  SlotAsking(SlotAsking&&) = default;
  SlotAsking& operator=(SlotAsking&&) = delete;

  /// Holds what the worker has ahead. True: that is enough, and nobody needs to be asked.
  bool hold(SteadyTime now);
  /// What is to be sent, in this order: claims of which the store does not know are stated first.
  /// Only the last one's answer is for book().
  std::vector<redis::Call> calls(const Asker& asker);
  /// The claims that calls() states, for who is told that this went wrong.
  const std::vector<Claim*>& stated() const { return stated_; }
  /// What came of it. True: the store did not know what it was told; ask once more.
  bool book(const redis::Answer& answer);
  /// Nothing is held any more; what was held is had ahead.
  void let_go();
  /// What is held is the request's.
  void take();

  std::vector<AskedPart>& parts() { return parts_; }
  bool refused() const;

 private:
  void fail();
  void book_part(AskedPart& part, const TakeAnswer& answer, const TakeAnswer::Limit& limit);

  std::vector<AskedPart> parts_;
  std::vector<Claim*> stated_;
};

}  // namespace tollgate::shared_quotas
