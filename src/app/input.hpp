#pragma once

#include <string>

#include "data/io/read.hpp"

namespace mixvae::app {

/// Reads a data set and logs what its reader skipped, assumed or did.
Dataset read_input(const std::string& path, const ReadOptions& read);

}  // namespace mixvae::app
