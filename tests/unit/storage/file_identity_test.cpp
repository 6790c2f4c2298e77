// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/file_identity.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "ledger/temp_directory.hpp"

namespace tollgate::storage {
namespace {

namespace fs = std::filesystem;

class FileIdentityTest : public testing::Test {
 protected:
  FileIdentityTest() {
    fs::create_directory(folder_);
    write("x");
    identity_.watch(file_);
    identity_.watch(folder_);
  }
  void write(const std::string& text) const { std::ofstream(file_) << text; }

  ledger::TempDirectory directory_;
  std::string file_ = directory_ / "file";
  std::string folder_ = directory_ / "folder";
  FileIdentity identity_;
};

TEST_F(FileIdentityTest, FindsNothingWrongWithWhatIsWrittenTo) {
  write("another text");
  std::ofstream(folder_ + "/new") << "x";
  EXPECT_EQ(identity_.fault(), "");
}

TEST_F(FileIdentityTest, NoticesWhatIsDeletedReplacedOrEmptied) {
  fs::resize_file(file_, 0);
  EXPECT_EQ(identity_.fault(), file_ + " was emptied");
  std::ofstream(directory_ / "other") << "x";  // first: the inode may be given again
  fs::remove(file_);
  EXPECT_EQ(identity_.fault(), file_ + " was deleted");
  fs::rename(directory_ / "other", file_);
  EXPECT_EQ(identity_.fault(), file_ + " was replaced");
}

TEST_F(FileIdentityTest, NoticesADirectoryToo) {
  fs::create_directory(directory_ / "other");  // first: the inode may be given again
  fs::remove_all(folder_);
  EXPECT_EQ(identity_.fault(), folder_ + " was deleted");
  fs::rename(directory_ / "other", folder_);
  EXPECT_NE(identity_.fault(), "");
}

TEST_F(FileIdentityTest, AFileThatBeganEmptyMayStaySo) {
  std::ofstream(directory_ / "empty").flush();
  identity_.watch(directory_ / "empty");
  EXPECT_EQ(identity_.fault(), "");
}

}  // namespace
}  // namespace tollgate::storage
