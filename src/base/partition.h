/*
 * partition.h
 *   Foundation: the rows of a window function's partition, as numbers or as events, all read at its first row.
 */
#ifndef CSP_PARTITION_H
#define CSP_PARTITION_H

#include "base/events.h"

#include "windowapi.h"

typedef struct Partition
{
	WindowObject window;
	int			nrows;
	MemoryContext context;		/* lives as long as the partition */
	MemoryContext scratch;		/* what evaluating the arguments of one row leaves behind */
} Partition;

extern void PartitionOpen(Partition *partition, WindowObject window, void *local_memory, const char *function);
extern bool PartitionRow(Partition *partition, int row, int nargs, double *values);
extern bool PartitionValue(Partition *partition, int row, int argument, Datum *value);
extern void PartitionClose(Partition *partition);

/* one argument, of a type passed by value, at the row that PartitionRow read last */
extern Datum PartitionDatum(Partition *partition, int row, int argument, bool *isnull);

/* the same of the row that the function is called for */
extern bool PartitionCurrentRow(WindowObject window, int nargs, double *values);

/* an argument that is one for the partition */
extern Datum WindowSetting(WindowObject winobj, int argument, const char *name);

/* The argument beside the location: nothing, a date or a timestamptz. */
typedef enum PartitionTimes
{
	TIMES_NONE,
	TIMES_DATE,
	TIMES_INSTANT
} PartitionTimes;

extern Events *PartitionEvents(WindowObject winobj, PartitionTimes times, int64 nrows, int *event_row);

/* A number for each row of a partition, found at its first row; 0 is NULL. */
typedef struct PartitionNumbers
{
	bool		done;
	int64		number[FLEXIBLE_ARRAY_MEMBER];
} PartitionNumbers;

extern PartitionNumbers *PartitionNumbersOf(WindowObject winobj, int64 *nrows);

#endif							/* CSP_PARTITION_H */
