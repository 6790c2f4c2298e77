// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openings.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "credentials/temporary_directory.hpp"
#include "net/tls_pair.hpp"

namespace tollgate::app {
namespace {

class OpeningsTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    ::chmod(path(name).c_str(), 0600);
    return path(name);
  }
  /// The faults of the smallest configuration with a ledger that can be made, changed by `edit`.
  template <class Edit>
  std::string faults(const Edit& edit) const {
    config::Config config;
    config.ledger.path = path("ledger/ledger.db");
    edit(config);
    return config::format_errors("t", opening_faults(config, settings_));
  }

  credentials::TemporaryDirectory directory_;
  config::SettingValues settings_;
};

TEST_F(OpeningsTest, OfNothingAmissAreNone) {
  EXPECT_EQ(faults([](config::Config&) {}), "");
}

// Checked without a word, and then serve could not start.
TEST_F(OpeningsTest, NameAddressesThatAreNotOfThisHost) {
  EXPECT_EQ(faults([](config::Config& config) {
              config.listeners.push_back({.host = "127.0.0.1"});
              config.listeners.push_back({.host = "192.0.2.1"});
              config.listeners.back().line = 7;
              config.listeners.push_back({.host = "no such host"});
              config.listeners.back().line = 8;
            }),
            "t:7: cannot listen on 192.0.2.1: Cannot assign requested address\n"
            "t:8: cannot resolve the listening address no such host\n");
}

// Checked without a word, and then serve could not start.
TEST_F(OpeningsTest, NameWhatStandsInTheWayOfTheLedgersSmallFiles) {
  const auto of = [this](const std::string& ending) {
    namespace fs = std::filesystem;
    fs::create_directories(path("ledger/ledger.db" + ending));
    const std::string found = faults([](config::Config&) {});
    fs::remove_all(path("ledger"));
    return found;
  };
  for (const std::string ending : {".lock", ".journal/moved", ".journal/moved.new"})
    EXPECT_EQ(of(ending), "t: ledger.path " + path("ledger/ledger.db") +
                              " has something in its way: " + path("ledger/ledger.db") + ending +
                              " is a directory, not a file: move it away\n");
}

// The check ended well, and a start did not.
TEST_F(OpeningsTest, NameWhatIsNoJournalAndNoSegment) {
  namespace fs = std::filesystem;
  const std::string journal = path("ledger/ledger.db.journal");
  const std::string begin =
      "t: ledger.path " + path("ledger/ledger.db") + " has something in its way: ";
  fs::create_directories(journal);
  for (const auto& [kind, words] : {std::pair{S_IFIFO, "pipe"}, std::pair{S_IFSOCK, "socket"}}) {
    ASSERT_EQ(::mknod((journal + "/1-0.segment").c_str(), kind | 0600, 0), 0);
    EXPECT_EQ(faults([](config::Config&) {}),
              begin + journal + "/1-0.segment is a " + words + ", not a file: move it away\n");
    fs::remove(journal + "/1-0.segment");
  }
  fs::create_symlink(path("nowhere"), journal + "/1-0.segment");
  EXPECT_EQ(faults([](config::Config&) {}), begin + journal +
                                                "/1-0.segment is a link to what is not there, not "
                                                "a file: move it away\n");
  fs::remove_all(journal);
  fs::create_symlink(path("nowhere"), journal);
  EXPECT_EQ(faults([](config::Config&) {}), begin + journal + " is a link to what is not there\n");
}

// A start stopped with a word that nobody understood, or waited for ever.
TEST_F(OpeningsTest, NameWhatStandsInTheWayOfTheTrailsSmallFiles) {
  const auto of = [this](const std::string& name, const auto& put) {
    namespace fs = std::filesystem;
    fs::create_directories(path("ledger/ledger.db.journal"));
    put(path("ledger/" + name));
    const std::string found = faults([&](config::Config& config) {
      config.audit.path = path("ledger/audit.db");
      config.audit.encryption_keys = {Secret(std::string(43, 'A') + "=")};
      config.clients.emplace_back().audit.level = config::AuditLevel::redacted;
    });
    fs::remove_all(path("ledger"));
    return found;
  };
  const auto link = [this](const std::string& at) {
    std::filesystem::create_symlink(path("none/file"), at);
  };
  const auto pipe = [](const std::string& at) { EXPECT_EQ(::mkfifo(at.c_str(), 0600), 0); };
  config::Config places;
  places.ledger.path = path("ledger/ledger.db");
  places.audit.path = path("ledger/audit.db");
  const std::string second =
      config::trail_mark_path(places).substr(directory_.path().size() + sizeof("/ledger"));
  const std::string begin = "t: audit.path " + path("ledger/audit.db") + " ";
  for (const std::string& name :
       {std::string("audit.db.lock"), std::string("audit.db.mark"), std::string("audit.db-wal"),
        std::string("audit.db-shm"), second}) {
    EXPECT_EQ(of(name, link), begin + "has something in its way: " + path("ledger/" + name) +
                                  " is a link to what is not there, not a file: move it away\n");
    EXPECT_EQ(of(name, pipe), begin + "has something in its way: " + path("ledger/" + name) +
                                  " is a pipe, not a file: move it away\n");
  }
  EXPECT_EQ(of("audit.db", pipe), begin + "is a pipe, not a file\n");
  EXPECT_EQ(of("audit.db", link), begin + "is a link to what is not there, not a file\n");
  EXPECT_EQ(of("ledger.db", pipe),
            "t: ledger.path " + path("ledger/ledger.db") + " is a pipe, not a file\n");
}

