// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate::followup {

/// Work whose record waits, as far as it must be known to ask about it.
struct Waiting {
  std::int64_t sequence = 0;  ///< of its record
  std::string client;
  std::string path;  ///< where its backend is asked
};

/// Whether it is the client's, and stands at or below this part of a path (/responses/resp_1).
bool is_behind(const Waiting& work, std::string_view client, std::string_view part);

/// Whose turn it is to be asked about. Clients take turns, so that one who left thousands of
/// unfinished ones does not keep another's finished ones waiting; of one client's the longest due
/// comes first. Pure; one thread.
class FollowQueue {
 public:
  /// How many questions may be under way at once, and how many of them for one client.
  static constexpr std::size_t kMostAtOnce = 16;
  static constexpr std::size_t kMostOfOne = 4;

  /// Due at once. What is known already stays as it is.
  void add(Waiting waiting, SteadyTime now);
  /// Those to ask about now; each is under way until asked() or settled().
  std::vector<Waiting> take(SteadyTime now);
  /// It goes on, or, where it was not `told`, nobody knows: due again after next_delay().
  void asked(std::int64_t sequence, SteadyTime now, bool told = true);
  void settled(std::int64_t sequence);
  /// A question whose answer somebody waits for.
  struct Question {
    std::int64_t sequence = 0;
    unsigned times_told = 0;  ///< when it was put
  };
  /// Makes what is_behind() the client's object due at once.
  std::vector<Question> hurry(const std::string& client, const std::string& part, SteadyTime now);
  /// Whether its backend has told since how it stands, or it is settled.
  bool is_answered(const Question& question) const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Waiting waiting;
    SteadyTime due;
    unsigned times_asked = 0;
    unsigned times_told = 0;
    bool under_way = false;
  };
  /// One client's, by when they are due; what is under way is not among them.
  struct Line {
    std::map<std::pair<SteadyTime, std::int64_t>, std::int64_t> due;
    std::size_t waiting = 0;
    std::size_t under_way = 0;
  };

  void line_up(Entry& entry, SteadyTime due);
  void leave_line(Entry& entry);
  bool take_one(Line& line, SteadyTime now, std::vector<Waiting>& out);

  std::map<std::int64_t, Entry> entries_;
  std::map<std::string, Line> lines_;
  std::string last_client_;  ///< who had a turn last
  std::size_t under_way_ = 0;
};

}  // namespace tollgate::followup
