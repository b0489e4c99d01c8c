// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Adds 1 to each element of its only argument, in place.
#version 450
layout(local_size_x = 16) in;
layout(set = 0, binding = 0) buffer Values { int values[]; };
void main()
{
    uint i = gl_GlobalInvocationID.x;
    if (i < values.length())
        values[i] += 1;
}
