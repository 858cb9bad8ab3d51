/*
 * suppression.h
 *   Published tables whose totals form trees, and how far a count may move without a reader noticing.
 *
 * Three words are used throughout. A *cell* is what is counted (a problem type in an area). A *table* is a publication: a set
 * of months in which some cells are shown and others hidden. A *region* is a set of months that lie in the same tables; a
 * table's count of a cell is the sum of the cell's counts over the table's regions. One table alone is one region.
 */
#ifndef CSP_SUPPRESSION_H
#define CSP_SUPPRESSION_H

#include "base/csp_analysis.h"

#define MAX_SUPPRESSION_TABLES 62

/* beyond every sum of counts; what has no bound */
#define NO_BOUND INT64CONST(0x1000000000000000)

typedef enum CellStatus
{
	CELL_ABSENT = -1,			/* the table does not speak of the cell */
	CELL_HIDDEN_BEFORE = 0,		/* published already, and hidden */
	CELL_SHOWN_BEFORE = 1,		/* published already: cannot be hidden any more */
	CELL_SHOWN = 2,				/* to be published, as far as nothing else is decided */
	CELL_HIDDEN = 3,			/* to be published as hidden: 1 or more, unless it was demanded */
	CELL_WITHHELD = 4			/* hidden with all beside it, zeros included: says nothing */
} CellStatus;

/* What a reader knows from elsewhere of the remainders: of what totals hold beyond their parts. */
typedef enum ReaderKind
{
	READER_KNOWS_ALL,
	READER_KNOWS_LARGE,			/* those that are 0 or above the threshold */
	READER_KNOWS_NONE,
	READER_KINDS
} ReaderKind;

/* From first to last; 0 is always inside. */
typedef struct Range
{
	int64		low;
	int64		high;
} Range;

/*
 * A move is a way to alter the counts behind the tables: by d in each region with sign 1, by -d in each with sign -1, where d
 * differs from cell to cell. At a cell where every table that would change is hidden, the move does not show.
 */
typedef struct Move
{
	int8	   *sign;			/* by region */
	int			single;			/* its region where there is one alone; else -1 */
	int			nregions;		/* regions with a sign */
	int		   *region;
	int			ntables;		/* tables that change */
	int		   *table;
	int		   *change;			/* by how many d */
	int64		changes;		/* bit j: table j changes */
} Move;

typedef struct SuppressionTables
{
	int			ncells;			/* as given */
	int			nequations;		/* a total and its parts, by one breakdown */
	int			nall;			/* cells and the remainder of each equation: cell ncells + e is in no part of equation e */
	int			ntables;
	int			nregions;
	int64	   *region_tables;	/* bit j: the region lies in table j */
	int		   *threshold;		/* by cell, remainders included */
	int		   *upper;			/* the equation in which the cell is a part; -1: none */
	int		   *total;			/* of an equation */
	int		   *first_part;		/* of an equation, in part; one more at the end */
	int		   *part;
	int		   *first_equation; /* of a cell as total: its equations follow one another; one more at the end */
	int		   *order;			/* cells, totals before parts */
	int		   *root;			/* the topmost total of a cell */
	int64	   *count;			/* by region and cell */
	int64	   *answers_for;	/* by region and cell, bit j: this region keeps table j's hidden count above 0 */
	int64	   *table_count;	/* by table and cell */
	int8	   *status;			/* by table and cell */
	int			nmoves;
	Move	   *moves;
	ReaderKind	reader;			/* for whom moves are propagated */
	/* of the move propagated last, by cell: what the cell alone allows, with what is below it, and with everything */
	Range	   *own;
	Range	   *below;
	Range	   *all;
	/* by equation: sums over its parts */
	Range	   *sum;
	int		   *unbounded;		/* parts without an upper bound */
	Range	   *above;			/* by cell */
} SuppressionTables;

/* What is known of a count when only what is published is known: the reach of the moves, and the moves that reach furthest. */
#define BY_SUM	(-2)			/* each region by itself */

typedef struct Reach
{
	Range	   *count;			/* by table and cell */
	Range	   *singles;		/* by table and cell: sums over the moves of one region */
	int64	   *least_below;	/* by table and cell: what the parts that are shown leave */
	Range	   *region;			/* by region and cell, remainders included */
	int		   *count_low;		/* the move that reaches there, BY_SUM, or -1 */
	int		   *count_high;
	int		   *region_low;
	int		   *region_high;
	int64	   *single_low;		/* by region and cell: the move of the region alone, downwards */
	int64	   *single_below;	/* and as its parts alone allow it */
} Reach;

/* IsHidden: does a table hide a cell? */
static inline bool
IsHidden(int8 status)
{
	return status == CELL_HIDDEN || status == CELL_WITHHELD || status == CELL_HIDDEN_BEFORE;
}

extern SuppressionTables *MakeSuppressionTables(int ncells, const int *parent, const int *breakdown, const int *threshold,
												int nregions, const int64 *region_tables, const int64 *counts,
												int ntables, const int *status);
extern void FillAnswers(SuppressionTables *t);
extern int64 Spare(const SuppressionTables *t, const Move *move, int region, int cell);
extern bool RemainderMoves(const SuppressionTables *t, const Move *move, int equation);
extern bool MoveShows(const SuppressionTables *t, const Move *move, int cell);
extern void PropagateMove(SuppressionTables *t, const Move *move);

extern void *NewArray(size_t size, size_t outer, size_t inner);
extern Reach *NewReach(const SuppressionTables *t);
extern void Measure(SuppressionTables *t, Reach *reach);

#endif							/* CSP_SUPPRESSION_H */
