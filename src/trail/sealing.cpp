// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sealing.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace tollgate::trail {
namespace {

constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Error failed() { return Error{Errc::internal, "OpenSSL cannot encrypt"}; }

}  // namespace

Result<std::string> random_bytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(bytes(out), static_cast<int>(count)) == 1) return out;
  return Error{Errc::internal, "the system gives no random numbers"};
}

Result<std::string> seal(const Secret& key, std::string_view bound_to, std::string_view text) {
  Result<std::string> nonce = random_bytes(kNonceBytes);
  if (!nonce) return nonce.error();
  if (key.reveal().size() != kKeyBytes) return failed();
  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::string out(text.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int size = 0;
  const bool done =
      cipher != nullptr &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key.reveal()),
                         bytes(std::string_view(*nonce))) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes(bound_to),
                        static_cast<int>(bound_to.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), bytes(out), &size, bytes(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), bytes(tag), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1;
  if (!done) return failed();
  return *nonce + out + tag;
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
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key.reveal()),
                         bytes(nonce)) == 1 &&
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
