// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "calls.hpp"
#include "shared_state.hpp"
#include "tollgate/shared_quotas/shared_quotas.hpp"

namespace tollgate::shared_quotas {

/// Tells the store what this process has of every count beside what its workers were granted: one
/// number for each, stated whole whenever it has become another, so that it does not matter how
/// often or by whom something was settled, nor whether an answer was lost.
class SharedQuotas::Keeper : public std::enable_shared_from_this<Keeper> {
 public:
  Keeper(boost::asio::any_io_executor control, redis::Client& client, quotas::Quotas& quotas,
         std::string prefix, Process process, milliseconds patience);

  /// Of changes; before there are any.
  void listen();
  void start();
  void beat();
  void stop(std::function<void()> told);
  SharedState& state() { return state_; }
  bool ready(SteadyTime now) const;
  StoreStatus status() const;
  std::vector<StoredState> states() const;
  std::vector<HadAhead> had_ahead() const;

 private:
  /// What it knows of a count in the store.
  struct Known {
    std::shared_ptr<StoredCount> count;
    std::optional<std::int64_t> stated;  ///< nullopt: it must be told, whatever it is
    std::int64_t used = 0;               ///< as it was told
    std::int64_t added = 0;              ///< likewise
    bool adopted = false;
    bool under_way = false;
    bool changed = false;  ///< while that was under way
    std::optional<StoredState> state;
  };
  /// What is to be told of a count.
  struct Statement {
    quotas::OwnUse own;
    std::int64_t settled = 0;
    std::vector<StatedClaim> claims;
  };

  void wake();
  void tell_changed();
  void tell(const quotas::LimitKey& key);
  void tell(Known& known);
  void told(Known& known, const Statement& statement, const redis::Answer& answer);
  std::optional<Statement> statement_of(StoredCount& count, bool last) const;
  std::optional<quotas::OwnUse> own_of(const StoredCount& count) const;
  void tell_next();
  Known& known_of(const std::shared_ptr<StoredCount>& count);
  void beaten(const redis::Answer& answer);
  void tell_all();
  void look();
  void looked(Known& known, const redis::Answer& answer);
  bool is_dead_self(const std::string& process) const;
  void note_answer(const redis::Answer& answer);
  void say_last_words();
  void end_stop();

  boost::asio::any_io_executor control_;
  redis::Client& client_;
  SharedState state_;
  boost::asio::steady_timer beat_timer_;
  boost::asio::steady_timer stop_timer_;
  std::map<const StoredCount*, Known> known_;
  std::deque<const StoredCount*> waiting_;  ///< until fewer are under way
  std::size_t under_way_ = 0;
  const StoredCount* looked_at_ = nullptr;  ///< last of a turn
  std::set<std::string> alive_;             ///< processes
  SteadyTime began_{};
  SteadyTime believed_from_{};  ///< counts that were made at the start are believed by then
  std::optional<SteadyTime> flushed_at_;
  UtcTime since_{};
  std::string problem_;
  bool answers_ = false;
  bool beaten_ = false;
  std::int64_t made_ = 0;  ///< as the last beat had it
  bool stopped_ = true;    ///< until it is started, and again
  std::size_t last_words_ = 0;
  std::function<void()> told_;
};

}  // namespace tollgate::shared_quotas
