#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mixvae::fit {

/// Names of the stages of a fit, in the order in which they come.
inline constexpr const char* kPreparing = "preparing";     // preprocessing, principal components
inline constexpr const char* kNeighbours = "neighbours";   // coordinates, nearest neighbours
inline constexpr const char* kStart = "first clustering";  // starting types and their weights
inline constexpr const char* kSimilarity = "similarity";   // what is told of pairs of cells
inline constexpr const char* kTraining = "training";       // all but the states
inline constexpr const char* kStates = "states";           // their phase
inline constexpr const char* kConfidence = "confidence";   // replicates and what they say

/// A stage of one fit.
struct Stage {
  std::string name;
  std::int64_t number = 1;  // from 1
  std::int64_t count = 1;   // stages of the fit
  double expected = 0;      // seconds; 0: not known
};

/// Told of a fit's stages; does nothing by default.
class StageObserver {
 public:
  virtual ~StageObserver() = default;
  virtual void stage_began(const Stage& /*stage*/) {}
  virtual void stage_ended(const Stage& /*stage*/, double /*seconds*/) {}
  /// What the present and the coming stages will take, so far as is known. Called before the long
  /// work, and again when training has been timed.
  virtual void expects(const std::vector<Stage>& /*stages*/) {}
};

/// The stages of one fit on their way: begins and ends them, and tells an observer.
class Stages {
 public:
  /// The names of the stages that happen. `tidy` is called before a signal ends the program.
  explicit Stages(const std::vector<std::string>& names, StageObserver* observer = nullptr,
                  std::function<void()> tidy = {});

  /// Ends the present stage and begins that of the name, which is a bug unless it is planned.
  void begin(const std::string& name);
  void end();
  /// Work during which a signal ends the program at once (base/interrupt.hpp).
  void at_once(const std::function<void()>& work) const;
  /// A whole stage of such work.
  void run(const std::string& name, const std::function<void()>& work);

  /// The name of the present stage; empty between stages.
  std::string present() const { return running_ ? stages_[present_].name : std::string(); }
  /// Seconds that a planned stage will take; others are not asked for.
  void expect(const std::string& name, double seconds);
  /// Tells the observer of all that is to come.
  void tell_expected() const;

 private:
  Stage* find(const std::string& name);

  std::vector<Stage> stages_;
  StageObserver* observer_;
  std::function<void()> tidy_;
  std::size_t present_ = 0;  // place of the present or of the next stage
  bool running_ = false;
  double began_ = 0;
};

}  // namespace mixvae::fit
