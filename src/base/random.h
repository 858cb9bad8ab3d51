/*
 * random.h
 *   Random numbers that depend on a seed and nothing else: not on the plan, the order of the rows, the number of
 *   workers, the byte order or the server's version. Needs nothing of the server, so that it can be tested alone.
 */
#ifndef CSP_RANDOM_H
#define CSP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The odd number nearest to 2^64 over the golden ratio: the step between the counters that RandomMix scrambles. */
#define RANDOM_STEP UINT64_C(0x9E3779B97F4A7C15)

/* RandomMix: a bijection of 64 bits in which every bit of the input reaches every bit of the output. */
static inline uint64_t
RandomMix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
	return x ^ (x >> 31);
}

/*
 * RandomUnit: 64 random bits as a number in the open interval (0, 1): the midpoint of one of 2^52 equal cells, so that
 * neither end is reached, 1 - u is as exact as u, and quantile functions never meet an infinity.
 */
static inline double
RandomUnit(uint64_t bits)
{
	return ((double) (bits >> 12) + 0.5) * 0x1p-52;
}

/* A sequence of random numbers; one for each task of a job (see RandomSeed). */
typedef struct RandomState
{
	uint64_t	word[4];
} RandomState;

extern void RandomSeed(RandomState *state, uint64_t seed, uint64_t stream);
extern uint64_t RandomBits(RandomState *state);
extern double RandomUniform(RandomState *state);
extern uint64_t RandomBounded(RandomState *state, uint64_t bound);
extern void RandomShuffle(RandomState *state, int32_t *values, size_t n);

/* Counter-based draws: the n-th of a named stream, without a state. */
extern uint64_t RandomKey(uint64_t seed, const char *name, size_t length);
extern uint64_t RandomAt(uint64_t key, uint64_t n);
extern uint64_t RandomBoundedAt(uint64_t key, uint64_t n, uint64_t bound);

#endif							/* CSP_RANDOM_H */
