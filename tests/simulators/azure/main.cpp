// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <csignal>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include <boost/asio/signal_set.hpp>

#include "blob_storage.hpp"
#include "certificate_authority.hpp"
#include "control.hpp"
#include "http_server.hpp"
#include "imds.hpp"
#include "ingestion.hpp"
#include "openai/service.hpp"

namespace tollgate::simulator {
namespace {

using nlohmann::json;

std::string url(const char* scheme, const char* host, std::uint16_t port) {
  return std::string(scheme) + "://" + host + ":" + std::to_string(port);
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path + ".tmp", std::ios::binary);
  file << text;
  file.close();
  std::filesystem::rename(path + ".tmp", path);
}

json describe(const Application& application) {
  return {{"name", application.name},
          {"app_id", application.app_id},
          {"client_id", application.app_id},
          {"object_id", application.object_id},
          {"client_secret", application.client_secret}};
}

json describe(const Resource& resource, std::uint16_t port) {
  json deployments = json::array();
  for (const Deployment& d : resource.deployments) {
    deployments.push_back({{"name", d.name}, {"model", d.model}});
  }
  return {{"name", resource.name},
          {"region", resource.region},
          {"endpoint", url("https", "localhost", port)},
          {"key1", resource.key1},
          {"key2", resource.key2},
          {"deployments", deployments}};
}

/// All services of one simulated Azure. They take the ports from `next_port` on: control, Entra,
/// IMDS, ingestion, the resources, Blob Storage; 0 leaves the choice to the kernel.
class Simulator {
 public:
  Simulator(boost::asio::io_context& context, std::string directory, std::uint16_t next_port)
      : context_(context), directory_(std::move(directory)), tls_(authority_.server_context()) {
    const auto serve = [this, &next_port](auto& service, bool secure) -> HttpServer& {
      const std::uint16_t port = next_port == 0 ? next_port : next_port++;
      return servers_.emplace_back(
          context_, port, secure ? &tls_ : nullptr,
          [&service](const Request& request, Wire& wire) { return service.handle(request, wire); });
    };
    control_port_ = serve(control_, false).port();
    entra_port_ = serve(entra_, true).port();
    imds_port_ = serve(imds_, false).port();
    ingestion_port_ = serve(ingestion_, true).port();
    entra_.set_base(url("https", "localhost", entra_port_));
    imds_.set_key_directory(directory_ + "/arc-keys");
    for (const Resource& resource : setup_.resources) {
      OpenAiService& service =
          resources_.emplace_back(setup_, resource, entra_, settings_, faults_, bill_, log_);
      resource_ports_.push_back(serve(service, true).port());
    }
    blobs_port_ = serve(blobs_, true).port();
  }

  void start() {
    for (HttpServer& server : servers_) server.start();
    write_file(directory_ + "/ca.pem", authority_.certificate_pem());
    entra_.register_proofs(directory_);
    write_secrets();
    write_file(directory_ + "/simulator.json", description().dump(2));
    std::cout << "ready " << directory_ << "/simulator.json" << std::endl;
  }

 private:
  /// What a gateway's configuration takes with {file: PATH}: one secret a file.
  void write_secrets() const {
    std::filesystem::create_directories(directory_ + "/secrets");
    write_secret("gateway", setup_.gateway.client_secret);
    for (const Resource& resource : setup_.resources) write_secret(resource.name, resource.key1);
  }

  void write_secret(const std::string& name, const std::string& value) const {
    const std::string path = directory_ + "/secrets/" + name;
    write_file(path, value);
    using std::filesystem::perms;
    std::filesystem::permissions(path,
                                 perms::owner_read | perms::owner_write);  // others may not read it
  }

  json description() const {
    json callers = json::array();
    for (const Application& caller : setup_.callers) callers.push_back(describe(caller));
    json resources = json::array();
    for (std::size_t i = 0; i < setup_.resources.size(); ++i) {
      resources.push_back(describe(setup_.resources[i], resource_ports_[i]));
    }
    return {{"control", url("http", "127.0.0.1", control_port_)},
            {"entra", url("https", "localhost", entra_port_)},
            {"imds", url("http", "127.0.0.1", imds_port_)},
            {"managed_identity", imds_.describe(url("http", "127.0.0.1", imds_port_))},
            {"gateway_proofs", entra_.describe(directory_)},
            {"ingestion", url("https", "localhost", ingestion_port_)},
            {"container", url("https", "localhost", blobs_port_) + "/" + setup_.container},
            {"ca", directory_ + "/ca.pem"},
            {"tenant", setup_.tenant},
            {"gateway", describe(setup_.gateway)},
            {"callers", callers},
            {"resources", resources},
            {"rule_id", setup_.rule_id},
            {"stream", setup_.stream},
            {"monitor_audience", setup_.monitor_audience}};
  }

  boost::asio::io_context& context_;
  std::string directory_;
  CertificateAuthority authority_;
  boost::asio::ssl::context tls_;
  Setup setup_ = make_setup();
  SettingsStore settings_;
  Faults faults_;
  Bill bill_;
  RequestLog log_;
  Entra entra_{setup_, faults_};
  Imds imds_{setup_, entra_, faults_};
  Ingestion ingestion_{setup_, entra_, faults_};
  BlobStorage blobs_{setup_, entra_, settings_, faults_};
  Control control_{entra_, {ingestion_, blobs_}, settings_, faults_, bill_, log_};
  std::deque<OpenAiService> resources_;
  std::deque<HttpServer> servers_;
  std::uint16_t control_port_ = 0;
  std::uint16_t entra_port_ = 0;
  std::uint16_t imds_port_ = 0;
  std::uint16_t ingestion_port_ = 0;
  std::uint16_t blobs_port_ = 0;
  std::vector<std::uint16_t> resource_ports_;
};

int run(int argc, char** argv) {
  std::string directory;
  std::uint16_t first_port = 0;
  unsigned threads = 2;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--directory") directory = argv[i + 1];
    if (name == "--ports") first_port = static_cast<std::uint16_t>(std::stoul(argv[i + 1]));
    if (name == "--threads") threads = static_cast<unsigned>(std::stoul(argv[i + 1]));
  }
  if (directory.empty() || threads == 0) {
    std::cerr << "usage: azure-simulator --directory DIR [--ports FIRST] [--threads N]\n";
    return 2;
  }
  std::filesystem::create_directories(directory);
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context context(static_cast<int>(threads));
  Simulator simulator(context, std::filesystem::absolute(directory).string(), first_port);
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { context.stop(); });
  simulator.start();
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back([&] { context.run(); });
  context.run();
  for (std::thread& other : others) other.join();
  std::cout.flush();
  std::_Exit(0);  // connections in progress are dropped as they are
}

}  // namespace
}  // namespace tollgate::simulator

int main(int argc, char** argv) {
  try {
    return tollgate::simulator::run(argc, argv);
  } catch (const std::exception& exception) {
    std::cerr << "azure-simulator: " << exception.what() << "\n";
    return 1;
  }
}
