/*
 * priority.h
 *   The shape of the risk matrix, which the aggregate builds and risk_matrix_text reads.
 */
#ifndef CSP_PRIORITY_H
#define CSP_PRIORITY_H

/* Likelihood and impact both run from 1 (lowest) to 5 (highest); the score is their product. */
#define RISK_SCALE 5
#define RISK_CELLS (RISK_SCALE * RISK_SCALE)

/* The cell of a likelihood and an impact, by likelihood, then impact; the last place is for issues without a score. */
#define RISK_CELL(likelihood, impact) (((likelihood) - 1) * RISK_SCALE + (impact) - 1)
#define RISK_UNSCORED RISK_CELLS

#endif							/* CSP_PRIORITY_H */
