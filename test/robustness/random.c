/* Checks src/base/random.c against the figures that the generators' authors publish. Prints what differs. */
#include "../../src/base/random.h"

#include <inttypes.h>
#include <stdio.h>

static int	failures = 0;

static void
Expect(const char *what, uint64_t got, uint64_t expected)
{
	if (got != expected)
	{
		printf("%s: %" PRIu64 ", expected %" PRIu64 "\n", what, got, expected);
		failures++;
	}
}

int
main(void)
{
	/* SplitMix64 from seed 0 */
	static const uint64_t splitmix[] = {UINT64_C(0xE220A8397B1DCDAF), UINT64_C(0x6E789E6AA1B965F4),
		UINT64_C(0x06C45D188009454F), UINT64_C(0xF88BB8A8724C81EC), UINT64_C(0x1B39896A51A8749B)};

	/* xoshiro256++ from the state 1, 2, 3, 4 */
	static const uint64_t xoshiro[] = {41943041, 58720359, UINT64_C(3588806011781223), UINT64_C(3591011842654386),
		UINT64_C(9228616714210784205), UINT64_C(9973669472204895162), UINT64_C(14011001112246962877),
		UINT64_C(12406186145184390807), UINT64_C(15849039046786891736), UINT64_C(10450023813501588000)};
	RandomState state = {{1, 2, 3, 4}};
	RandomState other;
	int			count[6] = {0};
	int			orders[24] = {0};
	double		chi_square;

	for (int i = 0; i < 5; i++)
		Expect("splitmix", RandomMix((uint64_t) (i + 1) * RANDOM_STEP), splitmix[i]);
	for (int i = 0; i < 10; i++)
		Expect("xoshiro", RandomBits(&state), xoshiro[i]);

	/* the ends of the unit interval are not reached, and the middle is even */
	Expect("unit of nothing", RandomUnit(0) == 0x1p-53, 1);
	Expect("unit of all", RandomUnit(UINT64_MAX) == 1 - 0x1p-53, 1);
	Expect("unit is symmetric", RandomUnit(UINT64_C(1) << 63) + RandomUnit((UINT64_C(1) << 63) - 1) == 1, 1);

	/* a seed and a task give a sequence; another seed or another task gives another */
	RandomSeed(&state, 7, 0);
	RandomSeed(&other, 7, 0);
	Expect("same seed and task", RandomBits(&state), RandomBits(&other));
	RandomSeed(&other, 7, 1);
	Expect("another task", RandomBits(&state) != RandomBits(&other), 1);
	RandomSeed(&other, 8, 0);
	Expect("another seed", RandomBits(&state) != RandomBits(&other), 1);

	/* a die 60,000 times: chi-square with 5 degrees of freedom, .001 and .999 quantiles 0.210 and 20.515 */
	RandomSeed(&state, 1, 0);
	for (int i = 0; i < 60000; i++)
		count[RandomBounded(&state, 6)]++;
	chi_square = 0;
	for (int i = 0; i < 6; i++)
		chi_square += (count[i] - 10000.0) * (count[i] - 10000.0) / 10000;
	Expect("die", chi_square > 0.210 && chi_square < 20.515, 1);

	/*
	 * A bound of 3/4 of 2^64: without redrawing, the multiples of three would be half of the draws; they are a third.
	 * 30,000 draws, 2 degrees of freedom, .001 and .999 quantiles 0.002 and 13.816.
	 */
	for (int i = 0; i < 6; i++)
		count[i] = 0;
	for (int i = 0; i < 30000; i++)
	{
		uint64_t	value = RandomBounded(&state, UINT64_C(3) << 62);

		Expect("within the bound", value < UINT64_C(3) << 62, 1);
		count[value % 3]++;
	}
	chi_square = 0;
	for (int i = 0; i < 3; i++)
		chi_square += (count[i] - 10000.0) * (count[i] - 10000.0) / 10000;
	Expect("a bound near 2^64 is even", chi_square > 0.002 && chi_square < 13.816, 1);
	Expect("bound 1", RandomBounded(&state, 1), 0);

	/* the 24 orders of four values, 24,000 shuffles: 23 degrees of freedom, .001 and .999 quantiles 7.529 and 49.728 */
	for (int i = 0; i < 24000; i++)
	{
		int32_t		v[] = {0, 1, 2, 3};
		int			order = 0;

		RandomShuffle(&state, v, 4);
		for (int a = 0; a < 4; a++)
		{
			int			below = 0;

			for (int b = a + 1; b < 4; b++)
				below += v[b] < v[a];
			order = order * (4 - a) + below;
		}
		orders[order]++;
	}
	chi_square = 0;
	for (int i = 0; i < 24; i++)
		chi_square += (orders[i] - 1000.0) * (orders[i] - 1000.0) / 1000;
	Expect("shuffle", chi_square > 7.529 && chi_square < 49.728, 1);

	return failures != 0;
}
