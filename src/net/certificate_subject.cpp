// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_subject.hpp"

#include <openssl/bio.h>

#include <memory>

namespace tollgate::net {
namespace {

struct FreeText {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

}  // namespace

std::string subject_of(const X509* certificate) {
  const std::unique_ptr<BIO, FreeText> out(BIO_new(BIO_s_mem()));
  if (!out) return {};
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace tollgate::net
