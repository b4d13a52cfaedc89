#pragma once

#include <string>

#include "models/model.hpp"

namespace mixvae::models {

/// An objective as a weighted sum of named terms, which are reported without their weights.
class ObjectiveSum {
 public:
  void add(const std::string& name, const torch::Tensor& value, double weight) {
    add_weighted(name, value, weight * value);
  }
  void add(const std::string& name, const torch::Tensor& value, const torch::Tensor& weight) {
    add_weighted(name, value, weight * value);
  }
  /// A term that is reported alone.
  void report(const std::string& name, const torch::Tensor& value) {
    terms_.emplace_back(name, value);
  }

  /// "loss", then the terms in the order in which they were added.
  LossTerms terms() const {
    LossTerms all{{"loss", loss_}};
    all.insert(all.end(), terms_.begin(), terms_.end());
    return all;
  }

 private:
  void add_weighted(const std::string& name, const torch::Tensor& value,
                    const torch::Tensor& weighted) {
    loss_ = loss_.defined() ? loss_ + weighted : weighted;
    terms_.emplace_back(name, value);
  }

  torch::Tensor loss_;
  LossTerms terms_;
};

}  // namespace mixvae::models
