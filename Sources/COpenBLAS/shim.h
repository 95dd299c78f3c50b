#include "lanes.h"
#include <cblas.h>
