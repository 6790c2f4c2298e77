// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ingestion.hpp"

#include <zlib.h>

#include <map>

#include <boost/beast/core/string.hpp>

#include "deployed_rule.hpp"
#include "pause.hpp"
#include "query.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::simulator {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

/// Of a call's body, compressed and uncompressed alike (azure-protocol.md 6.2).
constexpr std::size_t kLargestCall = 1'048'576;
constexpr std::size_t kLongestField = 64 * 1024;

using Columns = std::map<std::string, std::string>;

/// The columns of each stream that the rules under deploy/ declare, and their types.
const std::map<std::string, Columns>& streams() {
  static const std::map<std::string, Columns> table = [] {
    std::map<std::string, Columns> out;
    for (const char* const rule : {kDeployedRule, kDeployedAuditRule}) {
      const json parsed = json::parse(rule);
      for (const auto& [name, stream] : parsed["properties"]["streamDeclarations"].items()) {
        for (const json& column : stream["columns"])
          out[name][column["name"].get<std::string>()] = column["type"];
      }
    }
    return out;
  }();
  return table;
}

bool fits(const json& value, const std::string& type) {
  if (value.is_null() || type == "dynamic") return true;
  if (type == "string") return value.is_string();
  if (type == "int" || type == "long") return value.is_number_integer();
  if (type == "real") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return type == "datetime" && value.is_string() &&
         from_rfc3339(value.get<std::string>()).has_value();
}

/// nullopt: no gzip, or larger than a call may be when unpacked.
std::optional<std::string> gunzip(const std::string& bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return std::nullopt;
  std::string out(kLargestCall * 4, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  if (result != Z_STREAM_END) return std::nullopt;
  return out;
}

/// What is wrong with a row, or empty.
std::string row_fault(const json& row, const Columns& columns) {
  if (!row.is_object()) return "a row is no object";
  if (!row.contains("TimeGenerated")) return "TimeGenerated is missing";
  for (const auto& [name, value] : row.items()) {
    const auto column = columns.find(name);
    if (column == columns.end()) return "undeclared column " + name;
    if (!fits(value, column->second)) return "wrong type in column " + name;
  }
  return {};
}

}  // namespace

Ingestion::Verdict Ingestion::judge(const Request& request) const {
  Verdict out;
  const auto refuse = [&](int status, const char* code, std::string message) {
    out.status = status;
    out.code = code;
    out.message = std::move(message);
    return out;
  };
  const std::string authorization(request["authorization"]);
  json claims = json::object();
  if (authorization.rfind("Bearer ", 0) == 0) {
    claims = entra_.verified_claims(authorization.substr(7)).value_or(json::object());
  }
  std::string audience = claims.value("aud", "");
  if (!audience.empty() && audience.back() == '/') audience.pop_back();
  if (audience != setup_.monitor_audience) {  // body unverified in azure-protocol.md 6.3
    return refuse(401, "InvalidAuthenticationToken", "The token is missing, invalid or expired.");
  }
  // Only the gateway's application is a Monitoring Metrics Publisher of the rule.
  if (claims.value("oid", "") != setup_.gateway.object_id) {
    return refuse(403, "OperationFailed",
                  "The authentication token provided does not have access to ingest data for the "
                  "data collection rule with immutable Id '" +
                      setup_.rule_id +
                      "' PipelineAccessResult: AccessGranted: False, "
                      "IsRbacPresent: False");
  }
  const std::string target(request.target());
  const std::string path = target.substr(0, target.find('?'));
  const std::string rule_path = "/dataCollectionRules/" + setup_.rule_id + "/streams/";
  if (path.rfind(rule_path, 0) != 0) {
    return refuse(404, "NotFound",
                  "Data collection rule with immutable Id '" + path.substr(0, 80) + "' not found.");
  }
  out.stream = path.substr(rule_path.size());
  const auto stream = streams().find(out.stream);
  if (stream == streams().end()) {  // code unverified
    return refuse(400, "InvalidStream", "The stream is not declared in the rule.");
  }
  if (query_value(target, "api-version") != "2023-01-01") {
    return refuse(400, "InvalidApiVersion", "The api-version is not supported.");
  }
  if (request["content-type"].find("application/json") == std::string_view::npos) {
    return refuse(415, "UnsupportedMediaType", "Send application/json.");
  }
  std::string body = request.body();
  const std::size_t wire_size = body.size();
  if (boost::beast::iequals(request["content-encoding"], "gzip")) {
    auto plain = gunzip(body);
    if (!plain) return refuse(400, "InvalidPayload", "The body is not gzip.");
    body = std::move(*plain);
  }
  out.raw_size = body.size();
  const std::size_t largest = std::max(wire_size, body.size());
  if (largest > kLargestCall) {
    return refuse(
        413, "ContentLengthLimitExceeded",
        "Maximum allowed content length: 1048576 bytes (1 MB). Provided content length: " +
            std::to_string(largest) + " bytes.");
  }
  if (body.empty()) return refuse(500, "", "");
  json rows = json::parse(body, nullptr, false);
  if (!rows.is_array() || rows.empty()) {
    return refuse(400, "InvalidPayload", "The body is no array of records.");
  }
  for (json& row : rows) {
    if (std::string fault = row_fault(row, stream->second); !fault.empty()) {
      return refuse(400, "InvalidPayload", std::move(fault));
    }
    for (auto& [name, value] : row.items()) {
      if (value.is_string() && value.get_ref<std::string&>().size() > kLongestField) {
        value.get_ref<std::string&>().resize(kLongestField);
      }
    }
  }
  out.rows = std::move(rows);
  return out;
}

