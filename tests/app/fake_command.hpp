#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"

namespace mixvae::app {

/// A command with one option of every kind, for tests of what stands around commands.
class FakeCommand : public Command {
 public:
  explicit FakeCommand(std::string name = "paint") : name_(std::move(name)) {}

  std::string name() const override { return name_; }
  std::string summary() const override { return "paint a wall"; }
  Options arguments() override {
    return {{.name = "wall", .target = &wall, .meaning = "the wall", .placeholder = "WALL"}};
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options", common()}, {"Details", details()}};
  }
  void choose(const Texts& given) override {
    if (const auto found = given.find("colour"); found != given.end() && found->second == "blue") {
      coats = 8;
      layers = 3;
    }
  }
  void run(const GlobalOptions&) override {}

  std::string wall;
  std::string colour = "red";
  std::int64_t coats = 2;
  double shift = 0.5;
  bool dry = false;
  std::vector<std::string> tools;
  std::optional<std::int64_t> layers;

 private:
  Options common() {
    return {
        {.name = "colour", .target = &colour, .meaning = "its colour", .choices = {"red", "blue"}},
        {.name = "coats", .target = &coats, .meaning = "how many coats", .minimum = 1}};
  }
  Options details() {
    return {
        {.name = "shift", .target = &shift, .meaning = "a shift in metres"},
        {.name = "dry", .target = &dry, .meaning = "wait until dry"},
        {.name = "tools", .target = &tools, .meaning = "the tools"},
        {.name = "layers", .target = &layers, .meaning = "layers; auto counts them", .minimum = 1}};
  }

  std::string name_;
};

/// "paint" and "build fence", with the first one's address in `first`.
inline Commands fake_commands(FakeCommand*& first) {
  Commands commands;
  auto paint = std::make_unique<FakeCommand>();
  first = paint.get();
  commands.push_back(std::move(paint));
  commands.push_back(std::make_unique<FakeCommand>("build fence"));
  return commands;
}

}  // namespace mixvae::app
