/*
 * point.c
 *   Foundation: reads a PostGIS POINT without linking PostGIS; reads a rectangle and writes points and polygons too.
 *
 * Stored form, both serialised versions (byte offsets within the varlena):
 *   0-3   length word
 *   4-6   SRID, big-endian, 21 bits, signed
 *   7     flags: Z 0x01, M 0x02, BBOX 0x04, GEODETIC 0x08, then by version
 *           version 2 (0x40 set): EXTENDED 0x10; 0x20 and 0x80 are reserved
 *           version 1 (0x40 clear): READONLY 0x10, SOLID 0x20; 0x80 is reserved
 *   8     version 2 with EXTENDED: 8 bytes of further flags
 *         with BBOX: 8 bytes for each dimension (3 if geodetic)
 *         uint32 type (1 = POINT), uint32 number of points (0 = EMPTY), then one double a dimension
 *
 * Distances are planar, in the units of the SRID, so a geographic SRID (degrees) is refused. PostGIS's table
 * spatial_ref_sys says which SRIDs are geographic; it is looked up once per SRID and backend.
 */
#include "base/point.h"

#include <math.h>

#include "base/result.h"
#include "executor/spi.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#define POINT_FLAG_Z			0x01
#define POINT_FLAG_M			0x02
#define POINT_FLAG_BBOX			0x04
#define POINT_FLAG_GEODETIC		0x08
#define POINT_FLAG_EXTENDED		0x10	/* version 2 only */
#define POINT_FLAG_VERSION_2	0x40
#define POINT_RESERVED_V1		0x80
#define POINT_RESERVED_V2		0xA0

#define POINT_HEADER			8
#define POINT_TYPE				1
#define POLYGON_TYPE			3

typedef struct SridEntry
{
	int32		srid;			/* hash key */
	bool		planar;
} SridEntry;

static HTAB *srid_cache = NULL;

/* ---- stored form ---- */

/* BadPoint: error for bytes that are no PostGIS geometry */
static void
BadPoint(const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("location is not a stored PostGIS geometry: %s", reason)));
}

/* GeometryTypeName: the name of a PostGIS geometry type, with its article, for messages */
static const char *
GeometryTypeName(uint32 type)
{
	static const char *const names[] = {
		"a geometry of no type", "a POINT", "a LINESTRING", "a POLYGON", "a MULTIPOINT", "a MULTILINESTRING",
		"a MULTIPOLYGON", "a GEOMETRYCOLLECTION", "a CIRCULARSTRING", "a COMPOUNDCURVE", "a CURVEPOLYGON",
		"a MULTICURVE", "a MULTISURFACE", "a POLYHEDRALSURFACE", "a TRIANGLE", "a TIN"
	};

	return type < lengthof(names) ? names[type] : "a geometry of unknown type";
}

/*
 * ReadPlace
 *   The place of a PostGIS point. Whatever is not one planar, non-empty point with finite coordinates is an error;
 *   whether the SRID is geographic is asked separately (CheckPlanarSrid), since it needs a look-up.
 */
