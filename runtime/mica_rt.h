/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * The contract between compiled models, their callers and the runtime (libmica_rt.a).
 *
 * A compiled model is machine code plus one constant `mica_rt_model` that names its inputs,
 * outputs and dynamic dimensions. Its own header wraps it in typed structs and four functions
 * (m_info, m_workspace_size, m_run, m_error_string); this header has what all models share.
 * docs/ahead-of-time.md tells the whole story.
 *
 *     digits_inputs in = {sizeof in, {.data = image, .size = sizeof image}};
 *     digits_outputs out = {sizeof out, {.data = scores, .capacity = sizeof scores}};
 *     int code = digits_run(NULL, NULL, &in, &out, workspace, sizeof workspace);
 *     if (code != MICA_RT_OK)
 *         fputs(digits_error_string(code), stderr);
 *
 * Everything here is reentrant, allocates nothing (but for mica_rt_thread_pool_create), prints
 * nothing and reads no locale.
 */
#ifndef MICA_RT_H
#define MICA_RT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MICA_RT_ABI_VERSION 1

/* The most dimensions that an input or an output of a model may have. */
#define MICA_RT_MAX_RANK 16

/* The alignment that weights in a side file need, and that the workspace gets inside. */
#define MICA_RT_ALIGNMENT 64

/* ---- Errors ------------------------------------------------------------------------------ */

/* The kind of an error: the low 8 bits of a code. Numbers are for ever, new ones are appended.
 */
/* clang-format off */
enum {
    MICA_RT_OK                     = 0,
    MICA_RT_ERROR_ARGUMENT         = 1,  /* a pointer that must not be NULL is */
    MICA_RT_ERROR_ABI_VERSION      = 2,  /* caller, model and runtime disagree on the version */
    MICA_RT_ERROR_STRUCT_SIZE      = 3,  /* a struct_size is not what the model expects */
    MICA_RT_ERROR_DIM_RANGE        = 4,  /* dynamic dimension [index] is out of its range */
    MICA_RT_ERROR_INPUT_TYPE       = 5,  /* input [index] has another element type */
    MICA_RT_ERROR_INPUT_SHAPE      = 6,  /* input [index] has another shape */
    MICA_RT_ERROR_INPUT_SIZE       = 7,  /* input [index] has fewer bytes than its shape needs */
    MICA_RT_ERROR_INPUT_ALIGNMENT  = 8,  /* input [index] is not aligned to its element */
    MICA_RT_ERROR_OUTPUT_CAPACITY  = 9,  /* output [index] is too small; all shapes are set */
    MICA_RT_ERROR_OUTPUT_ALIGNMENT = 10, /* output [index] is not aligned to its element */
    MICA_RT_ERROR_WORKSPACE_SIZE   = 11, /* the workspace is smaller than asked for */
    MICA_RT_ERROR_WEIGHTS          = 12, /* weights are missing, misaligned or another model's */
    MICA_RT_ERROR_SIZE_OVERFLOW    = 13, /* a size does not fit the address space */
    MICA_RT_ERROR_BOUND            = 14, /* a data-dependent size exceeds its stated bound */
    MICA_RT_ERROR_ASSERTION        = 15, /* an assertion in the model failed */
    MICA_RT_ERROR_MEMORY           = 16, /* the host is out of memory */
    MICA_RT_ERROR_THREADS          = 17, /* a thread could not be started */
    MICA_RT_ERROR_DEVICE_NEEDED    = 18, /* the model is for a device, the caller gave none */
    MICA_RT_ERROR_NO_VULKAN        = 19, /* the Vulkan loader is absent or too old */
    MICA_RT_ERROR_NO_DEVICE        = 20, /* no device with a compute queue, or no such device */
    MICA_RT_ERROR_DEVICE           = 21, /* the device refused a call */
    MICA_RT_ERROR_DEVICE_LOST      = 22, /* the device stopped working */
    MICA_RT_ERROR_DEVICE_MEMORY    = 23, /* the device is out of memory */
    MICA_RT_ERROR_DEVICE_LIMIT     = 24, /* grid, buffer, alignment or scalars exceed a limit */
    MICA_RT_ERROR_KERNEL_MODULE    = 25, /* not a SPIR-V module */
    MICA_RT_ERROR_KERNEL_NAME      = 26, /* the module has no such kernel */
    MICA_RT_ERROR_KERNEL_ARGUMENT  = 27, /* kernel argument [index] is invalid */
    MICA_RT_ERROR_DIM_CONFLICT     = 28, /* dynamic dimensions that must fit together do not */
    MICA_RT_ERROR_KIND_COUNT       = 29
};
/* clang-format on */

