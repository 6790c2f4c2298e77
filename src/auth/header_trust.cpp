// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "header_trust.hpp"

#include <algorithm>

#include "certificate_names.hpp"

namespace tollgate::auth {

HeaderTrust::HeaderTrust(const config::CustomHeaderAuthentication& settings) {
  for (const std::string& text : settings.trusted_networks) {
    if (const auto network = Network::parse(text)) networks_.push_back(*network);
  }
  for (std::string& name : certificate_names(settings.trusted_certificates)) {
    certificates_.insert(std::move(name));
  }
}

bool HeaderTrust::covers(const RequestProof& proof, UtcTime now) const {
  const auto contains_peer = [&](const Network& network) { return network.contains(proof.peer); };
  if (std::any_of(networks_.begin(), networks_.end(), contains_peer)) return true;
  const CertificateIdentity* certificate = valid_certificate(proof, now);
  if (certificate == nullptr || certificates_.empty()) return false;
  const std::vector<std::string> names = certificate_names(*certificate);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return certificates_.contains(name); });
}

const CertificateIdentity* valid_certificate(const RequestProof& proof, UtcTime now) {
  const bool valid = proof.certificate != nullptr && now < proof.certificate->expires_at;
  return valid ? proof.certificate : nullptr;
}

}  // namespace tollgate::auth
