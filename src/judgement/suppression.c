/*
 * suppression.c
 *   Concept: which further counts must be hidden so that a hidden one cannot be worked out from totals and parts.
 *
 * Counts from 1 to their threshold are hidden (primary suppression). Totals would give them back, so that others are hidden
 * with them (secondary suppression): Cox 1980, JASA 75; Fischetti and Salazar 2001, Management Science 47; Hundepool et al.
 * 2012, Statistical Disclosure Control, ch. 4. Those texts ask for an interval of a given width about a sensitive count; here
 * the interval must hold a count above the threshold, and the least count that the cell could have.
 *
 * The choice: every hidden count that fails asks for the cheapest alternative table in which it has the value it lacks, where
 * cells that this alters must be hidden, and each equation is balanced again by one cell. On a tree of totals that is found by
 * a recursion (in a general table it is a path or cycle of cells, Cox 1995, JASA 90). The bounds are then worked out
 * again, until none fails. Every round hides at least one cell, so that it ends; what is left over is hidden as a whole.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "catalog/pg_type.h"

#include "base/check.h"
#include "base/result.h"
#include "judgement/suppression_reach.h"

/* ---- kernel ---- */

typedef enum SuppressionReason
{
	REASON_NONE,
	REASON_PRIMARY,
	REASON_SECONDARY,
	REASON_DEMANDED,			/* the caller asked for it */
	REASON_WITHHELD				/* nothing less would do */
} SuppressionReason;

static const char *const reason_words[] = {NULL, "primary", "secondary", "demanded", "withheld"};

/* A count that a move must bring to another value; parts come before totals, which may hold once they do. */
typedef struct Failure
{
	ReaderKind	reader;
	int			move;
	int			cell;
	int			direction;		/* 1 up, -1 down */
	int64		by;
	int			equation;		/* the one in which the cell is a part, or -1 */
} Failure;

typedef struct Suppression
{
	SuppressionTables *t;
	uint8	   *reason;			/* by table and cell */
	int64		hidden;			/* cells hidden so far, to see progress */
	/* of the alternative that is being sought */
	const Move *move;
	int64		by;
	bool		is_fresh;		/* what is hidden already has no more to give */
	int			generation;
	double	   *cost[2];		/* by cell, of moving it down or up with all below */
	int		   *cost_of[2];		/* the generation of that */
	int		   *cheapest[2];	/* by equation: the part that balances it, -1 none */
	Failure    *failures;
	int			nfailures;
	int			room;
} Suppression;

#define ST_SORT SortFailures
#define ST_ELEMENT_TYPE Failure
#define ST_COMPARE(a, b) ((a)->reader != (b)->reader ? ((a)->reader < (b)->reader ? -1 : 1) \
	: (a)->move != (b)->move ? ((a)->move < (b)->move ? -1 : 1) \
	: (a)->equation != (b)->equation ? ((a)->equation > (b)->equation ? -1 : 1) \
	: (a)->by != (b)->by ? ((a)->by > (b)->by ? -1 : 1) \
	: (a)->cell != (b)->cell ? ((a)->cell < (b)->cell ? -1 : 1) : (a)->direction - (b)->direction)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Hide: hides a cell of a table that is about to be published. */
static void
Hide(Suppression *s, size_t at, SuppressionReason reason)
{
	s->t->status[at] = CELL_HIDDEN;
	s->reason[at] = reason;
	s->hidden++;
}

/* CanHide: may this figure still be hidden? A 0 is never hidden by itself. */
static inline bool
CanHide(const SuppressionTables *t, size_t at)
{
	return t->status[at] == CELL_SHOWN && t->table_count[at] > 0;
}

/* IsAlike: are two tables of the same months? */
static bool
IsAlike(const SuppressionTables *t, int table, int other)
{
	for (int r = 0; r < t->nregions; r++)
		if ((t->region_tables[r] >> table & 1) != (t->region_tables[r] >> other & 1))
			return false;
	return true;
}