#define MICA_RT_ERROR(kind, index) ((int32_t)(kind) | (int32_t)((uint32_t)(index) << 8))
#define MICA_RT_ERROR_KIND(code) ((int32_t)(code)&0xff)
#define MICA_RT_ERROR_INDEX(code) ((int32_t)((uint32_t)(code) >> 8))

/* What a code means, in one sentence without a line end. Never NULL; static storage. The index
 * is not part of the text. */
const char *mica_rt_error_string(int32_t code);

/* ---- Element types ----------------------------------------------------------------------- */

/* Element types. Numbers are for ever, new ones are appended. */
/* clang-format off */
typedef enum mica_rt_type {
    MICA_RT_TYPE_NONE  = 0,  /* in an input: as the model says */
    MICA_RT_BOOL       = 1,  /* one byte, 0 or 1 */
    MICA_RT_I8         = 2,
    MICA_RT_I16        = 3,
    MICA_RT_I32        = 4,
    MICA_RT_I64        = 5,
    MICA_RT_U8         = 6,
    MICA_RT_U16        = 7,
    MICA_RT_U32        = 8,
    MICA_RT_U64        = 9,
    MICA_RT_F16        = 10,
    MICA_RT_BF16       = 11,
    MICA_RT_F32        = 12,
    MICA_RT_F64        = 13,
    MICA_RT_C64        = 14, /* two f32 */
    MICA_RT_C128       = 15, /* two f64 */
    /* A byte each. Elements of 4 and 2 bits are its low bits; the others are 0 in outputs and
     * ignored in inputs. */
    MICA_RT_F8E4M3FN   = 16,
    MICA_RT_F8E4M3FNUZ = 17,
    MICA_RT_F8E5M2     = 18,
    MICA_RT_F8E5M2FNUZ = 19,
    MICA_RT_F8E8M0     = 20, /* a power of two: 2^(byte - 127), 255 is NaN */
    MICA_RT_F4E2M1     = 21,
    MICA_RT_I4         = 22, /* two's complement */
    MICA_RT_U4         = 23,
    MICA_RT_I2         = 24,
    MICA_RT_U2         = 25,
    MICA_RT_TYPE_COUNT = 26
} mica_rt_type;
/* clang-format on */

/* Bytes of one element; 0 for MICA_RT_TYPE_NONE and unknown numbers. */
size_t mica_rt_type_size(uint32_t type);

/* "f32", "bool", ...; "none" for MICA_RT_TYPE_NONE and unknown numbers. Static storage. */
const char *mica_rt_type_name(uint32_t type);

/* ---- Calling a model --------------------------------------------------------------------- */

/* A tensor that a model reads. Dense and row-major. Zero in `type` or in `rank` means "as the
 * model and its dimensions say"; given, they must agree with it. */
typedef struct mica_rt_input {
    const void *data; /* borrowed; aligned to its element; NULL only when it has no bytes */
    uint64_t size;    /* bytes readable at data */
    uint32_t type;    /* mica_rt_type */
    uint32_t rank;
    int64_t dims[MICA_RT_MAX_RANK];
} mica_rt_input;

/* A tensor that a model writes. The caller sets data and capacity, the call the rest. */
typedef struct mica_rt_output {
    void *data;        /* borrowed; aligned to its element; NULL only when capacity is 0 */
    uint64_t capacity; /* bytes writable at data */
    uint32_t type;     /* mica_rt_type */
    uint32_t rank;
    int64_t dims[MICA_RT_MAX_RANK];
} mica_rt_output;

/* Runs the parts of parallel loops. A host application may implement it on its own threads:
 * embed it as the first member of a struct and cast in `run`. */
typedef struct mica_rt_executor mica_rt_executor;
typedef void (*mica_rt_task_fn)(void *context, int64_t index);
struct mica_rt_executor {
    /* Calls task(context, i) once for each i in [0, count), on any threads in any order, and
     * returns when all have returned. A call from inside a task, or from a second thread, must
     * not deadlock: running everything on the caller is always right. */
    void (*run)(mica_rt_executor *self, int64_t count, mica_rt_task_fn task, void *context);
    uint32_t concurrency; /* how many tasks may run at once, at least 1; a hint */
    uint32_t reserved;    /* 0 */
};

