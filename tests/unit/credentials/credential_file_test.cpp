// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "credential_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "temporary_directory.hpp"

namespace tollgate::credentials {
namespace {

TEST(CredentialFile, IsReadWholeUpToItsLimit) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("token", std::string(4096, 'x'));
  const Result<Secret> whole = read_credential_file(path, 4096, Links::refuse);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->reveal(), std::string(4096, 'x'));
}

TEST(CredentialFile, FollowsLinksOnlyWhereRotationUsesThem) {
  const TemporaryDirectory directory;
  directory.write("now", "text");
  const std::string link = directory.path() + "/link";
  std::filesystem::create_symlink("now", link);
  EXPECT_TRUE(read_credential_file(link, 100, Links::follow));
  EXPECT_FALSE(read_credential_file(link, 100, Links::refuse));
}

TEST(CredentialFile, SaysWhyItCannotBeUsedAndNeverWhatItHolds) {
  const TemporaryDirectory directory;
  const std::string pipe = directory.path() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::pair<std::string, const char*> cases[] = {
      {directory.path() + "/missing", "No such file or directory"},
      {directory.path(), "it is not a regular file"},
      {pipe, "it is not a regular file"},
      {directory.write("empty", ""), "it is empty or larger than 16 bytes"},
      {directory.write("large", "secret-secret-17b"), "it is empty or larger than 16 bytes"}};
  for (const auto& [path, why] : cases) {
    const Result<Secret> text = read_credential_file(path, 16, Links::follow);
    ASSERT_FALSE(text) << path;
    EXPECT_EQ(text.error().code, Errc::storage);
    EXPECT_EQ(text.error().message, "cannot use " + path + ": " + why);
  }
}

}  // namespace
}  // namespace tollgate::credentials
