/*
 * rank_interval.c
 *   Concept: how settled is a ranking? Scores are uncertain, so their order is: every score is drawn again many times
 *   from a normal distribution about itself, and each draw is ranked.
 *
 * The interval of a rank by simulation is that of Goldstein and Spiegelhalter (1996), JRSS A 159. A score may be made of
 * factors: then every factor is drawn, a side is the weighted mean of its factors, and the product of the two sides is
 * ranked; weights may be drawn too, one draw of a factor's weight serving all issues, since a strategy group that weighs
 * harm more weighs it more for every issue.
 *
 * Issues are put in an order that depends on their figures alone, and those with the same figures share one tally, so that
 * neither the order of the rows nor their number in a plan moves a digit.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "base/check.h"
#include "base/distribution.h"
#include "base/random.h"
#include "base/result.h"

/* ---- kernel ---- */

/* What stands for one factor of one issue; a factor that is not scored has weight 0. */
typedef struct RankFactor
{
	double		score;
	double		error;
	double		weight;
} RankFactor;

typedef struct RankJob
{
	int			n;				/* issues */
	int			nlikelihood;	/* factors of the first side of each */
	int			nimpact;		/* and of the second; 0: there is none */
	RankFactor *factors;		/* issue by issue */
	int		   *row;			/* of each issue in the partition */
	double		weight_spread;
	double		confidence;
	int			draws;
	int64		seed;
} RankJob;

typedef struct RankAnswer
{
	bool		known;
	int			rank;
	double		mean_rank;
	int			lower;
	int			upper;
	double		top_3;
	double		top_5;
} RankAnswer;

/* A value of a draw and whose it is. */
typedef struct RankedValue
{
	double		value;
	int			issue;
} RankedValue;

#define ST_SORT SortRankedValues
#define ST_ELEMENT_TYPE RankedValue
#define ST_COMPARE(a, b) ((a)->value > (b)->value ? -1 : (a)->value < (b)->value)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* CompareFactors: order of issues of the same value: by scores, errors and weights of their factors */
static int
CompareFactors(const RankFactor *left, const RankFactor *right, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (left[i].score != right[i].score)
			return left[i].score > right[i].score ? -1 : 1;
		if (left[i].error != right[i].error)
			return left[i].error < right[i].error ? -1 : 1;
		if (left[i].weight != right[i].weight)
			return left[i].weight > right[i].weight ? -1 : 1;
	}
	return 0;
}

typedef struct RankOrder
{
	const RankFactor *factors;
	int			issue;
} RankOrder;

#define ST_SORT SortRankOrder
#define ST_ELEMENT_TYPE RankOrder
#define ST_COMPARE(a, b, n) CompareFactors((a)->factors, (b)->factors, *(n))
#define ST_COMPARE_ARG_TYPE int
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Side: the weighted mean of one side's factors, drawn when there is a generator. */
static double
Side(const RankFactor *factors, int n, const double *weight_factor, RandomState *random)
{
	double		sum = 0;
	double		weights = 0;

	for (int i = 0; i < n; i++)
	{
		double		weight = factors[i].weight;
		double		score = factors[i].score;

		if (weight == 0)
			continue;
		if (weight_factor != NULL)
			weight *= weight_factor[i];
		if (random != NULL && factors[i].error > 0)
			score += factors[i].error * NormalQuantile(RandomUniform(random));
		sum += weight * score;
		weights += weight;
	}
	return sum / weights;
}

/* IssueValue: an issue's value: its likelihood times its impact, in one random draw or as given */
static double
IssueValue(const RankJob *job, const RankFactor *factors, const double *weight_factor, RandomState *random)
{
	double		value = Side(factors, job->nlikelihood, weight_factor, random);

	if (job->nimpact > 0)
		value *= Side(factors + job->nlikelihood, job->nimpact,
					  weight_factor == NULL ? NULL : weight_factor + job->nlikelihood, random);
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("rank_interval: scores, errors or weights are too large to be combined"),
				 errhint("Give scores and weights of ordinary size.")));
	return value;
}

/* RankValues: sorts highest first; equal values share the better rank. Calls back through ranks[issue]. */
static void
RankValues(RankedValue *values, int n, int *ranks)
{
	SortRankedValues(values, n);
	for (int i = 0; i < n; i++)
		ranks[values[i].issue] = i > 0 && values[i].value == values[i - 1].value ? ranks[values[i - 1].issue] : i + 1;
}

/*
 * RankIntervals
 *   Draws, ranks and tallies; answers[row] for every issue.
 */
