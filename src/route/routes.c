#include <stdlib.h>

#include "aliases.h"
#include "mem.h"
#include "routes.h"
#include "when.h"

static struct storm
read_storm(const struct conf *conf)
{
	static const char *const keys[] = { "alerts", "minutes", NULL };

	if (conf_at(conf, "/storm") == NULL)
		return (struct storm){ 0 };
	conf_only(conf, "/storm", keys);
	return (struct storm){ (size_t)key_integer(conf, "/storm", "alerts", 1, 10000, 20),
		key_integer(conf, "/storm", "minutes", 1, 1440, 60) };
}

static void
read_ops(struct routes *routes)
{
	json_t *list = key_list(routes->conf, "", "ops");

	routes->ops = mem_new(json_array_size(list) + 1, sizeof *routes->ops);
	while (routes->ops_count < json_array_size(list)) {
		char *number = mem_printf("%zu", routes->ops_count);
		routes->ops[routes->ops_count++] =
		    receivers_named(&routes->receivers, routes->conf, "/ops", number);
		free(number);
	}
}

struct routes *
routes_load(const struct options *opts, const char *zone)
{
	static const char *const keys[] = { "receivers", "route", "ops", "mute_times",
		"inhibit", "storm", "owners", "reporting", NULL };
	struct routes *routes = mem_new(1, sizeof *routes);
	struct conf *conf = routes->conf = conf_load(opts->routes);
	struct aliases *aliases = aliases_load(opts->aliases);

	conf_only(conf, "", keys);
	aliases_apply(aliases, conf_root(conf));
	aliases_free(aliases);
	routes->receivers = receivers_load(conf, zone);
	routes->mutes = mutes_load(conf, zone);
	routes->people = people_load(
	    conf, &routes->receivers, opts->roster, when_local_day(when_now(), zone));
	routes->inhibit = inhibit_load(conf);
	routes->storm = read_storm(conf);
	routes->root = tree_load(conf, &routes->receivers, &routes->mutes);
	read_ops(routes);
	return routes;
}

void
routes_free(struct routes *routes)
{
	tree_free(routes->root);
	inhibit_free(routes->inhibit);
	people_release(&routes->people);
	mutes_release(&routes->mutes);
	receivers_release(&routes->receivers);
	free(routes->ops);
	conf_free(routes->conf);
	free(routes);
}
