// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "config_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "config/minimal.hpp"
#include "credentials/temporary_directory.hpp"

namespace tollgate::app {
namespace {

namespace fs = std::filesystem;

class ConfigFileTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    ::chmod(path(name).c_str(), 0600);
    return path(name);
  }

  credentials::TemporaryDirectory directory_;
};

TEST_F(ConfigFileTest, ADigestFollowsTheContentHoweverItChanges) {
  const std::string file = write("a", "one");
  const Sha256 one = digest_file(file);
  write("a", "two");
  EXPECT_NE(digest_file(file), one) << "in place, and of the same length";
  fs::rename(write("b", "one"), file);
  EXPECT_EQ(digest_file(file), one) << "renamed over";
}

TEST_F(ConfigFileTest, ADigestFollowsLinksAsKubernetesSwapsThem) {
  fs::create_directory(path("v1"));
  fs::create_directory(path("v2"));
  write("v1/file", "one");
  write("v2/file", "two");
  fs::create_symlink("v1", path("..data"));
  fs::create_symlink("..data/file", path("file"));
  const Sha256 before = digest_file(path("file"));
  fs::create_symlink("v2", path("..next"));
  fs::rename(path("..next"), path("..data"));
  EXPECT_NE(digest_file(path("file")), before);
}

TEST_F(ConfigFileTest, WhatIsNoFileIsZeros) {
  EXPECT_EQ(digest_file(path("missing")), Sha256());
  EXPECT_EQ(digest_file(directory_.path()), Sha256());
  EXPECT_NE(digest_file(write("empty", "")), Sha256());
}

TEST_F(ConfigFileTest, WhoMayReadItIsPartOfIt) {
  const std::string file = write("secret", "s");
  const Sha256 before = digest_file(file);
  ::chmod(file.c_str(), 0644);
  EXPECT_NE(digest_file(file), before) << "a secret that others may read is refused";
}

TEST_F(ConfigFileTest, KnowsEveryFileThatTheConfigurationNames) {
  const std::string secret = write("secret", "hush");
  const std::string file = write(
      "tollgate.yaml", "gateway: {ca_certificates: /etc/own.pem}\n" +
                           config::minimal_with("{managed_identity: {}}",
                                                "{api_key: {file: " + secret +
                                                    "}}\n    ca_certificates: /etc/east.pem"));
  const ConfigFile read = read_config_file(file);
  ASSERT_TRUE(read.loaded.config) << config::format_errors("", read.loaded.errors);
  EXPECT_EQ(read.files, (FileDigests{{file, digest_file(file)},
                                     {secret, digest_file(secret)},
                                     {"/etc/own.pem", {}},
                                     {"/etc/east.pem", {}}}));
  EXPECT_EQ(look_again(read.files), read.files);
}

TEST_F(ConfigFileTest, ASecretThatIsMissingIsWatchedFor) {
  const std::string file = write(
      "tollgate.yaml",
      config::minimal_with("{managed_identity: {}}", "{api_key: {file: " + path("later") + "}}"));
  const ConfigFile read = read_config_file(file);
  EXPECT_FALSE(read.loaded.config);
  write("later", "hush");
  EXPECT_NE(look_again(read.files), read.files);
}

TEST_F(ConfigFileTest, AFileOfPricesIsWatchedToItsEndAlsoWhenItIsWrong) {
  const std::string padding(5 * 1024 * 1024, ' ');
  const std::string prices = write("prices.yaml", padding + "a");
  const std::string file =
      write("tollgate.yaml", config::kMinimal + "prices: {file: " + prices + "}\n");
  const ConfigFile read = read_config_file(file);
  EXPECT_FALSE(read.loaded.config);
  EXPECT_EQ(read.files.count(prices), 1U);
  write("prices.yaml", padding + "b");
  EXPECT_NE(look_again(read.files), read.files);
}

TEST_F(ConfigFileTest, AFileIsLookedAtBeforeItIsRead) {
  const std::string prices = write("prices.yaml", "currency: USD\n");
  config::SecretSources sources = config::fake_secrets();
  bool told = false;
  sources.before_file = [&](const std::string& path) {
    told = true;
    write("prices.yaml", "currency: EUR\n");  // an edit just then
    EXPECT_EQ(path, prices);
  };
  const config::LoadResult loaded =
      config::load_text(config::kMinimal + "prices: {file: " + prices + "}\n", sources);
  EXPECT_TRUE(told);
  ASSERT_TRUE(loaded.config) << config::format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->prices.list.currency(), "EUR");
}

TEST_F(ConfigFileTest, AMissingConfigurationIsAnErrorAndWatchedFor) {
  const ConfigFile read = read_config_file(path("none.yaml"));
  EXPECT_FALSE(read.loaded.config);
  EXPECT_EQ(read.files, (FileDigests{{path("none.yaml"), {}}}));
}

}  // namespace
}  // namespace tollgate::app
