#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/io/additions.hpp"

namespace mixvae::app {

/// Results as channels of a copy of an FCS file, for prefix p: p_type (1 for the first type, 0 for
/// none), p_type_prob, p_consensus, p_state_1, ..., and umap_1, pca_1, ... as far as they are among
/// the additions; missing values are 0. The names of the types stand under the keyword "P_TYPE"
/// (upper case), as "1=T1, 2=T2". `first` is the number of the file's first cell within the data
/// set. Throws InputError, SystemError.
void write_fcs_results(const std::string& source, const Additions& additions, Index first,
                       Index cells, const std::string& path);

/// The files that write_folder_results writes, in the order of the data's. Throws UsageError when
/// `folder` is that of the data, and when two files would get the same name.
std::vector<std::string> folder_result_files(const std::string& folder, const Dataset& dataset);

/// Writes the results of a data set that was read from a folder: every file again, into `folder`,
/// under its own name, FCS with added channels, tables as CSV of the results. Creates the folder.
/// Cells have the names of their files. Refuses what folder_result_files refuses.
void write_folder_results(const std::string& folder, const Dataset& dataset,
                          const Additions& additions);

}  // namespace mixvae::app
