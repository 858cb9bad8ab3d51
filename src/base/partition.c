/*
 * partition.c
 *   Foundation: the rows of a window function's partition, as numbers or as events, all read at its first row.
 *
 * A window function does its work when it is first called in a partition and keeps the answers in the partition's own
 * memory context. Reading a row evaluates the arguments; in one call for all rows, what that leaves behind (numeric to
 * float8, say) would pile up, so it goes to a scratch context.
 */
#include "base/partition.h"

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

/* PartitionClose: frees what reading the rows of a partition needed */
void
PartitionClose(Partition *partition)
{
	MemoryContextDelete(partition->scratch);
}

/* PartitionCurrentRow: the arguments of the current row as numbers; false if any is NULL */
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

/*
 * PartitionValue
 *   One argument at a row (counted from 0), of any type; false where it is NULL. What is not passed by value lasts until
 *   the next row is read.
 */
bool
PartitionValue(Partition *partition, int row, int argument, Datum *value)
{
	MemoryContext oldcontext;
	bool		isnull,
				isout;

	CHECK_FOR_INTERRUPTS();

	MemoryContextReset(partition->scratch);
	oldcontext = MemoryContextSwitchTo(partition->scratch);
	*value = WinGetFuncArgInPartition(partition->window, argument, row, WINDOW_SEEK_HEAD, false, &isnull, &isout);
	MemoryContextSwitchTo(oldcontext);
	return !isnull;
}

/* WindowSetting: an argument that applies to the partition, from the current row; it may not be NULL. */
Datum
WindowSetting(WindowObject winobj, int argument, const char *name)
{
	bool		isnull;
	Datum		setting = WinGetFuncArgCurrent(winobj, argument, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", name)));
	return setting;
}

/*
 * PartitionEvents
 *   The events of a partition: argument 0 is location, argument 1 occurred where there are times. A row without one of them is
 *   no event; event_row (room for nrows) tells the row that each event came from.
 */
Events *
PartitionEvents(WindowObject winobj, PartitionTimes times, int64 nrows, int *event_row)
{
	bool		instants = times == TIMES_INSTANT;
	Events	   *events = EventsNew(CurrentMemoryContext, instants, false, NULL, 0);
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "events of a partition", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(scratch);

	for (int64 row = 0; row < nrows; row++)
	{
		bool		isnull,
					outside;
		Datum		location = WinGetFuncArgInPartition(winobj, 0, (int) row, WINDOW_SEEK_HEAD, false, &isnull, &outside);

		if (!isnull)
		{
			/* the second argument may take the slot of the first */
			Place		place = ReadPlace(location);
			int64		t = 0;

			if (times != TIMES_NONE)
			{
				Datum		occurred = WinGetFuncArgInPartition(winobj, 1, (int) row, WINDOW_SEEK_HEAD, false, &isnull, &outside);

				if (!isnull)
					t = EventTime(occurred, instants);
			}
			if (!isnull)
			{
				event_row[events->n] = (int) row;
				EventsAppend(events, place, t, 0);
			}
		}
		if ((row & 1023) == 1023)
		{
			MemoryContextReset(scratch);
			CHECK_FOR_INTERRUPTS();
		}
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(scratch);
	return events;
}

/* PartitionNumbersOf: the partition's answer, all 0 at its first row */
PartitionNumbers *
PartitionNumbersOf(WindowObject winobj, int64 *nrows)
{
	*nrows = WinGetPartitionRowCount(winobj);
	if (*nrows > (int64) ((MaxAllocSize - sizeof(PartitionNumbers)) / sizeof(int64)))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the partition has %lld rows, too many for one answer", (long long) *nrows),
				 errhint("Use PARTITION BY.")));
	return WinGetPartitionLocalMemory(winobj, offsetof(PartitionNumbers, number) + sizeof(int64) * *nrows);
}
