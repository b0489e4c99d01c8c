// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// target[i] = source[i] * factor + bias for i below count. Arguments: source, factor (f32),
// bias (f64), target, count (i32): scalars between buffers, and one that needs padding.
#version 450
layout(local_size_x = 32) in;
layout(set = 0, binding = 0) readonly buffer Source { float source[]; };
layout(set = 0, binding = 3) buffer Target { float target[]; };
layout(push_constant) uniform Scalars { float factor; double bias; int count; };
void main()
{
    uint i = gl_GlobalInvocationID.x;
    if (i < uint(count))
        target[i] = source[i] * factor + float(bias);
}
