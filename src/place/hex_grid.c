/*
 * hex_grid.c
 *   Concept: a regular grid of hexagons, each known by an address, so that points are counted by arithmetic alone.
 *
 * The hexagons are those of PostGIS's ST_HexagonGrid, numbered from the origin of the reference system: column x has its
 * centres at 1.5 side x, row y at sqrt(3) side y, half a row higher in odd columns. A point belongs to the hexagon whose
 * centre is nearest; on a common side to one of the two, always the same.
 *
 * An address interleaves the bits of column and row (a Z-order; signs folded into the lowest bit). Column and row side
 * by side would be simpler, but PostgreSQL hashes a bigint by the exclusive or of its halves, of which a grid has few
 * different ones: GROUP BY an address took 30 times as long.
 */
#include "base/csp_analysis.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "base/check.h"
#include "base/point.h"

#define MAX_HEX_NUMBER	1000000000
#define ROW_HEIGHT		1.7320508075688772	/* sqrt(3): height of a hexagon of side 1 */

typedef struct Hex
{
	int32		x;
	int32		y;
} Hex;

/* ---- kernel ---- */

/* SpreadBits: the bits of a number at the even places */
static inline uint64
SpreadBits(uint32 number)
{
	uint64		bits = number;

	bits = (bits | bits << 16) & UINT64CONST(0x0000FFFF0000FFFF);
	bits = (bits | bits << 8) & UINT64CONST(0x00FF00FF00FF00FF);
	bits = (bits | bits << 4) & UINT64CONST(0x0F0F0F0F0F0F0F0F);
	bits = (bits | bits << 2) & UINT64CONST(0x3333333333333333);
	return (bits | bits << 1) & UINT64CONST(0x5555555555555555);
}

/* GatherBits: the number whose bits SpreadBits moved to the even places; what is at odd places is left out */
static inline uint32
GatherBits(uint64 bits)
{
	bits &= UINT64CONST(0x5555555555555555);
	bits = (bits | bits >> 1) & UINT64CONST(0x3333333333333333);
	bits = (bits | bits >> 2) & UINT64CONST(0x0F0F0F0F0F0F0F0F);
	bits = (bits | bits >> 4) & UINT64CONST(0x00FF00FF00FF00FF);
	bits = (bits | bits >> 8) & UINT64CONST(0x0000FFFF0000FFFF);
	return (uint32) (bits | bits >> 16);
}

/* FoldSign: a signed number without its sign: 0, -1, 1, -2, 2, ... as 0, 1, 2, 3, 4, ... */
static inline uint32
FoldSign(int32 number)
{
	return number < 0 ? ~((uint32) number << 1) : (uint32) number << 1;
}

/* UnfoldSign: the signed number that FoldSign made unsigned */
static inline int32
UnfoldSign(uint32 folded)
{
	return (int32) (folded >> 1) ^ -(int32) (folded & 1);
}

/* HexAddress: column and row of a hexagon in one number, their bits interleaved */
static inline int64
HexAddress(int32 x, int32 y)
{
	return (int64) (SpreadBits(FoldSign(x)) | SpreadBits(FoldSign(y)) << 1);
}

/* IsOdd: is a number odd, also below 0? */
static inline bool
IsOdd(int32 number)
{
	return (number & 1) != 0;
}

/* HexOf: the hexagon a point lies in; false where it would be numbered too high */
static bool
HexOf(double px, double py, double side, Hex *hex)
{
	double		u = px / side;
	double		v = py / side / ROW_HEIGHT;
	int32		column;
	double		nearest = 0;

	if (!(fabs(u) < MAX_HEX_NUMBER && fabs(v) < MAX_HEX_NUMBER))
		return false;

	/* a column's hexagons reach two thirds of the way to the next column: only two columns can hold the point */
	column = (int32) floor(u / 1.5);
	for (int i = 0; i < 2; i++)
	{
		int32		x = column + i;
		double		shift = IsOdd(x) ? 0.5 : 0;
		double		y = ceil(v - shift - 0.5);
		double		dx = u - 1.5 * x;
		double		dy = (v - shift - y) * ROW_HEIGHT;
		double		distance = dx * dx + dy * dy;

		if (i == 0 || distance < nearest)
		{
			nearest = distance;
			hex->x = x;
			hex->y = (int32) y;
		}
	}
	return true;
}