TEST_F(OpeningsTest, WarnOfAMarkThatAStartCannotRead) {
  config::Config config;
  config.ledger.path = path("ledger.db");
  config.ledger.retention = std::chrono::hours(48);
  std::filesystem::create_directory(path("ledger.db.journal"));
  write("ledger.db.journal/moved", "records 1 at 1 0");
  const auto warnings = opening_warnings(config, settings_, std::chrono::system_clock::now());
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].message.find("/moved cannot be read: "), std::string::npos);
  // It logged that as config.warning and as the loss that it noted.
  config::LoadResult loaded;
  loaded.warnings.push_back({3, 1, "another"});
  loaded.config = std::move(config);
  const UtcTime now = std::chrono::system_clock::now();
  EXPECT_EQ(all_warnings(loaded, now).size(), 2U);
  EXPECT_EQ(config::format_errors("t", start_warnings(loaded, now)), "t:3:1: another\n");
}

TEST_F(OpeningsTest, NameEachFileOnceWithItsCauseAndItsLine) {
  const std::string text = write("text.pem", "no certificate");
  settings_["listeners[:0].tls.certificate"].line = 4;
  settings_["backends[east].ca_certificates"].line = 8;
  EXPECT_EQ(faults([&](config::Config& config) {
              config::Listener listener;
              listener.line = 3;
              listener.tls.emplace();
              listener.tls->certificate = path("missing.pem");
              listener.tls->private_key = path("missing.key");
              config.listeners.push_back(listener);
              config::Backend backend;
              backend.line = 7;
              backend.name = "east";
              backend.ca_certificates = text;
              config.backends.assign(2, backend);
            }),
            "t:8: certificates " + text + " is malformed: it holds no PEM block\n" +
                "t:4: certificate " + path("missing.pem") + " is not there\n");
}

// `a.pem` is a part of `aa.pem`.
TEST_F(OpeningsTest, AFaultStandsAtItsOwnFilesLine) {
  settings_["listeners[:0].tls.certificate"].line = 4;
  settings_["listeners[:0].tls.private_key"].line = 5;
  const simulator::CertificateAuthority authority;
  const std::string whole = write("a", authority.issue({}).chain_pem());
  EXPECT_EQ(faults([&](config::Config& config) {
              config::Listener& listener = config.listeners.emplace_back();
              listener.tls.emplace();
              listener.tls->certificate = whole;
              listener.tls->private_key = whole + "a";
            }),
            "t:5: private key " + whole + "a is not there\n");
}

TEST_F(OpeningsTest, WarnOfACredentialsCertificateThatExpires) {
  const simulator::CertificateAuthority authority;
  const std::string file = write("own.pem", authority.issue({}).chain_pem());
  config::Config config;
  config::Backend& backend = config.backends.emplace_back();
  backend.name = "east";
  backend.line = 7;
  config::ClientCertificateCredential credential;
  credential.certificate = file;
  backend.credential = credential;
  config::Exporter& exporter = config.exporters.emplace_back();
  exporter.name = "finance";
  exporter.line = 9;
  credential.certificate = write("other.pem", authority.issue({}).chain_pem());
  exporter.kind.emplace<config::AzureMonitor>().credential = credential;
  settings_["backends[east].credential.client_certificate.certificate"].line = 8;
  settings_["exporters.azure_monitor.credential.client_certificate.certificate"].line = 10;
  const UtcTime late = std::chrono::system_clock::now() + std::chrono::hours(24 * 365 * 200);
  const auto warnings = opening_warnings(config, settings_, late);
  ASSERT_EQ(warnings.size(), 2U) << config::format_errors("t", warnings);
  EXPECT_EQ(warnings[0].line, 8);
  EXPECT_NE(warnings[0].message.find(" in " + file + " (backends[east].credential."),
            std::string::npos);
  EXPECT_NE(warnings[0].message.find(" has expired at "), std::string::npos);
  EXPECT_EQ(warnings[1].line, 10);
  EXPECT_TRUE(opening_warnings(config, settings_, std::chrono::system_clock::now()).empty());
}

