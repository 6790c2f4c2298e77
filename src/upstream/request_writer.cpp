// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/request_writer.hpp"

#include <array>

#include "tollgate/base/name_index.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/base/text_builder.hpp"
#include "tollgate/http/trace_context.hpp"

namespace tollgate::upstream {
namespace {

/// Never passed on: framing and connection are ours, proof and cookies are the gateway's alone, and
/// an encoded answer could not be metered (accept-encoding; faults.md U7).
constexpr NameIndex kDropped(std::array<std::string_view, 21>{"host",
                                                              "content-length",
                                                              "expect",
                                                              "accept-encoding",
                                                              "authorization",
                                                              "api-key",
                                                              "cookie",
                                                              "proxy-authorization",
                                                              "forwarded",
                                                              "x-forwarded-for",
                                                              "x-forwarded-host",
                                                              "x-forwarded-proto",
                                                              "x-real-ip",
                                                              "x-forwarded-port",
                                                              "x-forwarded-server",
                                                              "ocp-apim-subscription-key",
                                                              "via",
                                                              "x-ms-client-principal",
                                                              "x-original-url",
                                                              "x-rewrite-url",
                                                              "x-functions-key"});

constexpr std::size_t kUsualHead = 1024;

void add_field(TextBuilder& out, std::string_view name, std::string_view value) {
  out.add(name).add(": ").add(value).add("\r\n");
}

std::string_view value_for(const http::Field& field, std::span<const http::Field> replaced) {
  for (const http::Field& other : replaced) {
    if (iequals(other.name, field.name)) return other.value;
  }
  return field.value;
}

}  // namespace

FieldFilter::FieldFilter(const config::Authentication& authentication) {
  for (const std::string& name : authentication.api_key_headers) dropped_.push_back(to_lower(name));
  if (authentication.custom_header)
    dropped_.push_back(to_lower(authentication.custom_header->name));
}

bool FieldFilter::passes(const http::Field& field, const std::vector<http::Field>& fields,
                         bool has_connection_field) const {
  if (field.name.find('_') != std::string_view::npos) return false;
  if (http::is_hop_by_hop(field.name) || kDropped.contains_in_any_case(field.name)) return false;
  for (const std::string& name : dropped_) {
    if (iequals(name, field.name)) return false;
  }
  return !has_connection_field || !http::is_nominated_hop_by_hop(fields, field.name);
}

std::string write_request_head(const OutboundHead& head, const http::RequestHead& client,
                               const FieldFilter& filter) {
  TextBuilder out(kUsualHead);
  out.add(head.method).add(' ').add(head.target).add(" HTTP/1.1\r\n");
  add_field(out, "host", head.host);
  const bool has_connection_field = !client.find("connection").empty();
  const http::TraceContext trace = http::read_trace_context(client.fields);
  for (const http::Field& field : client.fields) {
    if (filter.passes(field, client.fields, has_connection_field) && trace.passes(field.name)) {
      add_field(out, field.name, value_for(field, head.replaced));
    }
  }
  add_field(out, head.credential_name, head.credential_value);
  if (head.has_body) out.add("content-length: ").add_number(head.body_size).add("\r\n");
  return out.add("\r\n").take();
}

}  // namespace tollgate::upstream
