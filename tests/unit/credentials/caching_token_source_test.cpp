// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caching_token_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <deque>
#include <stdexcept>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "pending.hpp"

namespace tollgate::credentials {
namespace {

namespace asio = boost::asio;

const UtcTime kStart{seconds(1'790'000'000)};
const Error kDown{Errc::unavailable, "down"};
const Error kRefused{Errc::unauthenticated, "refused"};

AccessToken token_of(const char* name, UtcTime issued, seconds life = seconds(3600),
                     seconds renewal = seconds(3300)) {
  return {Secret(name), issued + life, issued + renewal};
}

/// What the test sees of the fetcher, which the source owns.
struct Issuer {
  std::deque<FetchResult> results;  ///< without one: as an issuer that is down
  int fetches = 0;
  bool throws = false;
  asio::steady_timer* held = nullptr;  ///< set: a fetch waits until the test cancels it

  void brings(FetchResult result) { results.push_back(std::move(result)); }
};

class FakeFetcher : public TokenFetcher {
 public:
  explicit FakeFetcher(Issuer& issuer) : issuer_(issuer) {}
  asio::awaitable<FetchResult> fetch(UtcTime) override {
    ++issuer_.fetches;
    if (issuer_.held != nullptr) {
      boost::system::error_code ignored;
      co_await issuer_.held->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (issuer_.throws) throw std::runtime_error("a bug");
    if (issuer_.results.empty()) co_return kDown;
    FetchResult result = std::move(issuer_.results.front());
    issuer_.results.pop_front();
    co_return result;
  }

 private:
  Issuer& issuer_;
};

using Call = std::shared_ptr<Pending<Result<AccessToken>>>;

class CachingTokenSourceTest : public testing::Test {
 protected:
  CachingTokenSourceTest() {
    hold_.expires_at(asio::steady_timer::time_point::max());
    make();
  }

  void make() {
    source_ = std::make_unique<CachingTokenSource>(std::make_unique<FakeFetcher>(issuer_),
                                                   control_.get_executor(), "scope");
  }

  Call ask(UtcTime now) { return start(worker_, source_->token(now)); }

  /// Turns both contexts until neither has anything left to do.
  void turn() {
    for (std::size_t done = 1; done > 0;) {
      worker_.restart();
      control_.restart();
      done = worker_.poll();
      done += control_.poll();
    }
  }

  /// One that needs no waiting for the test: its token's value, or its error's message.
  std::string at(UtcTime now) {
    const Call call = ask(now);
    turn();
    return text_of(call);
  }

  static std::string text_of(const Call& call) {
    if (call->exception) return "exception";
    if (!call->value) return "waits";
    return *call->value ? std::string((*call->value)->value.reveal())
                        : call->value->error().message;
  }

  void hold() { issuer_.held = &hold_; }
  void release() {
    issuer_.held = nullptr;
    hold_.cancel();
    turn();
  }

  asio::io_context control_;
  asio::io_context worker_;
  asio::steady_timer hold_{control_};
  Issuer issuer_;
  std::unique_ptr<CachingTokenSource> source_;
};

TEST_F(CachingTokenSourceTest, OneTokenServesUntilItsRenewalIsDue) {
  issuer_.brings(token_of("first", kStart));
  EXPECT_EQ(at(kStart), "first");
  EXPECT_EQ(at(kStart + seconds(3299)), "first");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CachingTokenSourceTest, ATokenAtHandIsGivenWithoutTheControlThread) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  const Call call = ask(kStart + seconds(3400));
  worker_.restart();
  worker_.poll();
  EXPECT_EQ(text_of(call), "first");
}

TEST_F(CachingTokenSourceTest, RenewalHappensBehindTheBackOfThoseWhoAsk) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  issuer_.brings(token_of("second", kStart + seconds(3300)));
  EXPECT_EQ(at(kStart + seconds(3300)), "first");
  EXPECT_EQ(at(kStart + seconds(3300)), "second");
  EXPECT_EQ(issuer_.fetches, 2);
}

TEST_F(CachingTokenSourceTest, TheLastGoodTokenBridgesFailingRenewals) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  for (int later = 3300; later < 3480; later += 20) EXPECT_EQ(at(kStart + seconds(later)), "first");
  EXPECT_EQ(issuer_.fetches,
            1 + 6);  // tries at 3300, 3320, 3340, 3360, 3380, 3420: the pauses grow
  EXPECT_EQ(at(kStart + seconds(3480)), "down");
  issuer_.brings(token_of("second", kStart + seconds(3600)));
  EXPECT_EQ(at(kStart + seconds(3600)), "second");
}

TEST_F(CachingTokenSourceTest, ATokenWithLessThanTwoMinutesLeftIsNeverGiven) {
  issuer_.brings(token_of("first", kStart, seconds(600), seconds(590)));
  issuer_.brings(token_of("second", kStart + seconds(480)));
  EXPECT_EQ(at(kStart + seconds(479)), "first");
  EXPECT_EQ(at(kStart + seconds(480)), "second");
}

TEST_F(CachingTokenSourceTest, AnIssuerThatGivesDyingTokensIsAFailureWithItsPause) {
  issuer_.brings(token_of("dying", kStart, seconds(120)));
  EXPECT_EQ(at(kStart), "the issuer gave a token that is about to end");
  EXPECT_EQ(at(kStart + seconds(9)), "the issuer gave a token that is about to end");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CachingTokenSourceTest, OneFetchServesAllWhoWait) {
  hold();
  issuer_.brings(token_of("first", kStart));
  asio::io_context other_worker;
  std::vector<Call> calls;
  for (int i = 0; i < 10; ++i) calls.push_back(ask(kStart));
  for (int i = 0; i < 10; ++i) calls.push_back(start(other_worker, source_->token(kStart)));
  other_worker.poll();
  turn();
  EXPECT_EQ(text_of(calls.front()), "waits");
  release();
  other_worker.restart();
  other_worker.poll();
  for (const Call& call : calls) EXPECT_EQ(text_of(call), "first");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CachingTokenSourceTest, OnesWhoAskedBeforeTheFetchButArriveAfterItDoNotFetchAgain) {
  issuer_.brings(token_of("first", kStart));
  const Call first = ask(kStart);
  const Call second = ask(kStart);
  turn();  // both found nothing; the first one's fetch ends at once
  EXPECT_EQ(text_of(first), "first");
  EXPECT_EQ(text_of(second), "first");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CachingTokenSourceTest, SeveralWhoNoticeThatARenewalIsDueCauseOne) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  issuer_.brings(token_of("second", kStart + seconds(3300)));
  const Call first = ask(kStart + seconds(3300));
  const Call second = ask(kStart + seconds(3300));
  turn();
  EXPECT_EQ(text_of(first), "first");
  EXPECT_EQ(text_of(second), "first");
  EXPECT_EQ(issuer_.fetches, 2);
}

TEST_F(CachingTokenSourceTest, AllWhoWaitLearnOfAFailedFetch) {
  hold();
  issuer_.brings(kRefused);
  const Call first = ask(kStart);
  const Call second = ask(kStart);
  turn();
  release();
  for (const Call& call : {first, second}) {
    ASSERT_TRUE(call->value && !*call->value);
    EXPECT_EQ(call->value->error().code, Errc::unauthenticated);
    EXPECT_EQ(call->value->error().message, "refused");
  }
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CachingTokenSourceTest, DuringThePauseTheFailureIsGivenAtOnce) {
  issuer_.brings(FetchFailure(Error{Errc::throttled, "slow down"}, seconds(60)));
  issuer_.brings(token_of("first", kStart));
  EXPECT_EQ(at(kStart), "slow down");
  EXPECT_EQ(at(kStart + seconds(59)), "slow down");
  EXPECT_EQ(issuer_.fetches, 1);
  EXPECT_EQ(at(kStart + seconds(61)), "first");
}

TEST_F(CachingTokenSourceTest, ASuccessStartsTheScheduleOfPausesAnew) {
  const UtcTime renewal = kStart + seconds(3300);
  for (int i = 0; i < 4; ++i)
    at(kStart + seconds(10 * i));  // the next pause would be 14 s and more
  issuer_.brings(token_of("first", kStart));
  EXPECT_EQ(at(kStart + seconds(100)), "first");
  at(renewal);
  issuer_.brings(token_of("second", renewal));
  at(renewal + seconds(1));
  EXPECT_EQ(at(renewal + seconds(1)), "second");
}

TEST_F(CachingTokenSourceTest, AForgottenTokenIsNotGivenAgain) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  source_->forget();
  issuer_.brings(token_of("second", kStart));
  EXPECT_EQ(at(kStart + seconds(1)), "second");
}