static void
RankIntervals(const RankJob *job, RankAnswer *answers)
{
	int			n = job->n;
	int			nfactors = job->nlikelihood + job->nimpact;
	double		bytes = (double) n * n * sizeof(int64);
	RankOrder  *order = palloc(sizeof(RankOrder) * n);
	RankedValue *values = palloc(sizeof(RankedValue) * n);
	int		   *ranks = palloc(sizeof(int) * n);
	int		   *tally_of = palloc(sizeof(int) * n);
	int		   *issues_of = palloc0(sizeof(int) * n);
	double	   *weight_factor = job->weight_spread > 0 ? palloc(sizeof(double) * nfactors) : NULL;
	int			ntallies = 0;
	int64	   *tally;
	double		tail = (1 - job->confidence) / 2;

	if (bytes > max_memory_kb * 1024.0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("rank_interval: ranks of %d issues would need about %.0f MB, more than csp_analysis.max_memory (%d MB)",
						n, ceil(bytes / 1048576), max_memory_kb / 1024),
				 errhint("Rank fewer rows, add PARTITION BY, or raise csp_analysis.max_memory.")));

	for (int i = 0; i < n; i++)
	{
		order[i].factors = job->factors + (size_t) i * nfactors;
		order[i].issue = i;
	}
	SortRankOrder(order, n, &nfactors);
	for (int i = 0; i < n; i++)
	{
		if (i == 0 || CompareFactors(order[i - 1].factors, order[i].factors, nfactors) != 0)
			ntallies++;
		tally_of[i] = ntallies - 1;
		issues_of[ntallies - 1]++;
	}
	tally = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(int64) * ntallies * n, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	/* the ranks of the scores as given, before any draw */
	for (int i = 0; i < n; i++)
	{
		values[i].value = IssueValue(job, order[i].factors, NULL, NULL);
		values[i].issue = i;
	}
	RankValues(values, n, ranks);
	for (int i = 0; i < n; i++)
		answers[job->row[order[i].issue]].rank = ranks[i];

	for (int draw = 0; draw < job->draws; draw++)
	{
		RandomState random;

		CHECK_FOR_INTERRUPTS();
		RandomSeed(&random, job->seed, draw);
		/* a weight is multiplied by a log-normal factor of median 1 */
		for (int factor = 0; weight_factor != NULL && factor < nfactors; factor++)
			weight_factor[factor] = exp(job->weight_spread * NormalQuantile(RandomUniform(&random)));
		for (int i = 0; i < n; i++)
		{
			values[i].value = IssueValue(job, order[i].factors, weight_factor, &random);
			values[i].issue = i;
		}
		RankValues(values, n, ranks);
		for (int i = 0; i < n; i++)
			tally[(size_t) tally_of[i] * n + ranks[i] - 1]++;
	}

	for (int i = 0; i < n; i++)
	{
		RankAnswer *answer = &answers[job->row[order[i].issue]];
		const int64 *count = tally + (size_t) tally_of[i] * n;
		double		total = (double) job->draws * issues_of[tally_of[i]];
		double		sum = 0;
		int64		below = 0;

		CHECK_FOR_INTERRUPTS();
		answer->known = true;
		answer->lower = answer->upper = 0;
		answer->top_3 = answer->top_5 = 0;
		for (int rank = 1; rank <= n; rank++)
		{
			below += count[rank - 1];
			sum += (double) rank * count[rank - 1];
			/* the smallest rank up to which at least the tail's share of the draws lies */
			if (answer->lower == 0 && below >= tail * total && below > 0)
				answer->lower = rank;
			if (answer->upper == 0 && below >= (1 - tail) * total)
				answer->upper = rank;
			if (rank == Min(3, n))
				answer->top_3 = below / total;
			if (rank == Min(5, n))
				answer->top_5 = below / total;
		}
		answer->mean_rank = sum / total;
	}
}

/* ---- SQL ---- */

#define MAX_RANK_FACTORS 1000
#define MAX_RANK_DRAWS 10000000

/* A partition's answers, computed at its first row. */
typedef struct RankPartition
{
	bool		done;
	RankAnswer *answers;
} RankPartition;

/* SettingArgument: an argument that is one for the whole partition, read at its first row */
static Datum
SettingArgument(WindowObject window, int argument, const char *name)
{
	bool		isnull,
				isout;
	Datum		value = WinGetFuncArgInPartition(window, argument, 0, WINDOW_SEEK_HEAD, false, &isnull, &isout);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", name),
				 errhint("Leave the argument out for its default.")));
	return value;
}

