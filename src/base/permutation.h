/*
 * permutation.h
 *   Monte Carlo jobs over parallel workers.
 */
#ifndef CSP_PERMUTATION_H
#define CSP_PERMUTATION_H

#include "base/csp_analysis.h"

/*
 * How one kind of job is carried out. Each process that takes part prepares once and then carries out tasks; a task
 * adds whole numbers to the sums, so that the result does not depend on who did what. A task draws its random numbers
 * from streams numbered by the task. Both functions check for interrupts.
 */
typedef struct PermutationKernel
{
	void	   *(*prepare) (const void *input);
	void		(*task) (void *prepared, int task, int64 *sums);
} PermutationKernel;

typedef const PermutationKernel *(*PermutationKernelFunction) (void);

typedef struct PermutationJob
{
	const char *kernel;			/* exported function of this library that gives the kernel: a worker finds it by name */
	const void *input;			/* flat, without pointers: workers get a copy */
	Size		input_size;
	int			ntasks;
	int			nsums;
	Size		process_memory; /* what each process will allocate */
	double		operations;		/* rough number of elementary steps in all: small jobs stay in one process */
} PermutationJob;

#define DEFAULT_PERMUTATIONS	999
#define DEFAULT_SEED			1
#define MAX_PERMUTATIONS		10000000

extern void CheckPermutations(int32 permutations);
extern void RunPermutations(const PermutationJob *job, int64 *sums);

#endif							/* CSP_PERMUTATION_H */
