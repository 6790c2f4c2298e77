// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_lines/line_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/directory_syncs.hpp"
#include "ledger/temp_directory.hpp"

namespace tollgate::exporters::json_lines {
namespace {

namespace fs = std::filesystem;

constexpr UtcTime kNow{seconds(1'794'000'000)};  // 2026-11-06T21:20:00Z
const std::string kFirst = "usage-20261106T212000Z.jsonl";

class LineFileTest : public testing::Test {
 protected:
  Result<void> append(const std::string& lines, seconds later = seconds(0)) {
    return append_as_another_process_to(path_, lines, later);
  }
  /// A process is one LineFiles.
  static Result<void> append_as_another_process_to(const std::string& path,
                                                   const std::string& lines,
                                                   seconds later = seconds(0)) {
    return LineFiles(path, "usage", {100, seconds(60)}).append(lines, kNow + later);
  }
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::directory_iterator(path_)) {
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path()).rdbuf();
      out[entry.path().filename()] = bytes.str();
    }
    return out;
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ + "/" + name) << bytes;
  }

  ledger::TempDirectory directory_;
  std::string path_ = directory_ / "lines";
};

TEST_F(LineFileTest, AppendsToOneFile) {
  ASSERT_TRUE(append("a\n"));
  ASSERT_TRUE(append("b\nc\n", seconds(59)));
  EXPECT_EQ(files(), (std::map<std::string, std::string>{{kFirst, "a\nb\nc\n"}}));
}

// The directory that its name stands in is synced too, whichever way it is written.
TEST_F(LineFileTest, MakesItsDirectory) {
  EXPECT_TRUE(append_as_another_process_to(path_ + "/", "a\n"));
  const fs::path before = fs::current_path();
  fs::current_path(path_);
  const Result<void> appended = append_as_another_process_to("relative", "b\n");
  fs::current_path(before);
  ASSERT_TRUE(appended) << appended.error().message;
  EXPECT_EQ(fs::file_size(path_ + "/relative/" + kFirst), 2U);
}

// "cannot be made: out does not exist", where a ledger's and a trail's are made.
TEST_F(LineFileTest, MakesThoseAboveItsDirectory) {
  for (const std::string below : {"/a/b/c", "/d/e/", "/f/../g"}) {
    const Result<void> appended = append_as_another_process_to(path_ + below, "a\n");
    ASSERT_TRUE(appended) << appended.error().message;
    EXPECT_EQ(fs::file_size(path_ + below + "/" + kFirst), 2U);
  }
  const fs::perms others = fs::perms::group_all | fs::perms::others_all;
  EXPECT_EQ(fs::status(path_ + "/a/b").permissions() & others, fs::perms::none);
  EXPECT_EQ(fs::status(path_).permissions() & others, fs::perms::none);
  EXPECT_FALSE(append_as_another_process_to("/proc/new/lines", "a\n"));
  EXPECT_FALSE(append_as_another_process_to("", "a\n"));
}

// A process that died between its write and that left a file with lines in it, whose name a power
// loss took.
TEST_F(LineFileTest, NamesThatAnotherProcessMadeAreBroughtToTheDiskOnce) {
  ASSERT_TRUE(append("a\n"));
  LineFiles files(path_, "usage", {100, seconds(60)});
  DirectorySyncs syncs;
  ASSERT_TRUE(files.append("b\n", kNow));
  const std::vector<std::string> both{fs::canonical(directory_.path()), fs::canonical(path_)};
  EXPECT_EQ(syncs.paths, both);
  ASSERT_TRUE(files.append("c\n", kNow));
  EXPECT_EQ(syncs.paths, both);
  syncs.failing = true;
  EXPECT_TRUE(append("d\n").has_error());
  EXPECT_EQ(this->files()[kFirst], "a\nb\nc\n");
}

TEST_F(LineFileTest, WhatIsInTheWayIsNamedBeforeAnAppendFailsAtIt) {
  const LineFiles lines(path_, "usage", {100, seconds(60)});
  EXPECT_EQ(lines.in_way(kNow), std::nullopt) << "it is made";
  fs::create_symlink("nowhere", path_);
  EXPECT_EQ(lines.in_way(kNow), path_ + " is a link to what is not there");
  EXPECT_EQ(append("a\n").error().message,
            "cannot make " + path_ + ": it is a link to what is not there");
  fs::remove(path_);
  fs::create_directory(path_);
  ASSERT_EQ(::mkfifo((path_ + "/" + kFirst).c_str(), 0600), 0);
  EXPECT_EQ(lines.in_way(kNow), path_ + "/" + kFirst + " is a pipe");
  EXPECT_TRUE(append("a\n").has_error());
  EXPECT_EQ(lines.in_way(kNow + seconds(60)), std::nullopt) << "another file is begun by then";
  EXPECT_TRUE(append("a\n", seconds(60)));
}

