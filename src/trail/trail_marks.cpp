// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "trail_marks.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <utility>

#include "row_table.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/base/sync_directory.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/trail/row_digest.hpp"
#include "trail_schema.hpp"

namespace tollgate::trail {
namespace {

/// A disk writes as much wholly or not at all, mostly; what is torn all the same fails its sum.
constexpr std::size_t kPlace = 512;
constexpr std::size_t kPlacesOfATrail = 2;
constexpr std::string_view kForm = "tollgate-trail-mark/1";
constexpr std::string_view kNoLeaf = "-";

/// A file, closed at the end, and locked until then.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : file_(open_own_file(path, flags)) {
    if (file_) (void)::flock(*file_, (flags & O_RDWR) != 0 ? LOCK_EX : LOCK_SH);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (file_) ::close(*file_);
  }
  const Result<int>& opened() const { return file_; }
  int get() const { return *file_; }

 private:
  Result<int> file_;
};

Error trouble(const std::string& path) {
  return Error{Errc::storage, "cannot use " + path + ": " + std::strerror(errno)};
}

std::string sum_of(std::string_view text) {
  constexpr std::size_t kDigits = 16;
  return to_hex(sha256(std::string(text))).substr(0, kDigits);
}

std::string place_text(const TrailMark& mark) {
  std::string out(kForm);
  out.append(" ").append(mark.trail).append(" ").append(std::to_string(mark.sequence)).append(" ");
  out.append(mark.leaf.empty() ? kNoLeaf : mark.leaf).append(" ");
  out.append(std::to_string(mark.accesses)).append(" ");
  out.append(sum_of(out));
  out.resize(kPlace - 1, ' ');
  return out.append("\n");
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return out;
}

std::int64_t take_number(std::string_view& text) {
  const std::string_view number = take_word(text);
  std::int64_t out = 0;
  std::from_chars(number.data(), number.data() + number.size(), out);
  return out;
}

/// nullopt: torn, or never written.
std::optional<TrailMark> read_place(std::string_view place) {
  std::string_view rest = trim(place);
  const std::size_t sum = rest.rfind(' ');
  if (sum == std::string_view::npos) return std::nullopt;
  if (sum_of(rest.substr(0, sum + 1)) != rest.substr(sum + 1)) return std::nullopt;
  if (take_word(rest) != kForm) return std::nullopt;
  TrailMark out;
  out.trail = take_word(rest);
  out.sequence = take_number(rest);
  const std::string_view leaf = take_word(rest);
  if (leaf != kNoLeaf) out.leaf = leaf;
  out.accesses = take_number(rest);
  return out;
}

using Places = std::vector<std::optional<TrailMark>>;

Result<Places> read_places(int file, const std::string& path) {
  Places out;
  std::array<char, kPlace> place{};
  for (;;) {
    const auto at = static_cast<off_t>(out.size() * kPlace);
    const ssize_t size = ::pread(file, place.data(), place.size(), at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return trouble(path);
    if (size == 0) return out;
    out.push_back(read_place({place.data(), static_cast<std::size_t>(size)}));
  }
}

std::pair<std::int64_t, std::int64_t> order_of(const TrailMark& mark) {
  return {mark.sequence, mark.accesses};
}

/// Behind all, or where something torn stands, until the trail has its places; then the lower one.
std::size_t place_for(const Places& places, const TrailMark& mark) {
  std::size_t own = 0;
  std::size_t lowest = places.size();
  std::size_t torn = places.size();
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i]) torn = i;
    if (!places[i] || places[i]->trail != mark.trail) continue;
    ++own;
    if (lowest == places.size() || order_of(*places[i]) < order_of(*places[lowest])) lowest = i;
  }
  return own < kPlacesOfATrail ? torn : lowest;
}

bool is_known(const Places& places, const TrailMark& mark) {
  for (const auto& place : places) {
    if (place && place->trail == mark.trail && place->sequence >= mark.sequence &&
        place->accesses >= mark.accesses)
      return true;
  }
  return false;
}

/// As SQLite does with its own files: the gateway must be able to write what root's command made.
void give_to_owner_of(const std::string& beside, int file) {
  struct stat status {};
  if (::geteuid() != 0 || ::stat(beside.c_str(), &status) != 0) return;
  [[maybe_unused]] const int left = ::fchown(file, status.st_uid, status.st_gid);
}

Result<void> put_in(const std::string& path, const TrailMark& mark, const std::string& beside) {
  const OpenFile file(path, O_RDWR | O_CREAT);
  if (!file.opened()) return file.opened().error();
  const Result<Places> places = read_places(file.get(), path);
  if (!places) return places.error();
  if (places->empty() && !beside.empty()) give_to_owner_of(beside, file.get());
  if (is_known(*places, mark)) return {};
  const std::string text = place_text(mark);
  const auto at = static_cast<off_t>(place_for(*places, mark) * kPlace);
  errno = ENOSPC;  // what a write that comes short means
  const bool written =
      ::pwrite(file.get(), text.data(), text.size(), at) == static_cast<ssize_t>(text.size());
  if (!written || ::fdatasync(file.get()) != 0) return trouble(path);
  return places->empty() ? sync_directory(std::filesystem::absolute(path).parent_path().string())
                         : Result<void>();
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : "; ").append(text);
  return out;
}

