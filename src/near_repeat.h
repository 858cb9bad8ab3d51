/*
 * near_repeat.h
 *   The risk that an event leaves behind, as near_repeat_weight, near_repeat_score and the risk surface share it.
 */
#ifndef CSP_NEAR_REPEAT_H
#define CSP_NEAR_REPEAT_H

#include "csp_analysis.h"

typedef enum WeightForm
{
	WEIGHT_SMOOTH,
	WEIGHT_PROMAP_2004,
	WEIGHT_PROMAP_2007
} WeightForm;

extern double NearRepeatWeight(WeightForm form, double distance, double days, double bandwidth, double window, double cell_size);
extern WeightForm NearRepeatForm(text *form);

#endif							/* CSP_NEAR_REPEAT_H */
