#pragma once

// A device that is none, for tests of what runs on CUDA devices: libtorch takes its tensors for
// those of another device (of the kind XPU, which nothing here uses), while their memory is the
// host's and every operation runs there. An operation that mixes its tensors with the host's
// throws, as on a CUDA device; transfers between the two are counted; operations can be recorded
// and repeated on the same memory, as a CUDA graph repeats them. For one file of a test program.

#include <algorithm>
#include <atomic>
#include <vector>

#include <ATen/EmptyTensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include "nn/torch.hpp"

namespace mixvae::pretend {

inline torch::Device device() { return {torch::kXPU, 0}; }

/// Copies between host and device, and values read back.
inline std::atomic<int>& transfers() {
  static std::atomic<int> count{0};
  return count;
}

/// An operation of the host with its arguments and results, which share the device's memory.
struct Call {
  c10::OperatorHandle operation;
  std::vector<c10::IValue> arguments;
  std::vector<c10::IValue> results;
};

/// Operations go here while one is recorded.
inline std::vector<Call>*& recorded() {
  static std::vector<Call>* calls = nullptr;
  return calls;
}

struct Guard final : public c10::impl::DeviceGuardImplInterface {
  torch::DeviceType type() const override { return torch::kXPU; }
  torch::Device exchangeDevice(torch::Device) const override { return device(); }
  torch::Device getDevice() const override { return device(); }
  void setDevice(torch::Device) const override {}
  void uncheckedSetDevice(torch::Device) const noexcept override {}
  c10::Stream getStream(torch::Device) const noexcept override {
    return c10::Stream(c10::Stream::DEFAULT, device());
  }
  c10::Stream exchangeStream(c10::Stream) const noexcept override {
    return c10::Stream(c10::Stream::DEFAULT, device());
  }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
};

/// The same memory as a tensor of the host; an empty one, which may be there to be filled, as one
/// that can grow.
inline torch::Tensor on_host(const torch::Tensor& tensor) {
  if (tensor.numel() == 0) {
    return torch::empty(tensor.sizes(), torch::TensorOptions().dtype(tensor.dtype()));
  }
  return torch::from_blob(
      tensor.data_ptr(), tensor.sizes(), tensor.strides(), [tensor](void*) {},
      torch::TensorOptions().dtype(tensor.dtype()));
}

/// The same memory as a tensor of the device.
inline torch::Tensor on_device(const torch::Tensor& tensor) {
  const std::size_t bytes =
      at::detail::computeStorageNbytes(tensor.sizes(), tensor.strides(), tensor.dtype().itemsize());
  c10::DataPtr memory(
      tensor.data_ptr(), new torch::Tensor(tensor),
      [](void* kept) { delete static_cast<torch::Tensor*>(kept); }, device());
  c10::Storage storage(c10::Storage::use_byte_size_t(), bytes, std::move(memory), nullptr, false);
  torch::Tensor out = at::detail::make_tensor<c10::TensorImpl>(
      std::move(storage), c10::DispatchKeySet(c10::DispatchKey::XPU), tensor.dtype());
  out.unsafeGetTensorImpl()->set_sizes_and_strides(tensor.sizes(), tensor.strides());
  return out;
}

inline bool is_here(const torch::Tensor& tensor) {
  return tensor.defined() && tensor.device().type() == torch::kXPU;
}

/// What the host's operation is given in place of an argument of the device's.
inline torch::Tensor argument(const torch::Tensor& tensor, const c10::FunctionSchema& schema) {
  if (is_here(tensor)) {
    return on_host(tensor);
  }
  if (!tensor.defined() || (tensor.dim() == 0 && schema.name() != "aten::copy_")) {
    return tensor;
  }
  TORCH_CHECK(schema.name() == "aten::copy_", schema.name(), " mixes tensors of two devices");
  ++transfers();
  return tensor;
}

/// Takes over what an operation has written to an empty tensor.
inline void adopt(const c10::IValue& given, const c10::IValue& host) {
  if (!given.isTensor() || !is_here(given.toTensor()) || given.toTensor().numel() > 0 ||
      host.toTensor().numel() == 0) {
    return;
  }
  const torch::Tensor grown = on_device(host.toTensor());
  c10::TensorImpl* impl = given.toTensor().unsafeGetTensorImpl();
  impl->set_storage_keep_dtype(grown.storage());
  impl->set_sizes_and_strides(grown.sizes(), grown.strides());
}

/// Tensors that `change` makes of those in a value; other values as they are.
template <class Change>
c10::IValue changed(const c10::IValue& value, const Change& change) {
  if (value.isTensor()) {
    return change(value.toTensor());
  }
  if (value.isTensorList()) {
    std::vector<torch::Tensor> tensors = value.toTensorVector();
    std::ranges::transform(tensors, tensors.begin(), change);
    return tensors;
  }
  if (value.isOptionalTensorList()) {
    c10::List<c10::optional<torch::Tensor>> tensors;
    for (const c10::optional<torch::Tensor>& each : value.toOptionalTensorVector()) {
      tensors.push_back(each ? c10::optional<torch::Tensor>(change(*each)) : each);
    }
    return tensors;
  }
  return value;
}

/// The host's operation for one of the device's, and its arguments: convolutions of other devices
/// than libtorch's own go by another name.
inline c10::OperatorHandle counterpart(const c10::OperatorHandle& operation,
                                       torch::jit::Stack* stack) {
  const std::string& name = operation.schema().name();
  const auto named = [](const char* other) {
    return c10::Dispatcher::singleton().findSchemaOrThrow(other, "");
  };
  if (name == "aten::convolution_overrideable") {
    return named("aten::convolution");
  }
  if (name == "aten::convolution_backward_overrideable") {
    stack->insert(stack->end() - 7, c10::IValue());  // sizes of the bias
    return named("aten::convolution_backward");
  }
  return operation;
}

/// The latest values of a stack.
inline std::vector<c10::IValue> top(const torch::jit::Stack& stack, std::size_t count) {
  return {stack.end() - static_cast<std::ptrdiff_t>(count), stack.end()};
}

inline void run_recorded(const c10::OperatorHandle& operation, torch::jit::Stack* stack) {
  const c10::FunctionSchema& schema = operation.schema();
  const std::vector<c10::IValue> arguments = top(*stack, schema.arguments().size());
  operation.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  if (recorded() != nullptr) {
    recorded()->push_back({operation, arguments, top(*stack, schema.returns().size())});
  }
}

/// Steps that are recorded once and then repeated.
class Recording {
 public:
  template <class Step>
  void record(const Step& step) {
    recorded() = &calls_;
    step();
    recorded() = nullptr;
  }
  /// The same operations on the same memory.
  void repeat() const {
    const at::AutoDispatchBelowADInplaceOrView as_inside_of_operations;
    for (const Call& call : calls_) {
      torch::jit::Stack stack = call.arguments;
      call.operation.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), &stack);
      for (std::size_t i = 0; i < stack.size(); ++i) {
        keep(call.results[i], stack[i]);
      }
    }
  }
  std::size_t size() const { return calls_.size(); }

 private:
  static void keep(const c10::IValue& place, const c10::IValue& value) {
    if (value.isTensorList()) {
      for (std::size_t i = 0; i < value.toTensorVector().size(); ++i) {
        keep(place.toTensorVector()[i], value.toTensorVector()[i]);
      }
    } else if (value.isTensor() && value.toTensor().defined() &&
               value.toTensor().data_ptr() != place.toTensor().data_ptr()) {
      place.toTensor().copy_(value.toTensor());
    }
  }

  std::vector<Call> calls_;
};

