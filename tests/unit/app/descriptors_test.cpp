// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "descriptors.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "config_file.hpp"
#include "credentials/temporary_directory.hpp"

#include <fstream>

namespace tollgate::app {
namespace {

/// Fewer descriptors than are open: no other can be opened while this lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    struct rlimit none = before_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  struct rlimit before_ {};
};

TEST(Descriptors, AQuarterIsKeptForWhatIsNoClient) {
  EXPECT_EQ(connections_within(20'000, 1'048'576), 20'000U);
  EXPECT_EQ(connections_within(20'000, 1024), 768U);
  EXPECT_EQ(connections_within(100, 1024), 100U);
  EXPECT_EQ(connections_within(100, 1), 1U);
}

TEST(Descriptors, TheSoftLimitIsRaisedToTheHardOne) {
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  struct rlimit low = before;
  low.rlim_cur = before.rlim_max / 2;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  raise_descriptor_limit();
  EXPECT_EQ(descriptor_limit(), before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Descriptors, WithoutOneLeftAFileIsTakenForUnchanged) {
  const credentials::TemporaryDirectory directory;
  const std::string file = directory.path() + "/tollgate.yaml";
  std::ofstream(file) << "gateway: {}\n";
  const FileDigests files{{file, digest_file(file)}, {directory.path() + "/missing", {}}};
  EXPECT_TRUE(descriptor_left());
  const NoDescriptors none;
  EXPECT_FALSE(descriptor_left());
  EXPECT_EQ(look_again(files), files);
}

}  // namespace
}  // namespace tollgate::app