/// Root may read everything.
class AsNobody {
 public:
  AsNobody() : before_(::geteuid()) {
    if (before_ == 0) {
      EXPECT_EQ(::seteuid(kNobody), 0);
    }
  }
  ~AsNobody() { EXPECT_EQ(::seteuid(before_), 0); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  static constexpr uid_t kNobody = 65534;

 private:
  uid_t before_;
};

// It was taken for an empty one: each append began another file.
TEST_F(LineFileTest, ADirectoryThatCannotBeReadIsAnError) {
  ASSERT_TRUE(append("a\n"));
  for (const std::string& path : {directory_.path(), path_, path_ + "/" + kFirst}) {
    if (::geteuid() == 0) {
      ASSERT_EQ(::chown(path.c_str(), AsNobody::kNobody, 0), 0);
    }
  }
  fs::permissions(path_, fs::perms::owner_write | fs::perms::owner_exec);
  {
    const AsNobody nobody;
    const Result<void> appended = append("b\n", seconds(59));
    ASSERT_TRUE(appended.has_error());
    EXPECT_EQ(appended.error().message, "cannot read " + path_ + ": Permission denied");
  }
  fs::permissions(path_, fs::perms::owner_all);
  EXPECT_EQ(files(), (std::map<std::string, std::string>{{kFirst, "a\n"}}));
}

TEST_F(LineFileTest, NobodyElseMayReadIt) {
  ASSERT_TRUE(append("a\n"));
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(path_ + "/" + kFirst).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(LineFileTest, BeginsAnotherWhenOneIsFullOrOld) {
  ASSERT_TRUE(append(std::string(99, 'x') + "\n"));
  ASSERT_TRUE(append("b\n", seconds(1)));
  EXPECT_EQ(files().size(), 2U);
  EXPECT_EQ(files()["usage-20261106T212001Z.jsonl"], "b\n");
  ASSERT_TRUE(append("c\n", seconds(61)));
  EXPECT_EQ(files()["usage-20261106T212101Z.jsonl"], "c\n");
}

TEST_F(LineFileTest, GoesOnWithAFullFileWithinItsSecondOrWhenTheClockGoesBack) {
  ASSERT_TRUE(append(std::string(150, 'x') + "\n"));
  ASSERT_TRUE(append("b\n"));
  ASSERT_TRUE(append("c\n", seconds(-3600)));
  EXPECT_EQ(files(),
            (std::map<std::string, std::string>{{kFirst, std::string(150, 'x') + "\nb\nc\n"}}));
}

TEST_F(LineFileTest, CutsOffWhatADeathInTheMiddleOfALineLeft) {
  ASSERT_TRUE(append("a\n"));
  for (const std::size_t size : {1U, 4095U, 4096U, 10'000U}) {
    write(kFirst, "a\n" + std::string(size, 'h'));
    ASSERT_TRUE(append("b\n"));
    EXPECT_EQ(files()[kFirst], "a\nb\n") << size;
  }
  write(kFirst, "half");
  ASSERT_TRUE(append("b\n"));
  EXPECT_EQ(files()[kFirst], "b\n");
}

TEST_F(LineFileTest, LeavesFilesOfOthersAlone) {
  ASSERT_TRUE(append("a\n"));
  write("usage-99999999T999999Z.jsonl", "not ours");
  write("zzz", "not ours");
  ASSERT_TRUE(append("b\n"));
  EXPECT_EQ(files()[kFirst], "a\nb\n");
  EXPECT_EQ(files()["usage-99999999T999999Z.jsonl"], "not ours");
}

TEST_F(LineFileTest, FilesAreNamedAfterWhatTheirLinesAre) {
  ASSERT_TRUE(append("a\n"));
  ASSERT_TRUE(LineFiles(path_, "audit", {100, seconds(60)}).append("b\n", kNow));
  EXPECT_EQ(files(), (std::map<std::string, std::string>{{kFirst, "a\n"},
                                                         {"audit-20261106T212000Z.jsonl", "b\n"}}));
}

TEST_F(LineFileTest, ALinkIsNotFollowed) {
  ASSERT_TRUE(append("a\n"));
  fs::rename(path_ + "/" + kFirst, directory_ / "elsewhere");
  fs::create_symlink(directory_ / "elsewhere", path_ + "/" + kFirst);
  EXPECT_TRUE(append("b\n").has_error());
}

TEST_F(LineFileTest, TwoProcessesDoNotWriteOneFile) {
  ASSERT_TRUE(append("a\n"));
  const int other = ::open((path_ + "/" + kFirst).c_str(), O_RDWR);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  EXPECT_TRUE(append("b\n").has_error());
  ::close(other);
  EXPECT_TRUE(append("c\n"));
  EXPECT_EQ(files()[kFirst], "a\nc\n");
}

// As on a full disk: some bytes fit, the rest does not.
TEST_F(LineFileTest, TakesBackWhatDidNotFit) {
  ASSERT_TRUE(append("a\n"));
  const auto before = ::signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const struct rlimit small { 20, limit.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Result<void> appended = append(std::string(50, 'b') + "\n");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  ::signal(SIGXFSZ, before);
  ASSERT_TRUE(appended.has_error());
  EXPECT_EQ(appended.error().code, Errc::storage);
  EXPECT_EQ(files()[kFirst], "a\n");
}

TEST_F(LineFileTest, SaysWhereItCannotWrite) {
  path_ = "/dev/null/lines";
  const Result<void> appended = append("a\n");
  ASSERT_TRUE(appended.has_error());
  EXPECT_NE(appended.error().message.find("/dev/null/lines"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::exporters::json_lines
