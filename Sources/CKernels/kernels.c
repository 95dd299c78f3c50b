// All kernels are static inline; a target of C has at least one file that is compiled.
#include "CKernels.h"
