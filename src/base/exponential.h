/*
 * exponential.h
 *   Foundation: exp(x) of several numbers side by side, for loops in which the library's function would be the cost.
 */
#ifndef CSP_EXPONENTIAL_H
#define CSP_EXPONENTIAL_H

#include "base/csp_analysis.h"

/* Functions that use it are compiled for wide registers too; the operations, and so the results, are the same. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define EXPONENTIAL_TARGETS __attribute__((target_clones("arch=x86-64-v3", "default")))
#endif
#endif
#ifndef EXPONENTIAL_TARGETS
#define EXPONENTIAL_TARGETS
#endif

#define EXPONENTIAL_LANES	4
typedef double exponential_vector __attribute__((vector_size(EXPONENTIAL_LANES * sizeof(double))));
typedef int64 exponential_bits __attribute__((vector_size(EXPONENTIAL_LANES * sizeof(double))));
typedef uint64 exponential_word __attribute__((vector_size(EXPONENTIAL_LANES * sizeof(double))));

/*
 * Exponential
 *   Replaces four numbers, none above 700, by their exponentials: to 1 part in 1e15, and 0 below -700. x = k ln 2 + r, |r| <= ln(2) / 2; exp(r / 4) by its series (the first term left out is 7e-18),
 *   to the fourth power; k goes into the bits of the exponent. Adding 1.5 * 2^52 leaves k rounded in the low bits.
 */
static pg_attribute_always_inline void
Exponential(exponential_vector *x)
{
	exponential_vector shifted = *x * 1.4426950408889634074 + 0x1.8p52;
	exponential_vector k = shifted - 0x1.8p52;
	/* ln 2 in two parts, the first with few enough digits for its multiples to be exact */
	exponential_vector r = ((*x - k * 0x1.62e42fefa38p-1) - k * 0x1.ef35793c7673p-45) * 0.25;
	exponential_vector series = r * (1.0 / 362880) + 1.0 / 40320;

	series = series * r + 1.0 / 5040;
	series = series * r + 1.0 / 720;
	series = series * r + 1.0 / 120;
	series = series * r + 1.0 / 24;
	series = series * r + 1.0 / 6;
	series = series * r + 0.5;
	series = series * r * r + r + 1.0;
	series *= series;
	series *= series;
	*x = (exponential_vector) ((exponential_bits) ((exponential_word) series + ((exponential_word) shifted << 52)) & (*x >= -700.0));
}

#endif							/* CSP_EXPONENTIAL_H */
