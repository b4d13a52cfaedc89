#pragma once

#include <string>

namespace mixvae {

/// What a path holds, judged by its content.
enum class FileKind {
  directory,
  zarr,  // a folder that is a Zarr store
  hdf5,
  npy,
  zip,
  matrix_market,
  idx_images,
  idx_labels,
  fcs,
  text,
  empty,
  unknown,
};

/// Recognises a path by its first bytes (inside gzip where it is compressed); its name does not
/// matter. Throws InputError when there is no such file.
FileKind file_kind(const std::string& path);

/// Whether the path is of a kind that may hold images: IDX, arrays of numpy, and folders of PNG
/// files.
bool may_hold_images(const std::string& path);

}  // namespace mixvae
