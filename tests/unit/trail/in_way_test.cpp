// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "store_fixture.hpp"

namespace tollgate::trail {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class InWay : public StoreTest {};

// A start stopped with a word that nobody understood, or waited for ever.
TEST_F(InWay, WhatElseThanAFileIsInAPlaceIsTold) {
  settings_.second_mark = directory_ / "second";
  for (const std::string& place :
       {settings_.path, settings_.path + "-wal", settings_.path + ".lock", settings_.path + ".mark",
        settings_.second_mark}) {
    ASSERT_EQ(::mkfifo(place.c_str(), 0600), 0);
    EXPECT_EQ(try_open().error().message, "the audit trail cannot be opened: " + place +
                                              " is a pipe, not a file: move it away");
    fs::remove(place);
    fs::create_symlink(directory_ / "none/file", place);
    EXPECT_THAT(try_open().error().message, HasSubstr(place + " is a link to what is not there"));
    fs::remove(place);
    fs::create_directory(place);
    EXPECT_THAT(try_open().error().message, HasSubstr(place + " is a directory"));
    fs::remove(place);
  }
  ASSERT_EQ(::mkfifo(settings_.path.c_str(), 0600), 0);
  EXPECT_THAT(AuditDesk::open(settings_, masters_).error().message, HasSubstr("is a pipe"));
}

}  // namespace
}  // namespace tollgate::trail
