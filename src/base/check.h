/*
 * check.h
 *   Argument errors: the one place that words them. Each names the argument, gives the value and says what to do.
 */
#ifndef CSP_CHECK_H
#define CSP_CHECK_H

#include "base/csp_analysis.h"

extern void CheckFinite(const char *name, double value);
extern void CheckPositive(const char *name, double value);
extern void CheckNotNegative(const char *name, double value);
extern void CheckNotNegativeInt(const char *name, int64 value);
extern void CheckConfidence(const char *name, double value);
extern void CheckCount(const char *name, double value);
extern void CheckSignificanceLevel(const char *name, double value);
extern void CheckProbability(const char *name, double value);
extern void CheckAtLeastInt(const char *name, int64 value, int64 minimum);
extern void CheckConstant(const char *name, double first, double value);
extern void KeepConstant(double *kept, const char *name, double value);
extern void CheckGiven(FunctionCallInfo fcinfo, int argument, const char *name);
extern void CheckFiniteTime(const char *name, Datum time, bool instant);
extern int	FindWord(text *given, const char *const *words, int nwords);
extern void RefuseWord(const char *name, text *given, const char *known);
extern int	CheckWord(const char *name, text *given, const char *const *words, int nwords);
extern int	WordArgument(FunctionCallInfo fcinfo, int argument, const char *name, const char *const *words, int nwords);

#endif							/* CSP_CHECK_H */