/*
 * Withhold
 *   Where the total of an equation was published before, and many of its parts are known to be above 0, each may be known to
 *   be small whatever is hidden. Then all parts of the equation and all below them are withheld, zeros included: that
 *   table says no more of them than if it had not been published.
 */
static void
Withhold(Suppression *s, int table, int equation)
{
	SuppressionTables *t = s->t;

	check_stack_depth();
	for (int p = t->first_part[equation]; p < t->first_part[equation + 1]; p++)
	{
		int			c = t->part[p];
		size_t		at = (size_t) table * t->ncells + c;

		if (t->status[at] == CELL_SHOWN || t->status[at] == CELL_HIDDEN)
		{
			t->status[at] = CELL_WITHHELD;
			s->reason[at] = REASON_WITHHELD;
			s->hidden++;
		}
		for (int e = t->first_equation[c]; e < t->first_equation[c + 1]; e++)
			Withhold(s, table, e);
	}
}

/* IsHopeless: is a small count of a cell, or of one of its regions, open though all were hidden? */
static bool
IsHopeless(const SuppressionTables *t, const Reach *best, int table, int cell)
{
	size_t		at = (size_t) table * t->ncells + cell;

	if (t->table_count[at] > 0 && t->table_count[at] <= t->threshold[cell] && best->count[at].high <= t->threshold[cell])
		return true;
	for (int r = 0; r < t->nregions; r++)
	{
		size_t		of = (size_t) r * t->nall + cell;

		if (t->count[of] > 0 && t->count[of] <= t->threshold[cell] && best->region[of].high <= t->threshold[cell])
			return true;
	}
	return false;
}

/*
 * WithholdHopeless: withholds the counts that hiding all others would not protect. True when
 * anything was withheld
 */
static bool
WithholdHopeless(Suppression *s, const Reach *best)
{
	SuppressionTables *t = s->t;
	int64		before = s->hidden;

	for (int j = 0; j < t->ntables; j++)
		for (int c = 0; c < t->ncells; c++)
		{
			size_t		at = (size_t) j * t->ncells + c;

			CheckInterruptsAt(c);
			if ((t->status[at] != CELL_SHOWN && t->status[at] != CELL_HIDDEN) || t->upper[c] < 0)
				continue;
			if (IsHopeless(t, best, j, c))
				Withhold(s, j, t->upper[c]);
		}
	return s->hidden > before;
}

/* HideSmall: primary suppression. The parts of a small total go with it, since each raises the least that it can be. */
static void
HideSmall(Suppression *s)
{
	SuppressionTables *t = s->t;

	for (int j = 0; j < t->ntables; j++)
	{
		size_t		row = (size_t) j * t->ncells;

		for (int i = 0; i < t->ncells; i++)
		{
			int			c = t->order[i];
			bool		is_small = t->table_count[row + c] > 0 && t->table_count[row + c] <= t->threshold[c];

			CheckInterruptsAt(i);
			if (!CanHide(t, row + c))
				continue;
			if (is_small)
				Hide(s, row + c, REASON_PRIMARY);
			else if (t->upper[c] >= 0)
			{
				int			total = t->total[t->upper[c]];

				if (IsHidden(t->status[row + total]) && t->table_count[row + total] <= t->threshold[total])
					Hide(s, row + c, REASON_SECONDARY);
			}
		}
	}
}

/* ---- the cheapest alternative ---- */

/*
 * CellCost
 *   What it costs to let one cell move: what must be hidden for it. Few cells rather than many, small ones rather than
 *   large, totals last. INFINITY where a figure cannot be hidden any more, or the cell has not that much to give.
 */
