#pragma once

#include <string>
#include <string_view>

namespace mixvae::nn {

/// The file of the library whose sgemm_ this process calls, symbolic links followed; empty when no
/// library offers one by that name (a libtorch that carries its own BLAS).
std::string loaded_blas();

/// What the loaded BLAS says of itself: "OpenBLAS 0.3.21 for SkylakeX"; empty for one that tells
/// nothing.
std::string blas_description();

/// Whether a file is the slow reference BLAS ("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"),
/// not a fast library under its name (".../openblas-openmp/libblas.so.3"). False for an empty name.
bool is_reference_blas(std::string_view file);

}  // namespace mixvae::nn