/* ---- SQL ---- */

/* ReadHex: column and row of a hexagon from its address; error where no hexagon has it */
static Hex
ReadHex(int64 address)
{
	Hex			hex = {UnfoldSign(GatherBits((uint64) address)), UnfoldSign(GatherBits((uint64) address >> 1))};

	/* one more than any point has, since the last ones have neighbours too */
	if (hex.x < -MAX_HEX_NUMBER - 1 || hex.x > MAX_HEX_NUMBER + 1 || hex.y < -MAX_HEX_NUMBER - 1 || hex.y > MAX_HEX_NUMBER + 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%lld is not the address of a hexagon", (long long) address),
				 errhint("Take what csp.hex_cell gives.")));
	return hex;
}

/* hex_cell: the SQL function hex_cell: address of the hexagon that a point lies in */
PG_FUNCTION_INFO_V1(hex_cell);
Datum
hex_cell(PG_FUNCTION_ARGS)
{
	Place		place = ReadPlace(PG_GETARG_DATUM(0));
	double		side = PG_GETARG_FLOAT8(1);
	Hex			hex;

	CheckPositive("side", side);
	CheckPlanarSrid(place.srid);
	if (!HexOf(place.x, place.y, side, &hex))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("side is %g, too small for a location of (%g, %g)", side, place.x, place.y),
				 errhint("Hexagons are numbered from the origin of the reference system, up to a thousand million along an axis.")));
	PG_RETURN_INT64(HexAddress(hex.x, hex.y));
}

/* hex_neighbours: the SQL function hex_neighbours: addresses of the six hexagons around one */
PG_FUNCTION_INFO_V1(hex_neighbours);
Datum
hex_neighbours(PG_FUNCTION_ARGS)
{
	Hex			hex = ReadHex(PG_GETARG_INT64(0));
	int32		below = IsOdd(hex.x) ? hex.y : hex.y - 1;	/* in the columns beside */
	Datum		neighbour[6] = {
		Int64GetDatum(HexAddress(hex.x - 1, below)), Int64GetDatum(HexAddress(hex.x - 1, below + 1)),
		Int64GetDatum(HexAddress(hex.x, hex.y - 1)), Int64GetDatum(HexAddress(hex.x, hex.y + 1)),
		Int64GetDatum(HexAddress(hex.x + 1, below)), Int64GetDatum(HexAddress(hex.x + 1, below + 1))
	};

	PG_RETURN_ARRAYTYPE_P(construct_array(neighbour, 6, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/*
 * hex_boundary
 *   Corners are whole multiples of half a side and half a height, so that hexagons side by side share them to the last bit.
 */
PG_FUNCTION_INFO_V1(hex_boundary);
Datum
hex_boundary(PG_FUNCTION_ARGS)
{
	static const int corner_x[7] = {-2, -1, 1, 2, 1, -1, -2};
	static const int corner_y[7] = {0, -1, -1, 0, 1, 1, 0};
	Hex			hex = ReadHex(PG_GETARG_INT64(0));
	double		side = PG_GETARG_FLOAT8(1);
	double		x[7],
				y[7];

	CheckPositive("side", side);
	for (int i = 0; i < 7; i++)
	{
		x[i] = (3.0 * hex.x + corner_x[i]) * (side / 2);
		y[i] = (2.0 * hex.y + (IsOdd(hex.x) ? 1 : 0) + corner_y[i]) * (side * (ROW_HEIGHT / 2));
		if (isinf(x[i]) || isinf(y[i]))
			float_overflow_error();
	}
	PG_RETURN_DATUM(PolygonDatum(x, y, 7, PG_GETARG_INT32(2)));
}
