/*
 * suppression_bounds.c
 *   Kernel of suppression: what a reader of published tables can say about a hidden count, by propagation of bounds along
 *   trees of totals.
 *
 * In a tree of totals the least and greatest value of every unknown follow from two sweeps, from the parts to the totals and
 * back, and every value between them occurs in whole numbers: this is the sum-product scheme of a tree, and gives what linear
 * programming over the same equations gives (Fischetti and Salazar 2001, Management Science 47, state the programme).
 *
 * Several tables over overlapping months are no tree. For them the sweeps are run along *moves* (suppression_bounds.h): alternative
 * counts that alter one region, or shift incidents between regions, and leave every figure that is shown as it is. Each
 * move lives on the tree of totals, so that its reach is exact; a reader cannot exclude any of them, so that whatever one
 * move reaches is inside the reader's interval. The true interval may be wider, never narrower.
 */
#include "judgement/suppression_bounds.h"

/* attempts to complete one region to a move that no table shows */
#define COMPLETION_LIMIT 20000
#define COMPLETION_DEPTH 7
#define FEW_TABLES 8

/* Bounded: a bound as it is; none where it has left the range of counts */
static inline int64
Bounded(int64 value)
{
	return value >= NO_BOUND ? NO_BOUND : value <= -NO_BOUND ? -NO_BOUND : value;
}

/* Less: the difference of two bounds, of which one may be missing. */
static inline int64
Less(int64 left, int64 right)
{
	if (left >= NO_BOUND || right <= -NO_BOUND)
		return NO_BOUND;
	if (left <= -NO_BOUND || right >= NO_BOUND)
		return -NO_BOUND;
	return Bounded(left - right);
}

/* Intersect: narrows a range to what it has in common with another */
static inline void
Intersect(Range *range, Range other)
{
	range->low = Max(range->low, other.low);
	range->high = Min(range->high, other.high);
}

/* ---- the tree ---- */

/* A part with its total and breakdown: parts that agree in both form an equation. */
typedef struct PartKey
{
	int			parent;
	int			breakdown;
	int			cell;
} PartKey;

/* ComparePartKeys: order of the parts of totals: by total, then by breakdown, then by cell */
static int
ComparePartKeys(const PartKey *a, const PartKey *b)
{
	if (a->parent != b->parent)
		return a->parent < b->parent ? -1 : 1;
	if (a->breakdown != b->breakdown)
		return a->breakdown < b->breakdown ? -1 : 1;
	return a->cell < b->cell ? -1 : a->cell > b->cell;
}

#define ST_SORT SortPartKeys
#define ST_ELEMENT_TYPE PartKey
#define ST_COMPARE(a, b) ComparePartKeys(a, b)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* MakeEquations: groups the parts by total and breakdown. */
static void
MakeEquations(SuppressionTables *t, const int *parent, const int *breakdown)
{
	int			n = t->ncells;
	PartKey    *keys = palloc(sizeof(PartKey) * Max(n, 1));
	int			nkeys = 0;
	int			e = -1;

	for (int c = 0; c < n; c++)
		if (parent[c] >= 0)
			keys[nkeys++] = (PartKey) {parent[c], breakdown[c], c};
	SortPartKeys(keys, nkeys);

	t->upper = palloc(sizeof(int) * Max(n, 1));
	t->total = palloc(sizeof(int) * (nkeys + 1));
	t->first_part = palloc(sizeof(int) * (nkeys + 1));
	t->part = palloc(sizeof(int) * (nkeys + 1));
	t->first_equation = palloc0(sizeof(int) * (n + 1));
	for (int c = 0; c < n; c++)
		t->upper[c] = -1;
	for (int i = 0; i < nkeys; i++)
	{
		if (i == 0 || keys[i].parent != keys[i - 1].parent || keys[i].breakdown != keys[i - 1].breakdown)
		{
			e++;
			t->total[e] = keys[i].parent;
			t->first_part[e] = i;
			t->first_equation[keys[i].parent + 1]++;
		}
		t->part[i] = keys[i].cell;
		t->upper[keys[i].cell] = e;
	}
	t->nequations = e + 1;
	t->first_part[t->nequations] = nkeys;
	for (int c = 0; c < n; c++)
		t->first_equation[c + 1] += t->first_equation[c];
	pfree(keys);
}

