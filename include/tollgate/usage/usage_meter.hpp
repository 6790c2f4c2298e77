// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include "tollgate/usage/body_shape.hpp"
#include "tollgate/usage/json_paths.hpp"
#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {

struct MeterOptions {
  /// Count the text that is generated, in case the backend never says how many tokens it was.
  bool count_text = false;
  /// The answer is one of images: their number, size and quality are wanted.
  bool count_images = false;
  /// Where ids stand that are wanted; null: nowhere. Outlives the meter.
  const JsonPaths* ids_at = nullptr;
  std::string_view model;  ///< for the count, while the answer names none; outlives the meter
  std::string_view
      coding;  ///< the Content-Encoding value; gzip and deflate are decoded, within bounds
};

/// Sans-I/O: reads one answer's body as it passes. Constant memory, any split of the bytes, any key
/// order; never fails: what cannot be understood ends in basis `none` with a reason.
class UsageMeter {
 public:
  explicit UsageMeter(BodyShape body, MeterOptions options = {});
  UsageMeter(UsageMeter&&) noexcept;
  UsageMeter& operator=(UsageMeter&&) noexcept;
  ~UsageMeter();

  /// The next bytes of the body, without transfer framing.
  void feed(std::string_view bytes);

  /// What is known already of a stream: ids, model and states; its basis means nothing yet.
  const UsageOutcome& so_far() const;

  /// Call once. `complete` says whether the body reached its end as framed; when it did not, counts
  /// that were read are `partial` unless the answer's own terminal mark was seen.
  UsageOutcome finish(bool complete);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tollgate::usage
