// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <boost/asio/ssl/context.hpp>

namespace tollgate::simulator {

/// A throw-away certificate authority, made anew at each start.
class CertificateAuthority {
 public:
  CertificateAuthority();

  const std::string& certificate_pem() const { return ca_pem_; }
  /// A server context whose certificate is for localhost and 127.0.0.1.
  boost::asio::ssl::context server_context() const;

 private:
  std::string ca_pem_;
  std::string server_pem_;
  std::string server_key_pem_;
};

}  // namespace tollgate::simulator
