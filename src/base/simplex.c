/*
 * simplex.c
 *   Foundation: the simplex search of Nelder and Mead (1965, The Computer Journal 7, 308-313), in the form of Nash
 *   (1990, Compact Numerical Methods for Computers, algorithm 19) that R's optim() has: reflection 1, contraction 1/2,
 *   expansion 2; the search ends when the highest and the lowest value of the vertices differ by no more than a given
 *   part of the value at the start, after the given number of evaluations, or when a shrinking no longer makes the simplex
 *   smaller. Steps and their order are those of optim(), so that a search that stops at the limit stops where R's does.
 */
#include "base/simplex.h"

#include <math.h>

#define LANES 4

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define SIMPLEX_TARGETS __attribute__((target_clones("arch=x86-64-v3", "default")))
#endif
#endif
#ifndef SIMPLEX_TARGETS
#define SIMPLEX_TARGETS
#endif

typedef double Lane __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double))));

/* Centroid: the mean of all vertices but the highest, and the highest one reflected at it. */
SIMPLEX_TARGETS static void
Centroid(Simplex *simplex)
{
	double		n = simplex->n;

	for (int at = 0; at < simplex->width; at += LANES)
	{
		Lane		highest = *(const Lane *) &simplex->vertex[simplex->high][at];
		Lane		sum = -highest;

		for (int vertex = 0; vertex <= simplex->n; vertex++)
			sum += *(const Lane *) &simplex->vertex[vertex][at];
		sum /= n;
		*(Lane *) &simplex->centroid[at] = sum;
		*(Lane *) &simplex->trial[at] = 2 * sum - highest;
	}
}

/* ReplaceHighest: puts a new point in the place of the simplex's worst corner */
static inline void
ReplaceHighest(Simplex *simplex, const double *point, double value)
{
	memcpy(simplex->vertex[simplex->high], point, sizeof(double) * simplex->width);
	simplex->value[simplex->high] = value;
}

/* AskVertices: the values of all vertices but the lowest are wanted; of them, the one from index on. */
static void
AskVertices(Simplex *simplex, int index)
{
	simplex->stage = SIMPLEX_VERTICES;
	simplex->asked = index == simplex->low ? index + 1 : index;
}

/* Reflect: with the values of all vertices known, ends the search or tries the next step */
static void
Reflect(Simplex *simplex)
{
	int			low = simplex->low;
	int			high = low;

	for (int i = 0; i <= simplex->n; i++)
	{
		if (i == simplex->low)
			continue;
		if (simplex->value[i] < simplex->value[low])
			low = i;
		if (simplex->value[i] > simplex->value[high])
			high = i;
	}
	simplex->low = low;
	simplex->high = high;
	simplex->lowest = simplex->value[low];
	if (simplex->value[high] <= simplex->lowest + simplex->tolerance)
	{
		simplex->stage = SIMPLEX_DONE;
		return;
	}
	Centroid(simplex);
	simplex->stage = SIMPLEX_REFLECT;
}

/* NextStep: after a complete step begins another one, unless there have been enough */
static void
NextStep(Simplex *simplex)
{
	if (simplex->evaluations > simplex->limit)
		simplex->stage = SIMPLEX_DONE;
	else
		Reflect(simplex);
}

/* Shrink: draws all vertices half way to the lowest one. */
static void
Shrink(Simplex *simplex)
{
	const double *lowest = simplex->vertex[simplex->low];
	double		extent = 0;

	for (int vertex = 0; vertex <= simplex->n; vertex++)
	{
		if (vertex == simplex->low)
			continue;
		for (int i = 0; i < simplex->n; i++)
		{
			double	   *x = &simplex->vertex[vertex][i];

			*x = 0.5 * (*x - lowest[i]) + lowest[i];
			extent += fabs(*x - lowest[i]);
		}
	}
	if (!(extent < simplex->extent))
	{
		simplex->stage = SIMPLEX_DONE;
		return;
	}
	simplex->extent = extent;
	AskVertices(simplex, 0);
	if (simplex->evaluations > simplex->limit)
		simplex->stage = SIMPLEX_DONE;
}

