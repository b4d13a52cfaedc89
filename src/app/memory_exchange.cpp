#include "app/memory_exchange.hpp"

#include <utility>

#include "app/output.hpp"
#include "base/error.hpp"

namespace mixvae::app {
namespace {

MemoryExchange* present_exchange = nullptr;

}  // namespace

MemoryExchange::MemoryExchange(std::map<std::string, MemoryData> inputs, std::string output)
    : inputs_(std::move(inputs)), output_(std::move(output)) {
  MIXVAE_ASSERT(present_exchange == nullptr, "one exchange at a time");
  present_exchange = this;
  set_print_sink([this](std::string_view text) { printed += text; });
}

MemoryExchange::~MemoryExchange() {
  set_print_sink({});
  present_exchange = nullptr;
}

MemoryExchange* MemoryExchange::present() { return present_exchange; }

const MemoryData* MemoryExchange::data_named(const std::string& name) {
  if (present_exchange == nullptr) {
    return nullptr;
  }
  const auto found = present_exchange->inputs_.find(name);
  return found == present_exchange->inputs_.end() ? nullptr : &found->second;
}

MemoryExchange* MemoryExchange::taking(const std::string& output) {
  const bool takes =
      present_exchange != nullptr && !output.empty() && present_exchange->output_ == output;
  return takes ? present_exchange : nullptr;
}

}  // namespace mixvae::app
