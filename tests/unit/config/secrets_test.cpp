// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

const std::string kSecret = "sk-live-5ecret";

std::string with_backend_key(const std::string& key) {
  return minimal_with("{managed_identity: {}}", "{api_key: " + key + "}");
}

/// A secret file of its own, removed at the end.
class SecretFile : public testing::Test {
 protected:
  SecretFile() {
    std::string pattern = std::filesystem::temp_directory_path() / "tollgate-secret-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    path_ = directory_ + "/key";
  }
  ~SecretFile() override { std::filesystem::remove_all(directory_); }

  void write(const std::string& text, mode_t mode) {
    std::ofstream(path_, std::ios::binary) << text;
    ::chmod(path_.c_str(), mode);
  }
  LoadResult load() {
    return load_text(with_backend_key("{file: " + path_ + "}"), system_secret_sources());
  }
  std::string key() {
    const LoadResult loaded = load();
    EXPECT_TRUE(loaded.config) << format_errors("", loaded.errors);
    if (!loaded.config) return "";
    return std::string(
        std::get<ApiKeyCredential>(loaded.config->backends[0].credential).key.reveal());
  }
  std::string error() { return format_errors("t", load().errors); }

  std::string directory_;
  std::string path_;
};

TEST_F(SecretFile, IsReadWithoutItsLastLineEnd) {
  write(kSecret, 0600);
  EXPECT_EQ(key(), kSecret);
  write(kSecret + "\n", 0600);
  EXPECT_EQ(key(), kSecret);
  write(kSecret + "\r\n", 0400);
  EXPECT_EQ(key(), kSecret);
  write(kSecret + "\n\n", 0600);
  EXPECT_EQ(key(), kSecret + "\n");
}

TEST_F(SecretFile, MayBeReadByItsGroupButNotByOthers) {
  write(kSecret, 0640);
  EXPECT_EQ(key(), kSecret);
  for (const mode_t mode : {0644, 0604, 0444, 0666}) {
    write(kSecret, 0600);
    ::chmod(path_.c_str(), mode);
    EXPECT_EQ(error(),
              "t:9:27: backends[0].credential.api_key names a file that may be read by every user "
              "of this host: chmod o-r: " +
                  path_ + "\n");
  }
}

TEST_F(SecretFile, IsRefusedWhenThereIsNothingInIt) {
  const auto refused = [this](const std::string& cause) {
    return "t:9:27: backends[0].credential.api_key names a file that is " + cause + ": " + path_ +
           "\n";
  };
  EXPECT_EQ(error(), refused("not there"));
  write("", 0600);
  EXPECT_EQ(error(), refused("empty"));
  write("\n", 0600);
  EXPECT_EQ(error(), refused("empty"));
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_, directory_);
  ::chmod(path_.c_str(), 0700);
  EXPECT_EQ(error(), refused("a directory"));
}

TEST_F(SecretFile, HoldsAnApiKeyToo) {
  write(kSecret + "\n", 0600);
  const LoadResult loaded = load_text(
      minimal_with("sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
                   "file: " + path_),
      system_secret_sources());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->clients[0].api_keys[0].sha256, sha256(kSecret));
}

TEST(Secrets, ComeFromTheEnvironment) {
  const LoadResult loaded =
      load_text(with_backend_key("{env: KEY}"), fake_secrets({{"KEY", kSecret}}));
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(std::get<ApiKeyCredential>(loaded.config->backends[0].credential).key.reveal(),
            kSecret);
}

TEST(Secrets, ThatStandWhereTheirNameBelongsAreNotShown) {
  for (const std::string pasted :
       {"0a1b2c3d4e5f60718293a4b5c6d7e8f9", "abcdef0123456789", "Sk-Abc"}) {
    const std::string error = errors_of(with_backend_key("{env: " + pasted + "}")).front();
    EXPECT_EQ(error.find(pasted), std::string::npos) << error;
    EXPECT_NE(error.find("its name is not shown"), std::string::npos) << error;
  }
}

TEST(Secrets, ThatAreMissingAreNamedByTheirKey) {
  EXPECT_EQ(errors_of(with_backend_key("{env: KEY}")).front(),
            "9:27: backends[0].credential.api_key names an environment variable that is not set or "
            "empty: KEY");
  EXPECT_EQ(errors_of(with_backend_key("{env: KEY}"), fake_secrets({{"KEY", ""}})).front(),
            "9:27: backends[0].credential.api_key names an environment variable that is not set or "
            "empty: KEY");
}

TEST(Secrets, ClientKeysThatCanBeGuessedAreWarnedOfWithTheirLine) {
  const std::string text = minimal_with(
      "sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", "env: KEY");
  const auto warnings = [&](const std::string& key) {
    const LoadResult loaded = load_text(text, fake_secrets({{"KEY", key}}));
    EXPECT_TRUE(loaded.config) << format_errors("", loaded.errors);
    return format_errors("t", loaded.warnings);
  };
  EXPECT_EQ(warnings(std::string(16, 'k')), "");
  EXPECT_EQ(warnings("secret-by-heart"),
            "t:5:37: clients[0].api_keys[0].env leads to an API key of fewer than 16 characters, "
            "which can be guessed: `tollgate key` makes one\n");
}

TEST(Secrets, AreNeverPrinted) {
  const std::string key =
      "sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
  for (const std::string& text :
       {with_backend_key(kSecret), with_backend_key("[" + kSecret + "]"),
        with_backend_key("{value: " + kSecret + "}"),
        with_backend_key("{env: A, file: " + kSecret + "}"),
        with_backend_key("{env: [" + kSecret + "]}"), minimal_with(key, "sha256: " + kSecret),
        minimal_with(key, key + ", env: " + kSecret),
        minimal_with(key, "sha256: [" + kSecret + "]"),
        minimal_with("{managed_identity: {}}", "{client_secret: {secret: " + kSecret + "}}"),
        minimal_with("{managed_identity: {}}", "{client_secret: " + kSecret + "}")}) {
    const auto errors = errors_of(text, fake_secrets({{kSecret, ""}}));
    EXPECT_FALSE(errors.empty()) << text;
    for (const std::string& error : errors)
      EXPECT_EQ(error.find(kSecret), std::string::npos) << error;
  }
}

}  // namespace
}  // namespace tollgate::config
