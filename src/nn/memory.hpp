#pragma once

namespace mixvae::nn {

/// Tells malloc to keep freed blocks of every size for the next step instead of returning them to
/// the system, whose fresh pages would cost a training step a third of its time. To be called
/// once, at start-up, by a program that trains. Without effect where malloc is not glibc's.
void keep_freed_memory();

}  // namespace mixvae::nn
