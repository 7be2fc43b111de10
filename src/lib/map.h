/*
 * map - what the columns of somebody's file mean to us, as a person wrote it down.
 *
 * A map (schemas/map.json; fetch(1) explains it) names our fields and the columns they come
 * from; some of them are dimensions, by which deals are told apart and which may be required.
 * map_load() reads one and checks it: a map that is wrong ends the program (78) with its
 * line.  Without a path it gives the map that is built in, pipelines/conf/maps/default.json.
 *
 * Instants that are to be days are those of `zone`, NULL for UTC, which is the program's to set.
 *
 * Whatever a map hands out lives as long as the map.
 */
#ifndef MAP_H
#define MAP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum map_type { MAP_TEXT, MAP_NUMBER, MAP_DATE };
enum map_when { MAP_ALWAYS, MAP_OPEN, MAP_DECIDED }; /* by the deal's outcome */

struct map_field {
	const char *name;
	json_t *from; /* columns, an array; the first that a file has is taken */
	enum map_type type;
	enum map_when when; /* the field is there at all */
	const char *dates; /* how it writes them; NULL: as we do; or map_instants */
	const json_t *values; /* what the file says: what we say; or NULL */
	const json_t *known; /* spellings, an array; or NULL */
	bool dimension, required;
};

struct map {
	struct conf *conf;
	struct map_field *fields; /* dimensions last */
	size_t count;
	const char **dimensions; /* their names */
	size_t dimension_count;
	char separator, decimal, thousands; /* '\0' where the map is silent */
	bool drops_others; /* columns that no field takes are left out */
	const char *zone;
};

extern const char map_instants[]; /* "instant" */

struct map *map_load(const char *path);
const char *const *map_dimensions(const struct map *, size_t *count); /* as the map has them */
const char *map_from(const struct map *, const char *field); /* its column, or NULL */
bool map_required(const struct map *, const char *dimension);
void map_free(struct map *);

#endif
