// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sealing.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace tollgate::trail {
namespace {

constexpr std::size_t kPool = 4096;
constexpr int kTagBytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// Looked up once: EVP_aes_256_gcm() is looked up anew with each use.
const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const found = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return found;
}

Error failed() { return Error{Errc::internal, "OpenSSL cannot encrypt"}; }

}  // namespace

Result<std::string> random_bytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(bytes(out), static_cast<int>(count)) == 1) return out;
  return Error{Errc::internal, "the system gives no random numbers"};
}

Result<std::string> RandomPool::take(std::size_t count) {
  if (left_.size() < count) {
    Result<std::string> more = random_bytes(std::max(kPool, count));
    if (!more) return more;
    left_ = std::move(*more);
  }
  std::string out = left_.substr(left_.size() - count);
  OPENSSL_cleanse(left_.data() + left_.size() - count, count);
  left_.erase(left_.size() - count);
  return out;
}

Result<std::string> seal(const Secret& key, std::string_view bound_to, std::string_view text) {
  const Result<std::string> nonce = random_bytes(kNonceBytes);
  if (!nonce) return nonce.error();
  return Sealer(key).seal(*nonce, bound_to, text);
}

void Sealer::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

Sealer::Sealer(const Secret& key) : cipher_(EVP_CIPHER_CTX_new()) {
  const bool taken =
      cipher_ != nullptr && key.reveal().size() == kKeyBytes &&
      EVP_EncryptInit_ex(cipher_.get(), algorithm(), nullptr, bytes(key.reveal()), nullptr) == 1;
  if (!taken) cipher_.reset();
}

Result<std::string> Sealer::seal(std::string_view nonce, std::string_view bound_to,
                                 std::string_view text) {
  if (nonce.size() != kNonceBytes) return failed();
  EVP_CIPHER_CTX* const cipher = cipher_.get();
  std::string out(nonce.size() + text.size() + kTagBytes, '\0');
  nonce.copy(out.data(), nonce.size());
  unsigned char* const sealed = bytes(out) + nonce.size();
  unsigned char* const tag = sealed + text.size();
  int size = 0;
  const bool done =
      cipher != nullptr &&
      EVP_EncryptInit_ex(cipher, nullptr, nullptr, nullptr, bytes(nonce)) == 1 &&
      EVP_EncryptUpdate(cipher, nullptr, &size, bytes(bound_to),
                        static_cast<int>(bound_to.size())) == 1 &&
      EVP_EncryptUpdate(cipher, sealed, &size, bytes(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher, tag, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, kTagBytes, tag) == 1;
  if (!done) return failed();
  return out;
}

std::optional<std::string> open_sealed(const Secret& key, std::string_view bound_to,
                                       std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes || key.reveal().size() != kKeyBytes) return {};
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view text = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::string out(text.size(), '\0');
  std::string rest(kTagBytes, '\0');
  int size = 0;
  const bool intact =
      cipher != nullptr &&
      EVP_DecryptInit_ex(cipher.get(), algorithm(), nullptr, bytes(key.reveal()), bytes(nonce)) ==
          1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes(bound_to),
                        static_cast<int>(bound_to.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), bytes(out), &size, bytes(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), bytes(rest), &size) == 1;
  if (!intact) return {};
  return out;
}

std::string joined(std::initializer_list<std::string_view> texts) {
  std::string out;
  for (const std::string_view text : texts) {
    out.append(std::to_string(text.size())).append(":").append(text).append("|");
  }
  return out;
}

}  // namespace tollgate::trail
