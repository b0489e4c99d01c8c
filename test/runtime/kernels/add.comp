// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arguments: a, b, sum; every element that the binding of `sum` holds is written.
#version 450
layout(local_size_x = 16) in;
layout(set = 0, binding = 0) readonly buffer A { int a[]; };
layout(set = 0, binding = 1) readonly buffer B { int b[]; };
layout(set = 0, binding = 2) buffer Sum { int sum[]; };
void main()
{
    uint i = gl_GlobalInvocationID.x;
    if (i < sum.length())
        sum[i] = a[i] + b[i];
}
