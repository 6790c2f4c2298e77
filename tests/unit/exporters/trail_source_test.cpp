// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/exporters/trail_source.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ledger/temp_directory.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/audit_store.hpp"

namespace tollgate::exporters {
namespace {

const UtcTime kStored{seconds(1'794'000'000)};

trail::AuditRow audited(const std::string& record, const std::string& content) {
  trail::AuditRow out;
  out.event_time = kStored;
  out.record_id = record;
  out.kind = trail::kind::kRequest;
  out.form = "raw";
  out.client_name = "retail";
  out.content = content;
  return out;
}

class TrailSourceTest : public testing::Test {
 protected:
  TrailSourceTest()
      : masters_(trail::MasterKeys::read(
                     std::vector{Secret("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")})
                     .value()),
        store_(trail::AuditStore::open({.path = path_, .gateway = "gateway"}, masters_).value()) {}

  void execute(const std::string& sql) {
    auto database = storage::Database::open(path_).value();
    ASSERT_TRUE(database.execute(sql));
  }

  ledger::TempDirectory directory_;
  std::string path_ = directory_ / "audit.db";
  trail::MasterKeys masters_;
  trail::AuditStore store_;
};

TEST_F(TrailSourceTest, DamagedContentIsDeliveredAsSuchAndADamagedRowIsPassedOver) {
  const std::vector rows{audited("one", "first"), audited("two", "second"),
                         audited("three", "third")};
  ASSERT_TRUE(store_.append(rows));
  ASSERT_TRUE(store_.serve_exporters(std::vector<trail::ServedExporter>{{"azure"}}));
  execute("UPDATE audit_rows SET sealed = zeroblob(length(sealed)) WHERE sequence = 2");
  execute("UPDATE audit_rows SET leaf = zeroblob(32) WHERE sequence = 3");
  const auto source = make_trail_source(store_, trail::Stream::rows, "azure");
  const std::vector<Row> given = source->undelivered(10).value();
  ASSERT_EQ(given.size(), 2U);
  const auto whole = nlohmann::json::parse(given[0].json);
  EXPECT_EQ(whole["Content"], "first");
  EXPECT_EQ(whole["ContentMissing"], "");
  const auto damaged = nlohmann::json::parse(given[1].json);
  EXPECT_EQ(damaged["RecordId"], "two");
  EXPECT_EQ(damaged["Content"], "");
  EXPECT_EQ(damaged["ContentMissing"], "damaged");
  EXPECT_EQ(store_.stats().value().damaged_rows, 2U);
  ASSERT_TRUE(source->account({.accepted = {1, 2}}, kStored));
  EXPECT_TRUE(source->undelivered(10).value().empty());
  EXPECT_EQ(store_.stats().value().exporters[0].backlog, 0U);
}

}  // namespace
}  // namespace tollgate::exporters
