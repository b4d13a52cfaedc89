#include "nn/step_graph.hpp"

#include <utility>

#ifdef MIXVAE_WITH_CUDA
#include <optional>
#include <string>

#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/StreamGuard.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include "base/log.hpp"
#endif

namespace mixvae::nn {

#ifdef MIXVAE_WITH_CUDA

bool StepGraph::captures_on(torch::Device device) { return device.is_cuda(); }

/// Warm-up, capture and replay on one device. Warm-up and capture use a stream of their own, as
/// capturing demands; the graph is launched on the present stream, in order with all other work.
class StepGraph::Capture {
 public:
  explicit Capture(torch::Device device)
      : stream_(c10::cuda::getStreamFromPool(false, device.index())) {}

  void run(const std::function<void()>& step) {
    if (graph_) {
      graph_->replay();
    } else if (fails_) {
      step();
    } else if (steps_run_++ < kWarmUp) {
      on_own_stream(step);
    } else {
      capture(step);
      run(step);
    }
  }

  bool captured() const { return graph_.has_value(); }

  /// Waits until the graph is not running any more.
  void finish() const {
    if (graph_) {
      c10::cuda::device_synchronize();
    }
  }

 private:
  static constexpr int kWarmUp = 3;

  void on_own_stream(const std::function<void()>& work) {
    c10::cuda::device_synchronize();
    {
      const c10::StreamGuard guard(stream_.unwrap());
      work();
    }
    c10::cuda::device_synchronize();
  }

  void capture(const std::function<void()>& step) {
    graph_.emplace();
    bool open = false;
    try {
      on_own_stream([&] {
        graph_->capture_begin();
        open = true;
        step();
        open = false;
        graph_->capture_end();
      });
    } catch (const std::exception& error) {
      give_up(open, error.what());
    }
  }

  /// Ends a capture that failed; from now on steps run as they are.
  void give_up(bool open, const std::string& reason) {
    if (open) {
      try {
        const c10::StreamGuard guard(stream_.unwrap());
        graph_->capture_end();
      } catch (const c10::Error&) {  // says again that the capture has failed
        open = false;
      }
    }
    graph_.reset();
    fails_ = true;
    log_warning(
        "training steps run one operation at a time, because a step could not be captured: " +
        reason.substr(0, reason.find('\n')));
  }

  c10::cuda::CUDAStream stream_;
  std::optional<at::cuda::CUDAGraph> graph_;
  int steps_run_ = 0;
  bool fails_ = false;
};

#else

bool StepGraph::captures_on(torch::Device /*device*/) { return false; }

class StepGraph::Capture {
 public:
  explicit Capture(torch::Device /*device*/) {}
  void run(const std::function<void()>& step) { step(); }
  bool captured() const { return false; }
  void finish() const {}
};

#endif

StepGraph::StepGraph(torch::Device device) : device_(device) { forget(); }

StepGraph::~StepGraph() = default;

void StepGraph::run(const std::function<void()>& step) {
  if (capture_) {
    capture_->run(step);
  } else {
    step();
  }
}

bool StepGraph::captured() const { return capture_ && capture_->captured(); }

void StepGraph::forget() {
  if (capture_) {
    capture_->finish();
  }
  capture_.reset();
  if (captures_on(device_)) {
    capture_ = std::make_unique<Capture>(device_);
  }
}

}  // namespace mixvae::nn