Place
ReadPlace(Datum geometry)
{
	struct varlena *stored = PG_DETOAST_DATUM(geometry);
	const unsigned char *bytes = (const unsigned char *) stored;
	Size		size = VARSIZE(stored);
	Size		offset = POINT_HEADER;
	Size		dimensions;
	unsigned char flags;
	uint32		type;
	uint32		npoints;
	Place		place;

	if (size < POINT_HEADER + 2 * sizeof(uint32))
		BadPoint("it is too short");

	place.srid = (int32) ((uint32) bytes[4] << 16 | (uint32) bytes[5] << 8 | (uint32) bytes[6]) & 0x1FFFFF;
	if (place.srid & 0x100000)
		place.srid -= 0x200000;

	flags = bytes[7];
	if (flags & ((flags & POINT_FLAG_VERSION_2) ? POINT_RESERVED_V2 : POINT_RESERVED_V1))
		BadPoint("it has unknown flags");
	dimensions = 2 + ((flags & POINT_FLAG_Z) ? 1 : 0) + ((flags & POINT_FLAG_M) ? 1 : 0);
	if ((flags & POINT_FLAG_VERSION_2) && (flags & POINT_FLAG_EXTENDED))
		offset += 8;
	if (flags & POINT_FLAG_BBOX)
		offset += 8 * ((flags & POINT_FLAG_GEODETIC) ? 3 : dimensions);
	if (size < offset + 2 * sizeof(uint32))
		BadPoint("it is too short");

	memcpy(&type, bytes + offset, sizeof(uint32));
	memcpy(&npoints, bytes + offset + sizeof(uint32), sizeof(uint32));
	offset += 2 * sizeof(uint32);

	if (flags & POINT_FLAG_GEODETIC)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("location is a geography: its coordinates are degrees, not distances"),
				 errhint("Cast it to geometry and bring it to a planar reference system with ST_Transform, such as 27700 for Great Britain.")));
	if (type != POINT_TYPE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("location is %s, not a POINT", GeometryTypeName(type)),
				 errhint("Use ST_Centroid or ST_PointOnSurface, or ST_Dump for the parts of a collection.")));
	if (npoints == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("location is an empty point"),
				 errhint("Leave such rows out, or give NULL where the place is unknown.")));
	if (npoints != 1 || size != offset + dimensions * sizeof(double))
		BadPoint("its length does not fit a point");

	memcpy(&place.x, bytes + offset, sizeof(double));
	memcpy(&place.y, bytes + offset + sizeof(double), sizeof(double));
	if (!isfinite(place.x) || !isfinite(place.y))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("location (%g, %g) has a coordinate that is not a finite number", place.x, place.y),
				 errhint("Leave such rows out, or give NULL where the place is unknown.")));

	if ((Pointer) stored != DatumGetPointer(geometry))
		pfree(stored);
	return place;
}

/*
 * ReadRectangle
 *   The sides of a polygon that is an upright rectangle, as ST_MakeEnvelope and ST_Envelope give. After the type come
 *   the number of rings, the number of points of each, padding to 8 bytes, and the coordinates.
 */
Rectangle
ReadRectangle(Datum geometry, const char *name)
{
	struct varlena *stored = PG_DETOAST_DATUM(geometry);
	const unsigned char *bytes = (const unsigned char *) stored;
	Size		size = VARSIZE(stored);
	Size		offset = POINT_HEADER;
	unsigned char flags = size > POINT_HEADER ? bytes[7] : 0;
	uint32		part[3];
	double		corner[5][2];
	Rectangle	sides = {0};
	bool		rectangle;

	if ((flags & POINT_FLAG_VERSION_2) && (flags & POINT_FLAG_EXTENDED))
		offset += 8;
	if (flags & POINT_FLAG_BBOX)
		offset += 8 * ((flags & POINT_FLAG_GEODETIC) ? 3 : 2);

	/* one ring of five plane points takes 12 bytes, 4 of padding and 80 */
	rectangle = (flags & (POINT_FLAG_Z | POINT_FLAG_M | POINT_FLAG_GEODETIC)) == 0 &&
		size == offset + 4 * sizeof(uint32) + sizeof(corner);
	if (rectangle)
	{
		memcpy(part, bytes + offset, sizeof(part));
		rectangle = part[0] == POLYGON_TYPE && part[1] == 1 && part[2] == 5;
		memcpy(corner, bytes + offset + 4 * sizeof(uint32), sizeof(corner));
	}
	for (int i = 0; rectangle && i < 5; i++)
	{
		rectangle = isfinite(corner[i][0]) && isfinite(corner[i][1]);
		sides.min_x = i == 0 ? corner[i][0] : Min(sides.min_x, corner[i][0]);
		sides.max_x = i == 0 ? corner[i][0] : Max(sides.max_x, corner[i][0]);
		sides.min_y = i == 0 ? corner[i][1] : Min(sides.min_y, corner[i][1]);
		sides.max_y = i == 0 ? corner[i][1] : Max(sides.max_y, corner[i][1]);
	}
	/* four corners, one step along one axis at a time, and back */
	for (int i = 0; rectangle && i < 4; i++)
		rectangle = (corner[i][0] == sides.min_x || corner[i][0] == sides.max_x) &&
			(corner[i][1] == sides.min_y || corner[i][1] == sides.max_y) &&
			(corner[i][0] == corner[i + 1][0]) != (corner[i][1] == corner[i + 1][1]) &&
			(i == 0 || (corner[i][0] == corner[i - 1][0]) != (corner[i][0] == corner[i + 1][0]));
	rectangle = rectangle && corner[0][0] == corner[4][0] && corner[0][1] == corner[4][1];
	if (!rectangle)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is not a rectangle with sides along the axes", name),
				 errhint("Use ST_MakeEnvelope(xmin, ymin, xmax, ymax, srid), or ST_Envelope of the study area.")));

	sides.srid = (int32) ((uint32) bytes[4] << 16 | (uint32) bytes[5] << 8 | (uint32) bytes[6]) & 0x1FFFFF;
	if (sides.srid & 0x100000)
		sides.srid -= 0x200000;
	if ((Pointer) stored != DatumGetPointer(geometry))
		pfree(stored);
	return sides;
}

