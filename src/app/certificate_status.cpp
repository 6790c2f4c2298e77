// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_status.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "certificate_files.hpp"

namespace tollgate::app {
namespace {

std::string named(const net::CertificateInFile& one) {
  return "the certificate " + (one.subject.empty() ? "without a subject" : one.subject);
}

void add_shown(const CertificateFile& file, std::vector<CertificateInUse>& out) {
  const std::string address = address_of(*file.listener);
  const char* part = " of the listener ";
  for (const net::CertificateInFile& one : net::certificates_in(file.path)) {
    out.push_back({named(one) + part + address, one.validity, address, file.setting, file.line});
    part = " in the chain of the listener ";
  }
}

/// Authorities by which others are trusted, and what the gateway proves itself by.
void add_others(const CertificateFile& file, std::vector<CertificateInUse>& out) {
  for (const net::CertificateInFile& one : net::certificates_in(file.path)) {
    std::string what = named(one);
    what.append(" in ").append(file.path).append(" (").append(file.setting).append(")");
    out.push_back({std::move(what), one.validity, "", file.setting, file.line});
  }
}

std::string at(UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; }

}  // namespace

std::vector<CertificateInUse> certificates_of(const config::Config& config) {
  std::vector<CertificateInUse> out;
  std::set<std::string> seen;
  for (const CertificateFile& file : certificate_files(config)) {
    if (file.use == FileUse::key) continue;
    if (file.use == FileUse::shown) {
      add_shown(file, out);
    } else if (seen.insert(file.path).second) {
      add_others(file, out);
    }
  }
  return out;
}

std::string validity_problem(const CertificateInUse& certificate, UtcTime now) {
  const auto& [begins, expires] = certificate.validity;
  if (expires <= now) return certificate.what + " has expired at " + at(expires);
  if (begins > now) return certificate.what + " is not valid before " + at(begins);
  if (expires <= now + kExpiresSoon) return certificate.what + " expires at " + at(expires);
  return {};
}

std::vector<std::string> validity_problems(const std::vector<CertificateInUse>& certificates,
                                           UtcTime now) {
  std::vector<std::string> out;
  for (const CertificateInUse& one : certificates) {
    if (std::string problem = validity_problem(one, now); !problem.empty())
      out.push_back(std::move(problem));
  }
  return out;
}

std::vector<telemetry::CertificateGauges> certificate_gauges(
    const std::vector<CertificateInUse>& certificates, UtcTime now) {
  std::map<std::string, UtcTime> first;
  for (const CertificateInUse& one : certificates) {
    if (one.listener.empty()) continue;
    const auto [known, fresh] = first.emplace(one.listener, one.validity.expires);
    if (!fresh) known->second = std::min(known->second, one.validity.expires);
  }
  std::vector<telemetry::CertificateGauges> out;
  out.reserve(first.size());
  for (const auto& [listener, expires] : first)
    out.push_back({listener, std::chrono::duration<double>(expires - now).count()});
  return out;
}

}  // namespace tollgate::app
