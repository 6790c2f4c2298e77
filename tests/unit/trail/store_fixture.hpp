// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ledger/temp_directory.hpp"
#include "sample_row.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/trail/audit_desk.hpp"
#include "tollgate/trail/audit_store.hpp"

namespace tollgate::trail {

/// A master key of one byte, again and again.
inline Secret master_key(char byte) { return Secret(to_base64(std::string(32, byte))); }
inline MasterKeys master_keys(const std::vector<Secret>& keys) {
  return MasterKeys::read(keys).value();
}

/// An Ed25519 key in PEM whose secret is one byte, again and again.
inline Secret signing_key(char byte) {
  const std::string raw(32, byte);
  EVP_PKEY* const key = EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(raw.data()), raw.size());
  BIO* const out = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out, &text);
  Secret pem(std::string(text, static_cast<std::size_t>(size)));
  BIO_free(out);
  EVP_PKEY_free(key);
  return pem;
}

inline NoteSigner signer(const char* name = "gateway-1", char byte = 's') {
  return NoteSigner::read(name, signing_key(byte)).value();
}

inline const UtcTime kNow = from_unix_micros(kNoon);
inline const Reader kAuditor{"auditor", "show"};

/// A store in a directory of its own.
class StoreTest : public testing::Test {
 protected:
  AuditStore open() { return std::move(try_open().value()); }
  Result<AuditStore> try_open() { return AuditStore::open(settings_, masters_); }
  AuditDesk desk() { return std::move(AuditDesk::open(settings_, masters_).value()); }

  static std::vector<AuditRow> rows(std::int64_t from, std::int64_t to) {
    std::vector<AuditRow> out;
    for (std::int64_t i = from; i <= to; ++i) out.push_back(sample_row(i));
    return out;
  }

  /// Whether any file of the store holds these bytes.
  bool on_disk(const std::string& bytes) const {
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(file)), {});
      if (text.find(bytes) != std::string::npos) return true;
    }
    return false;
  }

  ledger::TempDirectory directory_;
  StoreSettings settings_{.path = directory_ / "audit.db", .gateway = "gateway-1"};
  MasterKeys masters_ = master_keys({master_key('a')});
};

}  // namespace tollgate::trail
