// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "running_digest.hpp"

#include <array>
#include <cstdlib>

#include "tollgate/base/hex.hpp"

namespace tollgate::audit {

RunningDigest::RunningDigest() : context_(EVP_MD_CTX_new()) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (EVP_DigestInit_ex(context_.get(), algorithm, nullptr) != 1) std::abort();
}

void RunningDigest::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) std::abort();
  bytes_ += bytes.size();
}

std::string RunningDigest::hex() const {
  const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_MD_CTX_copy_ex(copy.get(), context_.get()) != 1 ||
      EVP_DigestFinal_ex(copy.get(), digest.data(), &size) != 1) {
    std::abort();
  }
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace tollgate::audit