Error older(const std::string& path, const std::string& what) {
  return Error{Errc::forbidden,
               path +
                   " is not the audit trail that it was, but looks like a backup of it: " + what +
                   ". Going on would give the same numbers to other rows. Move it away, and "
                   "keep it; the next start begins a new trail (docs/audit.md, Restoring a "
                   "backup)"};
}

}  // namespace

TrailMarks marks_of(const StoreSettings& settings) {
  std::vector<std::string> paths{settings.path + ".mark"};
  if (!settings.second_mark.empty()) paths.push_back(settings.second_mark);
  return TrailMarks(std::move(paths), settings.path);
}

std::optional<std::string> TrailMarks::in_way() const {
  for (const std::string& path : paths_) {
    if (const auto other = other_than_file(path)) return path + " " + *other;
  }
  return std::nullopt;
}

Result<std::optional<TrailMark>> TrailMarks::find(std::string_view trail) const {
  std::optional<TrailMark> out;
  for (const std::string& path : paths_) {
    const OpenFile file(path, O_RDONLY);
    if (!file.opened() && file.opened().error().code == Errc::not_found) continue;
    if (!file.opened()) return file.opened().error();
    Result<Places> places = read_places(file.get(), path);
    if (!places) return places.error();
    for (auto& place : *places) {
      if (!place || place->trail != trail) continue;
      if (out) place->accesses = std::max(place->accesses, out->accesses);
      if (!out || place->sequence >= out->sequence) {
        out = std::move(place);
      } else {
        out->accesses = place->accesses;
      }
    }
  }
  return out;
}

std::vector<std::string> TrailMarks::failures(const TrailMark& mark) const {
  std::vector<std::string> out;
  for (const std::string& path : paths_) {
    const Result<void> done = put_in(path, mark, beside_);
    if (!done) out.push_back(done.error().message);
  }
  return out;
}

Result<void> TrailMarks::put(const TrailMark& mark) const {
  const std::vector<std::string> failed = failures(mark);
  return failed.empty() ? Result<void>() : Error{Errc::storage, joined(failed)};
}

Result<std::string> TrailMarks::put_in_any(const TrailMark& mark) const {
  const std::vector<std::string> failed = failures(mark);
  if (failed.size() < paths_.size()) return joined(failed);
  return Error{Errc::storage, joined(failed)};
}

Result<std::int64_t> accesses_ever(storage::Database& database) {
  storage::Statement last =
      database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'accesses'");
  const Result<bool> any = last.step();
  if (!any) return any.error();
  return *any ? last.number(0) : std::int64_t{0};
}

Result<std::optional<TrailMark>> present_mark(storage::Database& database) {
  const Result<std::string> trail = read_fact(database, fact::kTrail);
  if (!trail) return trail.error();
  const Result<std::int64_t> last = read_number(database, fact::kGivenTo);
  if (!last) return last.error();
  if (*last == 0) return std::optional<TrailMark>();
  const Result<std::optional<Sha256>> leaf = whole_leaf_at(database, *last);
  if (!leaf) return leaf.error();
  const Result<std::int64_t> accesses = accesses_ever(database);
  if (!accesses) return accesses.error();
  return std::optional(TrailMark{*trail, *last, *leaf ? to_hex(**leaf) : "", *accesses});
}

Result<void> check_marks(storage::Database& database, const TrailMarks& marks,
                         const std::string& path) {
  const Result<std::string> trail = read_fact(database, fact::kTrail);
  if (!trail) return trail.error();
  // Before the rows are looked at: a gateway may be adding to both.
  const Result<std::optional<TrailMark>> mark = marks.find(*trail);
  if (!mark) return mark.error();
  if (!*mark) return {};
  const std::string given = std::to_string((*mark)->sequence);
  const Result<std::int64_t> last = read_number(database, fact::kGivenTo);
  if (!last) return last.error();
  if (*last < (*mark)->sequence)
    return older(path, "it ends with row " + std::to_string(*last) + ", and the trail had row " +
                           given + " when rows of it were last given out");
  const Result<std::int64_t> accesses = accesses_ever(database);
  if (!accesses) return accesses.error();
  if (*accesses < (*mark)->accesses)
    return older(path, "it ends with access row " + std::to_string(*accesses) + ", and had row " +
                           std::to_string((*mark)->accesses) +
                           ": what was erased since would be there again");
  const Result<std::optional<Sha256>> leaf = whole_leaf_at(database, (*mark)->sequence);
  if (!leaf) return leaf.error();
  const bool other = *leaf && !(*mark)->leaf.empty() && to_hex(**leaf) != (*mark)->leaf;
  return other ? older(path, "its row " + given + " is another one than that which was given out")
               : Result<void>();
}

}  // namespace tollgate::trail
