/*
 * knox_count_run.h
 *   The innermost loop of the Knox test for one width of times and one width of vector registers; included by
 *   knox_count_lane.h with RUN_VECTOR_BYTES and RUN_TARGET defined.
 */
#define run_vector_t	LANE_PASTE(LANE_PASTE(vector, LANE_BITS), LANE_PASTE(_, RUN_VECTOR_BYTES))

typedef lane_t run_vector_t __attribute__((vector_size(RUN_VECTOR_BYTES)));

/*
 * CountRun: one place with one run of partners, four thresholds at a time. A comparison gives -1 where it holds, so
 * counts go up by subtraction. The caller sees to it that no counter overflows. Two registers of lanes at a time: with
 * eight counters they just fit the sixteen registers there are.
 */
RUN_TARGET
static void
LANE_PASTE(LANE_NAME(CountRun), LANE_PASTE(_, RUN_VECTOR_BYTES))(const lane_t *columns, int place, const int32 *partner, int64 npartners,
																  const lane_t *limit, int ngroups, lane_t *counter)
{
	const int	parts = ROW_BYTES / (2 * RUN_VECTOR_BYTES);
	const int	stride = 2 * parts; /* registers in a row */

	for (int part = 0; part < parts; part++)
	{
		const run_vector_t *own = (const run_vector_t *) (columns + (Size) place * ROW_LANES) + 2 * part;
		run_vector_t own0 = own[0],
					own1 = own[1];

		for (int group = 0; group < ngroups; group++)
		{
			run_vector_t *c = (run_vector_t *) (counter + (Size) group * 4 * ROW_LANES) + 2 * part;
			run_vector_t a0 = c[0],
						a1 = c[1],
						b0 = c[stride],
						b1 = c[stride + 1],
						c0 = c[2 * stride],
						c1 = c[2 * stride + 1],
						d0 = c[3 * stride],
						d1 = c[3 * stride + 1];
			lane_t		la = limit[group * 4],
						lb = limit[group * 4 + 1],
						lc = limit[group * 4 + 2],
						ld = limit[group * 4 + 3];

			for (int64 i = 0; i < npartners; i++)
			{
				const run_vector_t *other = (const run_vector_t *) (columns + (Size) partner[i] * ROW_LANES) + 2 * part;
				run_vector_t t0 = own0 - other[0],
							t1 = own1 - other[1];
				run_vector_t sign0 = t0 >> (LANE_BITS - 1),
							sign1 = t1 >> (LANE_BITS - 1);

				t0 = (t0 ^ sign0) - sign0;
				t1 = (t1 ^ sign1) - sign1;
				a0 -= t0 < la;
				a1 -= t1 < la;
				b0 -= t0 < lb;
				b1 -= t1 < lb;
				c0 -= t0 < lc;
				c1 -= t1 < lc;
				d0 -= t0 < ld;
				d1 -= t1 < ld;
			}
			c[0] = a0;
			c[1] = a1;
			c[stride] = b0;
			c[stride + 1] = b1;
			c[2 * stride] = c0;
			c[2 * stride + 1] = c1;
			c[3 * stride] = d0;
			c[3 * stride + 1] = d1;
		}
	}
}

#undef run_vector_t
#undef RUN_VECTOR_BYTES
#undef RUN_TARGET
