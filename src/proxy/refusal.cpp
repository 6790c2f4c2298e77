// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal.hpp"

#include <boost/beast/http/status.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "tollgate/http/retry_after.hpp"
#include "tollgate/operations/request_target.hpp"

namespace tollgate::proxy {
namespace {

constexpr std::string_view kInvalidRequest = "invalid_request_error";
constexpr std::string_view kServerError = "server_error";

std::string_view reason_phrase(int status) {
  return boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
}

}  // namespace

void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where) {
  throw_exception_from_error(Error{Errc::internal, refusal.message}, where);
}

Refusal refusal_for_head(const http::HeadError& error) {
  return {.status = error.status,
          .code = "BadRequest",
          .type = kInvalidRequest,
          .message = "The request is not valid HTTP: " + std::string(error.reason) + "."};
}

Refusal refusal_for_authentication(const Error& error) {
  switch (error.code) {
    case Errc::invalid_input:
      return {400,
              "BadRequest",
              kInvalidRequest,
              "Give one credential, once: an API key or a token, of one client.",
              {}};
    case Errc::forbidden:
      return {403,
              "PermissionDenied",
              "permission_error",
              "The caller is known but may not use this gateway.",
              {}};
    case Errc::unauthenticated:
      // One text for all: whether a client exists is not told to strangers (faults.md A15).
      return {401,
              "401",
              "authentication_error",
              "Access denied due to a missing or invalid credential.",
              {}};
    default:
      return {503, "ServiceUnavailable", kServerError,
              "The caller's identity cannot be checked at the moment.", "Retry-After: 5\r\n"};
  }
}

Refusal refusal_for_connections() {
  return {429, "429", "too_many_requests",
          "This client holds its share of the gateway's connections.", "Retry-After: 1\r\n"};
}

Refusal refusal_for_target(const Error& error, std::string_view method, std::string_view target) {
  if (error.code == Errc::not_found) {
    const std::string allowed = operations::allowed_methods(target);
    const bool method_fits =
        (", " + allowed + ",").find(" " + std::string(method) + ",") != std::string::npos;
    if (!allowed.empty() && !method_fits) {
      return {405, "MethodNotAllowed", kInvalidRequest, "The method is not allowed here.",
              "Allow: " + allowed + "\r\n"};
    }
    return {404, "404", kInvalidRequest, "Resource not found", {}};
  }
  // What is wrong is said in words of the gateway's own: nothing of the target comes back.
  return {400,
          "BadRequest",
          kInvalidRequest,
          "The request target is not acceptable: " + error.message + ".",
          {}};
}

Refusal refusal_for_body(const Error& error) {
  const bool client_gone = error.code == Errc::closed || error.code == Errc::protocol;
  if (client_gone || error.code == Errc::cancelled) return no_answer();
  switch (error.code) {
    case Errc::too_large:
      return {413, "RequestTooLarge", kInvalidRequest, "The request body is too large.", {}};
    case Errc::throttled:
      return {429, "429", "too_many_requests",
              "Too many request bodies of this client are held at the moment.",
              "Retry-After: 1\r\n"};
    case Errc::unavailable:
      return {503, "ServiceUnavailable", kServerError,
              "No memory is left for the request body at the moment.", "Retry-After: 1\r\n"};
    case Errc::timeout:
      return {408, "Timeout", kInvalidRequest, "The request body did not arrive in time.", {}};
    default:
      return {400, "BadRequest", kInvalidRequest, "The request body is malformed.", {}};
  }
}

Refusal refusal_for_coding() {
  return {415, "UnsupportedMediaType", kInvalidRequest,
          "The Content-Encoding is not supported: send gzip, deflate or zstd, or none.",
          "Accept-Encoding: gzip, deflate, zstd\r\n"};
}

Refusal refusal_for_closed_operation() {
  return {403,
          "OperationNotEnabled",
          "permission_error",
          "This operation is not enabled on this gateway.",
          {}};
}

Refusal refusal_for_route(const Error& error, const operations::Operation& operation) {
  const bool object = operation.route_by == operations::RouteBy::object;
  switch (error.code) {
    case Errc::forbidden:
      return {403,
              "PermissionDenied",
              "permission_error",
              object
                  ? "The object belongs to another caller."
                  : "The caller may not use this model, or an object that the request refers to.",
              {}};
    case Errc::not_found:
      if (object) return {404, "NotFound", kInvalidRequest, "There is no such object.", {}};
      return {404,
              "DeploymentNotFound",
              kInvalidRequest,
              "The API deployment for this resource, or an object that the request refers to, does "
              "not exist.",
              {}};
    case Errc::storage:
      return refusal_without_ledger();
    case Errc::invalid_input:
      return {400,
              "BadRequest",
              kInvalidRequest,
              "No model is named. Name it in `model`, beside a stored prompt too.",
              {}};
    default:
      return refusal_for_unusable_body();
  }
}