TEST_F(CachingTokenSourceTest, AForgottenTokenIsNotGivenEvenIfTheNextFetchFails) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  source_->forget();
  EXPECT_EQ(at(kStart + seconds(1)), "down");
}

TEST_F(CachingTokenSourceTest, ForgettingDuringARenewalKeepsWhatTheRenewalBrings) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  hold();
  issuer_.brings(token_of("second", kStart + seconds(3300)));
  EXPECT_EQ(at(kStart + seconds(3300)), "first");
  source_->forget();
  const Call waiting = ask(kStart + seconds(3301));
  turn();
  EXPECT_EQ(text_of(waiting), "waits");
  release();
  EXPECT_EQ(text_of(waiting), "second");
  EXPECT_EQ(issuer_.fetches, 2);
}

TEST_F(CachingTokenSourceTest, ForgettingBetweenAFetchAndItsWaiterDoesNotFailTheWaiter) {
  issuer_.brings(token_of("first", kStart));
  const Call call = ask(kStart);
  worker_.restart();
  worker_.poll();
  control_.restart();
  control_.poll();  // fetched, and on its way back to the worker
  source_->forget();
  turn();
  EXPECT_EQ(text_of(call), "first");
}

TEST_F(CachingTokenSourceTest, AFetchThatThrowsLeavesNobodyWaiting) {
  hold();
  issuer_.throws = true;
  const Call first = ask(kStart);
  const Call second = ask(kStart);
  turn();
  release();
  EXPECT_EQ(text_of(first), "exception");
  EXPECT_EQ(text_of(second), "the fetch of a token was broken off");
  issuer_.throws = false;
  issuer_.brings(token_of("first", kStart));
  EXPECT_EQ(at(kStart), "first");
}

