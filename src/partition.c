/*
 * partition.c
 *   Foundation: the rows of a window function's partition, as numbers, all read at its first row.
 *
 * A window function does its work when it is first called in a partition and keeps the answers in the partition's own
 * memory context. Reading a row evaluates the arguments; in one call for all rows, what that leaves behind (numeric to
 * float8, say) would pile up, so it goes to a scratch context.
 */
#include "partition.h"

#include "utils/memutils.h"

/*
 * PartitionOpen
 *   Begins to read a partition; local_memory is what WinGetPartitionLocalMemory returned, function names it in errors.
 */
void
PartitionOpen(Partition *partition, WindowObject window, void *local_memory, const char *function)
{
	int64		nrows = WinGetPartitionRowCount(window);

	/* the server counts rows within a partition in an int */
	if (nrows > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s: the partition has %lld rows, more than %d", function, (long long) nrows, PG_INT32_MAX),
				 errhint("Count the events by place first, or give PARTITION BY.")));
	partition->window = window;
	partition->nrows = (int) nrows;
	partition->context = GetMemoryChunkContext(local_memory);
	partition->scratch = AllocSetContextCreate(partition->context, "csp_analysis partition row", ALLOCSET_SMALL_SIZES);
}

/* PartitionRow: the first nargs arguments at a row (counted from 0); false where one of them is NULL. */
bool
PartitionRow(Partition *partition, int row, int nargs, double *values)
{
	MemoryContext oldcontext;
	bool		complete = true;

	CHECK_FOR_INTERRUPTS();

	MemoryContextReset(partition->scratch);
	oldcontext = MemoryContextSwitchTo(partition->scratch);
	for (int argument = 0; complete && argument < nargs; argument++)
	{
		bool		isnull,
					isout;
		Datum		value = WinGetFuncArgInPartition(partition->window, argument, row, WINDOW_SEEK_HEAD, false, &isnull, &isout);

		complete = !isnull;
		if (complete)
			values[argument] = DatumGetFloat8(value);
	}
	MemoryContextSwitchTo(oldcontext);
	return complete;
}

/* PartitionDatum: an argument that is not a float8, but passed by value, at a row. */
Datum
PartitionDatum(Partition *partition, int row, int argument, bool *isnull)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(partition->scratch);
	bool		isout;
	Datum		value = WinGetFuncArgInPartition(partition->window, argument, row, WINDOW_SEEK_HEAD, false, isnull, &isout);

	MemoryContextSwitchTo(oldcontext);
	return value;
}

void
PartitionClose(Partition *partition)
{
	MemoryContextDelete(partition->scratch);
}

bool
PartitionCurrentRow(WindowObject window, int nargs, double *values)
{
	for (int argument = 0; argument < nargs; argument++)
	{
		bool		isnull;
		Datum		value = WinGetFuncArgCurrent(window, argument, &isnull);

		if (isnull)
			return false;
		values[argument] = DatumGetFloat8(value);
	}
	return true;
}
