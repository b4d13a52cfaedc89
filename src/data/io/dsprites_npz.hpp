#pragma once

#include <map>
#include <string>

#include "data/io/npy.hpp"

namespace mixvae {

// The layout in which dSprites is published: imgs [N, R, C] of 0 and 1, latents_classes [N, 6]
// (colour, shape, scale, orientation, x, y as numbers from 0) and latents_values [N, 6].

/// Whether an archive has that layout.
bool is_dsprites(const std::map<std::string, NpyArray>& arrays);

/// Its images, sparse, with the factors of simulate_sprites as annotations: shape as text, the
/// others by their values, or by their classes where the archive has no values. Throws InputError
/// for arrays that do not fit and for other shapes than the three.
Dataset read_dsprites(const std::map<std::string, NpyArray>& arrays, const std::string& path);

/// Writes images of simulate_sprites in that layout. Throws SystemError.
void write_dsprites(const std::string& path, const Dataset& sprites);

}  // namespace mixvae
