/*
 * random.c
 *   Foundation: seeded random numbers.
 *
 * Sequences are xoshiro256++ (Blackman and Vigna 2021, ACM TOMS 47:36); seeds and counters are scrambled with the
 * output function of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA; Stafford's constants, variant 13).
 * A bounded integer is the high half of a product, redrawn in the few cases that would make it uneven (Lemire 2019,
 * ACM TOMACS 29:3).
 */
#include "base/random.h"

/* MultiplyHigh: the high 64 bits of a * b, and the low ones in *low. */
static inline uint64_t
MultiplyHigh(uint64_t a, uint64_t b, uint64_t *low)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 product = (unsigned __int128) a * b;

	*low = (uint64_t) product;
	return (uint64_t) (product >> 64);
#else
	uint64_t	al = a & UINT32_MAX,
				ah = a >> 32,
				bl = b & UINT32_MAX,
				bh = b >> 32;
	uint64_t	middle = ah * bl + (al * bl >> 32),
				other = al * bh + (middle & UINT32_MAX);

	*low = a * b;
	return ah * bh + (middle >> 32) + (other >> 32);
#endif
}

/* RotateLeft: the bits of x moved left by so many places; those that leave come in on the right */
static inline uint64_t
RotateLeft(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

/*
 * RandomSeed
 *   Starts the sequence of one task. A job uses one seed and numbers its tasks: the answer then depends on the seed
 *   alone, whoever carries out which task.
 */
void
RandomSeed(RandomState *state, uint64_t seed, uint64_t stream)
{
	uint64_t	key = RandomMix(RandomMix(seed + RANDOM_STEP) ^ stream);

	for (uint64_t i = 0; i < 4; i++)
		state->word[i] = RandomAt(key, i);
	if ((state->word[0] | state->word[1] | state->word[2] | state->word[3]) == 0)
		state->word[0] = 1;		/* the one state that xoshiro never leaves */
}

/* RandomBits: the next 64 random bits of xoshiro256++ */
uint64_t
RandomBits(RandomState *state)
{
	uint64_t   *s = state->word;
	uint64_t	result = RotateLeft(s[0] + s[3], 23) + s[0];
	uint64_t	shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = RotateLeft(s[3], 45);
	return result;
}

/* RandomUniform: a number in the open interval (0, 1) */
double
RandomUniform(RandomState *state)
{
	return RandomUnit(RandomBits(state));
}

/* RandomBounded: an integer from 0 to bound - 1, each equally likely; a bound of 0 stands for 2^64. */
uint64_t
RandomBounded(RandomState *state, uint64_t bound)
{
	uint64_t	bits = RandomBits(state);
	uint64_t	low;
	uint64_t	high;

	if (bound == 0)
		return bits;
	high = MultiplyHigh(bits, bound, &low);
	if (low < bound)
	{
		uint64_t	uneven = -bound % bound;	/* 2^64 mod bound */

		while (low < uneven)
			high = MultiplyHigh(RandomBits(state), bound, &low);
	}
	return high;
}

/* RandomShuffle: every order of the values equally likely (Fisher and Yates). */
void
RandomShuffle(RandomState *state, int32_t *values, size_t n)
{
	for (size_t i = n; i > 1; i--)
	{
		size_t		j = (size_t) RandomBounded(state, i);
		int32_t		kept = values[i - 1];

		values[i - 1] = values[j];
		values[j] = kept;
	}
}

/*
 * RandomKey
 *   The key of a named stream: the seed, then the name eight bytes at a time (little-endian, zero-filled), then its
 *   length.
 */
uint64_t
RandomKey(uint64_t seed, const char *name, size_t length)
{
	uint64_t	key = RandomMix(seed + RANDOM_STEP);

	for (size_t i = 0; i < length; i += 8)
	{
		uint64_t	word = 0;

		for (size_t j = 0; j < 8 && i + j < length; j++)
			word |= (uint64_t) (unsigned char) name[i + j] << (8 * j);
		key = RandomMix((key ^ word) + RANDOM_STEP);
	}
	return RandomMix((key ^ (uint64_t) length) + RANDOM_STEP);
}

/*
 * RandomAt
 *   The n-th 64 bits of the stream with this key. The key enters twice, before and after the first scrambling: two
 *   streams are never the same numbers at a distance.
 */
uint64_t
RandomAt(uint64_t key, uint64_t n)
{
	return RandomMix(RandomMix(key + n * RANDOM_STEP) ^ key);
}

/* RandomBoundedAt: as RandomBounded, from the n-th bits of a stream; a redraw scrambles them again. */
uint64_t
RandomBoundedAt(uint64_t key, uint64_t n, uint64_t bound)
{
	uint64_t	bits = RandomAt(key, n);
	uint64_t	low;
	uint64_t	high;

	if (bound == 0)
		return bits;
	high = MultiplyHigh(bits, bound, &low);
	if (low < bound)
	{
		uint64_t	uneven = -bound % bound;

		while (low < uneven)
		{
			bits = RandomMix(bits + RANDOM_STEP);
			high = MultiplyHigh(bits, bound, &low);
		}
	}
	return high;
}
