// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What LLVM's code generators call and a C library need not have: conversions between float and
// the 16-bit formats, powers with integer exponents. A module that may need them gets its own:
//
//   fptrunc <8 x float> %x to <8 x bfloat>     on a CPU without the instruction becomes
//   calls of __truncsfbf2                      which compiler libraries of gcc 12 lack
//
// They are internal, so that an object has no names for a linker to find or to confuse, and
// listed in llvm.compiler.used, because the calls appear only after the optimizer has run.
// Integers do the work: a conversion made of conversions would call itself.
#include "codegen/llvm/llvm_module_internal.h"

// Rounding is to nearest, ties to even. f32 to f16: normal numbers drop 13 bits; below 2^-14
// the whole significand is shifted to units of 2^-24. f64 is first brought to f32 with its last
// bit set when anything was cut off, so that the second rounding sees what the first one
// dropped.
static const char conversions[] =
    "define internal float @__extendhfsf2(half %x) nounwind {\n"
    "  %h = bitcast half %x to i16\n"
    "  %w = zext i16 %h to i32\n"
    "  %sign = and i32 %w, 32768\n"
    "  %high = shl i32 %sign, 16\n"
    "  %abs = and i32 %w, 32767\n"
    "  %moved = shl i32 %abs, 13\n"
    "  %special = icmp uge i32 %abs, 31744\n"
    "  %bias = select i1 %special, i32 1879048192, i32 939524096\n"
    "  %large = add i32 %moved, %bias\n"
    "  %units = uitofp i32 %abs to float\n"
    "  %tiny = fmul float %units, 0x3E70000000000000\n"
    "  %tiny_bits = bitcast float %tiny to i32\n"
    "  %small = icmp ult i32 %abs, 1024\n"
    "  %bits = select i1 %small, i32 %tiny_bits, i32 %large\n"
    "  %all = or i32 %bits, %high\n"
    "  %r = bitcast i32 %all to float\n"
    "  ret float %r\n"
    "}\n"
    "define internal half @__truncsfhf2(float %x) nounwind {\n"
    "  %w = bitcast float %x to i32\n"
    "  %top = lshr i32 %w, 16\n"
    "  %sign = and i32 %top, 32768\n"
    "  %abs = and i32 %w, 2147483647\n"
    "  %based = sub i32 %abs, 939524096\n"
    "  %cut = lshr i32 %based, 13\n"
    "  %odd = and i32 %cut, 1\n"
    "  %up = add i32 %odd, 4095\n"
    "  %rounded = add i32 %based, %up\n"
    "  %normal = lshr i32 %rounded, 13\n"
    "  %exponent = lshr i32 %abs, 23\n"
    "  %wanted = sub i32 126, %exponent\n"
    "  %far = icmp ugt i32 %wanted, 25\n"
    "  %shift = select i1 %far, i32 25, i32 %wanted\n"
    "  %fraction = and i32 %abs, 8388607\n"
    "  %whole = or i32 %fraction, 8388608\n"
    "  %kept = lshr i32 %whole, %shift\n"
    "  %unit = shl i32 1, %shift\n"
    "  %mask = sub i32 %unit, 1\n"
    "  %rest = and i32 %whole, %mask\n"
    "  %middle = lshr i32 %unit, 1\n"
    "  %above = icmp ugt i32 %rest, %middle\n"
    "  %tie = icmp eq i32 %rest, %middle\n"
    "  %kept_odd = trunc i32 %kept to i1\n"
    "  %tie_up = and i1 %tie, %kept_odd\n"
    "  %step = or i1 %above, %tie_up\n"
    "  %step_bit = zext i1 %step to i32\n"
    "  %subnormal = add i32 %kept, %step_bit\n"
    "  %is_small = icmp ult i32 %abs, 947912704\n"
    "  %finite = select i1 %is_small, i32 %subnormal, i32 %normal\n"
    "  %is_large = icmp uge i32 %abs, 1199566848\n"
    "  %bounded = select i1 %is_large, i32 31744, i32 %finite\n"
    "  %is_nan = icmp ugt i32 %abs, 2139095040\n"
    "  %value = select i1 %is_nan, i32 32256, i32 %bounded\n"
    "  %all = or i32 %value, %sign\n"
    "  %short = trunc i32 %all to i16\n"
    "  %r = bitcast i16 %short to half\n"
    "  ret half %r\n"
    "}\n"
    "define internal bfloat @__truncsfbf2(float %x) nounwind {\n"
    "  %w = bitcast float %x to i32\n"
    "  %top = lshr i32 %w, 16\n"
    "  %odd = and i32 %top, 1\n"
    "  %up = add i32 %odd, 32767\n"
    "  %rounded = add i32 %w, %up\n"
    "  %number = lshr i32 %rounded, 16\n"
    "  %quiet = or i32 %top, 64\n"
    "  %is_nan = fcmp uno float %x, %x\n"
    "  %value = select i1 %is_nan, i32 %quiet, i32 %number\n"
    "  %short = trunc i32 %value to i16\n"
    "  %r = bitcast i16 %short to bfloat\n"
    "  ret bfloat %r\n"
    "}\n"
    "define internal float @__mica_round_to_odd(double %x) nounwind {\n"
    "  %f = fptrunc double %x to float\n"
    "  %back = fpext float %f to double\n"
    "  %inexact = fcmp one double %back, %x\n"
    "  %bits = bitcast float %f to i32\n"
    "  %odd = trunc i32 %bits to i1\n"
    "  %even = xor i1 %odd, true\n"
    "  %move = and i1 %inexact, %even\n"
    "  %x_bits = bitcast double %x to i64\n"
    "  %back_bits = bitcast double %back to i64\n"
    "  %x_abs = and i64 %x_bits, 9223372036854775807\n"
    "  %back_abs = and i64 %back_bits, 9223372036854775807\n"
    "  %outward = icmp ugt i64 %x_abs, %back_abs\n"
    "  %direction = select i1 %outward, i32 1, i32 -1\n"
    "  %neighbour = add i32 %bits, %direction\n"
    "  %all = select i1 %move, i32 %neighbour, i32 %bits\n"
    "  %r = bitcast i32 %all to float\n"
    "  ret float %r\n"
    "}\n"
    "define internal half @__truncdfhf2(double %x) nounwind {\n"
    "  %f = call float @__mica_round_to_odd(double %x)\n"
    "  %r = call half @__truncsfhf2(float %f)\n"
    "  ret half %r\n"
    "}\n"
    "define internal bfloat @__truncdfbf2(double %x) nounwind {\n"
    "  %f = call float @__mica_round_to_odd(double %x)\n"
    "  %r = call bfloat @__truncsfbf2(float %f)\n"
    "  ret bfloat %r\n"
    "}\n"
    "@llvm.compiler.used = appending global [5 x ptr] [ptr @__extendhfsf2, ptr @__truncsfhf2, "
    "ptr @__truncsfbf2, ptr @__truncdfhf2, ptr @__truncdfbf2], section \"llvm.metadata\"\n";

