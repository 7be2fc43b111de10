/*
 * schema - holds a configuration file against a schema, as a program would that reads it.
 *
 *	schema CONF SCHEMA
 */
#include "diag.h"
#include "schema.h"

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	if (argc != 3)
		die(EX_USAGE, "usage: schema CONF SCHEMA");

	struct conf *conf = conf_load(argv[1]);
	schema_conf(conf, argv[2]);
	conf_free(conf);
	return EX_OK;
}
