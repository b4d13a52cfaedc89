#pragma once

#include <string>

namespace mixvae {

/// Throws InputError for a file of a known format that is not read (.xlsx, .rds, .RData, .parquet,
/// archives, compressed files other than gzip, .mat, web pages, ...): what it is, and the lines
/// that turn it into something that is read. Judged by its first bytes, inside gzip where it is
/// packed.
void require_no_foreign_file(const std::string& path);

/// The same for a zip archive that holds no arrays of numpy: spreadsheets, packed tables.
void require_no_foreign_zip(const std::string& path);

/// The same for a folder: a run of mixvae, TileDB.
void require_no_foreign_folder(const std::string& path);

}  // namespace mixvae
