// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace tollgate::quotas {

/// How long answers of one client and model are where nothing caps them: what is reserved for such
/// a request, in place of the most that the model can say, which would lock a small limit. Counts
/// by size, four sizes to a doubling; old answers weigh less and less. Workers share it: no mutex.
/// What it knows is lost when the process ends.
class LearnedOutput {
 public:
  /// Fewer answers tell nothing.
  static constexpr std::uint64_t kFewest = 20;

  /// The tokens out of one answer (of one choice) that came whole.
  void note(std::int64_t tokens);
  /// So long that 95 of 100 answers were not longer; up to a quarter more than that, and at most
  /// `most`, the model's own cap. Found anew once an eighth more is known, or
  /// eight, for each request asks. nullopt: too few are known.
  std::optional<std::int64_t> usual(std::int64_t most) const;

 private:
  static constexpr std::size_t kDoublings = 24;
  static constexpr std::size_t kSizes = 4 * kDoublings;
  /// With so many answers each count is halved.
  static constexpr std::uint64_t kForgets = 4096;

  static std::size_t size_of(std::int64_t tokens);
  static std::int64_t longest_of(std::size_t size);
  void forget();
  std::size_t usual_size() const;

  std::array<std::atomic<std::uint64_t>, kSizes> counts_{};
  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> noted_{0};                     ///< answers, since the beginning
  mutable std::atomic<std::uint64_t> look_again_{kFewest};  ///< once so many are noted
  mutable std::atomic<std::size_t> found_{kSizes};          ///< a size; kSizes: too few are known
};

}  // namespace tollgate::quotas