/*
 * SideArgument
 *   Three lists of one length: the scores of a side at a row, their standard errors, their weights. False where a list is
 *   NULL. *n is -1 before the first list of a partition.
 */
static bool
SideArgument(WindowObject window, int argument, int64 row, const char *side, int *n, RankFactor *factors)
{
	static const char *const what[] = {"scores", "errors", "weights"};

	for (int list = 0; list < 3; list++)
	{
		bool		isnull,
					isout;
		Datum		value = WinGetFuncArgInPartition(window, argument + list, row, WINDOW_SEEK_HEAD, false, &isnull, &isout);
		Datum	   *elements;
		bool	   *nulls;
		int			length;

		if (isnull)
			return false;
		deconstruct_array(DatumGetArrayTypeP(value), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
						  &elements, &nulls, &length);
		if (*n < 0)
		{
			if (length > MAX_RANK_FACTORS)
				ereport(ERROR,
						(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						 errmsg("%s_scores has %d factors, more than %d", side, length, MAX_RANK_FACTORS)));
			*n = length;
		}
		if (length != *n)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("%s_%s has %d elements where another list of the side has %d", side, what[list], length, *n),
					 errhint("Give the factors in one order for all issues, with NULL for the score of a factor that is not scored.")));
		for (int i = 0; i < length; i++)
		{
			double		number = nulls[i] ? 0 : DatumGetFloat8(elements[i]);
			RankFactor *factor = &factors[i];

			CheckFinite(what[list], number);
			switch (list)
			{
				case 0:
					factor->score = number;
					factor->weight = nulls[i] ? 0 : 1;
					break;
				case 1:
					CheckNotNegative(what[list], number);
					/* what is not scored weighs nothing, and must not tell issues apart */
					factor->error = factor->weight == 0 ? 0 : number;
					break;
				default:
					CheckNotNegative(what[list], number);
					factor->weight = factor->weight == 0 ? 0 : number;
					if (factor->weight == 0)
						factor->score = factor->error = 0;
			}
		}
	}
	return true;
}

/* HasWeight: has any of the factors a weight above 0? */
static bool
HasWeight(const RankFactor *factors, int n)
{
	for (int i = 0; i < n; i++)
		if (factors[i].weight > 0)
			return true;
	return false;
}

/*
 * RankPartitionAnswers
 *   Reads the partition at its first row and ranks it. The settings confidence, draws, seed come last.
 */
static RankAnswer *
RankPartitionAnswers(WindowObject window, RankPartition *partition, bool factored)
{
	int64		nrows = WinGetPartitionRowCount(window);
	int			setting = factored ? 7 : 2;
	int			likelihood = -1;
	int			impact = -1;
	RankFactor	at_row[2 * MAX_RANK_FACTORS];
	RankJob		job = {0};
	int64		capacity = 0;
	MemoryContext context = GetMemoryChunkContext(partition);
	MemoryContext work;
	MemoryContext row_context;
	MemoryContext outer;

	if (nrows > PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("rank_interval: the partition has %lld rows, too many", (long long) nrows)));
	if (factored)
	{
		job.weight_spread = DatumGetFloat8(SettingArgument(window, 6, "weight_spread"));
		CheckNotNegative("weight_spread", job.weight_spread);
	}
	job.confidence = DatumGetFloat8(SettingArgument(window, setting, "confidence"));
	CheckConfidence("confidence", job.confidence);
	job.draws = DatumGetInt32(SettingArgument(window, setting + 1, "draws"));
	CheckAtLeastInt("draws", job.draws, 1);
	if (job.draws > MAX_RANK_DRAWS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("draws is %d, more than %d", job.draws, MAX_RANK_DRAWS),
				 errhint("9999 draws give a share to half a per cent.")));
	job.seed = DatumGetInt64(SettingArgument(window, setting + 2, "seed"));

	partition->answers = MemoryContextAllocExtended(context, sizeof(RankAnswer) * nrows, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	work = AllocSetContextCreate(context, "csp_analysis rank_interval", ALLOCSET_DEFAULT_SIZES);
	row_context = AllocSetContextCreate(work, "csp_analysis rank_interval row", ALLOCSET_SMALL_SIZES);
	outer = MemoryContextSwitchTo(work);

	for (int64 row = 0; row < nrows; row++)
	{
		bool		complete;
		int			nfactors;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(row_context);
		MemoryContextSwitchTo(row_context);
		if (factored)
			complete = SideArgument(window, 0, row, "likelihood", &likelihood, at_row) &&
				SideArgument(window, 3, row, "impact", &impact, at_row + likelihood) &&
				HasWeight(at_row, likelihood) && HasWeight(at_row + likelihood, impact);
		else
		{
			bool		score_null,
						error_null,
						isout;
			Datum		score = WinGetFuncArgInPartition(window, 0, row, WINDOW_SEEK_HEAD, false, &score_null, &isout);
			Datum		error = WinGetFuncArgInPartition(window, 1, row, WINDOW_SEEK_HEAD, false, &error_null, &isout);

			complete = !score_null && !error_null;
			likelihood = 1;
			impact = 0;
			if (complete)
			{
				at_row[0].score = DatumGetFloat8(score);
				at_row[0].error = DatumGetFloat8(error);
				at_row[0].weight = 1;
				CheckFinite("score", at_row[0].score);
				CheckFinite("std_error", at_row[0].error);
				CheckNotNegative("std_error", at_row[0].error);
			}
		}
		MemoryContextSwitchTo(work);
		if (!complete)
			continue;

		nfactors = likelihood + impact;
		if (job.n == capacity)
		{
			int64		larger = capacity == 0 ? 64 : 2 * capacity;

			job.factors = capacity == 0 ? palloc(sizeof(RankFactor) * larger * nfactors)
				: repalloc_huge(job.factors, sizeof(RankFactor) * larger * nfactors);
			job.row = capacity == 0 ? palloc(sizeof(int) * larger) : repalloc_huge(job.row, sizeof(int) * larger);
			capacity = larger;
		}
		memcpy(job.factors + (size_t) job.n * nfactors, at_row, sizeof(RankFactor) * nfactors);
		job.row[job.n++] = (int) row;
	}
	job.nlikelihood = likelihood;
	job.nimpact = Max(impact, 0);
	if (job.n > 0)
		RankIntervals(&job, partition->answers);
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(work);
	partition->done = true;
	return partition->answers;
}

