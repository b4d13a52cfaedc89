#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/options.hpp"

namespace mixvae::models {

/// The options of one part of a model.
struct PartOptions {
  std::string part;  // title in help
  Options options;
  bool of_network = true;  // the trained network depends on them; else they are of its training
};

/// The parts of a model's option struct, by the function beside it.
template <class T>
std::vector<PartOptions> parts_of(T& options) {
  return parts(options);
}

/// The options of any model, by value. What holds them is a struct T of the parts' option structs
/// with a function `std::vector<PartOptions> parts(T&)` beside it.
class ModelOptions {
 public:
  template <class T>
  explicit ModelOptions(T value) : held_(std::make_unique<Held<T>>(std::move(value))) {}
  ModelOptions(const ModelOptions& other) : held_(other.held_->clone()) {}
  ModelOptions& operator=(const ModelOptions& other) {
    held_ = other.held_->clone();
    return *this;
  }
  ModelOptions(ModelOptions&&) noexcept = default;
  ModelOptions& operator=(ModelOptions&&) noexcept = default;
  ~ModelOptions() = default;

  /// Tables bound to this object.
  std::vector<PartOptions> parts() { return held_->parts(); }
  /// All parts' options in one table.
  Options all();

  /// The struct itself; a bug for another one than was put in.
  template <class T>
  T& as() {
    return dynamic_cast<Held<T>&>(*held_).value;
  }
  template <class T>
  const T& as() const {
    return dynamic_cast<const Held<T>&>(*held_).value;
  }

 private:
  struct Holder {
    virtual ~Holder() = default;
    virtual std::unique_ptr<Holder> clone() const = 0;
    virtual std::vector<PartOptions> parts() = 0;
  };
  template <class T>
  struct Held final : Holder {
    explicit Held(T held) : value(std::move(held)) {}
    std::unique_ptr<Holder> clone() const override { return std::make_unique<Held>(value); }
    std::vector<PartOptions> parts() override { return parts_of(value); }
    T value;
  };

  std::unique_ptr<Holder> held_;
};

}  // namespace mixvae::models