/// Runs an operation of the device's tensors on the host.
inline void run_on_host(const c10::OperatorHandle& operation, torch::jit::Stack* stack) {
  const c10::FunctionSchema& schema = operation.schema();
  const std::vector<c10::IValue> given = top(*stack, schema.arguments().size());
  std::vector<c10::IValue> here;
  here.reserve(given.size());
  for (const c10::IValue& value : given) {
    here.push_back(value.isDevice() ? c10::IValue(torch::Device(torch::kCPU))
                                    : changed(value, [&](const torch::Tensor& tensor) {
                                        return argument(tensor, schema);
                                      }));
  }
  std::ranges::copy(here, stack->end() - static_cast<std::ptrdiff_t>(here.size()));
  if (schema.name() == "aten::_local_scalar_dense") {
    ++transfers();
  }
  run_recorded(counterpart(operation, stack), stack);
  for (std::size_t i = 0; i < given.size(); ++i) {
    adopt(given[i], here[i]);
  }
  auto place = stack->end() - static_cast<std::ptrdiff_t>(schema.returns().size());
  for (const c10::Argument& result : schema.returns()) {
    const c10::AliasInfo* alias = result.alias_info();
    const auto same = std::ranges::find_if(schema.arguments(), [&](const c10::Argument& each) {
      return alias != nullptr && alias->isWrite() && each.alias_info() != nullptr &&
             *each.alias_info() == *alias;
    });
    const bool in_place = same != schema.arguments().end();
    *place = in_place ? given[static_cast<std::size_t>(same - schema.arguments().begin())]
                      : changed(*place, [](const torch::Tensor& tensor) {
                          return tensor.defined() ? on_device(tensor) : tensor;
                        });
    ++place;
  }
}

}  // namespace mixvae::pretend

// NOLINTBEGIN(cert-err58-cpp,bugprone-throwing-static-initialization): libtorch registers this way
namespace at::detail {
C10_REGISTER_GUARD_IMPL(XPU, mixvae::pretend::Guard)
}  // namespace at::detail
TORCH_LIBRARY_IMPL(_, XPU, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&mixvae::pretend::run_on_host>());
}
TORCH_LIBRARY_IMPL(aten, XPU, library) {
  for (const char* name :
       {"copy_", "convolution_overrideable", "convolution_backward_overrideable"}) {
    library.impl(name, torch::CppFunction::makeFromBoxedFunction<&mixvae::pretend::run_on_host>());
  }
}
// NOLINTEND(cert-err58-cpp,bugprone-throwing-static-initialization)
