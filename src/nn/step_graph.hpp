#pragma once

#include <functional>
#include <memory>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// Lets a CUDA device repeat a step by itself: the first steps run as they are, the next one is
/// captured as a CUDA graph, and from then on a step is one launch of that graph. The step must
/// read what changes from tensors whose places stay, wait for nothing, and have the same shapes
/// each time. A step that cannot be captured goes on running as it is, which a warning says, with
/// the reason. On other devices, and in a program compiled without CUDA, steps just run.
class StepGraph {
 public:
  explicit StepGraph(torch::Device device);
  ~StepGraph();
  StepGraph(const StepGraph&) = delete;
  StepGraph& operator=(const StepGraph&) = delete;

  /// Whether this program can capture steps on such a device.
  static bool captures_on(torch::Device device);

  void run(const std::function<void()>& step);
  /// Whether the latest step ran as a captured graph.
  bool captured() const;
  /// The next step is another one: begins anew.
  void forget();

 private:
  class Capture;
  torch::Device device_;
  std::unique_ptr<Capture> capture_;  // null where steps just run
};

}  // namespace mixvae::nn
