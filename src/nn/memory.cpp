#include "nn/memory.hpp"

#include <cstdlib>
#include <limits>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace mixvae::nn {

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);  // blocks above 32 MiB would be mapped anew each time
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

FreedMemoryKept::~FreedMemoryKept() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 65536);  // the numbers of mallopt(3)
  mallopt(M_TRIM_THRESHOLD, 128 << 10);
  mallopt(M_TOP_PAD, 128 << 10);
  malloc_trim(0);
#endif
}

}  // namespace mixvae::nn
