// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "siv.hpp"

#include <openssl/evp.h>

namespace tollgate::seals {
namespace {

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

int size_of(std::string_view text) { return static_cast<int>(text.size()); }

const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const found = EVP_CIPHER_fetch(nullptr, "AES-256-SIV", nullptr);
  return found;
}

}  // namespace

void Siv::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

Siv::Context Siv::begin(const Secret& key, bool seals) {
  Context out(EVP_CIPHER_CTX_new());
  const bool taken = out != nullptr && algorithm() != nullptr && key.reveal().size() == kKeyBytes &&
                     EVP_CipherInit_ex(out.get(), algorithm(), nullptr, bytes(key.reveal()),
                                       nullptr, seals ? 1 : 0) == 1;
  return taken ? std::move(out) : nullptr;
}

Siv::Context Siv::like(const Context& ready) {
  Context out(EVP_CIPHER_CTX_new());
  return out != nullptr && EVP_CIPHER_CTX_copy(out.get(), ready.get()) == 1 ? std::move(out)
                                                                            : nullptr;
}

Result<Siv> Siv::make(const Secret& key) {
  Context sealing = begin(key, true);
  Context opening = begin(key, false);
  if (sealing == nullptr || opening == nullptr)
    return Error{Errc::internal, "OpenSSL has no AES-256-SIV"};
  return Siv(std::move(sealing), std::move(opening));
}

std::optional<std::string> Siv::seal(std::string_view bound_to, std::string_view text) const {
  const Context cipher = like(sealing_);
  std::string out(kTagBytes + text.size(), '\0');
  unsigned char* const sealed = bytes(out) + kTagBytes;
  int size = 0;
  const bool done =
      cipher != nullptr &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes(bound_to), size_of(bound_to)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), sealed, &size, bytes(text), size_of(text)) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), sealed, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, bytes(out)) == 1;
  if (!done) return {};
  return out;
}

std::optional<std::string> Siv::open(std::string_view bound_to, std::string_view sealed) const {
  if (sealed.size() <= kTagBytes) return {};
  std::string tag(sealed.substr(0, kTagBytes));
  const std::string_view text = sealed.substr(kTagBytes);
  const Context cipher = like(opening_);
  std::string out(text.size(), '\0');
  int size = 0;
  const bool intact =
      cipher != nullptr &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, bytes(tag)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes(bound_to), size_of(bound_to)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), bytes(out), &size, bytes(text), size_of(text)) == 1;
  if (!intact) return {};
  return out;
}

}  // namespace tollgate::seals
