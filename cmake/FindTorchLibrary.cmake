# libtorch as one imported target, from one of three places:
#   MIXVAE_TORCH_ROOT  the folder of Python's torch package (include/ and lib/ inside), with CUDA or without: its headers and
#                      libraries alone, so that no CUDA toolkit is looked for
#   Torch_DIR          any other libtorch, by its TorchConfig.cmake
#   neither            Debian's package, which puts headers and libraries on the system paths (its own CMake file drags in
#                      everything libtorch was built with)
set(MIXVAE_TORCH_ROOT "" CACHE PATH "Folder of Python's torch package")
set(MIXVAE_TORCH_ABI 1 CACHE STRING "Python's torch._C._GLIBCXX_USE_CXX11_ABI as 0 or 1")
add_library(mixvae_torch INTERFACE)

if(MIXVAE_TORCH_ROOT)
  set(torch_include ${MIXVAE_TORCH_ROOT}/include)
  if(NOT EXISTS ${torch_include}/torch/csrc/api/include/torch/torch.h)
    message(FATAL_ERROR "no libtorch headers in ${torch_include}")
  endif()
  file(GLOB torch_libraries ${MIXVAE_TORCH_ROOT}/lib/libtorch.so ${MIXVAE_TORCH_ROOT}/lib/libtorch_cpu.so
       ${MIXVAE_TORCH_ROOT}/lib/libtorch_cuda.so ${MIXVAE_TORCH_ROOT}/lib/libc10.so
       ${MIXVAE_TORCH_ROOT}/lib/libc10_cuda.so)
  target_include_directories(mixvae_torch SYSTEM INTERFACE
                             ${torch_include} ${torch_include}/torch/csrc/api/include)
  target_compile_definitions(mixvae_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=${MIXVAE_TORCH_ABI})
  # The CUDA library registers itself when loaded, so it is kept though no symbol of it is used; the CUDA libraries behind it
  # are found by its own search path when the program starts.
  target_link_libraries(mixvae_torch INTERFACE -Wl,--no-as-needed ${torch_libraries} -Wl,--as-needed)
  target_link_options(mixvae_torch INTERFACE -Wl,--allow-shlib-undefined
                      -Wl,-rpath,${MIXVAE_TORCH_ROOT}/lib)
elseif(Torch_DIR)
  find_package(Torch REQUIRED)
  target_include_directories(mixvae_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(mixvae_torch INTERFACE ${TORCH_LIBRARIES})
  separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(mixvae_torch INTERFACE ${torch_flags})
else()
  find_path(MIXVAE_TORCH_API torch/torch.h PATH_SUFFIXES torch/csrc/api/include REQUIRED)
  find_library(MIXVAE_TORCH_LIBRARY torch REQUIRED)
  find_library(MIXVAE_TORCH_CPU_LIBRARY torch_cpu REQUIRED)
  find_library(MIXVAE_C10_LIBRARY c10 REQUIRED)
  target_include_directories(mixvae_torch SYSTEM INTERFACE ${MIXVAE_TORCH_API})
  target_link_libraries(mixvae_torch INTERFACE ${MIXVAE_TORCH_LIBRARY} ${MIXVAE_TORCH_CPU_LIBRARY}
                        ${MIXVAE_C10_LIBRARY})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  # With GCC 14 both see ghosts in the std::vector<bool> of libtorch 2's custom functions, wherever one is applied.
  target_compile_options(mixvae_torch INTERFACE -Wno-array-bounds -Wno-stringop-overflow)
endif()

# Training steps as CUDA graphs (nn/step_graph): need libtorch's CUDA library and, of CUDA itself, the runtime's headers.
set(MIXVAE_CUDA AUTO CACHE STRING "CUDA graphs: ON, OFF, or AUTO (where libtorch has CUDA and the headers are found)")
if(NOT MIXVAE_CUDA STREQUAL "OFF")
  find_library(MIXVAE_C10_CUDA_LIBRARY c10_cuda HINTS ${MIXVAE_TORCH_ROOT}/lib)
  file(GLOB cuda_hints ${MIXVAE_TORCH_ROOT}/../nvidia/cuda_runtime/include ${MIXVAE_TORCH_ROOT}/../nvidia/cu*/include)
  find_path(MIXVAE_CUDA_INCLUDE cuda_runtime_api.h
            HINTS ${cuda_hints} $ENV{CUDA_HOME}/include PATHS /usr/local/cuda/include)
  if(MIXVAE_C10_CUDA_LIBRARY AND MIXVAE_CUDA_INCLUDE)
    target_include_directories(mixvae_torch SYSTEM INTERFACE ${MIXVAE_CUDA_INCLUDE})
    target_compile_definitions(mixvae_torch INTERFACE MIXVAE_WITH_CUDA)
    message(STATUS "CUDA graphs: on (${MIXVAE_C10_CUDA_LIBRARY}, ${MIXVAE_CUDA_INCLUDE})")
  elseif(MIXVAE_C10_CUDA_LIBRARY OR MIXVAE_CUDA STREQUAL "ON")
    set(missing "CUDA graphs need libc10_cuda of libtorch and cuda_runtime_api.h of CUDA's runtime (set CUDA_HOME)")
    if(MIXVAE_CUDA STREQUAL "ON")
      message(FATAL_ERROR "${missing}")
    endif()
    message(WARNING "${missing}; without, steps on a CUDA device run operation by operation")
  endif()
endif()
install(TARGETS mixvae_torch EXPORT mixvaeTargets)