TEST_F(CachingTokenSourceTest, AClockSetBackEndsNeitherPausesNorTokensLate) {
  const UtcTime ahead = kStart + std::chrono::hours(24);
  at(ahead);  // a pause is on, a day ahead
  issuer_.brings(token_of("first", kStart));
  EXPECT_EQ(at(kStart), "first");

  make();
  issuer_.brings(token_of("ahead", ahead));
  at(ahead);
  issuer_.brings(token_of("second", kStart));
  EXPECT_EQ(at(kStart),
            "ahead");  // renewed behind its back, though by this clock it lives another day
  EXPECT_EQ(at(kStart), "second");
}

TEST_F(CachingTokenSourceTest, MayBeGoneBeforeItsRenewalEnds) {
  issuer_.brings(token_of("first", kStart));
  at(kStart);
  hold();
  at(kStart + seconds(3300));
  EXPECT_EQ(issuer_.fetches, 2);
  source_.reset();
  release();
  make();
  issuer_.brings(token_of("anew", kStart));
  EXPECT_EQ(at(kStart), "anew");
}

/// Brings a new token whenever it is asked.
class EagerFetcher : public TokenFetcher {
 public:
  asio::awaitable<FetchResult> fetch(UtcTime now) override { co_return token_of("any", now); }
};

TEST(CachingTokenSourceThreads, AskAndForgetAtOnceAndAllAreServed) {
  asio::io_context control;
  auto busy = asio::make_work_guard(control);
  std::thread control_thread([&] { control.run(); });
  CachingTokenSource source(std::make_unique<EagerFetcher>(), control.get_executor(), "scope");
  std::atomic<int> served{0};
  // Both ask in the same minute: an answer that one began to fetch an hour ago would have ended
  // for the other. The minutes pass each token's end many times.
  std::barrier minute(2);
  const auto ask_on = [&] {
    asio::io_context worker;
    for (int i = 0; i < 300; ++i) {
      const UtcTime now = kStart + seconds(60 * i);
      minute.arrive_and_wait();
      const auto call = start(worker, source.token(now));
      worker.restart();
      worker.run();
      if (call->value && *call->value && (*call->value)->expires_at > now + seconds(120)) ++served;
      if (i % 50 == 0) source.forget();
    }
  };
  std::thread first(ask_on);
  std::thread second(ask_on);
  first.join();
  second.join();
  busy.reset();
  control_thread.join();
  EXPECT_EQ(served, 600);
}

}  // namespace
}  // namespace tollgate::credentials
