/*
 * simplex.h
 *   Foundation: the least value of a function of a few parameters by the simplex of Nelder and Mead, which asks for one
 *   value at a time, so that a caller may work out the values for several searches at once.
 *
 *     SimplexStart(&simplex, start, n, step, tolerance, limit);
 *     while ((point = SimplexPoint(&simplex)) != NULL)
 *         SimplexTell(&simplex, value at point);
 *     simplex.lowest is the least value found, SimplexLowest(&simplex) where it is
 */
#ifndef CSP_SIMPLEX_H
#define CSP_SIMPLEX_H

#include "base/csp_analysis.h"

#define SIMPLEX_MAX_PARAMETERS	32

/* what stands for the value at a point where there is none */
#define SIMPLEX_OUTSIDE			1e35

typedef enum SimplexStage
{
	SIMPLEX_FIRST,				/* the value at the start is wanted */
	SIMPLEX_VERTICES,			/* those of the vertices, except the lowest */
	SIMPLEX_REFLECT,
	SIMPLEX_EXPAND,
	SIMPLEX_CONTRACT,
	SIMPLEX_DONE
} SimplexStage;

typedef struct Simplex
{
	int			n;				/* parameters */
	int			width;			/* the same, rounded up to whole vectors; what is beyond n is 0 */
	SimplexStage stage;
	int			asked;			/* the vertex whose value is wanted */
	int			low;			/* the vertices of the lowest and the highest value */
	int			high;
	int			evaluations;
	int			limit;			/* of evaluations */
	double		tolerance;		/* converged when the vertices' values differ by no more; relative until there is a value */
	double		extent;			/* of the simplex, at its last shrinking */
	double		lowest;
	double		reflected;		/* the value at the reflected point, and whether it was below the highest */
	bool		improved;
	double		value[SIMPLEX_MAX_PARAMETERS + 1];
	double		vertex[SIMPLEX_MAX_PARAMETERS + 1][SIMPLEX_MAX_PARAMETERS];
	double		centroid[SIMPLEX_MAX_PARAMETERS];
	double		trial[SIMPLEX_MAX_PARAMETERS];
} Simplex;

extern void SimplexStart(Simplex *simplex, const double *start, int n, double step, double tolerance, int limit);
extern void SimplexTell(Simplex *simplex, double value);

/* SimplexPoint: the point whose value is wanted next; NULL when the search is over. */
static inline const double *
SimplexPoint(const Simplex *simplex)
{
	switch (simplex->stage)
	{
		case SIMPLEX_DONE:
			return NULL;
		case SIMPLEX_FIRST:
		case SIMPLEX_VERTICES:
			return simplex->vertex[simplex->asked];
		default:
			return simplex->trial;
	}
}

/* SimplexLowest: the best corner found so far */
static inline const double *
SimplexLowest(const Simplex *simplex)
{
	return simplex->vertex[simplex->low];
}

#endif							/* CSP_SIMPLEX_H */
