#ifndef HONE_CPLATFORM_H
#define HONE_CPLATFORM_H
/* What Swift's Glibc cannot see: macros, variadics and _GNU_SOURCE. Every symbol starts with hone_. */
void hone_platform_anchor(void);
#endif