static double
CellCost(const Suppression *s, int cell, int direction)
{
	const SuppressionTables *t = s->t;
	const Move *move = s->move;
	bool		is_remainder = cell >= t->ncells;
	bool		is_total = !is_remainder && t->first_equation[cell] < t->first_equation[cell + 1];
	double		cost = 0;
	bool		is_limited = false;

	for (int i = 0; i < move->ntables && !is_remainder; i++)
	{
		size_t		at = (size_t) move->table[i] * t->ncells + cell;

		if (CanHide(t, at))
			cost += (is_total ? 2 : 1) * (1 + log10(1 + (double) t->table_count[at]));
		else if (t->status[at] == CELL_SHOWN || t->status[at] == CELL_SHOWN_BEFORE)
			return INFINITY;
	}
	for (int i = 0; i < move->nregions; i++)
	{
		if (direction == 0 || move->sign[move->region[i]] * direction > 0)
			continue;
		is_limited = true;
		if (Spare(t, move, move->region[i], cell) < s->by)
			return INFINITY;
	}
	if (s->is_fresh && cost == 0 && is_limited && !is_total)
		return INFINITY;
	return cost;
}

static double CostBelow(Suppression *s, int cell, int direction);

/* BalanceBelow: the cost of balancing an equation by its cheapest part other than `except`. */
static double
BalanceBelow(Suppression *s, int equation, int direction, int except)
{
	const SuppressionTables *t = s->t;
	double		least = INFINITY;
	int			remainder = t->ncells + equation;

	s->cheapest[direction > 0][equation] = -1;
	if (remainder != except && RemainderMoves(t, s->move, equation))
	{
		least = CellCost(s, remainder, direction);
		s->cheapest[direction > 0][equation] = remainder;
	}
	for (int p = t->first_part[equation]; p < t->first_part[equation + 1]; p++)
	{
		double		cost;

		if (t->part[p] == except)
			continue;
		cost = CostBelow(s, t->part[p], direction);
		if (cost < least)
		{
			least = cost;
			s->cheapest[direction > 0][equation] = t->part[p];
		}
	}
	return least;
}

/* CostBelow: the cost of moving a cell, all equations below it balanced. */
static double
CostBelow(Suppression *s, int cell, int direction)
{
	const SuppressionTables *t = s->t;
	int			way = direction > 0;

	check_stack_depth();
	if (s->cost_of[way][cell] != s->generation)
	{
		double		cost = CellCost(s, cell, direction);

		CHECK_FOR_INTERRUPTS();
		for (int e = t->first_equation[cell]; e < t->first_equation[cell + 1] && cost < INFINITY; e++)
			cost += BalanceBelow(s, e, direction, -1);
		s->cost[way][cell] = cost;
		s->cost_of[way][cell] = s->generation;
	}
	return s->cost[way][cell];
}

/* HideCell: hides what the move would alter at a cell. */
static void
HideCell(Suppression *s, int cell)
{
	for (int i = 0; i < s->move->ntables; i++)
	{
		size_t		at = (size_t) s->move->table[i] * s->t->ncells + cell;

		if (CanHide(s->t, at))
			Hide(s, at, REASON_SECONDARY);
	}
}

/* HideBelow: hides a cell and what balances the equations below it. */
static void
HideBelow(Suppression *s, int cell, int direction)
{
	const SuppressionTables *t = s->t;

	check_stack_depth();
	if (cell >= t->ncells)
		return;
	HideCell(s, cell);
	for (int e = t->first_equation[cell]; e < t->first_equation[cell + 1]; e++)
	{
		if (BalanceBelow(s, e, direction, -1) < INFINITY)
			HideBelow(s, s->cheapest[direction > 0][e], direction);
	}
}

/*
 * CostAbove
 *   The cost of balancing the equation in which a cell (or the remainder of the equation) is a part: by another part, which
 *   moves the other way, or by the total, which moves the same way and must be balanced in its other equations in turn.
 *   Hides what that takes when told to.
 */