/*
 * SimplexStart
 *   Begins a search: one vertex at the start, the others one step (forwards or back) along each axis. Not more than limit evaluations,
 *   except those that complete a step.
 */
void
SimplexStart(Simplex *simplex, const double *start, int n, double step, double tolerance, int limit)
{
	Assert(n >= 1 && n <= SIMPLEX_MAX_PARAMETERS && step != 0);

	simplex->n = n;
	simplex->width = TYPEALIGN(LANES, n);
	simplex->stage = SIMPLEX_FIRST;
	simplex->asked = simplex->low = simplex->high = 0;
	simplex->evaluations = 0;
	simplex->limit = limit;
	simplex->tolerance = tolerance;
	simplex->extent = 0;
	memset(simplex->vertex[0], 0, sizeof(double) * simplex->width);
	memcpy(simplex->vertex[0], start, sizeof(double) * n);
	for (int axis = 0; axis < n; axis++)
	{
		double	   *vertex = simplex->vertex[axis + 1];
		double		length = step;

		memcpy(vertex, simplex->vertex[0], sizeof(double) * simplex->width);
		for (; vertex[axis] == start[axis] && isfinite(length); length *= 10)
			vertex[axis] = start[axis] + length;
		simplex->extent += fabs(length);
	}
}

/* SimplexTell: takes the value at the point that was asked for, and decides which point is wanted next */
void
SimplexTell(Simplex *simplex, double value)
{
	double	   *highest = simplex->vertex[simplex->high];

	if (!isfinite(value))
		value = SIMPLEX_OUTSIDE;
	simplex->evaluations++;
	switch (simplex->stage)
	{
		case SIMPLEX_FIRST:
			simplex->value[0] = simplex->lowest = value;
			simplex->tolerance *= fabs(value) + simplex->tolerance;
			if (value >= SIMPLEX_OUTSIDE)
				simplex->stage = SIMPLEX_DONE;
			else
				AskVertices(simplex, 0);
			break;

		case SIMPLEX_VERTICES:
			simplex->value[simplex->asked] = value;
			AskVertices(simplex, simplex->asked + 1);
			if (simplex->asked > simplex->n)
				Reflect(simplex);
			break;

		case SIMPLEX_REFLECT:
			simplex->reflected = value;
			if (value < simplex->lowest)
			{
				/* farther the same way; the reflected point is kept where the centroid is no longer needed */
				for (int i = 0; i < simplex->width; i++)
				{
					double		farther = 2 * simplex->trial[i] - simplex->centroid[i];

					simplex->centroid[i] = simplex->trial[i];
					simplex->trial[i] = farther;
				}
				simplex->stage = SIMPLEX_EXPAND;
				break;
			}
			simplex->improved = value < simplex->value[simplex->high];
			if (simplex->improved)
				ReplaceHighest(simplex, simplex->trial, value);
			for (int i = 0; i < simplex->width; i++)
				simplex->trial[i] = 0.5 * highest[i] + 0.5 * simplex->centroid[i];
			simplex->stage = SIMPLEX_CONTRACT;
			break;

		case SIMPLEX_EXPAND:
			if (value < simplex->reflected)
				ReplaceHighest(simplex, simplex->trial, value);
			else
				ReplaceHighest(simplex, simplex->centroid, simplex->reflected);
			NextStep(simplex);
			break;

		case SIMPLEX_CONTRACT:
			if (value < simplex->value[simplex->high])
				ReplaceHighest(simplex, simplex->trial, value);
			else if (!simplex->improved)
			{
				Shrink(simplex);
				break;
			}
			NextStep(simplex);
			break;

		case SIMPLEX_DONE:
			break;
	}
}