Refusal refusal_for_unpriced(std::string_view backend, std::string_view deployment,
                             std::string_view missing) {
  Refusal out{.status = 403,
              .code = "PriceNotKnown",
              .type = "permission_error",
              .message = "This client may use only what has a price, and this has none here."};
  out.detail.append(missing).append(": deployment ").append(deployment);
  out.detail.append(" of backend ").append(backend);
  return out;
}

Refusal refusal_for_unproven_caller() {
  return {
      403,
      "PermissionDenied",
      "permission_error",
      "The token is for the backend, and no backend of this model takes the caller's own token.",
      {}};
}

Refusal refusal_for_unusable_body() {
  return {400,
          "BadRequest",
          kInvalidRequest,
          "The request body must be a JSON object or a form that names a model, each member once.",
          {}};
}

Refusal refusal_for_spelling(std::string_view documented) {
  return {400,
          "BadRequest",
          kInvalidRequest,
          "The request is refused: spell the member `" + std::string(documented) +
              "` as it is written here.",
          {}};
}

Refusal refusal_for_names(const Error& error) {
  return {400, "BadRequest", kInvalidRequest, "The request is refused: " + error.message + ".", {}};
}

Refusal refusal_for_websocket() {
  return {426, "UpgradeRequired", kInvalidRequest, "WebSocket connections are not served here.",
          "Upgrade: HTTP/1.1\r\n"};
}

Refusal answer_or_refusal(Result<std::string> answer) {
  if (answer) return {.status = 200, .answer = std::move(*answer)};
  if (answer.error().code == Errc::not_found)
    return {404, "NotFound", kInvalidRequest, "There is no such model.", {}};
  return {403,
          "PermissionDenied",
          "permission_error",
          "A list of all callers' objects is not served here. Ask for each object by its id.",
          {}};
}

Refusal refusal_for_upstream(const Error& error, std::optional<milliseconds> wait) {
  if (error.code == Errc::timeout) {
    return {504, "GatewayTimeout", kServerError, "The backend did not answer in time.", {}};
  }
  std::string fields = wait ? http::retry_after_lines(*wait) : std::string();
  if (error.code == Errc::too_large) {
    return {503, "ServiceUnavailable", kServerError, "All connections to the backend are in use.",
            wait ? std::move(fields) : "Retry-After: 1\r\n"};
  }
  return {502, "BadGateway", kServerError, "The backend could not be reached or broke off.",
          std::move(fields)};
}

Refusal refusal_for_unserved(const routing::Unserved& unserved) {
  std::string fields = http::retry_after_lines(unserved.retry_after);
  if (unserved.status == 429) {
    return {429, "429", "too_many_requests",
            "Every deployment that can serve this is throttled at the moment. Retry after the time "
            "given.",
            std::move(fields)};
  }
  return {503, "ServiceUnavailable", kServerError,
          "No deployment that can serve this works at the moment. Retry after the time given.",
          std::move(fields)};
}

Refusal refusal_without_ledger() {
  return {503, "ServiceUnavailable", kServerError,
          "The gateway cannot record usage at the moment and does not serve unrecorded requests.",
          "Retry-After: 5\r\n"};
}

Refusal refusal_without_audit() {
  return {503, "ServiceUnavailable", kServerError,
          "The gateway cannot keep its audit trail at the moment and does not serve this client "
          "without it.",
          "Retry-After: 5\r\n"};
}

std::string body_of(const Refusal& refusal, std::string_view request_id) {
  if (!refusal.answer.empty()) return refusal.answer;
  const nlohmann::ordered_json body{{"error",
                                     {{"message", refusal.message},
                                      {"type", refusal.type},
                                      {"param", nullptr},
                                      {"code", refusal.code},
                                      {"request_id", request_id}}}};
  return body.dump();
}

std::string render(const Refusal& refusal, std::string_view request_id, bool keep_alive,
                   bool to_head_request) {
  const std::string text = body_of(refusal, request_id);
  std::string out = "HTTP/1.1 " + std::to_string(refusal.status) + " ";
  out.append(reason_phrase(refusal.status)).append("\r\nContent-Type: application/json\r\n");
  out.append("Content-Length: ").append(std::to_string(text.size())).append("\r\n");
  out.append("x-request-id: ").append(request_id).append("\r\n").append(refusal.extra_fields);
  out.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
  if (!to_head_request) out.append(text);
  return out;
}

}  // namespace tollgate::proxy
