#pragma once

namespace mixvae::nn {

/// Tells malloc to keep freed blocks of every size for the next step instead of returning them to
/// the system, whose fresh pages would cost a training step a third of its time. To be called
/// once, at start-up, by a program that trains. Without effect where malloc is not glibc's.
void keep_freed_memory();

/// For a program that is not ours: the same while an object lives; then malloc has its usual
/// settings again and returns what is free.
class FreedMemoryKept {
 public:
  FreedMemoryKept() { keep_freed_memory(); }
  FreedMemoryKept(const FreedMemoryKept&) = delete;
  FreedMemoryKept& operator=(const FreedMemoryKept&) = delete;
  ~FreedMemoryKept();
};

}  // namespace mixvae::nn
