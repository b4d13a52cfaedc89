#pragma once

#include "device_report.hpp"

namespace mixvae {

/// Eight steps of several models on a device, by operation and captured, beside the same steps as
/// the CPU takes them: losses and parameters.
void check_training(Report& report, torch::Device device);

}  // namespace mixvae
