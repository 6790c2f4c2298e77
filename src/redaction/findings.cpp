// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "findings.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tollgate::redaction {

bool outranks(const Finding& a, const Finding& b) {
  if (a.kind != b.kind) return a.kind == RuleClass::secret;
  // Near a secret stand words that many kinds of secrets have near them.
  if (a.kind == RuleClass::personal && a.named != b.named) return a.named;
  if (a.order != b.order) return a.order < b.order;
  return a.end - a.begin > b.end - b.begin;
}

std::vector<Finding> put_together(std::vector<Finding> findings) {
  std::sort(findings.begin(), findings.end(),
            [](const Finding& a, const Finding& b) { return a.begin < b.begin; });
  std::vector<Finding> out;
  for (Finding& next : findings) {
    if (out.empty() || next.begin >= out.back().end) {
      out.push_back(std::move(next));
      continue;
    }
    Finding& last = out.back();
    const std::size_t begin = last.begin;
    const auto [end, cut, tail] = next.end > last.end ? std::tuple(next.end, next.cut, next.tail)
                                                      : std::tuple(last.end, last.cut, last.tail);
    if (outranks(next, last)) last = std::move(next);
    last.begin = begin;
    last.end = end;
    last.cut = cut;
    last.tail = tail;
  }
  return out;
}

}  // namespace tollgate::redaction
