/*
 * partition.h
 *   Foundation: the rows of a window function's partition, as numbers, all read at its first row.
 */
#ifndef CSP_PARTITION_H
#define CSP_PARTITION_H

#include "csp_analysis.h"

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
extern void PartitionClose(Partition *partition);

/* one argument, of a type passed by value, at the row that PartitionRow read last */
extern Datum PartitionDatum(Partition *partition, int row, int argument, bool *isnull);

/* the same of the row that the function is called for */
extern bool PartitionCurrentRow(WindowObject window, int nargs, double *values);

#endif							/* CSP_PARTITION_H */
