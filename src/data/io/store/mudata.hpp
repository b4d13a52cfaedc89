#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/io/store/group.hpp"

namespace mixvae::store {

/// Whether a group holds several data sets of the same cells, as MuData writes them: by its
/// encoding, or by a group "mod".
bool is_mudata(const Group& root);

/// The modalities in the order of the file ("mod-order"), with their numbers of cells and features.
/// Throws InputError when there is none.
std::vector<Modality> modalities(const Group& root);

/// Reads one modality, a data set of anndata under "mod", and joins the annotations of "obs" of the
/// whole that it does not have itself, by the names of the cells. An empty `modality` is the only
/// one. Throws InputError when there are several and none is named, when there is none of that name
/// (naming those that are, with their sizes), and as read_anndata.
Dataset read_mudata(const Group& root, const std::string& modality, const std::string& layer);

/// What `layer` can be for a modality. Throws InputError as read_mudata.
std::vector<std::string> mudata_layers(const Group& root, const std::string& modality);

/// Throws InputError when a modality is asked of a file that holds one data set.
void require_no_modality(const std::string& modality, const std::string& path);

}  // namespace mixvae::store
