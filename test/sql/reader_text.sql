-- Expected texts are written by hand in the column beside each result; a row is shown only where the two differ, and the count at the end
-- tells that every case was there.
WITH checked (result, wanted) AS (
    SELECT csp.count_text(0), '0'
    UNION ALL SELECT csp.count_text(999), '999'
    UNION ALL SELECT csp.count_text(1000), '1,000'
    UNION ALL SELECT csp.count_text(-1234567), '-1,234,567'
    UNION ALL SELECT csp.count_text(9223372036854775807), '9,223,372,036,854,775,807'
    UNION ALL SELECT csp.count_text(32, true), '+32'
    UNION ALL SELECT csp.count_text(-25, signed => true), '-25'
    UNION ALL SELECT csp.count_text(0, true), '0'
    UNION ALL SELECT csp.count_text(NULL), NULL
    -- rounding: half away from zero, of the number's shortest decimal form
    UNION ALL SELECT csp.number_text(1234.5), '1,234.50'
    UNION ALL SELECT csp.number_text(0.005), '0.01'
    UNION ALL SELECT csp.number_text(-0.005), '-0.01'
    UNION ALL SELECT csp.number_text(-0.004), '0.00'
    UNION ALL SELECT csp.number_text(2.5, 0), '3'
    UNION ALL SELECT csp.number_text(0.5, 1, true), '+0.5'
    UNION ALL SELECT csp.number_text(0.04, 1, true), '0.0'
    UNION ALL SELECT csp.number_text(-3.14159, 4, true), '-3.1416'
    UNION ALL SELECT csp.number_text('NaN'), NULL
    UNION ALL SELECT csp.number_text('-Infinity'), NULL
    UNION ALL SELECT csp.number_text(1e15), NULL
    UNION ALL SELECT csp.number_text(999999999999999, 0), '999,999,999,999,999'
    UNION ALL SELECT csp.number_text(1, 11), NULL
    -- 327 in 94,000 with Byar's 95% interval
    UNION ALL SELECT csp.estimate_text(3.4787, 3.1118, 3.8770), '3.48 (3.11 to 3.88)'
    UNION ALL SELECT csp.estimate_text(0.00211, 0.0001, 0.0118), '0.002 (0.000 to 0.012)'
    UNION ALL SELECT csp.estimate_text(3.4787, 3.1118, 3.8770, 1), '3.5 (3.1 to 3.9)'
    UNION ALL SELECT csp.estimate_text(3.4787, 3.1118, NULL), '3.48 (3.11 or more)'
    UNION ALL SELECT csp.estimate_text(3.4787, 3.1118, 'Infinity'), '3.48 (3.11 or more)'
    UNION ALL SELECT csp.estimate_text(3.4787, NULL, 5), '3.48'
    UNION ALL SELECT csp.estimate_text(NULL, 1, 2), NULL
    UNION ALL SELECT csp.percent_change_text(12.34, 5.02, 20.06), '+12.3% (+5.0% to +20.1%)'
    UNION ALL SELECT csp.percent_change_text(-64, -80, 0.01), '-64.0% (-80.0% to 0.0%)'
    UNION ALL SELECT csp.percent_change_text(1900, 222), '+1,900% (+222% or more)'
    UNION ALL SELECT csp.percent_change_text(-0.6, -98.7, 7702.6), '-0.6% (-98.7% to +7,703%)'
    UNION ALL SELECT csp.percent_text(-64), '-64.0%'
    UNION ALL SELECT csp.percent_text(99.96), '+100.0%'
    UNION ALL SELECT csp.percent_text('Infinity'), NULL
    UNION ALL SELECT csp.percent_change_text(5), '+5.0%'
    UNION ALL SELECT csp.percent_change_text(NULL, 5, 6), NULL
    UNION ALL SELECT csp.p_value_text(0), '<0.001'
    UNION ALL SELECT csp.p_value_text(0.00099), '<0.001'
    UNION ALL SELECT csp.p_value_text(0.001), '0.001'
    UNION ALL SELECT csp.p_value_text(0.0494), '0.049'
    UNION ALL SELECT csp.p_value_text(0.0994), '0.099'
    UNION ALL SELECT csp.p_value_text(0.0995), '0.10'
    UNION ALL SELECT csp.p_value_text(1), '1.00'
    UNION ALL SELECT csp.p_value_text(NULL), NULL
    UNION ALL SELECT csp.list_text('{a}'), 'a'
    UNION ALL SELECT csp.list_text('{a,b}'), 'a and b'
    UNION ALL SELECT csp.list_text('{a,NULL,b,c}', 'or'), 'a, b or c'
    UNION ALL SELECT csp.list_text('{NULL}'), NULL
    UNION ALL SELECT csp.list_text('{}'), NULL
    UNION ALL SELECT csp.months_text('{2025-07-01}'), 'July 2025'
    UNION ALL SELECT csp.months_text('{2024-03-31,2024-01-01,2024-02-29,2024-06-15}'), 'January to March 2024, June 2024'
    UNION ALL SELECT csp.months_text('{2018-10-01,2018-11-01,2018-12-01,2019-01-01,2019-02-01}'), 'October 2018 to February 2019'
    UNION ALL SELECT csp.months_text('{2025-01-01,NULL,2025-01-31,infinity}'), 'January 2025'
    UNION ALL SELECT csp.months_text('{}'), NULL
    UNION ALL SELECT csp.html_text('<b title="x">Tom & Jerry''s</b>'), '&lt;b title=&quot;x&quot;&gt;Tom &amp; Jerry&#39;s&lt;/b&gt;'
    UNION ALL SELECT csp.html_text(''), ''
    UNION ALL SELECT csp.html_text(NULL), NULL
)
SELECT result, wanted, cases
FROM (SELECT result, wanted, count(*) OVER () AS cases FROM checked) c
WHERE result IS DISTINCT FROM wanted
UNION ALL
SELECT 'cases', NULL, count(*) FROM checked;

-- whatever the session's settings
SET DateStyle = 'German';
SET lc_numeric = 'C';
SELECT csp.months_text(ARRAY[make_date(2025, 2, 1), make_date(2025, 3, 1)]);
