// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/config/config.hpp"
#include "tollgate/http/head.hpp"

namespace tollgate::upstream {

/// Which of the client's header fields go on to a backend (faults.md H17, H19, P1 to P3). Proof,
/// cookies, hop-by-hop fields, forwarding chains and names with an underscore never do.
class FieldFilter {
 public:
  explicit FieldFilter(const config::Authentication& authentication);

  /// `fields` are all of the request's, for what its Connection field names.
  bool passes(const http::Field& field, const std::vector<http::Field>& fields,
              bool has_connection_field) const;

 private:
  std::vector<std::string> dropped_;  ///< where this configuration looks for proof; lower case
};

/// What a request to a backend is made of, besides the client's own fields.
struct OutboundHead {
  std::string_view method;
  std::string_view target;  ///< path and query
  std::string_view host;
  std::string_view credential_name;
  std::string_view credential_value;
  std::size_t body_size = 0;
  bool has_body = false;
  std::span<const http::Field> replaced =
      {};  ///< the client's own fields with these names get these values
};

/// The bytes of the head. The result holds a credential: it is written to the backend and nowhere
/// else.
std::string write_request_head(const OutboundHead& head, const http::RequestHead& client,
                               const FieldFilter& filter);

}  // namespace tollgate::upstream
