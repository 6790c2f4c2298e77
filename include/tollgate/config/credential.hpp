// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <variant>

#include "tollgate/base/secret.hpp"

// How the gateway proves itself, towards backends and exporters.
namespace tollgate::config {

struct ApiKeyCredential {
  Secret key;
  bool operator==(const ApiKeyCredential&) const = default;
};

struct ClientSecretCredential {
  std::string tenant_id;
  std::string client_id;
  Secret secret;
  bool operator==(const ClientSecretCredential&) const = default;
};

enum class AssertionAlgorithm { ps256, rs256 };

/// The files are read anew for each token: a renewed certificate needs no reload.
struct ClientCertificateCredential {
  std::string tenant_id;
  std::string client_id;
  std::string certificate;  ///< PEM file: the certificate, its chain, its key unless given apart
  std::string private_key;  ///< PEM file; empty: the key stands in `certificate`
  AssertionAlgorithm algorithm = AssertionAlgorithm::ps256;
  bool send_certificate_chain =
      false;  ///< x5c: for applications that trust a subject name and issuer
  bool operator==(const ClientCertificateCredential&) const = default;
};

/// At most one of the three names a user-assigned identity; none: the system-assigned one.
struct ManagedIdentityCredential {
  std::string client_id;
  std::string object_id;
  std::string resource_id;
  bool operator==(const ManagedIdentityCredential&) const = default;
};

/// Complete: what the file leaves out came from the environment.
struct WorkloadIdentityCredential {
  std::string tenant_id;
  std::string client_id;
  std::string token_file;  ///< rotated by the platform, hence read anew for each token
  bool operator==(const WorkloadIdentityCredential&) const = default;
};

/// Stands for Identity::default_choice.
struct DefaultCredential {
  bool operator==(const DefaultCredential&) const = default;
};

/// The caller's own token goes on to the backend.
struct PassThroughCredential {
  bool operator==(const PassThroughCredential&) const = default;
};

using Credential = std::variant<ApiKeyCredential, ClientSecretCredential, ManagedIdentityCredential,
                                ClientCertificateCredential, WorkloadIdentityCredential,
                                DefaultCredential, PassThroughCredential>;

}  // namespace tollgate::config
