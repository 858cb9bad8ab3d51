/*
 * permutation.c
 *   Foundation: runs the tasks of a Monte Carlo job on parallel workers, the calling process among them.
 *
 * Tasks are taken from a shared counter and add whole numbers to sums that each process keeps for itself and the caller
 * adds up at the end: the same answer for any number of workers. A parallel worker cannot start workers of its own and
 * carries out the whole job alone. The leader of a parallel query can: parallel contexts nest.
 */
#include "base/permutation.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "optimizer/cost.h"
#include "port/atomics.h"
#include "storage/shm_toc.h"

#define KEY_JOB			UINT64CONST(0x4353500000000001)
#define KEY_INPUT		UINT64CONST(0x4353500000000002)
#define KEY_SUMS		UINT64CONST(0x4353500000000003)

/* starting workers costs some milliseconds: not for jobs shorter than that */
#define MIN_OPERATIONS	2e7

/* /dev/shm is 64 MB in many containers */
#define MAX_SHARED		((Size) 48 * 1024 * 1024)

typedef struct SharedJob
{
	char		kernel[NAMEDATALEN];
	int			ntasks;
	int			nsums;
	pg_atomic_uint32 next_task;
} SharedJob;

PGDLLEXPORT void PermutationWorker(dsm_segment *segment, shm_toc *toc);

/*
 * FindKernel: the kernel of a permutation test by the name of the function that returns it, which
 * workers can look up
 */
static const PermutationKernel *
FindKernel(const char *name)
{
	PermutationKernelFunction function = (PermutationKernelFunction)
		load_external_function("$libdir/csp_analysis", name, true, NULL);

	return function();
}

/* CheckPermutations: error unless the number of permutations is from 0 to the maximum */
void
CheckPermutations(int32 permutations)
{
	if (permutations < 0 || permutations > MAX_PERMUTATIONS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("permutations is %d, not from 0 to %d", permutations, MAX_PERMUTATIONS),
				 errhint("Use 999 for p-values down to 0.001, or 0 for none.")));
}

/* ShareOfTasks: takes tasks until none is left, adding to sums. */
static void
ShareOfTasks(SharedJob *shared, const void *input, int64 *sums)
{
	const PermutationKernel *kernel = FindKernel(shared->kernel);
	void	   *prepared = NULL;

	for (;;)
	{
		uint32		task = pg_atomic_fetch_add_u32(&shared->next_task, 1);

		CHECK_FOR_INTERRUPTS();
		if (task >= (uint32) shared->ntasks)
			break;
		if (prepared == NULL)
			prepared = kernel->prepare(input);
		kernel->task(prepared, (int) task, sums);
	}
}

/*
 * PermutationWorker: what a parallel worker runs: its share of the tasks, summed into its part of
 * shared memory
 */
void
PermutationWorker(dsm_segment *segment, shm_toc *toc)
{
	SharedJob  *shared = shm_toc_lookup(toc, KEY_JOB, false);
	const void *input = shm_toc_lookup(toc, KEY_INPUT, false);
	int64	   *sums = shm_toc_lookup(toc, KEY_SUMS, false);

	(void) segment;
	ShareOfTasks(shared, input, sums + (Size) shared->nsums * (ParallelWorkerNumber + 1));
}

/* WorkersFor: how many workers beside this process are worth starting and allowed */
static int
WorkersFor(const PermutationJob *job)
{
	int			workers = Min(max_parallel_workers_per_gather, job->ntasks - 1);
	Size		memory = (Size) max_memory_kb * 1024;

	if (IsParallelWorker() || job->operations < MIN_OPERATIONS)
		return 0;
	if (job->process_memory > 0)
		workers = (int) Min((Size) workers, Max(memory / job->process_memory, 1) - 1);
	if (add_size(job->input_size, mul_size(sizeof(int64) * job->nsums, workers + 1)) > MAX_SHARED)
		return 0;
	return Max(workers, 0);
}

/*
 * RunPermutations
 *   Carries out the job; sums receives nsums totals.
 */
void
RunPermutations(const PermutationJob *job, int64 *sums)
{
	int			workers = WorkersFor(job);
	Size		sums_size = sizeof(int64) * job->nsums;
	ParallelContext *context;
	SharedJob  *shared;
	void	   *input;
	int64	   *all_sums;

	memset(sums, 0, sums_size);
	if (workers == 0)
	{
		SharedJob	alone;

		strlcpy(alone.kernel, job->kernel, NAMEDATALEN);
		alone.ntasks = job->ntasks;
		alone.nsums = job->nsums;
		pg_atomic_init_u32(&alone.next_task, 0);
		ShareOfTasks(&alone, job->input, sums);
		return;
	}

	EnterParallelMode();
	context = CreateParallelContext("csp_analysis", "PermutationWorker", workers);
	shm_toc_estimate_chunk(&context->estimator, sizeof(SharedJob));
	shm_toc_estimate_chunk(&context->estimator, job->input_size);
	shm_toc_estimate_chunk(&context->estimator, mul_size(sums_size, workers + 1));
	shm_toc_estimate_keys(&context->estimator, 3);
	InitializeParallelDSM(context);

	shared = shm_toc_allocate(context->toc, sizeof(SharedJob));
	strlcpy(shared->kernel, job->kernel, NAMEDATALEN);
	shared->ntasks = job->ntasks;
	shared->nsums = job->nsums;
	pg_atomic_init_u32(&shared->next_task, 0);
	shm_toc_insert(context->toc, KEY_JOB, shared);
	input = shm_toc_allocate(context->toc, job->input_size);
	memcpy(input, job->input, job->input_size);
	shm_toc_insert(context->toc, KEY_INPUT, input);
	all_sums = shm_toc_allocate(context->toc, mul_size(sums_size, workers + 1));
	memset(all_sums, 0, sums_size * (workers + 1));
	shm_toc_insert(context->toc, KEY_SUMS, all_sums);

	LaunchParallelWorkers(context);
	ShareOfTasks(shared, input, all_sums);
	WaitForParallelWorkersToFinish(context);

	for (int process = 0; process <= workers; process++)
		for (int i = 0; i < job->nsums; i++)
			sums[i] += all_sums[(Size) process * job->nsums + i];

	DestroyParallelContext(context);
	ExitParallelMode();
}