#define POWER(type, name, one)                                                                 \
    "define internal " type " @" name "(" type " %x, i32 %n) nounwind {\n"                     \
    "entry:\n"                                                                                 \
    "  %negative = icmp slt i32 %n, 0\n"                                                       \
    "  %minus = sub i32 0, %n\n"                                                               \
    "  %count = select i1 %negative, i32 %minus, i32 %n\n"                                     \
    "  br label %loop\n"                                                                       \
    "loop:\n"                                                                                  \
    "  %m = phi i32 [%count, %entry], [%rest, %loop]\n"                                        \
    "  %square = phi " type " [%x, %entry], [%next, %loop]\n"                                  \
    "  %product = phi " type " [" one ", %entry], [%taken, %loop]\n"                           \
    "  %odd = trunc i32 %m to i1\n"                                                            \
    "  %more = fmul " type " %product, %square\n"                                              \
    "  %taken = select i1 %odd, " type " %more, " type " %product\n"                           \
    "  %next = fmul " type " %square, %square\n"                                               \
    "  %rest = lshr i32 %m, 1\n"                                                               \
    "  %done = icmp eq i32 %rest, 0\n"                                                         \
    "  br i1 %done, label %end, label %loop\n"                                                 \
    "end:\n"                                                                                   \
    "  %inverse = fdiv " type " " one ", %taken\n"                                             \
    "  %r = select i1 %negative, " type " %inverse, " type " %taken\n"                         \
    "  ret " type " %r\n"                                                                      \
    "}\n"

static const char powers[] = POWER("float", "__powisf2", "1.0") POWER(
    "double", "__powidf2",
    "1.0") "@llvm.compiler.used = appending global [2 x ptr] [ptr @__powisf2, ptr @__powidf2], "
           "section \"llvm.metadata\"\n";

static bool is_16_bit_float(LLVMTypeRef type)
{
    LLVMTypeKind kind = LLVMGetTypeKind(type);
    if (kind == LLVMVectorTypeKind)
        kind = LLVMGetTypeKind(LLVMGetElementType(type));
    return kind == LLVMHalfTypeKind || kind == LLVMBFloatTypeKind;
}

/// Does an instruction make or take a number of 16 bits?
static bool touches_16_bit_floats(LLVMValueRef instruction)
{
    if (is_16_bit_float(LLVMTypeOf(instruction)))
        return true;
    const int count = LLVMGetNumOperands(instruction);
    for (int i = 0; i < count; i++) {
        if (is_16_bit_float(LLVMTypeOf(LLVMGetOperand(instruction, (unsigned)i))))
            return true;
    }
    return false;
}

static bool has_16_bit_floats(LLVMModuleRef module)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
                if (touches_16_bit_floats(i))
                    return true;
    return false;
}

static bool has_integer_powers(LLVMModuleRef module)
{
    static const char intrinsic[] = "llvm.powi.";
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        size_t length;
        const char *name = LLVMGetValueName2(f, &length);
        if (length > sizeof intrinsic - 1 && memcmp(name, intrinsic, sizeof intrinsic - 1) == 0)
            return true;
    }
    return false;
}

static bool add_text(mica_llvm_module *module, const char *text, size_t length)
{
    const mica_string view = {text, length};
    mica_llvm_module *helpers = mica_llvm_module_parse(module->context, view, "soft-float");
    return helpers && mica_llvm_module_link(module, helpers);
}

bool micai_llvm_add_soft_float(mica_llvm_module *module)
{
    if (has_16_bit_floats(module->module) &&
        !LLVMGetNamedFunction(module->module, "__truncsfhf2") &&
        !add_text(module, conversions, sizeof conversions - 1))
        return false;
    return !has_integer_powers(module->module) ||
           LLVMGetNamedFunction(module->module, "__powisf2") ||
           add_text(module, powers, sizeof powers - 1);
}