/* OrderCells: totals before their parts; a cell that is its own total is an error. */
static void
OrderCells(SuppressionTables *t)
{
	int			n = t->ncells;
	int			done = 0;

	t->order = palloc(sizeof(int) * Max(n, 1));
	t->root = palloc(sizeof(int) * Max(n, 1));
	for (int c = 0; c < n; c++)
	{
		t->root[c] = -1;
		if (t->upper[c] < 0)
		{
			t->root[c] = c;
			t->order[done++] = c;
		}
	}
	for (int i = 0; i < done; i++)
	{
		int			c = t->order[i];

		CheckInterruptsAt(i);
		for (int e = t->first_equation[c]; e < t->first_equation[c + 1]; e++)
			for (int p = t->first_part[e]; p < t->first_part[e + 1]; p++)
			{
				t->root[t->part[p]] = t->root[c];
				t->order[done++] = t->part[p];
			}
	}
	if (done < n)
	{
		int			c = 0;

		while (t->root[c] >= 0)
			c++;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the totals of cell %d go round in a circle", c + 1),
				 errhint("Give a total that does not contain itself.")));
	}
}

/* ---- counts ---- */

/* TableCount: a table's count of a cell. */
static int64
SumOverRegions(const SuppressionTables *t, int table, int cell)
{
	int64		sum = 0;

	for (int r = 0; r < t->nregions; r++)
		if (t->region_tables[r] >> table & 1)
			sum += t->count[(size_t) r * t->nall + cell];
	return sum;
}

/* FillCounts: the counts as given, what is in no part of each equation, and the tables' counts. */
static void
FillCounts(SuppressionTables *t, const int64 *counts)
{
	int			n = t->ncells;

	t->count = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(int64), mul_size(t->nregions, Max(t->nall, 1))));
	t->table_count = MemoryContextAllocHuge(CurrentMemoryContext, mul_size(sizeof(int64), mul_size(t->ntables, Max(n, 1))));
	for (int r = 0; r < t->nregions; r++)
	{
		int64	   *count = t->count + (size_t) r * t->nall;
		double		sum = 0;

		for (int c = 0; c < n; c++)
		{
			CheckInterruptsAt(c);
			count[c] = counts[(size_t) r * n + c];
			if (count[c] < 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("count is %lld, less than 0", (long long) count[c]),
						 errhint("Give the true number of incidents.")));
			sum += (double) count[c];
		}
		if (sum * t->nregions > (double) (NO_BOUND / 16))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("the counts add up to %.0f, which is too much", sum),
					 errhint("Give counts of incidents.")));
		for (int e = 0; e < t->nequations; e++)
		{
			count[n + e] = count[t->total[e]];
			for (int p = t->first_part[e]; p < t->first_part[e + 1]; p++)
				count[n + e] -= count[t->part[p]];
		}
	}
	for (int j = 0; j < t->ntables; j++)
		for (int c = 0; c < n; c++)
		{
			CheckInterruptsAt(c);
			t->table_count[(size_t) j * n + c] = SumOverRegions(t, j, c);
		}
}

/*
 * FillAnswers
 *   A reader knows that a hidden count is 1 or more, since 0 is shown as 0. With several regions under it, one of them is
 *   kept at 1 or more by every move that alters the count: so regions may be moved independently of one another. One that
 *   answers for another table already, or else that with the most incidents.
 */
void
FillAnswers(SuppressionTables *t)
{
	int			n = t->ncells;

	if (t->answers_for == NULL)
		t->answers_for = MemoryContextAllocHuge(CurrentMemoryContext,
												mul_size(sizeof(int64), mul_size(Max(t->nregions, 1), Max(t->nall, 1))));
	memset(t->answers_for, 0, sizeof(int64) * t->nregions * t->nall);
	for (int j = 0; j < t->ntables; j++)
		for (int c = 0; c < n; c++)
		{
			int8		status = t->status[(size_t) j * n + c];
			int			chosen = -1;

			CheckInterruptsAt(c);
			if (status == CELL_ABSENT || status == CELL_SHOWN_BEFORE || status == CELL_WITHHELD ||
				t->table_count[(size_t) j * n + c] == 0)
				continue;
			for (int r = 0; r < t->nregions; r++)
			{
				if (!(t->region_tables[r] >> j & 1))
					continue;
				if (t->answers_for[(size_t) r * t->nall + c] != 0)
				{
					chosen = r;
					break;
				}
				if (chosen < 0 || t->count[(size_t) r * t->nall + c] > t->count[(size_t) chosen * t->nall + c])
					chosen = r;
			}
			t->answers_for[(size_t) chosen * t->nall + c] |= INT64CONST(1) << j;
		}
}