void Ingestion::note(const Request& request, int status, std::size_t raw_size, std::size_t rows) {
  const json upload{{"status", status},
                    {"wire_size", request.body().size()},
                    {"raw_size", raw_size},
                    {"rows", rows}};
  const std::lock_guard lock(mutex_);
  uploads_.push_back(upload.dump());
}

void Ingestion::keep(const Request& request, const Verdict& verdict) {
  note(request, verdict.status, verdict.raw_size, verdict.rows.size());
  const std::lock_guard lock(mutex_);
  for (const json& row : verdict.rows) rows_[verdict.stream].push_back(row.dump());
}

asio::awaitable<void> Ingestion::answer(const Verdict& verdict, Wire& wire) {
  if (verdict.status == 204) {
    co_await wire.write("HTTP/1.1 204 No Content\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n");
    co_return;
  }
  const json body{{"error", {{"code", verdict.code}, {"message", verdict.message}}}};
  const std::string text = verdict.code.empty() ? std::string() : body.dump();
  const std::string reply =
      make_response(verdict.status, "Error", "x-ms-error-code: " + verdict.code + "\r\n", text);
  co_await wire.write(reply);
}

asio::awaitable<void> Ingestion::fail(const Request& request, const Behaviour& fault, Wire& wire) {
  std::string fields;
  for (const auto& [name, value] : fault.headers.items()) {
    fields += name + ": " + value.get<std::string>() + "\r\n";
  }
  note(request, fault.status, 0, 0);
  const std::string text =
      fault.body.value_or(R"({"error":{"code":"OperationFailed","message":"switched on"}})");
  const std::string reply = make_response(fault.status, "Fault", fields, text);
  co_await wire.write(reply);
}

asio::awaitable<void> Ingestion::handle(const Request& request, Wire& wire) {
  const Behaviour fault = faults_.take("ingestion", "").value_or(Behaviour());
  co_await pause(fault.delay_ms);
  if (fault.reset_at == BreakAt::before_head || fault.close_at == BreakAt::before_head) {
    note(request, 0, 0, 0);
    if (fault.reset_at == BreakAt::before_head) wire.reset();
    wire.close();
    co_return;
  }
  if (fault.status != 0) {
    co_await fail(request, fault, wire);
    co_return;
  }
  Verdict verdict = judge(request);
  const std::string& refused = fault.refuse_rows_with;
  if (!refused.empty() && verdict.rows.dump().find(refused) != std::string::npos) {
    verdict.status = 400;
    verdict.code = "InvalidPayload";
    verdict.message = "A row holds " + refused + ".";
    verdict.rows = json::array();
  }
  keep(request, verdict);
  co_await pause(fault.stall_ms);
  if (fault.reset_after_accept) {
    wire.reset();
    co_return;
  }
  co_await answer(verdict, wire);
}

namespace {

std::string array_of(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ',';
    out += value;
  }
  return out + "]";
}

}  // namespace

std::string Ingestion::rows(const std::string& stream) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(stream);
  return array_of(found == rows_.end() ? std::vector<std::string>() : found->second);
}

std::string Ingestion::uploads() const {
  const std::lock_guard lock(mutex_);
  return array_of(uploads_);
}

void Ingestion::clear() {
  const std::lock_guard lock(mutex_);
  rows_.clear();
  uploads_.clear();
}

}  // namespace tollgate::simulator
