/*
 * count_alert.h
 *   What the alerts on a series of counts share: the columns of their answer.
 */
#ifndef CSP_COUNT_ALERT_H
#define CSP_COUNT_ALERT_H

/* Columns of csp.count_alert. */
enum
{
	COUNT_ALERT_EXPECTED,
	COUNT_ALERT_UPPER_BOUND,
	COUNT_ALERT_P_VALUE,
	COUNT_ALERT_SCORE,
	COUNT_ALERT_ALARM,
	COUNT_ALERT_REASON,
	COUNT_ALERT_COLUMNS
};

#endif							/* CSP_COUNT_ALERT_H */