static double
CostAbove(Suppression *s, int equation, int cell, int direction, bool hide)
{
	const SuppressionTables *t = s->t;
	double		by_part;
	double		by_total;
	int			total;

	check_stack_depth();
	if (equation < 0)
		return 0;
	total = t->total[equation];
	by_total = CellCost(s, total, direction);
	for (int e = t->first_equation[total]; e < t->first_equation[total + 1] && by_total < INFINITY; e++)
		if (e != equation)
			by_total += BalanceBelow(s, e, direction, -1);
	if (by_total < INFINITY)
		by_total += CostAbove(s, t->upper[total], total, direction, false);
	by_part = BalanceBelow(s, equation, -direction, cell);
	if (!hide)
		return Min(by_part, by_total);
	if (by_part == INFINITY && by_total == INFINITY)
		return INFINITY;
	if (by_part <= by_total)
		HideBelow(s, s->cheapest[direction < 0][equation], -direction);
	else
	{
		HideCell(s, total);
		for (int e = t->first_equation[total]; e < t->first_equation[total + 1]; e++)
			if (e != equation && BalanceBelow(s, e, direction, -1) < INFINITY)
				HideBelow(s, s->cheapest[direction > 0][e], direction);
		CostAbove(s, t->upper[total], total, direction, true);
	}
	return Min(by_part, by_total);
}

/* CostOwn: the cost of moving the failing cell itself, with the equations below it that cannot follow yet. */
static double
CostOwn(Suppression *s, const Failure *failure, bool hide)
{
	const SuppressionTables *t = s->t;
	double		cost = 0;
	int			c = failure->cell;

	if (c >= t->ncells)
		return 0;
	if (failure->direction < 0 ? t->below[c].low <= -failure->by : t->below[c].high >= failure->by)
		return 0;
	for (int i = 0; i < s->move->ntables; i++)
	{
		int8		status = t->status[(size_t) s->move->table[i] * t->ncells + c];

		if (status == CELL_SHOWN_BEFORE)
			return INFINITY;
		if (status == CELL_SHOWN)
			cost += 1;
	}
	if (hide)
		HideCell(s, c);
	for (int e = t->first_equation[c]; e < t->first_equation[c + 1]; e++)
	{
		double		balance = BalanceBelow(s, e, failure->direction, -1);

		/* several parts together may give what none gives alone */
		if (failure->direction < 0 && (t->sum[e].low <= -failure->by))
			continue;
		cost += balance;
		if (hide && balance < INFINITY)
			HideBelow(s, s->cheapest[failure->direction > 0][e], failure->direction);
	}
	return cost;
}

/*
 * HideTree
 *   Hides all that can be hidden of the tables that a move alters, in the tree of a cell; not what would show all the same.
 */
static void
HideTree(Suppression *s, int cell)
{
	const SuppressionTables *t = s->t;
	int			root = t->root[cell < t->ncells ? cell : t->total[cell - t->ncells]];

	for (int c = 0; c < t->ncells; c++)
	{
		CheckInterruptsAt(c);
		if (t->root[c] == root && CellCost(s, c, 0) < INFINITY)
			HideCell(s, c);
	}
}

/*
 * Mend
 *   Hides what one failing count asks for; less than that where no single alternative gives it all, and the whole tree where
 *   none gives anything. An alternative that costs nothing is there already, thanks to what was hidden for another count.
 */
static void
Mend(Suppression *s, const Failure *failure)
{
	int			equation = failure->equation;

	s->by = failure->by;
	s->is_fresh = false;
	while (s->by >= 1)
	{
		double		cost;

		CHECK_FOR_INTERRUPTS();
		s->generation++;
		cost = CostOwn(s, failure, false) + CostAbove(s, equation, failure->cell, failure->direction, false);
		if (cost < INFINITY)
		{
			CostOwn(s, failure, true);
			CostAbove(s, equation, failure->cell, failure->direction, true);
			return;
		}
		if (s->is_fresh)
			s->by /= 2;
		s->is_fresh = true;
	}
	HideTree(s, failure->cell);
}

/* ---- what must hold ---- */

/* Demand: notes that a move must bring a cell by so much in a direction. */
static void
Demand(Suppression *s, int move, int cell, int direction, int64 by)
{
	const SuppressionTables *t = s->t;

	if (move < 0 || by <= 0)
		return;
	if (s->nfailures == s->room)
	{
		s->room *= 2;
		s->failures = repalloc_huge(s->failures, mul_size(sizeof(Failure), s->room));
	}
	s->failures[s->nfailures++] = (Failure) {t->reader, move, cell, direction, by,
		cell < t->ncells ? t->upper[cell] : cell - t->ncells};
}

