// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_names.hpp"

namespace tollgate::auth {
namespace {

void append(std::vector<std::string>& out, const char* kind,
            const std::vector<std::string>& names) {
  for (const std::string& name : names) out.push_back(kind + name);
}

}  // namespace

std::vector<std::string> certificate_names(const CertificateIdentity& certificate) {
  std::vector<std::string> out;
  append(out, "uri:", certificate.uris);
  append(out, "dns:", certificate.dns_names);
  if (!certificate.subject.empty()) out.push_back("subject:" + certificate.subject);
  return out;
}

std::vector<std::string> certificate_names(const config::CertificateMatch& match) {
  std::vector<std::string> out;
  append(out, "uri:", match.uris);
  append(out, "dns:", match.dns_names);
  append(out, "subject:", match.subjects);
  return out;
}

}  // namespace tollgate::auth
