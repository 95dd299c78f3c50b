// Vector kernels of Hone's own: for Neural alone, and inlined into it, with its instruction set.
#include "halves.h"
#include "lanes.h"
#include "products.h"
#include "subnormals.h"
