#pragma once

#include <string>
#include <vector>

#include "data/io/read.hpp"

namespace mixvae::app {

/// Reads a data set and logs what its reader skipped, assumed or did. The path may name data in
/// memory (app/memory_exchange.hpp).
Dataset read_input(const std::string& path, const ReadOptions& read);

/// The matrices that --layer can name, as stored_layers (data/io/read.hpp), also of data in memory.
std::vector<std::string> layers_of_input(const std::string& path, const std::string& modality = "");

/// The modalities that --modality can name, as stored_modalities; data in memory have none.
std::vector<Modality> modalities_of_input(const std::string& path);

}  // namespace mixvae::app
