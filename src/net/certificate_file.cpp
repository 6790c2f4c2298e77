// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/certificate_file.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>

#include "certificate_subject.hpp"
#include "certificate_time.hpp"

namespace tollgate::net {
namespace {

struct FreeRead {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

std::vector<CertificateInFile> certificates_in(const std::string& path) {
  std::vector<CertificateInFile> out;
  const std::unique_ptr<BIO, FreeRead> file(BIO_new_file(path.c_str(), "rb"));
  while (file) {
    const std::unique_ptr<X509, FreeRead> one(
        PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr));
    if (!one) break;
    out.push_back({subject_of(one.get()),
                   {certificate_time(X509_get0_notBefore(one.get())),
                    certificate_time(X509_get0_notAfter(one.get()))}});
  }
  ERR_clear_error();
  return out;
}

}  // namespace tollgate::net