/* NewGeometry: room for a stored geometry (version 2, plane, no box), its header filled in */
static unsigned char *
NewGeometry(Size size, int32 srid)
{
	unsigned char *bytes = palloc0(size);

	SET_VARSIZE(bytes, size);
	bytes[4] = (unsigned char) ((srid & 0x1F0000) >> 16);
	bytes[5] = (unsigned char) ((srid & 0x00FF00) >> 8);
	bytes[6] = (unsigned char) (srid & 0x0000FF);
	bytes[7] = POINT_FLAG_VERSION_2;
	return bytes;
}

/* PlaceDatum: a place as a PostGIS point */
Datum
PlaceDatum(double x, double y, int32 srid)
{
	unsigned char *bytes = NewGeometry(POINT_HEADER + 2 * sizeof(uint32) + 2 * sizeof(double), srid);
	uint32		part[2] = {POINT_TYPE, 1};
	double		coordinate[2] = {x, y};

	memcpy(bytes + POINT_HEADER, part, sizeof(part));
	memcpy(bytes + POINT_HEADER + sizeof(part), coordinate, sizeof(coordinate));
	return PointerGetDatum(bytes);
}

/* PolygonDatum: a polygon of one ring, whose last point repeats the first */
Datum
PolygonDatum(const double *x, const double *y, int n, int32 srid)
{
	unsigned char *bytes = NewGeometry(POINT_HEADER + 4 * sizeof(uint32) + 2 * sizeof(double) * n, srid);
	uint32		part[4] = {POLYGON_TYPE, 1, (uint32) n, 0};

	memcpy(bytes + POINT_HEADER, part, sizeof(part));
	for (int i = 0; i < n; i++)
	{
		double		coordinate[2] = {x[i], y[i]};

		memcpy(bytes + POINT_HEADER + sizeof(part) + sizeof(coordinate) * i, coordinate, sizeof(coordinate));
	}
	return PointerGetDatum(bytes);
}

/* ---- reference systems ---- */

/*
 * SridIsPlanar
 *   What spatial_ref_sys says. PostGIS may live in any schema, so that is looked up too. An SRID that is not listed
 *   counts as planar and is not remembered: it may be added later.
 */
