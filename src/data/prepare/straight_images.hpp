#pragma once

#include "data/matrix.hpp"

namespace mixvae {

/// Square images (one per row of x [N, D], pixels row by row) moved so that their light is centred,
/// and sheared along their rows so that its covariance between row and column is 0: what slant and
/// place of handwriting do to distances is taken away. Values between pixels are interpolated
/// linearly; images without light stay as they are. Throws InputError when D is not a square.
DenseMatrix straight_images(const Matrix& x);

}  // namespace mixvae