/* DemandCount: turns a demand on a table's count into one on the move that alters it */
static void
DemandCount(Suppression *s, int move, int table, int cell, int direction, int64 by)
{
	const Move *m = &s->t->moves[move];

	for (int i = 0; i < m->ntables; i++)
		if (m->table[i] == table)
			Demand(s, move, cell, m->change[i] > 0 ? direction : -direction, (by + Abs(m->change[i]) - 1) / Abs(m->change[i]));
}

/*
 * CheckCounts
 *   A hidden count must reach beyond its threshold, and down to the least it could be if all but the zeros were hidden; one
 *   that is hidden for the sake of others, down to what its shown parts leave. `best` is what hiding all would give:
 *   what was shown before cannot be hidden again, and more than that is not asked for.
 */
static void
CheckCounts(Suppression *s, const Reach *reach, const Reach *best)
{
	const SuppressionTables *t = s->t;

	for (int j = 0; j < t->ntables; j++)
		for (int c = 0; c < t->ncells; c++)
		{
			size_t		at = (size_t) j * t->ncells + c;
			int64		count = t->table_count[at];
			bool		is_small = count <= t->threshold[c];
			int64		high = Min((int64) t->threshold[c] + 1, best->count[at].high);
			int64		low = is_small ? best->count[at].low : Max(best->count[at].low, reach->least_below[at]);

			CheckInterruptsAt(c);
			if (!IsHidden(t->status[at]))
				continue;
			if (is_small && reach->count[at].high < high)
			{
				if (best->count_high[at] != BY_SUM)
					DemandCount(s, best->count_high[at], j, c, 1, high - count);
				else
					for (int r = 0; r < t->nregions; r++)
						if (t->region_tables[r] >> j & 1)
							Demand(s, r, c, 1, high - count);
			}
			if (reach->count[at].low > low)
			{
				if (best->count_low[at] != BY_SUM)
					DemandCount(s, best->count_low[at], j, c, -1, count - low);
				else
					for (int r = 0; r < t->nregions; r++)
					{
						size_t		of = (size_t) r * t->nall + c;
						int64		wanted = is_small ? best->single_low[of] : Max(best->single_low[of], reach->single_below[of]);

						if ((t->region_tables[r] >> j & 1) && reach->single_low[of] > wanted)
							Demand(s, r, c, -1, -wanted);
					}
			}
		}
}

/*
 * CheckRegions
 *   A small count of a single region is the difference of two publications, and a small remainder that of a total and its parts:
 *   neither is published, and both would be found by subtraction.
 */
static void
CheckRegions(Suppression *s, const Reach *reach, const Reach *best)
{
	const SuppressionTables *t = s->t;

	for (int r = 0; r < t->nregions; r++)
		for (int c = 0; c < t->nall; c++)
		{
			size_t		at = (size_t) r * t->nall + c;
			int64		count = t->count[at];
			int64		high = Min((int64) t->threshold[c] + 1, best->region[at].high);

			CheckInterruptsAt(c);
			if (count < 1 || count > t->threshold[c])
				continue;
			if (reach->region[at].high < high && best->region_high[at] >= 0)
				Demand(s, best->region_high[at], c, t->moves[best->region_high[at]].sign[r], high - count);
			if (reach->region[at].low > best->region[at].low && best->region_low[at] >= 0)
				Demand(s, best->region_low[at], c, -t->moves[best->region_low[at]].sign[r], count - best->region[at].low);
		}
}

/*
 * MendAll
 *   One failing count of each equation and move; the others may hold once that one does. Where nothing was hidden for any of
 *   them, all that can be is hidden around them.
 */