static bool
SridIsPlanar(int32 srid, bool *known)
{
	bool		planar = true;
	char	   *schema = NULL;

	*known = false;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");

	if (SPI_execute("SELECT n.nspname FROM pg_catalog.pg_extension AS e"
					" JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace"
					" WHERE e.extname OPERATOR(pg_catalog.=) 'postgis'", true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not look up the schema of PostGIS");
	if (SPI_processed == 1)
		schema = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);

	if (schema != NULL)
	{
		/* compound systems start with their horizontal part; geocentric coordinates are no plane either */
		char	   *query = psprintf("SELECT NOT (coalesce(srtext, '') OPERATOR(pg_catalog.~) '^\\s*(GEOGCS|GEOGCRS|GEODCRS|GEODETICCRS|GEOGRAPHICCRS|GEOCCS)'"
									 " OR coalesce(srtext, '') OPERATOR(pg_catalog.~) '^\\s*(COMPD_CS|COMPOUNDCRS)\\[\"[^\"]*\",\\s*(GEOG|GEOD|GEOC)'"
									 " OR coalesce(proj4text, '') OPERATOR(pg_catalog.~) '\\+proj=(longlat|latlong|lonlat|latlon|geocent)')"
									 " FROM %s.spatial_ref_sys WHERE srid OPERATOR(pg_catalog.=) %d",
									 quote_identifier(schema), srid);

		if (SPI_execute(query, true, 1) != SPI_OK_SELECT)
			elog(ERROR, "could not read spatial_ref_sys");
		if (SPI_processed == 1)
		{
			bool		isnull;
			Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

			planar = isnull || DatumGetBool(value);
			*known = true;
		}
	}

	SPI_finish();
	return planar;
}

/*
 * CheckPlanarSrid: error for a geographic SRID, since distances need a plane; SRID 0 (unknown) is
 * taken at the user's word
 */
void
CheckPlanarSrid(int32 srid)
{
	bool		planar;

	if (srid == 0)
		return;

	if (srid_cache == NULL)
	{
		HASHCTL		control;

		control.keysize = sizeof(int32);
		control.entrysize = sizeof(SridEntry);
		control.hcxt = TopMemoryContext;
		srid_cache = hash_create("csp_analysis reference systems", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}

	{
		SridEntry  *entry = hash_search(srid_cache, &srid, HASH_FIND, NULL);

		if (entry != NULL)
			planar = entry->planar;
		else
		{
			bool		known;

			planar = SridIsPlanar(srid, &known);
			if (known)
			{
				entry = hash_search(srid_cache, &srid, HASH_ENTER, NULL);
				entry->planar = planar;
			}
		}
	}

	if (!planar)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("location is in SRID %d, whose coordinates are degrees, not distances", srid),
				 errhint("Bring it to a planar reference system with ST_Transform, such as 27700 for Great Britain.")));
}

/* CheckSameSrid: error where two locations are in different reference systems */
void
CheckSameSrid(int32 expected, int32 srid)
{
	if (srid != expected)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("locations are in SRID %d and in SRID %d", expected, srid),
				 errhint("Bring all of them to one planar reference system with ST_Transform.")));
}

/* ---- SQL ---- */

/* Columns of csp.point_coordinates. */
enum
{
	POINT_COORDINATES_X,
	POINT_COORDINATES_Y,
	POINT_COORDINATES_SRID,
	POINT_COORDINATES_COLUMNS
};

/* read_point: the SQL function read_point: x, y and SRID of a point as this extension reads them */
PG_FUNCTION_INFO_V1(read_point);
Datum
read_point(PG_FUNCTION_ARGS)
{
	Place		place = ReadPlace(PG_GETARG_DATUM(0));
	CspResult	result;

	CheckPlanarSrid(place.srid);
	ResultInit(&result, fcinfo, POINT_COORDINATES_COLUMNS);
	ResultSetFloat8(&result, POINT_COORDINATES_X, place.x);
	ResultSetFloat8(&result, POINT_COORDINATES_Y, place.y);
	ResultSetInt32(&result, POINT_COORDINATES_SRID, place.srid);
	PG_RETURN_DATUM(ResultDatum(&result));
}