TEST_F(OpeningsTest, NameALedgerThatCannotBeMade) {
  const std::string file = write("file", "");
  const auto ledger_at = [&](const std::string& where) {
    return faults([&](config::Config& config) { config.ledger.path = where; });
  };
  EXPECT_EQ(ledger_at(directory_.path()),
            "t: ledger.path " + directory_.path() + " is a directory, not a file\n");
  settings_["ledger.path"].line = 4;
  const auto told = [&](const std::string& where, const std::string& why) {
    EXPECT_EQ(ledger_at(where), "t:4: ledger.path " + where + " " + why + "\n");
  };
  told(file + "/ledger.db", file + " is no directory");
  told(path("new/"), "is a directory, not a file");
  ASSERT_EQ(::symlink(path("nowhere").c_str(), path("link").c_str()), 0);
  told(path("link/ledger.db"), path("link") + " is no directory");
  told("/proc/new/ledger.db", "cannot be made: /proc takes no files of anybody");
  told(path(std::string(250, 'l')),
       "cannot be made: a name in it is longer than 255 bytes with .journal");
  const std::string text = write("notes.txt", "no database");
  told(text, "cannot be used: " + text +
                 " is no ledger: it is no SQLite database, and has no journals beside it");
  write("used.db.journal", "");
  told(path("used.db"),
       "has something in its way: " + path("used.db.journal") + " is no directory");
}

// It passed the check, and serve could not start.
TEST_F(OpeningsTest, NameATrailThatCannotBeMade) {
  const std::string file = write("file", "");
  const auto trail_at = [&](const std::string& where) {
    return faults([&](config::Config& config) {
      config.audit.level = config::AuditLevel::redacted;
      config.audit.path = where;
    });
  };
  EXPECT_EQ(trail_at(path("new/audit/audit.db")), "");
  settings_["audit.path"].line = 7;
  const auto told = [&](const std::string& where, const std::string& why) {
    EXPECT_EQ(trail_at(where), "t:7: audit.path " + where + " " + why + "\n");
  };
  told(directory_.path(), "is a directory, not a file");
  told(file, "was emptied: put a copy in its place, or delete it and begin a new trail");
  told(file + "/audit.db", file + " is no directory");
  told("/proc/new/audit.db", "cannot be made: /proc takes no files of anybody");
  told(path(std::string(252, 'l')),
       "cannot be made: a name in it is longer than 255 bytes with .lock");
  EXPECT_EQ(faults([&](config::Config& config) { config.audit.path = file + "/audit.db"; }), "")
      << "nothing is kept there";
}

TEST_F(OpeningsTest, NameADirectoryInWhichNoLinesCanBeWritten) {
  config::Config config;
  const auto told = [&](const std::string& directory) {
    config.exporters.resize(1);
    config.exporters[0].name = "files";
    config.exporters[0].line = 3;
    config.exporters[0].kind.emplace<config::JsonLines>().directory = directory;
    return config::format_errors("t", delivery_faults(config, settings_, UtcTime()));
  };
  EXPECT_EQ(told(directory_.path()), "");
  EXPECT_EQ(told(path("new")), "");
  EXPECT_EQ(told(path("new/")), "");
  const std::string file = write("file", "");
  EXPECT_EQ(told(file), "t:3: json_lines.directory " + file + " is no directory\n");
  settings_["exporters.json_lines.directory"].line = 4;
  EXPECT_EQ(told(path("a/b")), "") << "those above it are made as well";
  EXPECT_EQ(told("/proc/new/lines"),
            "t:4: json_lines.directory /proc/new/lines cannot be made: /proc takes no files of "
            "anybody\n");
  const std::string longest = path("a/" + std::string(256, 'n'));
  EXPECT_EQ(told(longest), "t:4: json_lines.directory " + longest +
                               " cannot be made: a name in it is longer than 255 bytes\n");
  EXPECT_EQ(told(file + "/b"), "t:4: json_lines.directory " + file + "/b cannot be made: " + file +
                                   " is no directory\n");
  const auto warnings = opening_warnings(config, settings_, UtcTime());
  EXPECT_NE(config::format_errors("t", warnings).find(" cannot be made: "), std::string::npos);
  if (::geteuid() == 0) return;  // who may write everywhere
  EXPECT_EQ(told("/etc"), "t:4: json_lines.directory /etc may not be written by this user\n");
}