static void
MendAll(Suppression *s)
{
	int64		before = s->hidden;

	SortFailures(s->failures, s->nfailures);
	for (int i = 0; i < s->nfailures; i++)
	{
		const Failure *failure = &s->failures[i];
		bool		is_next = i > 0 && s->failures[i - 1].move == failure->move && s->failures[i - 1].reader == failure->reader;

		if (!is_next)
		{
			s->t->reader = failure->reader;
			s->move = &s->t->moves[failure->move];
			PropagateMove(s->t, s->move);
		}
		else if (failure->equation >= 0 && s->failures[i - 1].equation == failure->equation)
			continue;
		Mend(s, failure);
	}
	for (int i = 0; i < s->nfailures && s->hidden == before; i++)
	{
		s->move = &s->t->moves[s->failures[i].move];
		HideTree(s, s->failures[i].cell);
	}
}

/* BestReach: what a reader could work out if everything were hidden that can be */
static Reach *
BestReach(SuppressionTables *t)
{
	size_t		n = (size_t) t->ntables * t->ncells;
	int8	   *status = t->status;
	Reach	   *best = NewReach(t);

	t->status = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1));
	for (size_t i = 0; i < n; i++)
		t->status[i] = status[i] == CELL_SHOWN && t->table_count[i] > 0 ? CELL_HIDDEN : status[i];
	Measure(t, best);
	pfree(t->status);
	t->status = status;
	return best;
}

/*
 * HideAlike
 *   Tables of the same months as one that was published start with what was hidden there, which has to be hidden here as well.
 */
static void
HideAlike(Suppression *s)
{
	SuppressionTables *t = s->t;

	for (int j = 0; j < t->ntables; j++)
		for (int old = 0; old < t->ntables; old++)
		{
			bool		is_alike = j != old && IsAlike(t, j, old);

			for (int c = 0; c < t->ncells && is_alike; c++)
			{
				CheckInterruptsAt(c);
				if (t->status[(size_t) old * t->ncells + c] == CELL_HIDDEN_BEFORE && CanHide(t, (size_t) j * t->ncells + c))
					Hide(s, (size_t) j * t->ncells + c, REASON_SECONDARY);
			}
		}
}

/* HideFrom: hides until nothing fails for readers of one kind. */
static void
HideFrom(Suppression *s, ReaderKind reader, Reach *reach, const Reach *best)
{
	for (;;)
	{
		int64		before = s->hidden;

		CHECK_FOR_INTERRUPTS();
		s->nfailures = 0;
		s->t->reader = reader;
		Measure(s->t, reach);
		CheckCounts(s, reach, best);
		CheckRegions(s, reach, best);
		if (s->nfailures == 0)
			return;
		MendAll(s);
		if (s->hidden == before)
			elog(ERROR, "secondary suppression comes to no end");
	}
}

/*
 * Suppress
 *   Hides until nothing fails, for readers of every kind: as far as hiding can keep anything from them, which it cannot where
 *   what they know from elsewhere is nearly the count itself. Returns what those can derive who know all remainders.
 */
static Reach *
Suppress(Suppression *s)
{
	SuppressionTables *t = s->t;
	Reach	   *best[READER_KINDS];
	Reach	   *reach[READER_KINDS];
	int64		before;

	t->reader = READER_KNOWS_NONE;
	best[READER_KNOWS_NONE] = BestReach(t);
	while (WithholdHopeless(s, best[READER_KNOWS_NONE]))
	{
		FillAnswers(t);
		best[READER_KNOWS_NONE] = BestReach(t);
	}
	for (int kind = 0; kind < READER_KINDS; kind++)
	{
		t->reader = kind;
		if (kind != READER_KNOWS_NONE)
			best[kind] = BestReach(t);
		reach[kind] = NewReach(t);
	}
	HideSmall(s);
	HideAlike(s);
	do
	{
		before = s->hidden;
		for (int kind = 0; kind < READER_KINDS; kind++)
			HideFrom(s, kind, reach[kind], best[kind]);
	} while (s->hidden > before);
	return reach[READER_KNOWS_ALL];
}

