// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program that micac --emit=exe makes of a model, for the model of scale_model.h.
#include "test/runtime/scale_model.h"
#include "tools/support/model_main.h"

int main(int count, char **arguments)
{
    return mica_model_main(scale_info(), NULL, count, arguments);
}
