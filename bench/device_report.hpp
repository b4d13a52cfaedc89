#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "nn/torch.hpp"

namespace mixvae {

/// Prints checks and remembers whether all have passed.
class Report {
 public:
  void add(const std::string& check, double deviation, double allowed) {
    const bool passed = deviation <= allowed;  // false for NaN
    all_ = all_ && passed;
    std::printf(R"({"check": "%s", "deviation": %.3g, "allowed": %.3g, "passed": %s})"
                "\n",
                check.c_str(), std::isfinite(deviation) ? deviation : 1e300, allowed,
                passed ? "true" : "false");
  }
  bool all_passed() const { return all_; }

 private:
  bool all_ = true;
};

/// Largest difference, relative to the largest value.
inline double deviation(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::Tensor x = a.detach().cpu().to(torch::kFloat64);
  const torch::Tensor y = b.detach().cpu().to(torch::kFloat64);
  return ((x - y).abs().max() / (1e-30 + y.abs().max())).item<double>();
}

}  // namespace mixvae
