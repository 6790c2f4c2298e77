// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "database_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "temp_directory.hpp"
#include "tollgate/ledger/delivery_desk.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/ledger_audit.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/salvage.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

// It was called no ledger, with status 1.
TEST(LedgerFile, ThatWasCutToLessThanItsHeaderIsCalledDamaged) {
  const TempDirectory directory;
  const std::string path = directory / "ledger";
  (void)open_store(path);
  for (const std::uintmax_t size : {99U, 50U, 5U}) {
    std::filesystem::resize_file(path, size);
    for (const Error& error :
         {salvage(path).error(), audit(path).error(), LedgerReader::open(path).error()}) {
      EXPECT_EQ(error.code, Errc::storage);
      EXPECT_NE(error.message.find(" is damaged: "), std::string::npos) << error.message;
    }
    config::Ledger settings;
    settings.path = path;
    EXPECT_EQ(Ledger::open(settings, 1, UtcTime()).error().code, Errc::storage);
  }
}

// Who read one was told of a disk I/O error.
TEST(LedgerFile, ThatIsAPipeIsNamedByWhoeverOpensIt) {
  const TempDirectory directory;
  const std::string path = directory / "ledger";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  for (const Error& error : {salvage(path).error(), audit(path).error(),
                             LedgerReader::open(path).error(), DeliveryDesk::open(path).error()})
    EXPECT_NE(error.message.find(" is a pipe"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace tollgate::ledger