/* StartSuppression: prepares the search for cells to suppress: costs, and room for what is found */
static void
StartSuppression(Suppression *s, SuppressionTables *t)
{
	memset(s, 0, sizeof(Suppression));
	s->t = t;
	s->reason = NewArray(1, t->ntables, t->ncells);
	for (int way = 0; way < 2; way++)
	{
		s->cost[way] = NewArray(sizeof(double), 1, t->ncells);
		s->cost_of[way] = NewArray(sizeof(int), 1, t->ncells);
		s->cheapest[way] = NewArray(sizeof(int), 1, t->nequations);
	}
	s->room = 64;
	s->failures = palloc(sizeof(Failure) * s->room);
	for (size_t i = 0; i < (size_t) t->ntables * t->ncells; i++)
		if (t->status[i] == CELL_HIDDEN)
			s->reason[i] = REASON_DEMANDED;
}

/* ---- SQL ---- */

/* ArrayElements: an array argument without NULLs, of a type of fixed length. */
static Datum *
ArrayElements(FunctionCallInfo fcinfo, int argument, const char *name, Oid type, int length, bool **nulls, int *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argument);
	Datum	   *elements;
	bool	   *null;

	deconstruct_array(array, type, length, length == 4 || FLOAT8PASSBYVAL, length == 4 ? TYPALIGN_INT : TYPALIGN_DOUBLE,
					  &elements, &null, n);
	for (int i = 0; i < *n && nulls == NULL; i++)
		if (null[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of %s is NULL", i + 1, name),
					 errhint("Leave out cells that are not counted.")));
	if (nulls != NULL)
		*nulls = null;
	return elements;
}

/* CheckLength: error unless arrays that go together have the same number of elements */
static void
CheckLength(const char *name, int n, double wanted)
{
	if (n != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has %d elements, not %.0f", name, n, wanted),
				 errhint("Give one element for each cell (and table, or region).")));
}

/* ReadTables: reads and checks the arguments: cells, tables and what is published of them */
static SuppressionTables *
ReadTables(FunctionCallInfo fcinfo)
{
	int			n,
				nbreakdowns,
				nthresholds,
				nregions,
				ncounts,
				nstatus,
				ntables = PG_GETARG_INT32(6);
	bool	   *no_total;
	Datum	   *totals = ArrayElements(fcinfo, 0, "total", INT4OID, 4, &no_total, &n);
	Datum	   *breakdowns = ArrayElements(fcinfo, 1, "breakdown", INT4OID, 4, NULL, &nbreakdowns);
	Datum	   *thresholds = ArrayElements(fcinfo, 2, "threshold", INT4OID, 4, NULL, &nthresholds);
	Datum	   *masks = ArrayElements(fcinfo, 3, "region_tables", INT8OID, 8, NULL, &nregions);
	Datum	   *counts = ArrayElements(fcinfo, 4, "count", INT8OID, 8, NULL, &ncounts);
	Datum	   *states = ArrayElements(fcinfo, 5, "status", INT4OID, 4, NULL, &nstatus);
	int		   *parent = palloc(sizeof(int) * Max(n, 1));
	int		   *breakdown = palloc(sizeof(int) * Max(n, 1));
	int		   *threshold = palloc(sizeof(int) * Max(n, 1));
	int		   *status = palloc_extended(sizeof(int) * Max(nstatus, 1), MCXT_ALLOC_HUGE);
	int64	   *mask = palloc(sizeof(int64) * Max(nregions, 1));
	int64	   *count = palloc_extended(sizeof(int64) * Max(ncounts, 1), MCXT_ALLOC_HUGE);

	if (ntables < 1 || ntables > MAX_SUPPRESSION_TABLES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tables %d is not between 1 and %d", ntables, MAX_SUPPRESSION_TABLES),
				 errhint("Give the tables that share months with one another.")));
	CheckLength("breakdown", nbreakdowns, n);
	CheckLength("threshold", nthresholds, n);
	CheckLength("count", ncounts, (double) nregions * n);
	CheckLength("status", nstatus, (double) ntables * n);
	for (int c = 0; c < n; c++)
	{
		parent[c] = no_total[c] ? -1 : DatumGetInt32(totals[c]) - 1;
		breakdown[c] = DatumGetInt32(breakdowns[c]);
		threshold[c] = DatumGetInt32(thresholds[c]);
		if (parent[c] < -1 || parent[c] >= n || (!no_total[c] && parent[c] < 0))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("total %d of cell %d is not between 1 and %d", parent[c] + 1, c + 1, n),
					 errhint("Give the number of the cell that contains it, or NULL.")));
		CheckAtLeastInt("threshold", threshold[c], 0);
	}
	for (int r = 0; r < nregions; r++)
	{
		mask[r] = DatumGetInt64(masks[r]);
		if (mask[r] < 1 || mask[r] >> ntables != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("region_tables %lld is not a set of tables", (long long) mask[r]),
					 errhint("Set bit j for table j, counted from 0; each region lies in one table at least.")));
	}
	for (int i = 0; i < ncounts; i++)
		count[i] = DatumGetInt64(counts[i]);
	for (int i = 0; i < nstatus; i++)
	{
		status[i] = DatumGetInt32(states[i]);
		if (status[i] < CELL_ABSENT || status[i] > CELL_HIDDEN)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("status %d is not between %d and %d", status[i], CELL_ABSENT, CELL_HIDDEN),
					 errhint("-1 absent, 0 hidden before, 1 shown before, 2 to be shown, 3 to be hidden.")));
	}
	return MakeSuppressionTables(n, parent, breakdown, threshold, nregions, mask, count, ntables, status);
}