// The check ended well, and /readyz of the start said that only an operator can help.
TEST_F(OpeningsTest, NameWhatIsInTheWayOfLines) {
  namespace fs = std::filesystem;
  const std::string lines = path("lines");
  const auto told = [&](bool of_trail) {
    config::Config config;
    config::Exporter exporter{.name = "files"};
    exporter.kind.emplace<config::JsonLines>().directory = lines;
    (of_trail ? config.audit.exporters : config.exporters) = {exporter};
    return config::format_errors("t", delivery_faults(config, settings_, UtcTime()));
  };
  const std::string begin = "t: json_lines.directory " + lines + " ";
  fs::create_symlink(path("nowhere"), lines);
  EXPECT_EQ(told(false), begin + "is a link to what is not there\n");
  fs::remove(lines);
  fs::create_directory(lines);
  ASSERT_EQ(::mkfifo((lines + "/access").c_str(), 0600), 0);
  EXPECT_EQ(told(false), "") << "no exporter of records writes there";
  EXPECT_EQ(told(true), begin + "has something in its way: " + lines + "/access is no directory\n");
  ASSERT_EQ(::mkfifo((lines + "/adjustments").c_str(), 0600), 0);
  EXPECT_EQ(told(false),
            begin + "has something in its way: " + lines + "/adjustments is no directory\n");
  fs::remove(lines + "/adjustments");
  const std::string file = lines + "/usage-19700101T000000Z.jsonl";
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(told(false),
            begin + "has something in its way: " + file + " is a pipe, not a file: move it away\n");
}

TEST_F(OpeningsTest, WarnOfATargetThatIsListedTwice) {
  config::Config config;
  config::Model& model = config.models.emplace_back();
  model.name = "gpt";
  model.line = 5;
  model.targets = {{"east", "gpt", 1, 1}, {"east", "other", 1, 1}, {"west", "gpt", 1, 1}};
  EXPECT_TRUE(opening_warnings(config, settings_, UtcTime()).empty());
  model.targets.push_back({"east", "gpt", 2, 1});
  EXPECT_EQ(config::format_errors("t", opening_warnings(config, settings_, UtcTime())),
            "t:5: model gpt lists the deployment gpt of the backend east twice: it is tried once "
            "for a request\n");
}

TEST_F(OpeningsTest, WarnOfAKeyThatEveryUserMayRead) {
  config::Config config;
  config::Listener listener;
  listener.line = 2;
  listener.tls.emplace();
  listener.tls->private_key = write("key.pem", "");
  config.listeners.push_back(listener);
  settings_["listeners[:0].tls.private_key"].line = 5;
  EXPECT_TRUE(opening_warnings(config, settings_, std::chrono::system_clock::now()).empty());
  ::chmod(listener.tls->private_key.c_str(), 0644);
  EXPECT_EQ(config::format_errors(
                "t", opening_warnings(config, settings_, std::chrono::system_clock::now())),
            "t:5: private key " + listener.tls->private_key +
                " may be read by every user of this host: chmod o-r\n");
}

TEST_F(OpeningsTest, WarnOfFewerConnectionsThanClients) {
  config::Config config;
  config.clients.resize(3);
  config.limits.connections = 3;
  EXPECT_TRUE(opening_warnings(config, settings_, UtcTime()).empty());
  config.limits.connections = 2;
  settings_["limits.connections"].line = 6;
  EXPECT_EQ(config::format_errors("t", opening_warnings(config, settings_, UtcTime())),
            "t:6: limits.connections is 2, and there are 3 clients: not all of them can be "
            "connected at a time\n");
}

TEST_F(OpeningsTest, WarnOfNetworksOfEveryAddress) {
  config::Config config;
  config::Listener listener;
  listener.line = 2;
  listener.host = "::1";
  listener.port = 8443;
  listener.trusted_proxies = {"10.0.0.0/8", "0.0.0.0/0"};
  config.listeners.push_back(listener);
  config.authentication.custom_header.emplace();
  config.authentication.custom_header->trusted_networks = {"::/0", "fd00::/8"};
  settings_["listeners[[::1]:8443].trusted_proxies"].line = 3;
  settings_["authentication.custom_header.trusted_networks"].line = 9;
  EXPECT_EQ(config::format_errors("t", opening_warnings(config, settings_, UtcTime())),
            "t:3: listeners[].trusted_proxies of [::1]:8443 trusts every address "
            "(0.0.0.0/0)\n"
            "t:9: authentication.custom_header.trusted_networks trusts every address "
            "(::/0)\n");
}

}  // namespace
}  // namespace tollgate::app
