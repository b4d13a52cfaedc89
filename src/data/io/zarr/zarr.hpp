#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// Whether a path is a Zarr store: a folder that holds the metadata of a group or array, or a zip
/// archive of one.
bool is_zarr(const std::string& path);

/// Reads a Zarr store (versions 2 and 3) that anndata or MuData wrote, as read_anndata and
/// read_mudata. Throws InputError, for other stores naming what they hold.
Dataset read_zarr(const std::string& path, const std::string& layer = "X",
                  const std::string& modality = "");

/// What `layer` can be. Throws InputError as read_zarr.
std::vector<std::string> zarr_layers(const std::string& path, const std::string& modality = "");

/// The modalities of a store of MuData; none in others.
std::vector<Modality> zarr_modalities(const std::string& path);

}  // namespace mixvae
