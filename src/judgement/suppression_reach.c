/*
 * suppression_reach.c
 *   Kernel of suppression: what a reader can derive, from how far the moves reach as cells are hidden now.
 */
#include "judgement/suppression_reach.h"

#include "utils/memutils.h"

/* NewArray: room for one value by outer and inner index, all bits 0. */
void *
NewArray(size_t size, size_t outer, size_t inner)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, Max(mul_size(size, mul_size(outer, inner)), 1),
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* NewReach: room for the reach of a set of tables. */
Reach *
NewReach(const SuppressionTables *t)
{
	Reach	   *reach = palloc(sizeof(Reach));

	reach->count = NewArray(sizeof(Range), t->ntables, t->ncells);
	reach->singles = NewArray(sizeof(Range), t->ntables, t->ncells);
	reach->least_below = NewArray(sizeof(int64), t->ntables, t->ncells);
	reach->count_low = NewArray(sizeof(int), t->ntables, t->ncells);
	reach->count_high = NewArray(sizeof(int), t->ntables, t->ncells);
	reach->region = NewArray(sizeof(Range), t->nregions, t->nall);
	reach->region_low = NewArray(sizeof(int), t->nregions, t->nall);
	reach->region_high = NewArray(sizeof(int), t->nregions, t->nall);
	reach->single_low = NewArray(sizeof(int64), t->nregions, t->nall);
	reach->single_below = NewArray(sizeof(int64), t->nregions, t->nall);
	return reach;
}

/* RangeOf: from low to high */
static inline Range
RangeOf(int64 low, int64 high)
{
	Range		range = {low, high};

	return range;
}

/* Times: a range of moves as the change of a count. */
static inline Range
Times(Range range, int change)
{
	int64		low = range.low <= -NO_BOUND ? -NO_BOUND : range.low * Abs(change);
	int64		high = range.high >= NO_BOUND ? NO_BOUND : range.high * Abs(change);

	return change > 0 ? (Range) {low, high} : (Range) {high >= NO_BOUND ? -NO_BOUND : -high, low <= -NO_BOUND ? NO_BOUND : -low};
}

/* Plus: a count plus a change; a change that knows no bound gives none */
static inline int64
Plus(int64 count, int64 change)
{
	return change >= NO_BOUND ? NO_BOUND : change <= -NO_BOUND ? -NO_BOUND : count + change;
}

/* Widen: widens the reach by what a move reaches further than all before it */
static inline void
Widen(Range *known, int *low_move, int *high_move, Range reach, int move)
{
	if (reach.low < known->low)
	{
		known->low = reach.low;
		*low_move = move;
	}
	if (reach.high > known->high)
	{
		known->high = reach.high;
		*high_move = move;
	}
}

/* MeasureCounts: finds what the move just propagated lets a reader learn of the tables' counts */
static void
MeasureCounts(const SuppressionTables *t, const Move *move, int number, Reach *reach)
{
	for (int i = 0; i < move->ntables; i++)
	{
		size_t		row = (size_t) move->table[i] * t->ncells;

		for (int c = 0; c < t->ncells; c++)
		{
			Range		change;

			CheckInterruptsAt(c);
			if (!IsHidden(t->status[row + c]))
				continue;
			change = Times(t->all[c], move->change[i]);
			Widen(&reach->count[row + c], &reach->count_low[row + c], &reach->count_high[row + c],
				  RangeOf(Plus(t->table_count[row + c], change.low), Plus(t->table_count[row + c], change.high)), number);
			if (move->single >= 0)
			{
				reach->singles[row + c].low += change.low;
				reach->singles[row + c].high = Min(reach->singles[row + c].high + change.high, NO_BOUND);
				reach->least_below[row + c] += t->below[c].low;
			}
		}
	}
}

/* MeasureRegions: finds what the move just propagated lets a reader learn of counts of single regions */
static void
MeasureRegions(const SuppressionTables *t, const Move *move, int number, Reach *reach)
{
	for (int i = 0; i < move->nregions; i++)
	{
		int			r = move->region[i];
		size_t		row = (size_t) r * t->nall;

		for (int c = 0; c < t->nall; c++)
		{
			Range		change = Times(t->all[c], move->sign[r]);

			CheckInterruptsAt(c);
			Widen(&reach->region[row + c], &reach->region_low[row + c], &reach->region_high[row + c],
				  RangeOf(Plus(t->count[row + c], change.low), Plus(t->count[row + c], change.high)), number);
			if (move->single >= 0)
			{
				reach->single_low[row + c] = t->all[c].low;
				reach->single_below[row + c] = c < t->ncells ? t->below[c].low : 0;
			}
		}
	}
}

/*
 * Measure
 *   The reach of every move, as cells are hidden now. What single regions reach is added up, since regions are moved
 *   independently of one another.
 */
void
Measure(SuppressionTables *t, Reach *reach)
{
	size_t		ncounts = (size_t) t->ntables * t->ncells;
	size_t		nregions = (size_t) t->nregions * t->nall;

	for (size_t i = 0; i < ncounts; i++)
	{
		CheckInterruptsAt(i);
		reach->count[i] = (Range) {t->table_count[i], t->table_count[i]};
		reach->singles[i] = (Range) {0, 0};
		reach->least_below[i] = t->table_count[i];
		reach->count_low[i] = reach->count_high[i] = -1;
	}
	for (size_t i = 0; i < nregions; i++)
	{
		CheckInterruptsAt(i);
		reach->region[i] = (Range) {t->count[i], t->count[i]};
		reach->region_low[i] = reach->region_high[i] = -1;
	}
	for (int m = 0; m < t->nmoves; m++)
	{
		PropagateMove(t, &t->moves[m]);
		MeasureCounts(t, &t->moves[m], m, reach);
		MeasureRegions(t, &t->moves[m], m, reach);
	}
	for (size_t i = 0; i < ncounts; i++)
	{
		CheckInterruptsAt(i);
		Widen(&reach->count[i], &reach->count_low[i], &reach->count_high[i],
			  RangeOf(Plus(t->table_count[i], reach->singles[i].low), Plus(t->table_count[i], reach->singles[i].high)), BY_SUM);
	}
}
