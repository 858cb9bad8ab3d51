/*
 * cell_key.c
 *   Concept: cell-key perturbation, counts with a small noise that is always the same for the same set of records.
 *
 * Every record has a random key. The keys of a cell's records are added up, and the sum picks the cell's noise from a
 * table. Asking again gives the same noise, so nothing is gained by averaging over repetitions; two cells that differ
 * by one record have different noise, so their difference does not show what the record was. The method is the one of
 * the Australian Bureau of Statistics (Fraser and Wooton 2005), which the Office for National Statistics uses for the
 * tables of the census of 2021.
 *
 * The table has, of all distributions that fit, the one of the greatest entropy (Giessing 2016; Marley and Leaver
 * 2011): mean 0, a given variance, at most a given noise, no count below 0; 0 stays 0. With these constraints it is
 * p(e) proportional to exp(a e + b e^2), with a and b for the mean and the variance. A count of n takes the variance
 * n where that is less than the one given, since it cannot fall by more than n.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "base/check.h"
#include "base/random.h"
#include "base/result.h"

#define NOISE_MAXIMUM 5			/* of the extension's own table */
#define NOISE_VARIANCE 4.0
#define NOISE_ROWS 5			/* counts beyond have the last row's noise */
#define SHOWN_FROM 10			/* figures about fewer people are not shown */
#define LARGEST_MAXIMUM 50

/* ---- kernel ---- */

/* ExponentialFit: p(e) for e = low..high with exp(a e + b e^2), scaled to 1; gives its mean and variance about 0. */
static void
ExponentialFit(int low, int high, double a, double b, double *p, double *mean, double *square)
{
	double		largest = -INFINITY;
	double		sum = 0;

	for (int e = low; e <= high; e++)
		largest = fmax(largest, a * e + b * e * e);
	for (int e = low; e <= high; e++)
		sum += p[e - low] = exp(a * e + b * e * e - largest);
	*mean = *square = 0;
	for (int e = low; e <= high; e++)
	{
		p[e - low] /= sum;
		*mean += e * p[e - low];
		*square += (double) e * e * p[e - low];
	}
}

/*
 * MaximumEntropy
 *   The distribution of the greatest entropy on low..high with mean 0 and a variance. The mean grows with a, and the
 *   variance at mean 0 with b: two bisections, one within the other, cannot miss.
 */
static void
MaximumEntropy(int low, int high, double variance, double *p)
{
	double		b_low = -40;
	double		b_high = 40;
	double		mean;
	double		square;

	for (int i = 0; i < 60; i++)
	{
		double		b = (b_low + b_high) / 2;
		double		a_high = (2 * fabs(b) + 2) * high;
		double		a_low = -a_high;

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < 60; j++)
		{
			double		a = (a_low + a_high) / 2;

			ExponentialFit(low, high, a, b, p, &mean, &square);
			if (mean < 0)
				a_low = a;
			else
				a_high = a;
		}
		if (square < variance)
			b_low = b;
		else
			b_high = b;
	}
}

/*
 * NoiseDistribution: the probabilities of a count's noise from -min(count, maximum) to maximum;
 * gives the least noise
 */
static int
NoiseDistribution(int count, int maximum, double variance, double *p)
{
	int			low = -Min(count, maximum);

	MaximumEntropy(low, maximum, fmin(variance, count), p);
	return low;
}

/*
 * Noise
 *   The noise of a count by 64 random bits, from the extension's own table, which is made once in a session.
 */
static int
Noise(int64 count, uint64 bits)
{
	static double below[NOISE_ROWS][2 * NOISE_MAXIMUM + 1]; /* probability of a noise up to this one */
	static bool is_made = false;
	int			row = (int) Min(count, NOISE_ROWS) - 1;
	int			low = -Min(row + 1, NOISE_MAXIMUM);
	double		u = RandomUnit(bits);
	int			e = 0;

	if (count <= 0)
		return 0;
	if (!is_made)
	{
		for (int r = 0; r < NOISE_ROWS; r++)
		{
			int			first = NoiseDistribution(r + 1, NOISE_MAXIMUM, NOISE_VARIANCE, below[r]);

			for (int i = 1; i <= NOISE_MAXIMUM - first; i++)
				below[r][i] += below[r][i - 1];
		}
		is_made = true;
	}
	while (low + e < NOISE_MAXIMUM && u >= below[row][e])
		e++;
	return low + e;
}

/* CellBits: 64 random bits from the sum of a cell's record keys */
static uint64
CellBits(int64 cell_key)
{
	return RandomMix((uint64) (uint32) cell_key * RANDOM_STEP + RANDOM_STEP);
}

/* AddNoise: a count with its noise; near the end of bigint there is no room for it, nor need */
static int64
AddNoise(int64 count, uint64 bits)
{
	return count > PG_INT64_MAX - NOISE_MAXIMUM ? count : count + Noise(count, bits);
}

/* ---- SQL ---- */

/* record_key: the SQL function record_key: a record's random key, determined by its arguments */
PG_FUNCTION_INFO_V1(record_key);
Datum
record_key(PG_FUNCTION_ARGS)
{
	uint64		bits = RandomMix((uint64) PG_GETARG_INT64(0) + RANDOM_STEP);

	for (int a = 1; a < PG_NARGS(); a++)
		bits = RandomMix((bits ^ (uint64) PG_GETARG_INT64(a)) * RANDOM_STEP + RANDOM_STEP);
	PG_RETURN_INT32((int32) (uint32) (bits >> 32));
}

