#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mixvae {

/// Settings of the libraries below us that only the environment can carry, because they are read
/// when a library is loaded, by name; empty where the environment has its own or there is nothing
/// to gain:
/// - OPENBLAS_CORETYPE: an OpenBLAS older than the processor takes kernels without AVX-512 though
///   the processor has it, and is half as fast, or slower still where it takes those of the oldest
///   ("Prescott"). `core` is what OpenBLAS says it runs on ("Zen"); empty for another BLAS.
/// - GOMP_SPINCOUNT: threads wait for each other spinning, which on a machine with other work takes
///   the time away from the thread that is waited for.
std::map<std::string, std::string> library_settings(std::string_view core, bool has_avx512);

/// Puts library_settings() for this machine into the environment, for a program that this one
/// becomes. Where the processor has AVX-512, the system's BLAS is opened to learn its kernels.
void set_library_settings();

/// Starts the program again with library_settings() for this machine, once, at the beginning of
/// main: returns when there are none, or when the system does not let it.
void restart_with_library_settings(char** arguments);

/// Gives OpenBLAS, which this process has loaded already, the kernels that library_settings() asks
/// for, so that a program that is not ours computes what ours does. Call it while nothing computes.
/// Returns false where they are others and cannot be changed: another build of OpenBLAS.
bool use_library_kernels();

}  // namespace mixvae
