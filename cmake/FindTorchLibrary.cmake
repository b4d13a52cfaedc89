# libtorch as one imported target. Debian's package puts headers and libraries on the system paths and its own CMake file
# drags in everything libtorch was built with, so it is found by hand; any other libtorch (CUDA, pip's torch) by its
# TorchConfig.cmake through -DTorch_DIR or CMAKE_PREFIX_PATH.
add_library(mixvae_torch INTERFACE)
if(Torch_DIR OR MIXVAE_CORE_ONLY)
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
  target_include_directories(mixvae_torch SYSTEM INTERFACE $<BUILD_INTERFACE:${MIXVAE_TORCH_API}>)
  target_link_libraries(mixvae_torch INTERFACE ${MIXVAE_TORCH_LIBRARY} ${MIXVAE_TORCH_CPU_LIBRARY}
                        ${MIXVAE_C10_LIBRARY})
endif()
install(TARGETS mixvae_torch EXPORT mixvaeTargets)