/* Columns of csp_internal.suppress_overlapping. */
enum
{
	SUPPRESS_OVERLAPPING_TABLE_NUMBER,
	SUPPRESS_OVERLAPPING_CELL,
	SUPPRESS_OVERLAPPING_IS_SUPPRESSED,
	SUPPRESS_OVERLAPPING_REASON,
	SUPPRESS_OVERLAPPING_LOW,
	SUPPRESS_OVERLAPPING_HIGH,
	SUPPRESS_OVERLAPPING_COLUMNS
};

/* SuppressionRow: puts one cell of one table into the result. */
static void
SuppressionRow(CspResult *row, const Suppression *s, const Reach *reach, int table, int cell)
{
	size_t		at = (size_t) table * s->t->ncells + cell;
	bool		is_hidden = IsHidden(s->t->status[at]);

	ResultSetInt32(row, SUPPRESS_OVERLAPPING_TABLE_NUMBER, table);
	ResultSetInt32(row, SUPPRESS_OVERLAPPING_CELL, cell + 1);
	ResultSetBool(row, SUPPRESS_OVERLAPPING_IS_SUPPRESSED, is_hidden);
	if (is_hidden)
		ResultSetText(row, SUPPRESS_OVERLAPPING_REASON, reason_words[s->reason[at]]);
	ResultSetInt64(row, SUPPRESS_OVERLAPPING_LOW, reach->count[at].low);
	if (reach->count[at].high < NO_BOUND)
		ResultSetInt64(row, SUPPRESS_OVERLAPPING_HIGH, reach->count[at].high);
	ResultPut(row);
}

/* suppress_overlapping: the SQL function behind csp.secondary_suppression: one row a suppressed cell */
PG_FUNCTION_INFO_V1(suppress_overlapping);
Datum
suppress_overlapping(PG_FUNCTION_ARGS)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "suppress_overlapping", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller;
	CspResult	row;
	Suppression s;
	Reach	   *reach;

	ResultInitSet(&row, fcinfo, SUPPRESS_OVERLAPPING_COLUMNS);
	caller = MemoryContextSwitchTo(work);
	StartSuppression(&s, ReadTables(fcinfo));
	reach = Suppress(&s);
	for (int j = 0; j < s.t->ntables; j++)
		for (int c = 0; c < s.t->ncells; c++)
		{
			int8		status = s.t->status[(size_t) j * s.t->ncells + c];

			CheckInterruptsAt(c);
			if (status != CELL_SHOWN && status != CELL_HIDDEN && status != CELL_WITHHELD)
				continue;
			SuppressionRow(&row, &s, reach, j, c);
		}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(work);
	return (Datum) 0;
}
