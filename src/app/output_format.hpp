#pragma once

#include <string>

#include "data/dataset.hpp"
#include "data/io/additions.hpp"

namespace mixvae::app {

/// Formats in which results are written, told by the extension of the output file.
enum class OutputFormat { h5ad, csv, fcs, npz, npy, folder };

/// Throws UsageError for any other extension than .h5ad, .csv, .npz, .npy and .fcs; a path that
/// ends with '/' is a folder.
OutputFormat output_format(const std::string& path);

/// Throws UsageError when --compat says something of an output that is no .h5ad.
void require_compatible_format(const std::string& path, const std::string& compat);

/// Checks, before long work, that the output can be written: its format, its folder (which must
/// exist, unless the output is a folder itself), its permission. Throws UsageError or SystemError.
void require_output(const std::string& path);

/// The same for a data set, which is written as .h5ad or .csv. Throws UsageError for others.
void require_dataset_output(const std::string& path);

/// The same for an output that is always a table with commas: throws UsageError for another
/// extension than .csv.
void require_csv_output(const std::string& path);

/// Throws UsageError when the results of these data cannot be written in that format: .fcs needs an
/// FCS file, a folder needs data from a folder, .h5ad from .h5ad needs names of cells. Throws
/// InputError for FCS files of several data sets, which are not written again.
void require_matching_input(OutputFormat format, const std::string& path, const Dataset& dataset);

/// Results beside their data. As .h5ad: the input file written again with the additions when it was
/// .h5ad, else a new file with matrix, names, annotations and additions. As .csv: one row per cell
/// with its name, the added columns and arrays. As .npz and .npy: see app/numpy_output.hpp. As
/// .fcs: the input file, which must be FCS, with results as channels. As a folder, for data read
/// from one: its files with their results. `compatible`: for anndata 0.8.
void write_results(const std::string& path, const Dataset& dataset, const Additions& additions,
                   bool compatible = false);

/// A data set as a new file. As .csv: one row per cell with its name, its annotations and its
/// values.
void write_dataset(const std::string& path, const Dataset& dataset);

/// A text as a file.
void write_text(const std::string& path, const std::string& text);

/// Logs that an output was written, where a file was.
void log_written(const std::string& path, const std::string& more = {});

/// Annotations and arrays per cell as CSV text with a header; columns of an array are named
/// "ARRAY_1", "ARRAY_2", ...
std::string cells_csv(const std::vector<std::string>& names, const Additions& additions);

}  // namespace mixvae::app