/* Columns of csp.rank_interval. */
enum
{
	RANK_INTERVAL_RANK,
	RANK_INTERVAL_MEAN_RANK,
	RANK_INTERVAL_LOWER,
	RANK_INTERVAL_UPPER,
	RANK_INTERVAL_TOP_3,
	RANK_INTERVAL_TOP_5,
	RANK_INTERVAL_COLUMNS
};

/* RankIntervalOfRow: the current row's rank and interval; the first row works out the whole partition */
static Datum
RankIntervalOfRow(FunctionCallInfo fcinfo, bool factored)
{
	WindowObject window = PG_WINDOW_OBJECT();
	RankPartition *partition = WinGetPartitionLocalMemory(window, sizeof(RankPartition));
	const RankAnswer *answer;
	CspResult	result;

	if (!partition->done)
		RankPartitionAnswers(window, partition, factored);
	answer = &partition->answers[WinGetCurrentPosition(window)];
	if (!answer->known)
		PG_RETURN_NULL();

	ResultInit(&result, fcinfo, RANK_INTERVAL_COLUMNS);
	ResultSetInt32(&result, RANK_INTERVAL_RANK, answer->rank);
	ResultSetFloat8(&result, RANK_INTERVAL_MEAN_RANK, answer->mean_rank);
	ResultSetInt32(&result, RANK_INTERVAL_LOWER, answer->lower);
	ResultSetInt32(&result, RANK_INTERVAL_UPPER, answer->upper);
	ResultSetFloat8(&result, RANK_INTERVAL_TOP_3, answer->top_3);
	ResultSetFloat8(&result, RANK_INTERVAL_TOP_5, answer->top_5);
	return ResultDatum(&result);
}

/* rank_interval: the SQL function rank_interval for issues with one likelihood and one impact */
PG_FUNCTION_INFO_V1(rank_interval);
Datum
rank_interval(PG_FUNCTION_ARGS)
{
	return RankIntervalOfRow(fcinfo, false);
}

/* rank_interval_factors: the SQL function rank_interval for issues with several weighted factors */
PG_FUNCTION_INFO_V1(rank_interval_factors);
Datum
rank_interval_factors(PG_FUNCTION_ARGS)
{
	return RankIntervalOfRow(fcinfo, true);
}

/* confidence_z: how many standard errors a normal interval reaches to each side */
PG_FUNCTION_INFO_V1(confidence_z);
Datum
confidence_z(PG_FUNCTION_ARGS)
{
	double		confidence = PG_GETARG_FLOAT8(0);

	CheckConfidence("confidence", confidence);
	PG_RETURN_FLOAT8(-NormalQuantile((1 - confidence) / 2));
}