/* An opened GPU: see mica_rt_gpu.h. */
typedef struct mica_rt_device mica_rt_device;

/* What a call may use. NULL in its place means embedded weights, one thread, no device. */
typedef struct mica_rt_env {
    uint64_t struct_size;       /* sizeof(mica_rt_env); the struct grows at its end */
    uint32_t abi_version;       /* MICA_RT_ABI_VERSION */
    uint32_t flags;             /* 0 */
    const void *weights;        /* borrowed; NULL: the weights inside the model */
    uint64_t weights_size;      /* bytes at weights */
    mica_rt_executor *executor; /* borrowed; NULL: the calling thread alone */
    mica_rt_device *device;     /* borrowed; NULL: no device */
} mica_rt_env;

/* A default env to change fields of: mica_rt_env env = MICA_RT_ENV_INIT; */
#define MICA_RT_ENV_INIT                                                                       \
    {                                                                                          \
        sizeof(mica_rt_env), MICA_RT_ABI_VERSION, 0, NULL, 0, NULL, NULL                       \
    }

/* ---- Describing a model ------------------------------------------------------------------ */

/* Entries of a dims table besides plain sizes. */
#define MICA_RT_DIM(index) (-1 - (int64_t)(index)) /* the index-th dynamic dimension */
#define MICA_RT_DIM_COMPUTED INT64_MIN             /* outputs: written by output_shapes */

typedef struct mica_rt_dim_info {
    const char *name; /* as in the model, UTF-8 */
    int64_t minimum;  /* inclusive, at least 0 */
    int64_t maximum;  /* inclusive */
} mica_rt_dim_info;

typedef struct mica_rt_tensor_info {
    const char *name;    /* as in the model, UTF-8 */
    uint32_t type;       /* mica_rt_type */
    uint32_t rank;       /* at most MICA_RT_MAX_RANK */
    const int64_t *dims; /* rank entries: a size, MICA_RT_DIM(i) or MICA_RT_DIM_COMPUTED */
} mica_rt_tensor_info;

enum {
    MICA_RT_MODEL_NEEDS_DEVICE = 1 /* flag: env->device must be given */
};

/* The model's own code. Called with a complete env, checked and filled-in tensors, a workspace
 * aligned to MICA_RT_ALIGNMENT. May lower an output's dims that is MICA_RT_DIM_COMPUTED.
 * Returns MICA_RT_OK or an error code. */
typedef int32_t (*mica_rt_compute_fn)(const mica_rt_env *env, const int64_t *dims,
                                      const mica_rt_input *inputs, mica_rt_output *outputs,
                                      void *workspace);

/* What a model compiled with --profile counts: for each part of it, which is a node of the
 * source or several in one, the nanoseconds that its runs took together and how many there
 * were. Reset by setting to zero. Sums of all runs; runs at the same time may lose some. */
typedef struct mica_rt_profile_counter {
    int64_t nanoseconds;
    int64_t runs;
} mica_rt_profile_counter;

typedef struct mica_rt_profile {
    uint32_t part_count;
    uint32_t reserved;                 /* 0 */
    const char *const *names;          /* UTF-8, in the order in which they run */
    mica_rt_profile_counter *counters; /* written by the model */
} mica_rt_profile;

/* Everything that a generic caller has to know of a model; a constant that micac emits. Strings
 * and arrays live as long as the model's code. An array of 0 entries may be NULL. */
typedef struct mica_rt_model {
    uint64_t struct_size; /* sizeof(mica_rt_model) */
    uint32_t abi_version; /* MICA_RT_ABI_VERSION at compile time */
    uint32_t flags;       /* MICA_RT_MODEL_* */
    const char *name;     /* the prefix of its symbols */
    uint32_t dim_count;   /* dynamic dimensions */
    uint32_t input_count;
    uint32_t output_count;
    uint32_t reserved; /* 0 */
    const mica_rt_dim_info *dims;
    const mica_rt_tensor_info *inputs;
    const mica_rt_tensor_info *outputs;
    const void *weights;   /* embedded weights; NULL: in a side file, or there are none */
    uint64_t weights_size; /* bytes; 0: the model needs no weights */
    uint64_t weights_fingerprint; /* side file: its last 8 bytes, native order; 0: unchecked */
    uint64_t workspace_bytes;     /* when workspace_size is NULL; may be 0 */
    /* Bytes of workspace for these dims, without room to align; UINT64_MAX: overflow. */
    uint64_t (*workspace_size)(const int64_t *dims);
    /* Writes outputs[i].dims[j] for each MICA_RT_DIM_COMPUTED; NULL when there is none. */
    void (*output_shapes)(const int64_t *dims, mica_rt_output *outputs);
    mica_rt_compute_fn compute;
    const mica_rt_profile *profile; /* NULL: not compiled with --profile */
} mica_rt_model;