/* cell_noise: the SQL function cell_noise: the noise that a count with this cell key is given */
PG_FUNCTION_INFO_V1(cell_noise);
Datum
cell_noise(PG_FUNCTION_ARGS)
{
	CheckNotNegativeInt("count", PG_GETARG_INT64(0));
	PG_RETURN_INT32(Noise(PG_GETARG_INT64(0), CellBits(PG_GETARG_INT64(1))));
}

/*
 * csp_internal.shown_count(count, cell_key, scope_key, is_protected)
 *   A count of people, or of incidents by their people, as a reader may see it. The noise follows from the cell and
 *   from all of the table's records, so that one record more changes every cell of the table and not its own alone.
 */
PG_FUNCTION_INFO_V1(shown_count);
Datum
shown_count(PG_FUNCTION_ARGS)
{
	int64		count = PG_GETARG_INT64(0);

	if (PG_GETARG_BOOL(3))
	{
		count = AddNoise(count, RandomMix(CellBits(PG_GETARG_INT64(1)) + (uint64) (uint32) PG_GETARG_INT64(2)));
		if (count < SHOWN_FROM)
			PG_RETURN_NULL();
	}
	PG_RETURN_INT64(count);
}

/* The state of perturbed_count: how many records, and the sum of their keys modulo 2^32, which a float8 holds exactly. */
enum
{
	STATE_COUNT,
	STATE_KEY,
	STATE_LENGTH
};

/* AddToState: both numbers of the state; anyone may bring a state, and what is no whole number in range is refused */
static void
AddToState(double *state, double count, double key)
{
	double		total = state[STATE_KEY] + key;

	if (!(state[STATE_KEY] >= 0 && state[STATE_KEY] < 0x1p32 && key >= 0 && key < 0x1p32
		  && state[STATE_COUNT] >= 0 && count >= 0 && state[STATE_COUNT] + count <= 0x1p53))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("perturbed_count: the state does not hold a count and a key"),
				 errhint("This function is part of an aggregate: call the aggregate.")));
	state[STATE_COUNT] += count;
	state[STATE_KEY] = total >= 0x1p32 ? total - 0x1p32 : total;
}

/* perturbed_count_accum: adds one record with its key to a count */
PG_FUNCTION_INFO_V1(perturbed_count_accum);
Datum
perturbed_count_accum(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);

	AddToState(FloatState(array, STATE_LENGTH, "perturbed_count"), 1, (uint32) PG_GETARG_INT32(1));
	PG_RETURN_ARRAYTYPE_P(array);
}

/* perturbed_count_combine: adds up two partial counts and their keys */
PG_FUNCTION_INFO_V1(perturbed_count_combine);
Datum
perturbed_count_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = OwnState(fcinfo);
	double	   *other = FloatState(PG_GETARG_ARRAYTYPE_P(1), STATE_LENGTH, "perturbed_count");

	AddToState(FloatState(array, STATE_LENGTH, "perturbed_count"), other[STATE_COUNT], other[STATE_KEY]);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* perturbed_count_final: the count with the noise that the sum of its keys decides */
PG_FUNCTION_INFO_V1(perturbed_count_final);
Datum
perturbed_count_final(PG_FUNCTION_ARGS)
{
	double		checked[STATE_LENGTH] = {0, 0};
	double	   *state = FloatState(PG_GETARG_ARRAYTYPE_P(0), STATE_LENGTH, "perturbed_count");

	AddToState(checked, state[STATE_COUNT], state[STATE_KEY]);
	PG_RETURN_INT64(AddNoise((int64) checked[STATE_COUNT], CellBits((int64) checked[STATE_KEY])));
}

/* Columns of csp.perturbation_table. */
enum
{
	PERTURBATION_TABLE_COUNT,
	PERTURBATION_TABLE_NOISE,
	PERTURBATION_TABLE_PROBABILITY,
	PERTURBATION_TABLE_COLUMNS
};

/* perturbation_table(maximum, variance): one row for a count and a noise that it may get */
PG_FUNCTION_INFO_V1(perturbation_table);
Datum
perturbation_table(PG_FUNCTION_ARGS)
{
	int32		maximum = PG_GETARG_INT32(0);
	double		variance = PG_GETARG_FLOAT8(1);
	CspResult	row;
	double		p[2 * LARGEST_MAXIMUM + 1];
	int			rows;

	if (maximum < 1 || maximum > LARGEST_MAXIMUM)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("maximum %d is not from 1 to %d", maximum, LARGEST_MAXIMUM),
				 errhint("It is the largest noise that a count may get; 5 is usual.")));
	if (!(variance >= 0.01 && variance <= maximum * (maximum + 1) / 3.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("variance %g is not from 0.01 to %g", variance, maximum * (maximum + 1) / 3.0),
				 errhint("The most is that of a noise for which every value up to the maximum is equally likely.")));
	ResultInitSet(&row, fcinfo, PERTURBATION_TABLE_COLUMNS);
	rows = Max(maximum, (int) ceil(variance));
	for (int count = 1; count <= rows; count++)
	{
		int			low = NoiseDistribution(count, maximum, variance, p);

		for (int e = low; e <= maximum; e++)
		{
			ResultSetInt32(&row, PERTURBATION_TABLE_COUNT, count);
			ResultSetInt32(&row, PERTURBATION_TABLE_NOISE, e);
			ResultSetFloat8(&row, PERTURBATION_TABLE_PROBABILITY, p[e - low]);
			ResultPut(&row);
		}
	}
	PG_RETURN_NULL();
}
