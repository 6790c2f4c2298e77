// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "pem_file.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "tollgate/base/file_fault.hpp"

namespace tollgate::net {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

/// The kinds of PEM that people take for one another.
struct Contents {
  bool certificate = false;
  bool key = false;
  bool locked_key = false;
  bool anything = false;
};

Contents look_through(const std::string& path) {
  Contents out;
  const std::unique_ptr<BIO, Free> file(BIO_new_file(path.c_str(), "rb"));
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (file && PEM_read_bio(file.get(), &name, &header, &data, &size) == 1) {
    const std::string kind = name;
    out.anything = true;
    out.certificate = out.certificate || kind.ends_with("CERTIFICATE");
    out.key = out.key || kind.ends_with("PRIVATE KEY");
    out.locked_key = out.locked_key || kind == "ENCRYPTED PRIVATE KEY" ||
                     std::string(header).find("ENCRYPTED") != std::string::npos;
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  ERR_clear_error();
  return out;
}

/// Never asks on the terminal.
int no_pass_phrase(char*, int, int, void*) { return -1; }

bool has_whole_certificate(const std::string& path) {
  const std::unique_ptr<BIO, Free> file(BIO_new_file(path.c_str(), "rb"));
  const std::unique_ptr<X509, Free> found(
      file ? PEM_read_bio_X509_AUX(file.get(), nullptr, no_pass_phrase, nullptr) : nullptr);
  ERR_clear_error();
  return found != nullptr;
}

bool has_whole_key(const std::string& path) {
  const std::unique_ptr<BIO, Free> file(BIO_new_file(path.c_str(), "rb"));
  const std::unique_ptr<EVP_PKEY, Free> found(
      file ? PEM_read_bio_PrivateKey(file.get(), nullptr, no_pass_phrase, nullptr) : nullptr);
  ERR_clear_error();
  return found != nullptr;
}

}  // namespace

std::optional<std::string> certificate_fault(const std::string& path) {
  if (auto fault = file_fault(path)) return fault;
  const Contents contents = look_through(path);
  if (!contents.anything) return "is malformed: it holds no PEM block";
  if (!contents.certificate) {
    return contents.key ? "holds a private key, but no certificate" : "holds no certificate";
  }
  if (!has_whole_certificate(path)) return "holds a damaged certificate";
  return std::nullopt;
}

std::optional<std::string> private_key_fault(const std::string& path) {
  if (auto fault = file_fault(path)) return fault;
  const Contents contents = look_through(path);
  if (!contents.anything) return "is malformed: it holds no PEM block";
  if (!contents.key) {
    return contents.certificate ? "holds a certificate, but no private key"
                                : "holds no private key";
  }
  if (contents.locked_key) return "holds a private key with a pass phrase, which cannot be used";
  if (!has_whole_key(path)) return "holds a damaged private key";
  return std::nullopt;
}

}  // namespace tollgate::net
