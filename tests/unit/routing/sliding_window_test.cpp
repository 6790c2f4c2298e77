// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/sliding_window.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "virtual_time.hpp"

namespace tollgate::routing {
namespace {

TEST(SlidingWindow, AgreesWithAListOfEventsToOneStep) {
  constexpr milliseconds kSpan{1000};
  std::mt19937 random(7);
  SlidingWindow window;
  std::deque<std::pair<std::int64_t, bool>> events;
  std::int64_t now = 0;
  for (int i = 0; i < 5000; ++i) {
    now += random() % 50;
    const bool marked = random() % 3 == 0;
    window.add(at(now), kSpan, {.total = 1, .marked = marked ? 1U : 0U});
    events.emplace_back(now, marked);
    while (events.front().first <= now - 1000) events.pop_front();
    std::uint64_t at_least = 0;
    std::uint64_t marks = 0;
    for (const auto& [time, mark] : events) {
      if (time <= now - 900) continue;
      ++at_least;
      marks += mark ? 1 : 0;
    }
    const SlidingWindow::Counts found = window.sum(at(now), kSpan);
    ASSERT_GE(found.total, at_least) << i;
    ASSERT_LE(found.total, events.size()) << i;
    ASSERT_GE(found.marked, marks) << i;
  }
}

TEST(SlidingWindow, ForgetsEverythingAfterItsSpan) {
  SlidingWindow window;
  window.add(at(0), milliseconds(1000), {.total = 5, .marked = 2});
  EXPECT_EQ(window.sum(at(899), milliseconds(1000)).total, 5U);
  EXPECT_EQ(window.sum(at(1000), milliseconds(1000)).total, 0U);
  EXPECT_EQ(window.sum(at(50'000), milliseconds(1000)).marked, 0U);
}

TEST(SlidingWindow, SurvivesAChangedSpan) {
  SlidingWindow window;
  for (int i = 0; i < 100; ++i) window.add(at(i * 10), milliseconds(1000), {.total = 1});
  EXPECT_EQ(window.sum(at(1000), milliseconds(60'000)).total, 0U);  // other steps: it starts afresh
  window.add(at(1000), milliseconds(60'000), {.total = 1});
  EXPECT_EQ(window.sum(at(1000), milliseconds(60'000)).total, 1U);
}

}  // namespace
}  // namespace tollgate::routing
