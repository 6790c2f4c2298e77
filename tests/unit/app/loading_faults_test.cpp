// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "credentials/temporary_directory.hpp"
#include "net/tls_pair.hpp"
#include "openings.hpp"

namespace tollgate::app {
namespace {

class LoadingFaultsTest : public testing::Test {
 protected:
  void SetUp() override { running_.ledger.path = path("ledger.db"); }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    ::chmod(path(name).c_str(), 0600);
    return path(name);
  }
  /// Of what runs, changed by `edit`.
  template <class Edit>
  std::string faults(const Edit& edit) {
    config::Config next = running_;
    edit(next);
    return config::format_errors("t", loading_faults(next, settings_, running_));
  }
  std::string placed(const std::string& message) const {
    const Error fault{Errc::invalid_input, message};
    return config::format_errors("t", {placed_fault(running_, settings_, fault)});
  }

  credentials::TemporaryDirectory directory_;
  config::SettingValues settings_;
  config::Config running_;
};

// It was refused without a line, and `check` had one.
TEST_F(LoadingFaultsTest, NameTheLineOfAKeyThatIsAnothersOrOfAFileThatIsNotThere) {
  const simulator::CertificateAuthority authority;
  const simulator::IssuedCertificate one = authority.issue({.common_name = "one"});
  const simulator::IssuedCertificate other = authority.issue({.common_name = "other"});
  const std::string certificate = write("one.pem", one.chain_pem());
  const std::string key = write("other.key", other.key_pem);
  settings_["listeners[:8443].tls.certificate"].line = 4;
  settings_["listeners[:8443].tls.private_key"].line = 5;
  settings_["gateway.ca_certificates"].line = 9;
  const auto with_tls = [&](config::Config& next) {
    next.listeners.push_back({.port = 8443});
    next.listeners.back().tls = {certificate, key, ""};
  };
  EXPECT_EQ(faults(with_tls),
            "t:5: private key " + key + " is not the key of the certificate " + certificate + "\n");
  EXPECT_EQ(faults([&](config::Config& next) {
              with_tls(next);
              next.listeners.back().tls->certificate = path("none.pem");
              next.gateway.ca_certificates = path("none.ca");
            }),
            "t:9: certificates " + path("none.ca") + " is not there\n" + "t:4: certificate " +
                path("none.pem") + " is not there\n");
}

// A key that must be changed at once is not refused because the ledger's disk was lost.
TEST_F(LoadingFaultsTest, LeaveOutWhatTheGatewayHasOpenAlready) {
  running_.ledger.path = path("none") + "/.." + "/" + std::string(300, 'x');
  running_.audit.path = running_.ledger.path + "a";
  running_.clients.emplace_back().audit.level = config::AuditLevel::redacted;
  running_.listeners.push_back({.host = "192.0.2.1"});
  running_.admin.host = "192.0.2.2";
  EXPECT_EQ(faults([](config::Config&) {}), "");
  const std::string all =
      faults([](config::Config& next) { next.ledger.path = next.ledger.path + "b"; });
  EXPECT_NE(all.find("t: ledger.path "), std::string::npos) << all;
}

TEST_F(LoadingFaultsTest, NameAnAddressThatIsNewAndNotOfThisHost) {
  EXPECT_EQ(faults([](config::Config& next) {
              next.listeners.push_back({.host = "192.0.2.1"});
              next.listeners.back().line = 7;
            }),
            "t:7: cannot listen on 192.0.2.1: Cannot assign requested address\n");
}

TEST_F(LoadingFaultsTest, PlaceWhatOnlyTheStartCouldSee) {
  running_.listeners.push_back({.host = "127.0.0.1", .port = 8443});
  running_.listeners.back().line = 3;
  running_.listeners.back().tls = {"one.pem", "one.key", ""};
  settings_["listeners[127.0.0.1:8443].tls.private_key"].line = 5;
  settings_["admin.address"].line = 11;
  EXPECT_EQ(placed("cannot listen on 127.0.0.1:8443: Address already in use"),
            "t:3: cannot listen on 127.0.0.1:8443: Address already in use\n");
  EXPECT_EQ(placed("cannot listen on 127.0.0.1:84: no"), "t: cannot listen on 127.0.0.1:84: no\n");
  EXPECT_EQ(placed("cannot listen on the admin address 127.0.0.1:9: Address already in use"),
            "t:11: cannot listen on the admin address 127.0.0.1:9: Address already in use\n");
  EXPECT_EQ(placed("private key one.key is malformed"), "t:5: private key one.key is malformed\n");
  EXPECT_EQ(placed("something else"), "t: something else\n");
}

}  // namespace
}  // namespace tollgate::app
