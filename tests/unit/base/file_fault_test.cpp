// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/file_fault.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "credentials/temporary_directory.hpp"

namespace tollgate {
namespace {

namespace fs = std::filesystem;

/// Each kind of thing that may stand in a file's place.
class FileFault : public testing::Test {
 protected:
  FileFault() {
    fs::create_directory(path("directory"));
    fs::create_symlink(path("directory"), path("to a directory"));
    fs::create_symlink(path("nothing"), path("nowhere"));
    fs::create_symlink(path("round"), path("round"));
    EXPECT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    make_socket();
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

  credentials::TemporaryDirectory directory_;

  const std::vector<std::pair<std::string, std::string>> kOthers{
      {path("directory"), "is a directory"},
      {path("to a directory"), "is a directory"},
      {path("nowhere"), "is a link to what is not there"},
      {path("round"), "is a link to what is not there"},
      {path("pipe"), "is a pipe"},
      {path("socket"), "is a socket"},
      {"/dev/null", "is a device"}};

 private:
  void make_socket() const {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path("socket").copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::close(socket);
  }
};

TEST_F(FileFault, WhatIsNoFileIsNamed) {
  for (const auto& [other, words] : kOthers) EXPECT_EQ(other_than_file(other), words) << other;
  EXPECT_EQ(other_than_file(path("nothing")), std::nullopt);
  EXPECT_EQ(other_than_file("/dev/null/nothing"), std::nullopt);
}

TEST_F(FileFault, WhatIsNoDirectoryIsNamed) {
  for (const auto& [other, words] : kOthers) {
    const bool is_directory = words == "is a directory";
    const bool leads_nowhere = words == "is a link to what is not there";
    const std::string expected = leads_nowhere ? words : "is no directory";
    EXPECT_EQ(other_than_directory(other), is_directory ? std::nullopt : std::optional(expected))
        << other;
  }
  EXPECT_EQ(other_than_directory(path("nothing")), std::nullopt);
}

// A pipe must make nobody wait.
TEST_F(FileFault, WhatIsNoFileIsNotOpened) {
  for (const int flags : {O_RDONLY, O_RDWR, O_RDWR | O_CREAT, O_WRONLY | O_CREAT | O_APPEND}) {
    for (const auto& [other, words] : kOthers) {
      const Result<int> file = open_own_file(other, flags);
      ASSERT_FALSE(file.has_value()) << other;
      EXPECT_EQ(file.error().code, Errc::storage);
      const std::string why = words == "is a directory" ? "Is a directory" : "it " + words;
      EXPECT_EQ(file.error().message, "cannot use " + other + ": " + why);
    }
  }
  EXPECT_FALSE(fs::exists(path("nothing"))) << "made where a link points";
  for (const auto& [other, words] : kOthers) EXPECT_FALSE(read_small_file(other, 10)) << other;
}

TEST_F(FileFault, AFileIsMadeForItsUserAlone) {
  EXPECT_EQ(open_own_file(path("file"), O_RDONLY).error().code, Errc::not_found);
  const Result<int> file = open_own_file(path("file"), O_RDWR | O_CREAT);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(::write(*file, "text", 4), 4);
  ::close(*file);
  EXPECT_EQ(fs::status(path("file")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(read_small_file(path("file"), 4).value(), "text");
  EXPECT_EQ(other_than_file(path("file")), std::nullopt);
}

TEST_F(FileFault, WhatSomebodyNamedAndCannotBeReadIsTold) {
  EXPECT_EQ(file_fault(path("nothing")), "is not there");
  EXPECT_EQ(file_fault(path("nowhere")), "is a link to what is not there");
  EXPECT_EQ(file_fault(path("to a directory")), "is a directory");
  EXPECT_EQ(file_fault(path("pipe")), "is a pipe");
  EXPECT_EQ(file_fault(path("socket")), "is a socket");
}

// As a shell's <(...) does.
TEST_F(FileFault, APipeOfAProcessMayBeRead) {
  int ends[2]{};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  EXPECT_EQ(file_fault("/dev/fd/" + std::to_string(ends[0])), std::nullopt);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace tollgate