/* Bytes of workspace that mica_rt_run needs for `dims` (an m_dims: struct_size, then one
 * int64_t a dynamic dimension; NULL when the model has none). 0: dims are invalid or out of
 * range. */
size_t mica_rt_workspace_size(const mica_rt_model *model, const void *dims);

/* Fills in type, rank and dims of all outputs for `dims` without running anything. `outputs` is
 * an m_outputs: struct_size, then one mica_rt_output each. An output whose size depends on data
 * gets its bound. Returns MICA_RT_OK or an error code. */
int32_t mica_rt_infer_shapes(const mica_rt_model *model, const void *dims, void *outputs);

/* Checks every argument against `model`, then runs it: what m_run is. `inputs` is an m_inputs:
 * struct_size, then one mica_rt_input each. Returns MICA_RT_OK or an error code, in which case
 * the contents of the outputs' data are undefined. */
int32_t mica_rt_run(const mica_rt_model *model, const mica_rt_env *env, const void *dims,
                    const void *inputs, void *outputs, void *workspace, size_t workspace_size);

/* Bytes of a dense tensor: its element's size times all dims. UINT64_MAX when a dim is
 * negative, the type is unknown or the product overflows. */
uint64_t mica_rt_tensor_bytes(uint32_t type, uint32_t rank, const int64_t *dims);

/* Nanoseconds of a clock that only goes forward, since some moment. 0 where there is none. */
int64_t mica_rt_clock(void);

/* ---- Parallel loops ---------------------------------------------------------------------- */

typedef void (*mica_rt_range_fn)(void *context, int64_t begin, int64_t end);

/* Splits [begin, end) into parts of `grain` iterations (below 1: 1), the last may be shorter,
 * and calls body(context, part_begin, part_end) once for each. The parts depend on these
 * numbers alone, so results don't depend on the number of threads. NULL executor, a single part
 * or a nested call: in order on the calling thread. Returns when all parts are done. */
void mica_rt_parallel_for(mica_rt_executor *executor, int64_t begin, int64_t end, int64_t grain,
                          mica_rt_range_fn body, void *context);

/* Starts a pool for `threads` threads, the calling one of parallel_for included, so threads - 1
 * are started; 0 means one a processor. Each thread begins with its own neighbouring share of a
 * loop's parts and then helps others. The caller owns *pool (NULL on failure) and gives it back
 * to mica_rt_thread_pool_destroy. MICA_RT_OK, MICA_RT_ERROR_MEMORY or MICA_RT_ERROR_THREADS. */
int32_t mica_rt_thread_pool_create(uint32_t threads, mica_rt_executor **pool);

/* Stops and joins the threads; no loop may be running. NULL is allowed. */
void mica_rt_thread_pool_destroy(mica_rt_executor *pool);

/* ---- Memrefs, as compiled functions of .mlir files pass them ----------------------------- */

/* The head of a ranked memref's descriptor. In memory `rank` sizes and `rank` strides (int64_t,
 * strides in elements) follow it. Element i, j is at aligned[offset + i * strides[0] + ...]. */
typedef struct mica_rt_memref {
    void *allocated; /* what was allocated, and is freed */
    void *aligned;   /* where element addresses count from */
    int64_t offset;  /* in elements */
} mica_rt_memref;

typedef struct mica_rt_unranked_memref {
    int64_t rank;
    mica_rt_memref *descriptor;
} mica_rt_unranked_memref;

/* sizes and strides of a descriptor, borrowed; each has `rank` entries. */
static inline int64_t *mica_rt_memref_sizes(mica_rt_memref *memref)
{
    return (int64_t *)(void *)(memref + 1);
}
static inline int64_t *mica_rt_memref_strides(mica_rt_memref *memref, int64_t rank)
{
    return mica_rt_memref_sizes(memref) + rank;
}

/* Copies all elements of `source` to `target`: same rank and sizes, any strides, elements of
 * `element_size` bytes. The two must not overlap. */
void mica_rt_memref_copy(int64_t element_size, const mica_rt_unranked_memref *source,
                         const mica_rt_unranked_memref *target);

#ifdef __cplusplus
}
#endif

#endif
