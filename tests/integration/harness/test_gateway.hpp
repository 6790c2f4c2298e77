// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend_imposter.hpp"
#include "certificate_authority.hpp"
#include "gateway.hpp"
#include "raw_connection.hpp"
#include "requests.hpp"
#include "temporary_directory.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::integration {

/// A whole gateway in this process, its ledger in a directory of its own, in front of one imposter.
/// Two callers may use the model gpt-4o: kClientKey drains when it hangs up, kCancellingClientKey
/// cancels.
class TestGateway {
 public:
  /// `adjust` may change any setting before the start; no timeout is reached unless it shortens
  /// one.
  explicit TestGateway(const std::function<void(config::Config&)>& adjust = {});
  ~TestGateway();

  BackendImposter& backend() { return backend_; }
  const simulator::CertificateAuthority& authority() const { return authority_; }
  app::Gateway& gateway() { return *gateway_; }
  std::uint16_t port() const { return gateway_->ports().front(); }

  RawConnection connect() const { return RawConnection::connect(port()); }
  /// Returns when the only worker has taken notice of all that happened on its sockets before.
  void settle() const;

  /// The records made since the last call, oldest first; waits until there are `count`, or as long
  /// as anything may take.
  std::vector<usage::UsageRecord> take_records(std::size_t count);
  /// The metrics page, whole.
  std::string metrics() const;

  /// The ledger's directory as it is at this moment, copied: what a crash now would leave behind.
  std::unique_ptr<TemporaryDirectory> copy_ledger() const;

  static constexpr const char* kLedgerFile = "ledger.db";

 private:
  config::Config make_config() const;

  TemporaryDirectory directory_;
  simulator::CertificateAuthority authority_;
  BackendImposter backend_{authority_};
  std::unique_ptr<app::Gateway> gateway_;
};

/// All records of a ledger that nobody has open, recovered as the next start of the gateway would.
std::vector<usage::UsageRecord> recover_ledger(const TemporaryDirectory& copy);

}  // namespace tollgate::integration
