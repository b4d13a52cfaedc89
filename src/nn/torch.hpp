#pragma once

// The one door to libtorch, and the precompiled header of every room above nn. Differences between
// Debian's libtorch 1.13 and current 2.x are fenced here.

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#pragma GCC diagnostic ignored "-Wunused-parameter"
// First, so that clang in C++20 sees IValue before the containers of it (clang-tidy reads these
// headers too).
// clang-format off
#include <ATen/core/ivalue.h>
// clang-format on
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/generated/variable_factories.h>
#include <torch/types.h>
#include <torch/version.h>
#pragma GCC diagnostic pop
