-- Which functions in SQL and PL/pgSQL were called in this database: schema, name and calls, as test/coverage.sh collects them.
COPY (
    SELECT f.schemaname, f.funcname, sum(f.calls) FROM pg_stat_user_functions f
    WHERE f.schemaname NOT LIKE 'pg\_%' GROUP BY f.schemaname, f.funcname
) TO STDOUT;
