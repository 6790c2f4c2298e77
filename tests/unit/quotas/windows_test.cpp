// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/windows.hpp"

#include <gtest/gtest.h>

#include <string>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

UtcTime at(const std::string& text) { return *from_rfc3339(text); }

std::string text_of(const Window& window) {
  const auto minute = [](UtcTime time) { return to_rfc3339(time).substr(0, 16); };
  return minute(window.begin) + " " + minute(window.end);
}

std::string window(const std::string& time, Period period, const std::string& zone) {
  return text_of(window_of(at(time), period, zone_named(zone)));
}

TEST(Windows, DaysOnWhichClocksChangeAreTheirOwnLength) {
  EXPECT_EQ(window("2026-03-29T12:00:00Z", Period::day, "Europe/Berlin"),
            "2026-03-28T23:00 2026-03-29T22:00");
  EXPECT_EQ(window("2026-10-25T12:00:00Z", Period::day, "Europe/Berlin"),
            "2026-10-24T22:00 2026-10-25T23:00");
  EXPECT_EQ(window("2026-04-04T20:00:00Z", Period::day, "Australia/Sydney"),
            "2026-04-04T13:00 2026-04-05T14:00");
}

TEST(Windows, MonthsEndWithTheirLastDay) {
  EXPECT_EQ(window("2028-02-29T23:59:59Z", Period::month, "UTC"),
            "2028-02-01T00:00 2028-03-01T00:00");
  // There it is March already.
  EXPECT_EQ(window("2028-02-29T23:59:59Z", Period::month, "Asia/Kolkata"),
            "2028-02-29T18:30 2028-03-31T18:30");
  EXPECT_EQ(window("2026-10-31T23:30:00Z", Period::month, "America/New_York"),
            "2026-10-01T04:00 2026-11-01T04:00");
}

TEST(Windows, WeeksBeginOnMondays) {
  EXPECT_EQ(window("2026-11-29T23:59:59Z", Period::week, "UTC"),
            "2026-11-23T00:00 2026-11-30T00:00");
  EXPECT_EQ(window("2026-11-30T00:00:00Z", Period::week, "UTC"),
            "2026-11-30T00:00 2026-12-07T00:00");
  EXPECT_EQ(window("2027-01-01T12:00:00Z", Period::week, "UTC"),
            "2026-12-28T00:00 2027-01-04T00:00");
}

TEST(Windows, YearsBeginWhereTheZoneIs) {
  EXPECT_EQ(window("2026-12-31T11:00:00Z", Period::year, "Pacific/Auckland"),
            "2026-12-31T11:00 2027-12-31T11:00");
}

TEST(Windows, HoursBeginWhenTheZonesClockShowsOne) {
  EXPECT_EQ(window("2026-11-30T10:05:00Z", Period::hour, "Asia/Kolkata"),
            "2026-11-30T09:30 2026-11-30T10:30");
  // The hour that the clocks go through twice is two.
  EXPECT_EQ(window("2026-10-25T00:59:00Z", Period::hour, "Europe/Berlin"),
            "2026-10-25T00:00 2026-10-25T01:00");
  // Half an hour is put back at 2:00, when it is 15:00 in UTC.
  EXPECT_EQ(window("2026-04-04T15:10:00Z", Period::hour, "Australia/Lord_Howe"),
            "2026-04-04T14:00 2026-04-04T15:30");
}

TEST(Windows, HoldTheirDates) {
  const TimeZone zone = zone_named("America/New_York");
  const Window month = window_of(at("2026-11-30T10:00:00Z"), Period::month, zone);
  using namespace std::chrono_literals;
  EXPECT_TRUE(holds(month, 2026y / 11 / 1, zone));
  EXPECT_TRUE(holds(month, 2026y / 11 / 30, zone));
  EXPECT_FALSE(holds(month, 2026y / 12 / 1, zone));
  EXPECT_FALSE(holds(month, 2026y / 10 / 31, zone));
}

/// Each window holds its time, holds all of itself, and the next begins where it ends.
void expect_tiles(const std::string& zone_name, Period period) {
  const TimeZone zone = zone_named(zone_name);
  UtcTime time = at("2026-01-01T00:00:00Z");
  const UtcTime end = at("2029-01-02T00:00:00Z");
  while (time < end) {
    const Window window = window_of(time, period, zone);
    ASSERT_LE(window.begin, time) << zone_name << to_rfc3339(time);
    ASSERT_GT(window.end, time) << zone_name << to_rfc3339(time);
    const UtcTime middle = window.begin + (window.end - window.begin) / 2;
    for (const UtcTime within : {window.begin, middle, window.end - microseconds(1)}) {
      ASSERT_EQ(window_of(within, period, zone), window)
          << zone_name << " " << to_rfc3339(within) << " " << text_of(window);
    }
    ASSERT_EQ(window_of(window.end, period, zone).begin, window.end)
        << zone_name << " " << text_of(window);
    time = window.end;
  }
}

TEST(Windows, FollowEachOtherWithoutAGap) {
  for (const char* zone :
       {"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Santiago",
        "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu", "Africa/Cairo", "Asia/Beirut",
        "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
        "America/St_Johns", "Africa/Casablanca"}) {
    for (const Period period :
         {Period::hour, Period::day, Period::week, Period::month, Period::year})
      expect_tiles(zone, period);
  }
}

}  // namespace
}  // namespace tollgate::quotas
