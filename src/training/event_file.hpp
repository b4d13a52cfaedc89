#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "training/history.hpp"

namespace mixvae::training {

/// The history as the content of an event file of TensorBoard: after each epoch, at its number of
/// steps, its finite terms as "train/<term>" and "validation/<term>", its learning rate and its
/// number. `began`: when training began, in seconds since 1970, to which the history's seconds are
/// added. Values have single precision, as the format has.
std::string event_file(const History& history, double began);

/// The CRC-32C (Castagnoli) of bytes.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace mixvae::training