/* Spare: how many incidents a move may take from a region of a cell. */
int64
Spare(const SuppressionTables *t, const Move *move, int region, int cell)
{
	size_t		at = (size_t) region * t->nall + cell;
	int64		spare = t->count[at] - ((t->answers_for[at] & move->changes) != 0 ? 1 : 0);

	/* a remainder is below 0 where areas of one kind overlap */
	return Max(spare, 0);
}

/* ---- moves ---- */

/* AddMove: keeps a move, with the tables it changes. */
static void
AddMove(SuppressionTables *t, const int8 *sign, int *room)
{
	Move	   *move;

	if (t->nmoves == *room)
	{
		*room *= 2;
		t->moves = repalloc_huge(t->moves, sizeof(Move) * *room);
	}
	move = &t->moves[t->nmoves++];
	move->sign = palloc(t->nregions);
	memcpy(move->sign, sign, t->nregions);
	move->nregions = move->ntables = 0;
	move->changes = 0;
	move->region = palloc(sizeof(int) * t->nregions);
	move->table = palloc(sizeof(int) * t->ntables);
	move->change = palloc(sizeof(int) * t->ntables);
	for (int r = 0; r < t->nregions; r++)
		if (sign[r] != 0)
			move->region[move->nregions++] = r;
	move->single = move->nregions == 1 ? move->region[0] : -1;
	for (int j = 0; j < t->ntables; j++)
	{
		int			change = 0;

		for (int i = 0; i < move->nregions; i++)
			if (t->region_tables[move->region[i]] >> j & 1)
				change += sign[move->region[i]];
		if (change != 0)
		{
			move->table[move->ntables] = j;
			move->change[move->ntables++] = change;
			move->changes |= INT64CONST(1) << j;
		}
	}
}

/* Complete: adds regions to a move until none of the tables changes; false when the depth or the patience ends. */
static bool
Complete(const SuppressionTables *t, int64 tables, int8 *sign, int depth, int *patience)
{
	int			table = -1;
	int			change = 0;

	for (int j = 0; j < t->ntables && change == 0; j++)
	{
		table = j;
		for (int r = 0; r < t->nregions && (tables >> j & 1); r++)
			if (t->region_tables[r] >> j & 1)
				change += sign[r];
	}
	if (change == 0)
		return true;
	if (depth == 0 || --*patience < 0)
		return false;
	for (int r = 0; r < t->nregions; r++)
	{
		if (sign[r] != 0 || !(t->region_tables[r] >> table & 1))
			continue;
		sign[r] = change > 0 ? -1 : 1;
		if (Complete(t, tables, sign, depth - 1, patience))
			return true;
		sign[r] = 0;
	}
	return false;
}

/* HaveMove: is this move among those already kept? */
static bool
HaveMove(const SuppressionTables *t, const int8 *sign)
{
	for (int m = 0; m < t->nmoves; m++)
		if (memcmp(t->moves[m].sign, sign, t->nregions) == 0)
			return true;
	return false;
}

/* AddCompletions: for each region the shortest move of it that none of the tables shows, where there is one. */
static void
AddCompletions(SuppressionTables *t, int64 tables, int *room)
{
	int8	   *sign = palloc(Max(t->nregions, 1));

	for (int r = 0; r < t->nregions; r++)
		for (int depth = 1; depth <= COMPLETION_DEPTH; depth++)
		{
			int			patience = COMPLETION_LIMIT;
			bool		found;

			CHECK_FOR_INTERRUPTS();
			memset(sign, 0, t->nregions);
			sign[r] = 1;
			found = Complete(t, tables, sign, depth, &patience);
			if (found && !HaveMove(t, sign))
				AddMove(t, sign, room);
			if (found || patience < 0)
				break;
		}
	pfree(sign);
}

/* TablesBefore: the tables that were published already, as bits */
static int64
TablesBefore(const SuppressionTables *t)
{
	int64		before = 0;

	for (int j = 0; j < t->ntables; j++)
		for (int c = 0; c < t->ncells && !(before >> j & 1); c++)
			if (t->status[(size_t) j * t->ncells + c] == CELL_SHOWN_BEFORE)
				before |= INT64CONST(1) << j;
	return before;
}

