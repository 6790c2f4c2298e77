// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "token_request.hpp"

#include "tollgate/http/percent.hpp"

namespace tollgate::credentials {
namespace {

http::ClientRequest token_request(const Application& application) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = application.token_endpoint();
  request.fields = {{"Content-Type", "application/x-www-form-urlencoded"},
                    {"Accept", "application/json"}};
  request.body =
      "grant_type=client_credentials&client_id=" + http::percent_encode(application.client_id) +
      "&scope=" + http::percent_encode(application.scope);
  return request;
}

}  // namespace

std::string Application::token_endpoint() const {
  return authority + "/" + tenant_id + "/oauth2/v2.0/token";
}

http::ClientRequest request_with_secret(const Application& application, std::string_view secret) {
  http::ClientRequest request = token_request(application);
  request.body += "&client_secret=" + http::percent_encode(secret);
  return request;
}

http::ClientRequest request_with_assertion(const Application& application,
                                           std::string_view assertion) {
  http::ClientRequest request = token_request(application);
  request.body +=
      "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
      "&client_assertion=" +
      http::percent_encode(assertion);
  return request;
}

std::string resource_of(std::string_view scope) {
  constexpr std::string_view kDefault = "/.default";
  if (scope.ends_with(kDefault)) scope.remove_suffix(kDefault.size());
  return std::string(scope);
}

}  // namespace tollgate::credentials
