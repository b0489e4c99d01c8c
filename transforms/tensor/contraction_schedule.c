// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Schedules are data: the block sizes of contractions by register width and element size.
//
// The register tile fills the registers: rows * columns / lanes accumulators, columns / lanes
// registers for a row of B and one for the broadcast element of A: 6 x 16 f32 takes 12 + 2 + 1
// of the 16 of AVX2. A panel of B (depth_block * columns) takes half of a 32 KiB first cache, a
// block of A (row_block * depth_block) a part of the second, a block of B (depth_block *
// column_block) of the third. The five loops are those of BLIS (van Zee and van de Geijn,
// 2015).
#include "transforms/tensor/contraction_internal.h"

typedef struct schedule_row {
    int64_t vector_bits;
    uint32_t element_bits;
    micai_contraction_schedule schedule;
} schedule_row;

// clang-format off
static const schedule_row schedules[] = {
    //  vector  element   rows  columns  row_block  depth_block  column_block
    {   512,      32,   {   12,      32,       144,         256,         3072 } },
    {   512,      64,   {   12,      16,        96,         192,         3072 } },
    {   256,      32,   {    6,      16,       144,         256,         3072 } },
    {   256,      64,   {    6,       8,        96,         192,         3072 } },
    {   128,      32,   {    6,       8,       120,         256,         3072 } },
    {   128,      64,   {    6,       4,        72,         192,         3072 } },
};
// clang-format on

micai_contraction_schedule micai_contraction_schedule_for(const mica_type *element,
                                                          int64_t vector_bits)
{
    const uint32_t bits = mica_type_bit_width(element) > 32 ? 64 : 32;
    const size_t count = sizeof schedules / sizeof *schedules;
    for (size_t i = 0; i < count; ++i) {
        if (schedules[i].vector_bits <= vector_bits && schedules[i].element_bits == bits)
            return schedules[i].schedule;
    }
    return schedules[count - 2 + (bits == 64)].schedule;
}