/*
 * MakeMoves
 *   One region alone; two regions of a common table, of which one gains what the other loses; and for each region a move that
 *   no table shows at all, where there is one, as with two years that overlap in half of each. The same for the tables that
 *   were published before, which cannot be hidden any more, and for all tables but one, of few.
 */
static void
MakeMoves(SuppressionTables *t)
{
	int8	   *sign = palloc0(Max(t->nregions, 1));
	int64		tables = (INT64CONST(1) << t->ntables) - 1;
	int			room = 16;

	t->moves = palloc(sizeof(Move) * room);
	for (int r = 0; r < t->nregions; r++)
	{
		sign[r] = 1;
		AddMove(t, sign, &room);
		sign[r] = 0;
	}
	for (int r = 0; r < t->nregions; r++)
		for (int s = r + 1; s < t->nregions; s++)
		{
			if ((t->region_tables[r] & t->region_tables[s]) == 0)
				continue;
			sign[r] = 1;
			sign[s] = -1;
			AddMove(t, sign, &room);
			sign[r] = sign[s] = 0;
		}
	pfree(sign);
	if (t->nregions < 3)
		return;
	AddCompletions(t, tables, &room);
	AddCompletions(t, TablesBefore(t), &room);
	for (int j = 0; j < t->ntables && t->ntables <= FEW_TABLES; j++)
		AddCompletions(t, tables & ~(INT64CONST(1) << j), &room);
}

/*
 * MakeSuppressionTables
 *   parent: of each cell, -1 for none; breakdown: which way of splitting its total it belongs to; counts by region and cell,
 *   status by table and cell.
 */
SuppressionTables *
MakeSuppressionTables(int ncells, const int *parent, const int *breakdown, const int *threshold,
					  int nregions, const int64 *region_tables, const int64 *counts, int ntables, const int *status)
{
	SuppressionTables *t = palloc0(sizeof(SuppressionTables));
	size_t		nstatus = (size_t) ntables * ncells;

	t->ncells = ncells;
	t->ntables = ntables;
	t->nregions = nregions;
	MakeEquations(t, parent, breakdown);
	t->nall = ncells + t->nequations;
	OrderCells(t);
	t->region_tables = palloc(sizeof(int64) * Max(nregions, 1));
	memcpy(t->region_tables, region_tables, sizeof(int64) * nregions);
	t->threshold = palloc(sizeof(int) * Max(t->nall, 1));
	for (int c = 0; c < ncells; c++)
		t->threshold[c] = threshold[c];
	/* what is in no part came from sources of the total: its rule is the total's */
	for (int e = 0; e < t->nequations; e++)
		t->threshold[ncells + e] = threshold[t->total[e]];
	t->status = MemoryContextAllocHuge(CurrentMemoryContext, Max(nstatus, 1));
	for (size_t i = 0; i < nstatus; i++)
		t->status[i] = status[i];
	FillCounts(t, counts);
	FillAnswers(t);
	MakeMoves(t);
	t->own = palloc_extended(sizeof(Range) * Max(t->nall, 1), MCXT_ALLOC_HUGE);
	t->below = palloc_extended(sizeof(Range) * Max(t->nall, 1), MCXT_ALLOC_HUGE);
	t->all = palloc_extended(sizeof(Range) * Max(t->nall, 1), MCXT_ALLOC_HUGE);
	t->above = palloc_extended(sizeof(Range) * Max(t->nall, 1), MCXT_ALLOC_HUGE);
	t->sum = palloc_extended(sizeof(Range) * Max(t->nequations, 1), MCXT_ALLOC_HUGE);
	t->unbounded = palloc_extended(sizeof(int) * Max(t->nequations, 1), MCXT_ALLOC_HUGE);
	return t;
}

/* ---- propagation ---- */

/* MoveShows: would the move change a figure that is shown at this cell? */
static bool
MoveShows(const SuppressionTables *t, const Move *move, int cell)
{
	for (int i = 0; i < move->ntables; i++)
	{
		int8		status = t->status[(size_t) move->table[i] * t->ncells + cell];

		if (status == CELL_SHOWN_BEFORE || status == CELL_SHOWN)
			return true;
	}
	return false;
}

