// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ask_admin.hpp"

#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "offline_config.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

constexpr milliseconds kTimeout{3'000};

/// An admin server that listens on every address is asked on loopback.
std::string admin_url(const config::HostPort& admin, const char* path) {
  std::string host = admin.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(admin.port) + path;
}

Result<http::ClientResponse> send(http::ClientRequest request) {
  Result<net::ClientTls> tls = net::ClientTls::make({});
  if (!tls) return tls.error();
  asio::io_context context{1};
  net::DeadlineSweep sweep(context);
  http::ClientTransport transport(std::move(*tls), sweep);
  request.timeout = kTimeout;
  Result<http::ClientResponse> answer = Error{Errc::internal, "the request failed"};
  asio::co_spawn(context, transport.send(std::move(request)),
                 [&](const std::exception_ptr& failure, Result<http::ClientResponse> received) {
                   if (!failure) answer = std::move(received);
                   sweep.stop();
                 });
  sweep.start();
  context.run();
  return answer;
}

Result<std::string> find_admin(const AdminChoice& options) {
  if (!options.address.empty()) return options.address;
  if (options.config_path.empty())
    return Error{Errc::invalid_input, "name a configuration (-c FILE) or an --address HOST:PORT"};
  const config::Admin fallback;
  return setting_in(load_without_secrets(options.config_path), options.config_path,
                    {"admin.address", fallback.host + ":" + std::to_string(fallback.port),
                     "--address HOST:PORT"});
}

/// A gateway goes on where it was when its address in the file is changed: a restart moves it.
std::string no_answer(const std::string& url, const Error& error, const AdminChoice& options) {
  std::string out = url + ": " + std::string(to_string(error.code)) + ", " + error.message;
  if (!options.address.empty()) return out;
  return out + "; that is admin.address of " + options.config_path +
         ": a gateway that was started before it was changed answers at the address of then "
         "(--address HOST:PORT)";
}

/// The key of a file whose other secrets may be out of reach here.
Result<Secret> admin_key(const std::string& path) {
  if (path.empty())
    return Error{Errc::invalid_input,
                 "name the configuration (-c FILE): what changes something shows its admin.key"};
  std::set<std::string> stand_ins;
  const config::LoadResult loaded = load_with_secrets_of_here(path, stand_ins);
  if (!loaded.config) return Error{Errc::invalid_input, config::format_errors(path, loaded.errors)};
  const Secret& key = loaded.config->admin.key;
  if (key.empty())
    return Error{Errc::invalid_input, path + " has no admin.key: nothing can be changed"};
  if (stand_ins.contains(std::string(key.reveal())))
    return Error{Errc::invalid_input, "admin.key of " + path +
                                          " cannot be read here: run this "
                                          "where its file or variable is"};
  return key;
}

Result<http::ClientResponse> send_to_admin(const AdminChoice& choice, const char* path,
                                           http::ClientRequest request) {
  const Result<std::string> address = find_admin(choice);
  if (!address) return address.error();
  const auto admin = config::parse_address(*address);
  if (!admin) return Error{Errc::invalid_input, "--address takes host:port, not " + *address};
  request.url = admin_url(*admin, path);
  const std::string url = request.url;
  Result<http::ClientResponse> answer = send(std::move(request));
  if (!answer) return Error{answer.error().code, no_answer(url, answer.error(), choice)};
  return answer;
}

}  // namespace

Result<http::ClientResponse> ask_admin(const AdminChoice& choice, const char* path) {
  return send_to_admin(choice, path, {});
}

Result<http::ClientResponse> change_by_admin(const AdminChoice& choice, const char* path,
                                             std::string body) {
  const Result<Secret> key = admin_key(choice.config_path);
  if (!key) return key.error();
  http::ClientRequest request;
  request.method = "POST";
  request.body = std::move(body);
  request.fields.push_back({"Authorization", "Bearer " + std::string(key->reveal())});
  request.fields.push_back({"Content-Type", "application/json"});
  return send_to_admin(choice, path, std::move(request));
}

}  // namespace tollgate::app
