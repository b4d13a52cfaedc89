#pragma once

#include <vector>

#include "data/prepare/augmentation.hpp"
#include "training/device_matrix.hpp"

namespace mixvae::training {

/// Makes copies on the device that has the data: writes those of all arms to out, [A, B, D] float
/// there. `copies`: of each arm, in the step of that number. What goes to the device are numbers of
/// rows and of random blocks, and maps of images; the values are gathered and changed there, by
/// tensor operations, to the bits of the host's (CopyMaker::fill) but for the device's logarithms
/// and cosines.
void write_row_copies(const DeviceMatrix& data, const std::vector<RowCopies>& copies,
                      std::uint64_t step, torch::Tensor& out);

}  // namespace mixvae::training
