// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "control.hpp"

#include <stdexcept>

#include "cost_files.hpp"

namespace tollgate::simulator {

using nlohmann::json;

std::string Control::answer(const std::string& route, const json& body) {
  if (route == "GET /bill") return bill_.entries();
  if (route == "GET /bill/summary") return bill_.summary().dump();
  if (route == "POST /bill/cost-export") return json(cost_export(bill_, body)).dump();
  if (route == "GET /bill/metrics") return metric_answers(bill_).dump();
  if (route == "GET /rows") return sinks_.ingestion.rows("Custom-TollgateUsage_CL");
  if (route == "GET /rows/adjustments")
    return sinks_.ingestion.rows("Custom-TollgateCostAdjustment_CL");
  if (route == "GET /rows/refusals") return sinks_.ingestion.rows("Custom-TollgateRefusal_CL");
  if (route == "GET /rows/audit") return sinks_.ingestion.rows("Custom-TollgateAudit_CL");
  if (route == "GET /rows/accesses") return sinks_.ingestion.rows("Custom-TollgateAuditAccess_CL");
  if (route == "GET /uploads") return sinks_.ingestion.uploads();
  if (route == "GET /blobs") return sinks_.blobs.blobs();
  if (route == "GET /requests") return log_.requests();
  if (route == "GET /arrivals") return log_.arrivals();
  if (route == "POST /tokens") return json{{"access_token", entra_.mint(body)}}.dump();
  change(route, body);
  return "{}";
}

void Control::change(const std::string& route, const json& body) {
  if (route == "POST /faults") {
    faults_.add(body);
  } else if (route == "DELETE /faults") {
    faults_.clear();
  } else if (route == "POST /settings") {
    settings_.update(body);
  } else if (route == "POST /blobs") {
    sinks_.blobs.change(body);
  } else if (route == "POST /jwks/rotate") {
    entra_.rotate(body.value("keep_old", true));
  } else if (route == "POST /reset") {
    faults_.clear();
    settings_.reset();
    bill_.clear();
    log_.clear();
    sinks_.ingestion.clear();
    sinks_.blobs.clear();
  } else {
    throw std::invalid_argument("unknown control route: " + route);
  }
}

boost::asio::awaitable<void> Control::handle(const Request& request, Wire& wire) {
  const std::string target(request.target());
  const std::string route =
      std::string(request.method_string()) + " " + target.substr(0, target.find('?'));
  std::string reply;
  int status = 200;
  try {
    const json body = request.body().empty() ? json::object() : json::parse(request.body());
    reply = answer(route, body);
  } catch (const std::exception& exception) {
    status = 400;
    reply = json{{"error", exception.what()}}.dump();
  }
  const char* const reason = status == 200 ? "OK" : "Bad Request";
  const std::string response = make_response(status, reason, "", reply);
  co_await wire.write(response);
}

}  // namespace tollgate::simulator
