#include "CPlatform.h"
void hone_platform_anchor(void) {}
