// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store_fixture.hpp"

namespace tollgate::trail {
namespace {

using StreamTroubleTest = StoreTest;
using StoreDirectoryTest = StoreTest;

// `audit deliveries` said "configured" while /readyz named the cause.
TEST_F(StreamTroubleTest, WhyADestinationTakesNothingIsKnownBesideTheGateway) {
  AuditStore store = open();
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"lines", false}}));
  const auto trouble = [&](Stream stream) {
    for (const StreamProgress& one : store.stats().value().exporters) {
      if (one.stream == stream) return one.trouble ? one.trouble->reason : std::string();
    }
    return std::string("no such stream");
  };
  EXPECT_EQ(trouble(Stream::rows), "");
  ASSERT_TRUE(store.note_trouble(Stream::rows, "lines", "cannot read x: Not a directory", kNow));
  ASSERT_TRUE(store.note_trouble(Stream::rows, "lines", "another reason", kNow + seconds(9)));
  EXPECT_EQ(trouble(Stream::rows), "another reason");
  EXPECT_EQ(trouble(Stream::accesses), "") << "it is of one stream";
  EXPECT_EQ(store.stats().value().exporters.front().trouble->since, kNow);
  ASSERT_TRUE(store.note_trouble(Stream::rows, "lines", "", kNow));
  EXPECT_EQ(trouble(Stream::rows), "");
}

TEST_F(StoreDirectoryTest, MakesTheDirectoriesAboveIt) {
  settings_.path = directory_ / "new/audit/audit.db";
  AuditStore store = open();
  EXPECT_EQ(store.append(rows(1, 1)).value(), 1);
}

}  // namespace
}  // namespace tollgate::trail
