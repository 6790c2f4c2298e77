// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "audit_openings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "ledger/temp_directory.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/audit_store.hpp"

namespace tollgate::app {
namespace {

using testing::HasSubstr;

const UtcTime kNow{seconds(1'794'000'000)};

std::string pem_of(EVP_PKEY* made) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(made, &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

class AuditOpenings : public testing::Test {
 protected:
  AuditOpenings() {
    config_.gateway.name = "gateway";
    config_.audit.encryption_keys = {Secret(std::string(43, 'A') + "=")};
  }
  std::string faults() const {
    return config::format_errors("t", audit_faults(config_, settings_, TrailPlace::usable));
  }
  std::string warnings() const {
    return config::format_errors("t", audit_warnings(config_, settings_, kNow));
  }

  config::Config config_;
  config::SettingValues settings_;
};

TEST_F(AuditOpenings, OfNothingAmissAreNone) {
  config_.audit.checkpoints.key = Secret(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
  config_.audit.caller_key = Secret("0123456789abcdef");
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(warnings(), "");
}

TEST_F(AuditOpenings, AKeyThatStandsTwiceIsNamed) {
  settings_["audit.encryption.keys"].line = 7;
  config_.audit.encryption_keys.push_back(config_.audit.encryption_keys.front());
  EXPECT_EQ(faults(), "t:7: audit.encryption.keys: master key 2 stands twice\n");
}

// `check` called such a file good, and the start failed.
TEST_F(AuditOpenings, KeysThatAreNotTheTrailsAreNamed) {
  const ledger::TempDirectory directory;
  settings_["audit.encryption.keys"].line = 7;
  config_.audit.level = config::AuditLevel::metadata;
  config_.audit.path = directory / "audit.db";
  EXPECT_EQ(faults(), "") << "there is no trail yet";
  {
    const auto masters = trail::MasterKeys::read(config_.audit.encryption_keys).value();
    auto store =
        trail::AuditStore::open({.path = config_.audit.path, .gateway = "gateway"}, masters);
    ASSERT_TRUE(store->append(std::vector<trail::AuditRow>(1)));
  }
  EXPECT_EQ(faults(), "");
  config_.audit.encryption_keys = {Secret(std::string(42, 'B') + "A=")};
  EXPECT_THAT(faults(),
              testing::StartsWith("t:7: audit.encryption.keys: the audit trail has content "
                                  "under the master key "));
  config_.audit.encryption_keys.push_back(Secret(std::string(43, 'A') + "="));
  EXPECT_EQ(faults(), "") << "the old one unwraps";
}

// It was told of twice: once for its keys, and once for its marks.
TEST_F(AuditOpenings, ATrailThatCannotBeReadIsNamedOnce) {
  const ledger::TempDirectory directory;
  settings_["audit.path"].line = 5;
  config_.audit.level = config::AuditLevel::metadata;
  config_.audit.path = directory / "audit.db";
  std::ofstream(config_.audit.path) << "no database, and longer than nothing";
  const std::string found = faults();
  EXPECT_THAT(found, testing::StartsWith("t:5: audit.path: "));
  EXPECT_EQ(std::count(found.begin(), found.end(), '\n'), 1) << found;
  EXPECT_EQ(config::format_errors("t", audit_faults(config_, settings_, TrailPlace::faulty)), "");
}

// A start was as good as before: it is a warning.
TEST_F(AuditOpenings, DataKeysThatAreGoneAreWarnedOf) {
  const ledger::TempDirectory directory;
  config_.audit.level = config::AuditLevel::metadata;
  config_.audit.path = directory / "audit.db";
  EXPECT_EQ(warnings(), "") << "there is no trail yet";
  const auto masters = trail::MasterKeys::read(config_.audit.encryption_keys).value();
  {
    auto store =
        trail::AuditStore::open({.path = config_.audit.path, .gateway = "gateway"}, masters);
    ASSERT_TRUE(store->append(std::vector<trail::AuditRow>(1)));
  }
  EXPECT_EQ(warnings(), "");
  auto database = storage::Database::open(config_.audit.path).value();
  ASSERT_TRUE(database.execute("DELETE FROM data_keys"));
  EXPECT_THAT(warnings(), HasSubstr("audit: of the audit trail 1 data key is gone: their content "
                                    "was not erased"));
  EXPECT_EQ(faults(), "");
}

TEST_F(AuditOpenings, ABackupInTheTrailsPlaceIsNamed) {
  const ledger::TempDirectory directory;
  config_.audit.level = config::AuditLevel::metadata;
  config_.audit.path = directory / "audit.db";
  config_.ledger.path = directory / "ledger.db";
  const auto masters = trail::MasterKeys::read(config_.audit.encryption_keys).value();
  const trail::StoreSettings settings{.path = config_.audit.path,
                                      .gateway = "gateway",
                                      .second_mark = config::trail_mark_path(config_)};
  const std::vector<trail::ServedExporter> sink{{"azure"}};
  {
    auto store = trail::AuditStore::open(settings, masters);
    ASSERT_TRUE(store->append(std::vector<trail::AuditRow>(2)));
    ASSERT_TRUE(store->serve_exporters(sink));
    ASSERT_TRUE(store->undelivered(trail::Stream::rows, "azure", 10));
  }
  EXPECT_EQ(faults(), "");
  auto database = storage::Database::open(config_.audit.path).value();
  ASSERT_TRUE(database.execute(
      "DELETE FROM audit_rows WHERE sequence = 2; UPDATE facts SET value = '1' WHERE name = "
      "'given_to'"));
  std::filesystem::remove(config_.audit.path + ".mark");
  EXPECT_THAT(faults(), HasSubstr("audit.path: " + config_.audit.path +
                                  " is not the audit trail that it was"));
}

TEST_F(AuditOpenings, AKeyOfAnotherKindSignsNoCheckpoints) {
  settings_["audit.checkpoints.key.file"].line = 9;
  config_.audit.checkpoints.key =
      Secret(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})));
  EXPECT_EQ(faults(),
            "t:9: audit.checkpoints.key: the signing key is not an Ed25519 private key in PEM\n");
}

TEST_F(AuditOpenings, WarnOfAFullLevelWhoseTimeIsOver) {
  config::Client& client = config_.clients.emplace_back();
  client.name = "claims";
  client.audit.level = config::AuditLevel::full;
  client.audit.until = kNow + seconds(1);
  EXPECT_EQ(warnings(), "");
  client.audit.until = kNow;
  EXPECT_THAT(warnings(), HasSubstr("clients[claims].audit.until is over"));
}

TEST_F(AuditOpenings, WarnOfAShortKeyOfPseudonyms) {
  config_.audit.caller_key = Secret("0123456789abcde");
  EXPECT_THAT(warnings(), HasSubstr("audit.caller_key has fewer than 16 bytes"));
}

}  // namespace
}  // namespace tollgate::app
