// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openings.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "credentials/temporary_directory.hpp"

namespace tollgate::app {
namespace {

class OpeningsTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    ::chmod(path(name).c_str(), 0600);
    return path(name);
  }
  /// The faults of the smallest configuration with a ledger that can be made, changed by `edit`.
  template <class Edit>
  std::string faults(const Edit& edit) const {
    config::Config config;
    config.ledger.path = path("ledger/ledger.db");
    edit(config);
    return config::format_errors("t", opening_faults(config));
  }

  credentials::TemporaryDirectory directory_;
};

TEST_F(OpeningsTest, OfNothingAmissAreNone) {
  EXPECT_EQ(faults([](config::Config&) {}), "");
}

TEST_F(OpeningsTest, NameEachFileOnceWithItsCauseAndItsLine) {
  const std::string text = write("text.pem", "no certificate");
  EXPECT_EQ(faults([&](config::Config& config) {
              config::Listener listener;
              listener.line = 3;
              listener.tls.emplace();
              listener.tls->certificate = path("missing.pem");
              listener.tls->private_key = path("missing.key");
              config.listeners.push_back(listener);
              config::Backend backend;
              backend.line = 7;
              backend.ca_certificates = text;
              config.backends.assign(2, backend);
            }),
            "t:7: certificates " + text + " is malformed: it holds no PEM block\n" +
                "t:3: certificate " + path("missing.pem") + " is not there\n");
}

TEST_F(OpeningsTest, NameALedgerThatCannotBeMade) {
  const std::string file = write("file", "");
  const auto ledger_at = [&](const std::string& where) {
    return faults([&](config::Config& config) { config.ledger.path = where; });
  };
  EXPECT_EQ(ledger_at(directory_.path()),
            "t: ledger.path " + directory_.path() + " is a directory, not a file\n");
  EXPECT_EQ(ledger_at(file + "/ledger.db"),
            "t: ledger.path " + file + "/ledger.db " + file + " is no directory\n");
}

TEST_F(OpeningsTest, WarnOfAKeyThatEveryUserMayRead) {
  config::Config config;
  config::Listener listener;
  listener.line = 2;
  listener.tls.emplace();
  listener.tls->private_key = write("key.pem", "");
  config.listeners.push_back(listener);
  EXPECT_TRUE(opening_warnings(config, std::chrono::system_clock::now()).empty());
  ::chmod(listener.tls->private_key.c_str(), 0644);
  EXPECT_EQ(config::format_errors("t", opening_warnings(config, std::chrono::system_clock::now())),
            "t:2: warning: private key " + listener.tls->private_key +
                " may be read by every user of this host: chmod o-r\n");
}

TEST_F(OpeningsTest, WarnOfNetworksOfEveryAddress) {
  config::Config config;
  config::Listener listener;
  listener.line = 2;
  listener.host = "::1";
  listener.port = 8443;
  listener.trusted_proxies = {"10.0.0.0/8", "0.0.0.0/0"};
  config.listeners.push_back(listener);
  config.authentication.custom_header.emplace();
  config.authentication.custom_header->trusted_networks = {"::/0", "fd00::/8"};
  EXPECT_EQ(config::format_errors("t", opening_warnings(config, UtcTime())),
            "t:2: warning: listeners[].trusted_proxies of [::1]:8443 trusts every address "
            "(0.0.0.0/0)\n"
            "t: warning: authentication.custom_header.trusted_networks trusts every address "
            "(::/0)\n");
}

}  // namespace
}  // namespace tollgate::app
