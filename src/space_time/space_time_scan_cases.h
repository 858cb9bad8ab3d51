/*
 * space_time_scan_cases.h
 *   The cases that the search looks through, those observed and those of replications.
 */
#ifndef CSP_SPACE_TIME_SCAN_CASES_H
#define CSP_SPACE_TIME_SCAN_CASES_H

#include "space_time/space_time_scan_problem.h"

typedef struct CaseEntry
{
	uint32		index;			/* period * SCAN_LANES + lane */
	uint32		count;
} CaseEntry;

/* The cases of each lane: a table of cells, or entries by place; what the bytes of a table cannot hold is an entry too. */
typedef struct ScanCases
{
	const ScanProblem *problem;
	uint8	   *table;			/* [nplaces][nseen][SCAN_LANES], or NULL */
	int64	   *first_entry;	/* [nplaces + 1] */
	CaseEntry  *entry;			/* by place */
	/* as they come in */
	int64		nentries;
	int64		capacity;
	int32	   *new_place;
	CaseEntry  *new_entry;
	/* dealing out */
	int32	   *period;			/* permutation: [ncases], by place */
	int32	   *shuffled;
	int64		nalias;			/* otherwise: what has population, and Walker's table */
	double	   *alias_part;
	int32	   *alias_cell;
	int32	   *alias_other;
	int32	   *cell_count;		/* with a table: of one lane */
} ScanCases;

extern double CasesMemory(const ScanProblem *problem);
extern ScanCases *NewScanCases(const ScanProblem *problem);
extern void LoadObserved(ScanCases *cases);
extern void DealCases(ScanCases *cases, int first, int lanes);
extern int32 CasesWithin(const ScanCases *cases, int place, int from, int to, int lane);

#endif							/* CSP_SPACE_TIME_SCAN_CASES_H */
