#pragma once

#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// Whether the markers of a cytometer, [cells, markers], are on a linear scale or transformed
/// already: no value beyond any logarithm's or arcsinh's, or channel values of a biexponential or
/// logarithmic scale (FlowJo: whole numbers 0..1023; for three markers or more also any numbers
/// 0..4095). `metal`: mass cytometry, which has no channel values. One value among a thousand or
/// more, one in ten thousand, and those that are not finite change nothing.
ValueJudgement judge_channel_values(const DenseMatrix& markers, bool metal);

}  // namespace mixvae
