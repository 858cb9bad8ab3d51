/*
 * change.h
 *   The exact comparison of two counts, for concepts that compare a period with an earlier one.
 */
#ifndef CSP_CHANGE_H
#define CSP_CHANGE_H

/* Beyond this total the E-test's sum, over about 50 sqrt(total) outcomes, runs for seconds, and the beta quantile loses digits. */
#define CHANGE_MAX_TOTAL 1e12

typedef struct RateChange
{
	double		percent_change;
	double		ratio;
	double		lower;
	double		upper;
	double		p_value;
} RateChange;

extern void CompareRates(double before, double before_population, double after, double after_population, double confidence,
						 RateChange *change);

#endif							/* CSP_CHANGE_H */