/* Room: how far the counts of the regions allow a cell to move. */
static Range
Room(const SuppressionTables *t, const Move *move, int cell)
{
	Range		room = {-NO_BOUND, NO_BOUND};

	for (int i = 0; i < move->nregions; i++)
	{
		int64		spare = Spare(t, move, move->region[i], cell);

		if (move->sign[move->region[i]] > 0)
			room.low = Max(room.low, -spare);
		else
			room.high = Min(room.high, spare);
	}
	return room;
}

/* RemainderMoves: is what is in no part of a total unknown to the reader, so that it may move as well? */
bool
RemainderMoves(const SuppressionTables *t, const Move *move, int equation)
{
	int			cell = t->ncells + equation;

	for (int i = 0; i < move->nregions && t->reader != READER_KNOWS_NONE; i++)
	{
		int64		count = t->count[(size_t) move->region[i] * t->nall + cell];

		if (t->reader == READER_KNOWS_ALL || count < 1 || count > t->threshold[cell])
			return false;
	}
	return true;
}

/* SumRange: the range of the sum over an equation's parts. */
static inline Range
SumRange(const SuppressionTables *t, int equation)
{
	return (Range) {t->sum[equation].low, t->unbounded[equation] > 0 ? NO_BOUND : t->sum[equation].high};
}

/* AddToSum: adds the range of a further part to the sum of an equation */
static inline void
AddToSum(SuppressionTables *t, int equation, Range part)
{
	t->sum[equation].low += part.low;
	if (part.high >= NO_BOUND)
		t->unbounded[equation]++;
	else
		t->sum[equation].high += part.high;
}

/* Others: the range that an equation leaves to one of its parts, given its total */
static Range
Others(const SuppressionTables *t, int equation, int part, Range total)
{
	bool		is_unbounded = t->below[part].high >= NO_BOUND;
	int64		low = t->sum[equation].low - t->below[part].low;
	int64		high = t->unbounded[equation] > (is_unbounded ? 1 : 0) ? NO_BOUND
		: t->sum[equation].high - (is_unbounded ? 0 : t->below[part].high);

	return (Range) {Less(total.low, high), Less(total.high, low)};
}

/*
 * PropagateMove
 *   own: how far each cell may move by itself, nowhere if it shows. below: with the equations of its parts; all: with every
 *   equation. Of a remainder: how far it would move if it were unknown, where readers know those of all other equations.
 */
void
PropagateMove(SuppressionTables *t, const Move *move)
{
	memset(t->sum, 0, sizeof(Range) * t->nequations);
	memset(t->unbounded, 0, sizeof(int) * t->nequations);
	for (int e = 0; e < t->nequations; e++)
	{
		t->below[t->ncells + e] = RemainderMoves(t, move, e) ? Room(t, move, t->ncells + e) : (Range) {0, 0};
		AddToSum(t, e, t->below[t->ncells + e]);
	}

	for (int i = t->ncells - 1; i >= 0; i--)
	{
		int			c = t->order[i];
		int			up = t->upper[c];

		CheckInterruptsAt(i);
		t->own[c] = MoveShows(t, move, c) ? (Range) {0, 0} : Room(t, move, c);
		t->below[c] = t->own[c];
		for (int e = t->first_equation[c]; e < t->first_equation[c + 1]; e++)
			Intersect(&t->below[c], SumRange(t, e));
		if (up >= 0)
			AddToSum(t, up, t->below[c]);
	}

	for (int i = 0; i < t->ncells; i++)
	{
		int			c = t->order[i];

		CheckInterruptsAt(i);
		if (t->upper[c] < 0)
			t->above[c] = (Range) {-NO_BOUND, NO_BOUND};
		t->all[c] = t->below[c];
		Intersect(&t->all[c], t->above[c]);
		for (int e = t->first_equation[c]; e < t->first_equation[c + 1]; e++)
		{
			Range		total = t->own[c];
			int			remainder = t->ncells + e;

			/* the total as all but this equation have it */
			Intersect(&total, t->above[c]);
			for (int other = t->first_equation[c]; other < t->first_equation[c + 1]; other++)
				if (other != e)
					Intersect(&total, SumRange(t, other));
			t->all[remainder] = Others(t, e, remainder, total);
			Intersect(&t->all[remainder], Room(t, move, remainder));
			for (int p = t->first_part[e]; p < t->first_part[e + 1]; p++)
				t->above[t->part[p]] = Others(t, e, t->part[p], total);
		}
	}
}
