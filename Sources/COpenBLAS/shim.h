#include "halves.h"
#include "lanes.h"
#include "products.h"
#include "subnormals.h"
#include <cblas.h>
