#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/io/hdf5/group.hpp"

namespace mixvae {

/// The formats that HDF5 files come in.
enum class Hdf5Kind { h5ad, h5mu, tenx, loom, xy, unknown };

/// Tells the format by the members of the file's root. Throws InputError when the file cannot be
/// opened.
Hdf5Kind hdf5_kind(const std::string& path);

/// Reads an HDF5 file of any of the formats; `modality` chooses one of several in an .h5mu file.
/// Throws InputError, for an unknown format naming the members of its root.
Dataset read_hdf5(const std::string& path, const std::string& layer = "X",
                  const std::string& modality = "");

/// The matrices of a file that `layer` can name; of a 10x file its genomes where it has several.
/// Throws InputError for a file that cannot be read; nothing is found in one of an unknown format.
std::vector<std::string> hdf5_layers(const std::string& path, const std::string& modality = "");

/// The modalities of an .h5mu file; none in other files.
std::vector<Modality> hdf5_modalities(const std::string& path);

namespace hdf5 {

/// Groups of the root that hold a 10x matrix: "matrix", or names of genomes.
std::vector<std::string> tenx_groups(const Group& root);

}  // namespace hdf5
}  // namespace mixvae
